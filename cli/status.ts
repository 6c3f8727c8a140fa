import { Command } from 'commander';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { LakeUnavailable, type Lake } from '../lambdas/shared/ports/lake.ts';
import { visible, visibleJson } from '../lambdas/shared/visible.ts';
import type { PublicationState } from '../lambdas/publish/publication-state.ts';
import { isFolder } from '../localstack/embedded/lake/at-work.ts';
import { type LakeStatus, lakeStatus } from '../localstack/embedded/run/lake-status.ts';
import { lakeOption } from './context.ts';
import { openLake } from './open-lake.ts';
import { terminalWidth } from './output.ts';
import { table } from './table.ts';
import { damagedLines, missingLines, strangerLines } from './trust-lines.ts';
import { unreadLines } from './unread-lines.ts';
import { whatToKnow } from './what-to-know.ts';

const publicationLines: Readonly<Record<PublicationState['state'], string>> = {
  none: 'Nothing is published for dashboards: "sillage run".',
  current: '',
  behind:
    'What is published for dashboards is older than the lake: a check failed, no run has come to its end since, or Sillage itself is newer. "sillage run" says which.',
};

const number = (value: number | null) => (value === null ? '' : value.toLocaleString('en-GB'));

interface Status extends LakeStatus {
  /** What makes figures wrong without failing a check, in words. */
  readonly findings: readonly string[];
}

/** What is to be known of the figures; of a lake in a bucket a query would have to fetch all of it. */
async function findingsIn(lake: Lake): Promise<string[]> {
  try {
    return isFolder(lake) ? await whatToKnow(lake.location) : [];
  } catch (error) {
    // A lake that cannot be asked is told of by all else that stands here.
    if (error instanceof LakeUnavailable) return [];
    throw error;
  }
}

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
${[...trustLines(status), ...expiredLines(status), ...status.streams.map(visible), ...[...status.warnings, ...status.findings].map((line) => `warning: ${visible(line)}`)].map((line) => `${line}\n`).join('')}${status.last_run === null ? 'Nothing was ever built: "sillage run".' : [`Last built ${status.last_run}`, publicationLines[status.publication.state]].filter((line) => line !== '').join('\n')}
`;
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
      'print it as JSON: totals, slices, freshness, publication, checks, unread, strangers, missing, damaged, expired, streams, warnings, findings',
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
      const lake = await openLake(flags.lake);
      const status: Status = { ...(await lakeStatus(lake)), findings: await findingsIn(lake) };
      process.stdout.write(flags.json ? `${visibleJson(status, 2)}\n` : shown(status));
      if (status.missing.length + status.damaged.length > 0) process.exitCode = 1;
    });
}
