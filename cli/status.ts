import { Command } from 'commander';
import { daysBetween, type Day } from '../lambdas/shared/days.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { LakeUnavailable, type Lake } from '../lambdas/shared/ports/lake.ts';
import { readProfile } from '../lambdas/shared/shop/profile.ts';
import { visible, visibleJson } from '../lambdas/shared/visible.ts';
import type { PublicationState } from '../lambdas/publish/publication-state.ts';
import { isFolder } from '../localstack/embedded/lake/at-work.ts';
import { type LakeStatus, lakeStatus } from '../localstack/embedded/run/lake-status.ts';
import { lakeFlag, lakeOption } from './context.ts';
import { helpText } from './help-text.ts';
import { inLake } from './in-lake.ts';
import { openLake } from './open-lake.ts';
import { paragraph } from './cut.ts';
import { terminalWidth } from './output.ts';
import { Columns, table } from './table.ts';
import { damagedLines, missingLines, strangerLines } from './trust-lines.ts';
import { unreadLines } from './unread-lines.ts';
import { whatToKnow } from './what-to-know.ts';

const publicationLines: Readonly<Record<PublicationState['state'], string>> = {
  none: 'Nothing is published for dashboards: "sillage run".',
  current: '',
  behind:
    'What is published for dashboards is older than the lake: a check failed, no run has come to its end ' +
    'since, or Sillage itself is newer. "sillage run" says which.',
  untold:
    'Whether what is published for dashboards is as new as the lake, only its owner can tell: you may not ' +
    'look into ops/rejects/.',
};

const number = (value: number | null) => (value === null ? '' : value.toLocaleString('en-GB'));

interface Status extends LakeStatus {
  /** What makes figures wrong without failing a check, in words. */
  readonly findings: readonly string[];
}

/** What is to be known of the figures. Of a lake in a bucket the queries fetch the slices that they read. */
export async function findingsIn(lake: Lake): Promise<string[]> {
  try {
    await readProfile(lake);
  } catch (error) {
    // Nothing else that stands here tells of a document of the shop that is damaged.
    if (error instanceof LakeUnavailable) return [error.message];
    throw error;
  }
  try {
    return await whatToKnow(lake, isFolder(lake) ? lakeFlag(lake.location) : ` --lake ${lake.location}`);
  } catch (error) {
    // A lake that cannot be asked is told of by all else that stands here.
    if (error instanceof LakeUnavailable) return [];
    throw error;
  }
}

type SliceOfTable = LakeStatus['slices'][number];

/** A column of the tables of a lake; one that is `dispensable` is left out where the terminal is too narrow. */
interface StatusColumn {
  readonly heading: string;
  readonly cell: (one: SliceOfTable) => string;
  readonly isText?: true;
  readonly isDispensable?: true;
}

const columns: readonly StatusColumn[] = [
  { heading: 'table', cell: (one) => one.table, isText: true },
  { heading: 'slices', cell: (one) => number(one.slices), isDispensable: true },
  { heading: 'first', cell: (one) => one.first ?? '–', isText: true, isDispensable: true },
  { heading: 'last', cell: (one) => one.last ?? '–', isText: true },
  { heading: 'records in', cell: (one) => number(one.rows_in) },
  { heading: 'rows out', cell: (one) => number(one.rows_out) },
  { heading: 'rejected', cell: (one) => number(one.rejected) },
  { heading: 'duplicates', cell: (one) => number(one.duplicates) },
  { heading: 'MB', cell: (one) => (one.bytes / 1e6).toFixed(1), isDispensable: true },
];

/** What each table holds, with as many columns as the terminal has room for. */
function tablesOf({ slices }: Status): string {
  const laidOut = (some: readonly StatusColumn[]) => ({
    headings: some.map(({ heading }) => heading),
    rows: slices.map((one) => some.map(({ cell }) => cell(one))),
    layout: { rightAligned: some.map(({ isText }) => isText !== true), width: terminalWidth() },
  });
  const all = laidOut(columns);
  const { headings, rows, layout } = new Columns(all.headings, all.layout).fits(all.rows)
    ? all
    : laidOut(columns.filter(({ isDispensable }) => isDispensable !== true));
  return table(headings, rows, layout);
}

function shown(status: Status): string {
  const { totals } = status;
  const built =
    status.last_run === null
      ? ['Nothing was ever built: "sillage run".']
      : [
          `Last built ${status.last_run}`,
          ...oldLine(status, new Date().toISOString().slice(0, 10)),
          publicationLines[status.publication.state],
        ].filter((line) => line !== '');
  const lines = [
    `${number(totals.rows_in)} records read, counted once for each table that reads them = ` +
      `${number(totals.rows_out)} rows + ${number(totals.rejected)} rejected + ${number(totals.duplicates)} duplicates`,
    ...trustLines(status),
    ...expiredLines(status),
    ...[...status.inbox, ...status.streams].map(visible),
    ...[...status.warnings, ...status.findings].map((line) => `warning: ${visible(line)}`),
    ...built,
  ].map((line) => paragraph(inLake(line), terminalWidth()));
  return `${visible(status.lake)}\n\n${tablesOf(status)}\n\n${lines.join('\n')}\n`;
}

/** Days by which the newest of all that is known may lie back: exports of one afternoon, over a weekend. */
const patience = 3;

/** Of a lake of which every source is old, that it is; of one that lacks some, the findings name them. */
export function oldLine({ last_day: last }: Pick<LakeStatus, 'last_day'>, today: Day): string[] {
  const days = last === null ? 0 : daysBetween(last, today);
  return days > patience
    ? [
        `The newest orders, visits and costs are of ${last}, ${days} days ago: of the days since nothing is ` +
          'here, and no figure has them. Import newer exports, or look why nothing comes by itself.',
      ]
    : [];
}

const expiredLines = ({ expired }: LakeStatus): string[] =>
  Object.entries(expired).map(
    ([name, day]) =>
      `${name}: objects of days before ${day} have expired and were removed; what was made from them stays.`,
  );

/** What does not belong, what is missing, and what cannot be believed. */
function trustLines({ damaged, missing, strangers, unread, last_run: last }: LakeStatus): string[] {
  const isLedgerGone = last === null && strangers.length > 0;
  return [
    ...(isLedgerGone
      ? [
          'The ledger is empty, but slices stand: is ops/ not mounted? Until "sillage run" has built them ' +
            'again, nothing counts them.',
        ]
      : []),
    ...damagedLines(
      damaged.map((one) => ({ ...one, remedy: '"sillage run" does without it, and builds again what it named' })),
    ),
    ...missingLines(missing),
    ...strangerLines(strangers),
    ...unreadLines(unread, loadCatalog()),
  ];
}

/** `sillage status`. */
export function statusCommand(): Command {
  return new Command('status')
    .description('what the lake holds, and whether every record read is accounted for')
    .option(
      '--json',
      'print it as JSON: totals, slices, freshness, last_day, publication, checks, unread, strangers, ' +
        'missing, damaged, expired, inbox, streams, warnings, findings',
    )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
It names objects that are missing, raw objects that no table reads, and objects that the ledger does not name
("strangers"). To check the bytes themselves, use "sillage verify".

Examples:
  sillage status
  sillage status --json | jq .freshness

Exit code 1: an object that the ledger names is missing, or the ledger is damaged.`),
    )
    .action(async (flags: { json?: boolean; lake: string }) => {
      const lake = await openLake(flags.lake);
      const status: Status = { ...(await lakeStatus(lake)), findings: await findingsIn(lake) };
      process.stdout.write(flags.json ? `${visibleJson(status, 2)}\n` : shown(status));
      if (status.missing.length + status.damaged.length > 0) process.exitCode = 1;
    });
}
