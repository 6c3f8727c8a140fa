import { isCostCheck, sentenceOf } from '../../../lambdas/check/cost-checks.ts';
import { inboxInTheWay, inboxInWords } from '../../../lambdas/import/inbox.ts';
import { isShopTable } from '../../../lambdas/model/shop-tables.ts';
import { publicationState, type PublicationState } from '../../../lambdas/publish/publication-state.ts';
import { addDays, type Day } from '../../../lambdas/shared/days.ts';
import { LakeUnavailable, type Lake } from '../../../lambdas/shared/ports/lake.ts';
import { madeTables } from '../../../lambdas/shared/schema/catalog.ts';
import { readProfile, type ShopProfile } from '../../../lambdas/shared/shop/profile.ts';
import { removedBefore } from '../../../lambdas/shared/slices/expirations.ts';
import type { Ledger } from '../../../lambdas/shared/slices/ledger.ts';
import type { Damaged } from '../../../lambdas/shared/slices/ledger-rows.ts';
import { isFolder } from '../lake/at-work.ts';
import { landedStream } from '../live/landing.ts';
import { streamFaults } from '../stream/stream-faults.ts';
import { waitingInStream } from '../stream/stream-waiting.ts';
import { isClosed } from '../lake/errors.ts';
import { standingChecks } from './standing-checks.ts';
import { survey } from './survey.ts';
import { unreadObjects, type Unread } from './unread.ts';
import { withLake } from './workspace.ts';

export interface TableStatus {
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

/** One check: of so many rows that it looked at, so many break what it promises. */
export interface CheckOutcome {
  /** `table.column:rule`. */
  readonly name: string;
  readonly table: string;
  readonly severity: 'error' | 'warning';
  readonly failures: number;
  readonly checked: number;
  /** The failure in words. */
  readonly sentence: string;
}

/** What a lake holds, and whether what it says of itself can be believed. */
export interface LakeStatus {
  readonly lake: string;
  /**
   * Of the records that every slice that stands has read, a record once for each table that reads it: `rows_in =
   * rows_out + rejected + duplicates`.
   */
  readonly totals: {
    readonly rows_in: number;
    readonly rows_out: number;
    readonly rejected: number;
    readonly duplicates: number;
  };
  readonly slices: readonly TableStatus[];
  /** The last day of each table that stands; what is made of the profile alone has no days. */
  readonly freshness: Readonly<Record<string, string>>;
  /** The last day that has come of which anything is known that happens every day: null where nothing is. */
  readonly last_day: Day | null;
  readonly last_run: string | null;
  /** What dashboards read, and whether it is of the lake as it stands. */
  readonly publication: PublicationState;
  /** What the last checks found; empty where they must be made again, as while a run is at work. */
  readonly checks: readonly CheckOutcome[];
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
  /** Files in the inbox that no figure has, in words: those that wait for a run, and those that one refused. */
  readonly inbox: readonly string[];
  /** What is wrong with the streams of events, in words: what does not land because of it, and what waits in them. */
  readonly streams: readonly string[];
}

/** What happens every day. Rates and costs tell nothing of how new the figures are. */
const daily = ['orders', 'web_events', 'ad_spend'];

/** The last day with a row of what happens every day; one that has not come anywhere is a wrong clock's. */
const lastDay = (ledger: Ledger, now: Date): Day | null => {
  const tomorrow = addDays(now.toISOString().slice(0, 10), 1);
  const known = daily.flatMap((name) =>
    ledger.days(name).filter((day) => day <= tomorrow && ledger.entries(name, day).some(({ rowsOut }) => rowsOut > 0)),
  );
  return known.toSorted().at(-1) ?? null;
};

/** Looks at a lake without writing anything. @throws LakeUnavailable */
export async function lakeStatus(opened: Lake): Promise<LakeStatus> {
  return withLake(opened, async (workspace) => {
    const { catalog, ledger, lake } = workspace;
    const sum = (numbers: readonly (number | null)[]) =>
      numbers.reduce<number>((total, number) => total + (number ?? 0), 0);
    const tables = madeTables(catalog).map((described): TableStatus => {
      const { name, zone } = described;
      const days = ledger.days(name);
      // What is made of the profile alone stands under one day that is none of the shop's.
      const told = isShopTable(described) ? [] : days;
      const entries = days.flatMap((day) => [...ledger.entries(name, day)]);
      const raw = (numbers: readonly (number | null)[]) => (zone === 'curated' ? sum(numbers) : null);
      return {
        table: name,
        slices: days.length,
        first: told[0] ?? null,
        last: told.at(-1) ?? null,
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
    const standing = await standingChecks(workspace);
    const checks = standing.checks ?? standing.unsigned;
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
      last_day: lastDay(ledger, new Date()),
      last_run:
        tables
          .flatMap((one) => one.built_at ?? [])
          .toSorted()
          .at(-1) ?? null,
      publication: await publicationState(
        lake,
        catalog,
        checks && profile && { standings: ledger.standings(), checks, profile },
        isClosed,
      ),
      checks: (checks ?? []).map((check) => ({
        name: check.check_name,
        table: check.table_name,
        severity: check.severity,
        failures: check.failures,
        checked: check.checked,
        sentence: sentenceOf(check),
      })),
      unread: await unreadObjects(lake, catalog),
      ...(await survey(lake, catalog, ledger.standings())),
      damaged: ledger.damaged,
      expired: Object.fromEntries(await removedBefore(lake)),
      warnings: (checks ?? []).filter((check) => check.failures > 0 && isCostCheck(check)).map(sentenceOf),
      inbox: await inboxOf(lake),
      streams: isFolder(lake)
        ? [...(await streamFaults(lake.location)), ...(await waitingInStream(lake.location, landedStream))]
        : [],
    };
  });
}

/** The inbox is closed to who may read the figures alone. */
async function inboxOf(lake: Lake): Promise<string[]> {
  try {
    const inTheWay = isFolder(lake) ? await inboxInTheWay(lake) : undefined;
    return [...(inTheWay === undefined ? [] : [inTheWay]), ...(await inboxInWords(lake))];
  } catch (error) {
    if (!isClosed(error)) throw error;
    return [];
  }
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
