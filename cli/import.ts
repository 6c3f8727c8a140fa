import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { advice } from '../lambdas/import/advice.ts';
import { askHeadings } from '../lambdas/import/ask-headings.ts';
import type { DateOrder } from '../lambdas/import/dates.ts';
import { keepHeadings } from '../lambdas/import/given-headings.ts';
import { landAll, look } from '../lambdas/import/import.ts';
import { Refused } from '../lambdas/import/refused.ts';
import { namedImport, undoImport } from '../lambdas/import/undo.ts';
import { importsMark } from '../lambdas/import/land.ts';
import type { Looked } from '../lambdas/import/looked.ts';
import { meaningsOfStates, type SaidStates } from '../lambdas/import/shapes/order-states.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { codeOf } from '../localstack/embedded/lake/errors.ts';
import { ask, isAgreed } from './ask.ts';
import { lakeOption, UsageError } from './context.ts';
import { paragraph } from './cut.ts';
import { helpText } from './help-text.ts';
import {
  assertMet,
  assertRead,
  currencyArgument,
  feedArgument,
  mapArgument,
  statesArgument,
} from './import-arguments.ts';
import { fileJson, lookedLines } from './import-lines.ts';
import { tellingHowItStands } from './interrupted.ts';
import { importTarget, type ImportTarget } from './import-target.ts';
import { roiReportOf } from './roi-report.ts';
import { whatToKnow } from './what-to-know.ts';
import { messageWidth, say, warn } from './say.ts';

interface Flags {
  readonly yes?: boolean;
  readonly json?: boolean;
  readonly run: boolean;
  readonly feed?: string;
  readonly dates?: DateOrder;
  readonly account?: string;
  readonly currency?: string;
  readonly acceptIncomplete?: boolean;
  readonly states?: SaidStates;
  readonly replaces?: string;
  readonly adds?: boolean;
  readonly undo?: string;
  readonly map?: Readonly<Record<string, string>>;
  readonly lake: string;
}

/** @throws UsageError where there is nothing at a path */
async function assertThere(paths: readonly string[]): Promise<void> {
  for (const path of paths)
    await stat(path).catch((error: unknown) => {
      throw new UsageError(
        codeOf(error) === 'ENOENT' ? `There is no file or folder ${path}.` : `${path} cannot be read: ${String(error)}`,
        { cause: error },
      );
    });
}

/** Asks whether to go on. @throws UsageError where nobody can answer */
async function agreed(question: string, flags: Flags): Promise<boolean> {
  if (flags.yes) return true;
  if (!process.stdin.isTTY) throw new UsageError('Nothing was done: look at what is said above, and add --yes.');
  return isAgreed(question);
}

/** Looks at the files; what the columns of a spreadsheet mean that nobody knows is asked, on a terminal. */
async function lookAndAsk(
  lake: Lake,
  paths: readonly string[],
  flags: Flags,
  scratch: string,
): Promise<{ readonly looked: readonly Looked[]; readonly map: Readonly<Record<string, string>> }> {
  const map = { ...flags.map };
  const looked = await look(lake, paths, { ...flags, map, scratch });
  const unknown = looked.flatMap((one) => (one.kind === 'refused' && one.unknown !== undefined ? [one] : []));
  if (unknown.length === 0 || flags.yes || !process.stdin.isTTY) return { looked, map };
  for (const { name, unknown: path = '', why } of unknown) {
    say(paragraph(`${name}: ${why}`, messageWidth()));
    if (await isAgreed('Is it a spreadsheet of what influencers are paid?'))
      Object.assign(map, await askHeadings(path, { ask, tell: say }));
  }
  // In a folder of its own: what was written at the first look is written anew.
  return { looked: await look(lake, paths, { ...flags, map, scratch: join(scratch, 'again') }), map };
}

/** How things stand while files are imported: what is told where that is ended from outside. */
interface Standing {
  told: string;
}

/** What became of files that were looked at. */
interface Answered {
  readonly looked: readonly Looked[];
  readonly lacking: readonly string[];
  /** `again`: others were imported since the look, beside which these may be something else. */
  readonly outcome: 'landed' | 'again' | 'declined';
}

/** Looks at files, says what they are, asks, and lands them. @throws UsageError */
async function lookAndLand(
  { lake, name, alone }: ImportTarget,
  paths: readonly string[],
  flags: Flags,
  scratch: string,
  standing: Standing,
): Promise<Answered> {
  const mark = await importsMark(lake);
  const { looked, map } = await lookAndAsk(lake, paths, flags, scratch);
  if (looked.length === 0) throw new UsageError('There is no file to import.');
  assertMet(flags.states);
  for (const one of looked) for (const line of lookedLines(one, messageWidth())) say(line);
  assertRead(flags.map ?? {}, looked);
  const lacking = await advice(lake, looked);
  for (const line of lacking) warn(line);
  const understood = looked.filter(
    (one) => one.kind === 'understood' || (one.kind === 'known' && one.versions !== undefined),
  ).length;
  const refused = looked.filter(({ kind }) => kind === 'refused').length;
  if (understood === 0) return { looked, lacking, outcome: 'landed' };
  const question = `Import ${understood === 1 ? 'this file' : `these ${understood} files`} into ${name}?`;
  if (!(await agreed(question, flags))) return { looked, lacking, outcome: 'declined' };
  const isLanded = await alone(async () => {
    if ((await importsMark(lake)) !== mark) return false;
    standing.told = 'Ended while files were put into the lake. The same command again does what is left of it.';
    await landAll(lake, looked, scratch);
    await keepHeadings(lake, map);
    return true;
  });
  if (!isLanded) return { looked, lacking, outcome: 'again' };
  say(
    `imported ${understood} ` +
      `${understood === 1 ? 'file' : 'files'}${refused > 0 ? `; ${refused} refused, of which nothing was imported` : ''}`,
  );
  return { looked, lacking, outcome: 'landed' };
}

/** Looks at files, asks, lands them and brings the lake up to date. @throws UsageError */
export async function importFiles(
  paths: readonly string[],
  flags: Flags,
  target = importTarget(flags.lake, flags.run),
): Promise<void> {
  if (paths.length === 0) throw new UsageError('Name the files or folders to import.');
  await assertThere(paths);
  const standing: Standing = { told: 'Ended: nothing was imported.' };
  await tellingHowItStands(
    () => standing.told,
    () => importThere(paths, flags, target, standing),
  );
}

async function importThere(
  paths: readonly string[],
  flags: Flags,
  target: ImportTarget,
  standing: Standing,
): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'sillage-import-'));
  try {
    let answered: Answered;
    // In a folder of its own each time: what a look has written is not written over.
    for (let round = 0; ; round++) {
      answered = await lookAndLand(target, paths, flags, join(scratch, String(round)), standing);
      if (answered.outcome !== 'again') break;
      say('Another import has changed the lake meanwhile: the files are looked at again.');
    }
    const { looked, lacking, outcome } = answered;
    if (looked.some(({ kind }) => kind === 'refused')) process.exitCode = 1;
    if (outcome === 'declined') say('Nothing was imported.');
    else {
      // Also for files that were there: the run of their import may have been cut short.
      const isToRun = looked.some(({ kind }) => kind !== 'refused');
      if (isToRun)
        standing.told =
          'Ended: the files are in the lake and kept, and figures may lack them yet. Go on with: sillage ' +
          `run${target.flag}`;
      await finish(target, { looked, lacking }, isToRun, flags);
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Undoes the import of a file, by its name, and brings the lake up to date. @throws UsageError where it is not there */
async function undo(file: string, flags: Flags, target = importTarget(flags.lake, flags.run)): Promise<void> {
  const { lake, name, flag } = target;
  const told = (error: unknown): never => {
    throw error instanceof Refused ? new UsageError(error.message) : error;
  };
  const found = await namedImport(lake, file).catch(told);
  const records = found.parts.reduce((sum, part) => sum + part.records, 0);
  say(
    `${found.file}, imported on ${found.imported_at.slice(0, 10)}: ${records} ${records === 1 ? 'record' : 'records'}`,
  );
  if (!(await agreed(`Take it out of ${name}, and all that was made of it?`, flags))) {
    say('Nothing was done.');
    return;
  }
  const { file: undone, replaced } = await target.alone(() => undoImport(lake, file)).catch(told);
  say(`${undone} counts no more; it can be imported again`);
  for (const one of replaced) warn(`${one} had been replaced by it, and counts no more either. If it is to count: sillage import "${one}" --adds${flag}`); // prettier-ignore
  await finish(target, { looked: [], lacking: [] }, true, flags);
}

/** Brings the lake up to date, and shows what comes of it. */
async function finish(
  target: ImportTarget,
  { looked, lacking }: { readonly looked: readonly Looked[]; readonly lacking: readonly string[] },
  isToRun: boolean,
  { run, json }: Flags,
): Promise<void> {
  const { lake, flag } = target;
  const done = run && isToRun ? await target.run() : undefined;
  if (done && !done.ok) process.exitCode = 1;
  const told = done ? await whatToKnow(lake, flag) : [];
  if (json)
    process.stdout.write(
      `${visibleJson({ files: looked.map(fileJson), lacking, findings: told, ...(done && { run: done.summary }) }, 2)}\n`,
    );
  else if (done?.hasBuilt === false && looked.every(({ kind }) => kind !== 'understood'))
    say(`What each euro brought back is as it was: sillage up --no-serve${flag} shows it.`);
  else if (done) process.stdout.write(`\n${await roiReportOf(lake)}\n`);
  else if (isToRun) say(`Next: sillage run${flag}`);
  for (const line of told) warn(line);
}

/** `sillage import`. */
export function importCommand(): Command {
  return new Command('import')
    .description('bring your own data: the files that shops and advertising pages export')
    .argument('[path...]', 'files, folders or zips')
    .option('--yes', 'do not ask before importing')
    .option('--no-run', 'only land the files: do not bring the lake up to date')
    .addOption(
      new Option(
        '--feed <name>',
        'what the file is, where it is not recognised, such as meta-ads-csv; a wrong name lists all',
      ).argParser(feedArgument),
    )
    .addOption(new Option('--dates <order>', 'how days as 03/04/2025 are written').choices(['dmy', 'mdy']))
    .option('--account <name>', 'the advertising account of a report that does not name it')
    .addOption(
      new Option('--currency <code>', 'the currency of a file that does not name it').argParser(currencyArgument),
    )
    .addOption(
      new Option(
        '--map <heading=field>',
        'what a heading means; may be repeated, and is kept for the next files',
      ).argParser(mapArgument),
    )
    .addOption(
      new Option(
        '--states <state=meaning;…>',
        `what states of orders and deals mean that are not known: ${[...meaningsOfStates.keys()].join(', ')}`,
      ).argParser(statesArgument),
    )
    .option(
      '--accept-incomplete',
      'leave out orders of which the file lacks a line (it was filtered or cut), and import its others',
    )
    .addOption(
      new Option(
        '--replaces <file>',
        'this sheet of influencers counts in place of an imported one: the name of the old file',
      ).conflicts('adds'),
    )
    .option('--adds', 'this sheet of influencers counts in addition to those that it is like')
    .option('--undo <file>', 'take a file out that was imported, by its name, and all that was made of it')
    .option('--json', 'print what was understood and done as JSON')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
Each file is known by its content. Shops: Shopify, WooCommerce, PrestaShop. Advertising: Google, Meta, TikTok,
Pinterest, Microsoft, LinkedIn, Criteo, also several in one table. E-mail: Klaviyo, Brevo. Visits: GA4, Matomo, PostHog,
Snowplow. Influencers and costs by SKU: your own spreadsheets. As CSV, Excel or ODS, or as the JSON of their APIs.
Headings in English; docs/sources.md says which are known in French or German, too. The command says what it understood,
asks, keeps the file, and builds.

Examples:
  sillage import orders_export.csv products_export.csv
  sillage import ~/Downloads/exports --yes
  sillage import meta.csv --dates dmy --account 1234567890
  sillage import influencers.xlsx --map "Budget TTC=fee"
  sillage import prestashop.csv --states "Litige=unpaid;Colis remis=paid"
  sillage import influencers-new.xlsx --replaces influencers.xlsx
  sillage import --undo meta-october.csv
  sillage import reports.zip --json --yes --no-run
  sillage import orders_export.csv --lake s3://sillage-prod-storage-lake-abc123

To import the same file again changes nothing, unless you give it another --currency, --dates, --account, --states,
--map or --accept-incomplete, or something that was made of it was removed from raw/: then it is read anew. A file that
is refused leaves nothing behind, and the exit code is then 1. Files in the folder inbox/ of the lake are imported by
"sillage run".`),
    )
    .action((paths: string[], flags: Flags) => {
      if (flags.undo === undefined) return importFiles(paths, flags);
      if (paths.length > 0) throw new UsageError('--undo takes a file out: import others by a command of their own.');
      return undo(flags.undo, flags);
    });
}
