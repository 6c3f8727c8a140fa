import { writeFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { comparisons, type Comparison } from '../dashboard/app/state.ts';
import { askedTogether } from '../lambdas/shared/asked-together.ts';
import { isoOf } from '../lambdas/shared/day-numbers.ts';
import { languages, preferredLanguage, type Language } from '../dashboard/language/language.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { waitingForRun } from '../localstack/embedded/run/waiting.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { dayArgument, lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { openLake } from './open-lake.ts';
import { knownDays, reportFigures } from '../dashboard/report/figures.ts';
import { reportPeriod, type PeriodAsked } from './report-period.ts';
import { reportOf, type Report } from '../dashboard/report/report.ts';
import { say, warn } from './say.ts';
import { flagOf } from './tell-waiting.ts';

/** The page, its style in it. */
async function pageOf(made: Report): Promise<string> {
  const { reportHtml } = await import('../dashboard/report/page.mjs');
  return reportHtml(made, (await import('../dashboard/report/style.ts')).reportStyle());
}

/** Each format is loaded when it is asked for. */
const makers = {
  html: pageOf,
  xlsx: async (made: Report) => (await import('../dashboard/report/xlsx.ts')).reportXlsx(made),
  csv: async (made: Report, locale: Language) => (await import('../dashboard/report/csv.ts')).reportCsv(made, locale),
  pdf: async (made: Report) => (await import('./report-pdf.ts')).pdfOf(await pageOf(made)),
} as const;
type ReportFormat = keyof typeof makers;
const reportFormats: readonly ReportFormat[] = ['html', 'xlsx', 'csv', 'pdf'];

interface Flags {
  readonly from?: string;
  readonly to?: string;
  readonly compare: Comparison;
  readonly format: ReportFormat;
  readonly language?: Language;
  readonly locale?: Language;
  readonly output?: string;
  readonly lake: string;
}

/** Asks a lake for the report of some days. @throws UsageError where it knows nothing of them */
export async function reportOfLake(address: string, asked: PeriodAsked, language: Language): Promise<Report> {
  const lake = await openLake(address);
  return withWarehouse(
    lake,
    loadCatalog(),
    async (lakeWarehouse) => {
      const warehouse = askedTogether(lakeWarehouse);
      const known = await knownDays(warehouse);
      if (known === undefined)
        throw new UsageError(
          `There is neither an order nor a visit in ${lake.location}: import the orders of the shop; where ` +
            'they are imported, "sillage run" builds them.',
        );
      const period = reportPeriod(asked, known);
      return reportOf(await reportFigures(warehouse, period.days, period.before), period, language);
    },
    { onWarning: warn },
  );
}

/** The language of the shell, as LANG says it. */
const shellLanguage = () => preferredLanguage([process.env['LC_ALL'] || process.env['LANG'] || '']);

async function writeReport(flags: Flags): Promise<void> {
  const { from, to, compare: comparison, format, language = shellLanguage(), locale = language } = flags;
  if (flags.locale !== undefined && format !== 'csv')
    throw new UsageError('--locale says how a CSV writes its numbers: give it with --format csv.');
  const made = await reportOfLake(flags.lake, { from, to, comparison }, language);
  const content = await makers[format](made, locale);
  const lake = await openLake(flags.lake);
  for (const note of [...(await waitingForRun(lake, flagOf(lake))), ...made.notes.slice(0, -1)]) warn(note);
  if (flags.output === '-') {
    process.stdout.write(content);
    return;
  }
  const name = flags.output ?? `sillage-report-${isoOf(made.days.from)}-${isoOf(made.days.to)}.${format}`;
  await writeFile(name, content).catch((error: unknown) => {
    throw new UsageError(`${name} cannot be written: ${error instanceof Error ? error.message : String(error)}.`, {
      cause: error,
    });
  });
  say(`${made.sentence}\nWritten to ${name}`);
}

/** `sillage report`. */
export function reportCommand(): Command {
  return new Command('report')
    .description('a week, or any days, for the boss: a page, a workbook, a CSV or a PDF')
    .option('--from <day>', 'first day (default six days before the last)', dayArgument)
    .option('--to <day>', 'last day (default the last day that is over)', dayArgument)
    .addOption(
      new Option(
        '--compare <days>',
        'previous: the days right before; weekday: the nearest days before with the same weekdays; year: last year',
      )
        .choices([...comparisons])
        .default('weekday'),
    )
    .addOption(new Option('--format <format>', 'what to make').choices([...reportFormats]).default('html'))
    .addOption(new Option('--language <language>', 'of the words (default as LANG says)').choices([...languages]))
    .addOption(
      new Option(
        '--locale <locale>',
        'of a CSV: fr has ; and a decimal comma, en , and a point (default the language)',
      ).choices([...languages]),
    )
    .option('--output <file>', 'where to write it; - for standard output (default sillage-report-DAYS.FORMAT here)')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
One file, to be sent as it is: the page needs no network and runs no script, and prints on A4. Every figure is what
"sillage query" answers. The PDF is printed by Chromium, where it is installed.

Examples:
  sillage report
  sillage report --from 2025-03-01 --to 2025-03-31 --compare year --language fr
  sillage report --format xlsx --output week.xlsx
  sillage report --format csv --locale fr --output - | head`),
    )
    .action(writeReport);
}
