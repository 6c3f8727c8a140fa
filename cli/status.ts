import { Command } from 'commander';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { isCostCheck, sentenceOf } from '../lambdas/check/cost-checks.ts';
import { visible, visibleJson } from '../lambdas/shared/visible.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { publicationState, type PublicationState } from '../lambdas/publish/publication-state.ts';
import { LakeUnavailable } from '../lambdas/shared/ports/lake.ts';
import { readProfile, type ShopProfile } from '../lambdas/shared/shop/profile.ts';
import { isFolder } from '../localstack/embedded/lake/at-work.ts';
import { withLake } from '../localstack/embedded/run/workspace.ts';
import type { Damaged } from '../lambdas/shared/slices/ledger-rows.ts';
import { standingChecks } from '../localstack/embedded/run/standing-checks.ts';
import { removedBefore } from '../lambdas/shared/slices/expirations.ts';
import { streamFaults } from '../localstack/embedded/stream/stream-faults.ts';
import { survey } from '../localstack/embedded/run/survey.ts';
import { unreadObjects, type Unread } from '../localstack/embedded/run/unread.ts';
import { lakeOption } from './context.ts';
import { openLake } from './open-lake.ts';
import { terminalWidth } from './output.ts';
import { table } from './table.ts';
import { damagedLines, missingLines, strangerLines } from './trust-lines.ts';
import { unreadLines } from './unread-lines.ts';

interface TableStatus {
  readonly table: string;
  readonly slices: number;
  readonly first: string | null;
  readonly last: string | null;
  readonly rows_in: number | null;
  readonly rows_out: number;
  readonly rejected: number | null;
  readonly duplicates: number | null;
  readonly bytes: number;
  readonly built_at: string | null;
}

interface Status {
  readonly lake: string;
  /** Of the records that every slice that stands has read, a record once for each table that reads it: `rows_in = rows_out + rejected + duplicates`. */
  readonly totals: {
    readonly rows_in: number;
    readonly rows_out: number;
    readonly rejected: number;
    readonly duplicates: number;
  };
  readonly slices: readonly TableStatus[];
  /** The last day of each table that stands. */
  readonly freshness: Readonly<Record<string, string>>;
  readonly last_run: string | null;
  /** What dashboards read, and whether it is of the lake as it stands. */
  readonly publication: PublicationState;
  /** What stands in raw and is read by no table. */
  readonly unread: readonly Unread[];
  /** Objects that the ledger does not name, and those that it names in vain. */
  readonly strangers: readonly string[];
  readonly missing: readonly string[];
  /** Objects of the ledger that cannot be believed. */
  readonly damaged: readonly Damaged[];
  /** Of tables with a retention, the first day whose objects still stand, where others have expired. */
  readonly expired: Readonly<Record<string, string>>;
  /** What the last run's checks say of the costs that margins need. */
  readonly warnings: readonly string[];
  /** What is wrong with the streams of events, in words: what does not land because of it. */
  readonly streams: readonly string[];
}

async function statusOf(opened: Lake): Promise<Status> {
  return withLake(opened, async (workspace) => {
    const { catalog, ledger, lake } = workspace;
    const sum = (numbers: readonly (number | null)[]) =>
      numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
    const tables = [...catalog.values()]
      .filter((one) => !one.isView && (one.zone === 'curated' || one.zone === 'marts'))
      .map(({ name, zone }): TableStatus => {
        const days = ledger.days(name);
        const entries = days.flatMap((day) => [...ledger.entries(name, day)]);
        const raw = (numbers: readonly (number | null)[]) => (zone === 'curated' ? sum(numbers) : null);
        return {
          table: name,
          slices: days.length,
          first: days[0] ?? null,
          last: days.at(-1) ?? null,
          rows_in: raw(entries.map((entry) => entry.rowsIn)),
          rows_out: sum(entries.map((entry) => entry.rowsOut)),
          rejected: raw(entries.map((entry) => entry.rejected)),
          duplicates: raw(entries.map((entry) => entry.duplicates)),
          bytes: sum(entries.map((entry) => entry.bytesOut)),
          built_at:
            entries
              .map((entry) => entry.finishedAt)
              .toSorted()
              .at(-1) ?? null,
        };
      });
    const { checks } = await standingChecks(workspace);
    const profile = await profileOf(lake);
    const curated = tables.filter((one) => one.rows_in !== null);
    return {
      lake: lake.location,
      totals: {
        rows_in: sum(curated.map((one) => one.rows_in)),
        rows_out: sum(curated.map((one) => one.rows_out)),
        rejected: sum(curated.map((one) => one.rejected)),
        duplicates: sum(curated.map((one) => one.duplicates)),
      },
      slices: tables,
      freshness: Object.fromEntries(tables.flatMap((one) => (one.last === null ? [] : [[one.table, one.last]]))),
      last_run:
        tables
          .flatMap((one) => one.built_at ?? [])
          .toSorted()
          .at(-1) ?? null,
      publication: await publicationState(
        lake,
        catalog,
        checks && profile && { standings: ledger.standings(), checks, profile },
      ),
      unread: await unreadObjects(lake, catalog),
      ...(await survey(lake, catalog, ledger.standings())),
      damaged: ledger.damaged,
      expired: Object.fromEntries(await removedBefore(lake)),
      warnings: (checks ?? []).filter((check) => check.failures > 0 && isCostCheck(check)).map(sentenceOf),
      streams: isFolder(lake) ? await streamFaults(lake.location) : [],
    };
  });
}

/** The shop's profile; undefined where it cannot be used, which every run says. */
async function profileOf(lake: Lake): Promise<ShopProfile | undefined> {
  try {
    return (await readProfile(lake)).profile;
  } catch (error) {
    if (error instanceof LakeUnavailable) return undefined;
    throw error;
  }
}

const publicationLines: Readonly<Record<PublicationState['state'], string>> = {
  none: 'Nothing is published for dashboards: "sillage run".',
  current: '',
  behind:
    'What is published for dashboards is older than the lake: a check failed, or no run has come to its end since. "sillage run" says which.',
};

const number = (value: number | null) => (value === null ? '' : value.toLocaleString('en-GB'));

function shown(status: Status): string {
  const rows = status.slices.map((one) => [
    one.table,
    number(one.slices),
    one.first ?? '–',
    one.last ?? '–',
    number(one.rows_in),
    number(one.rows_out),
    number(one.rejected),
    number(one.duplicates),
    (one.bytes / 1e6).toFixed(1),
  ]);
  const { totals } = status;
  return `${visible(status.lake)}\n\n${table(['table', 'slices', 'first', 'last', 'records in', 'rows out', 'rejected', 'duplicates', 'MB'], rows, { rightAligned: [false, true, false, false, true, true, true, true, true], width: terminalWidth() })}

${number(totals.rows_in)} records read, counted once for each table that reads them = ${number(totals.rows_out)} rows + ${number(totals.rejected)} rejected + ${number(totals.duplicates)} duplicates
${[...trustLines(status), ...expiredLines(status), ...status.streams.map(visible), ...status.warnings.map((line) => `warning: ${visible(line)}`)].map((line) => `${line}\n`).join('')}${status.last_run === null ? 'Nothing was ever built: "sillage run".' : [`Last built ${status.last_run}`, publicationLines[status.publication.state]].filter((line) => line !== '').join('\n')}
`;
}

const expiredLines = ({ expired }: Status): string[] =>
  Object.entries(expired).map(
    ([name, day]) =>
      `${name}: objects of days before ${day} have expired and were removed; what was made from them stays.`,
  );

/** What does not belong, what is missing, and what cannot be believed. */
function trustLines({ damaged, missing, strangers, unread, last_run: last }: Status): string[] {
  const isLedgerGone = last === null && strangers.length > 0;
  return [
    ...(isLedgerGone
      ? [
          'The ledger is empty, but slices stand: is ops/ not mounted? Until "sillage run" has built them again, nothing counts them.',
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
      'print it as JSON: totals, slices, freshness, publication, unread, strangers, missing, damaged, expired, streams, warnings',
    )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      `
It names objects that are missing, raw objects that no table reads, and objects that the ledger does not name ("strangers"). To
check the bytes themselves, use "sillage verify".

Examples:
  sillage status
  sillage status --json | jq .freshness

Exit code 1: an object that the ledger names is missing, or the ledger is damaged.`,
    )
    .action(async (flags: { json?: boolean; lake: string }) => {
      const status = await statusOf(await openLake(flags.lake));
      process.stdout.write(flags.json ? `${visibleJson(status, 2)}\n` : shown(status));
      if (status.missing.length + status.damaged.length > 0) process.exitCode = 1;
    });
}
