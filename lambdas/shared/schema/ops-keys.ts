import type { Day } from '../days.ts';
import { tableNamed, type Catalog } from './catalog.ts';
import type { Table } from './table.ts';
import { fileOf, type Part } from './parts.ts';

/**
 * Where the pipeline keeps what it says of itself: whoever reads the lake knows its objects from a stranger's by these
 * names.
 */

/** Key of the object with the rejects of one slice. */
export function rejectsKey(catalog: Catalog, table: Table, day: Day, part?: Part): string {
  return `${tableNamed(catalog, 'rejects').prefix}dt=${day}/${fileOf(table.name, part)}`;
}

/** Whether these are rejects of `land`: unlike those of the transform, nothing can make them again. */
export function isLandReject(key: string): boolean {
  return /^ops\/rejects\/.*\/land-[^/]*\.parquet$/.test(key);
}

/** Key of what is remembered of a table's raw objects. */
export const routesKey = (table: Table) => `ops/routes/${table.name}.json`;

/** Key of the days of the records in a table's raw objects of one month. */
export const recordDaysKey = (table: Table, month: string) => `ops/routes/${table.name}/${month}.parquet`;

/** Whether an object is remembered of a table's raw objects. */
export function isRemembered(table: Table, key: string): boolean {
  const month = /\/(?<month>\d{4}-\d\d)\.parquet$/.exec(key)?.groups?.['month'];
  return key === routesKey(table) || (month !== undefined && table.dayMayChange && key === recordDaysKey(table, month));
}

/** Where a join of small raw objects stands while it is under way. */
export const joinsPrefix = 'ops/joins/';

/** What the lake knows of the key that its pseudonyms were made with. */
export const keyRecordKey = 'ops/pseudonym_key.json';

/**
 * Where the batches of a run on AWS lie that were planned: what goes from one Lambda to another by itself may have 256
 * kB.
 */
export const plansPrefix = 'ops/plans/';

/** What the checks found in each day that stands. */
export const checkedDaysKey = 'ops/checked/days.json';

/** The days before which objects of tables with a retention were removed. */
export const expiredKey = 'ops/expired.json';

/** Who runs the pipeline on AWS. */
export const leaseKey = 'ops/lease.json';

/** Where damaged objects of `ops/` are kept when a run has done without them. */
export const damagedPrefix = 'ops/damaged/';

/**
 * Where the files that people import are kept, byte for byte, each in a folder with what was made of it. No table reads
 * them.
 */
export const importsPrefix = 'raw/imports/';

/** What was erased on request: the plan while it is under way, then the certificate. */
export const erasuresPrefix = 'ops/erasures/';

/** Key of an erasure's plan and certificate. */
export const erasureKey = (id: string): string => `${erasuresPrefix}${id}.json`;

/** The erasure that an object tells of; undefined for one that no erasure can have named so. */
export function erasureOf(key: string): string | undefined {
  return /^ops\/erasures\/(?<id>[0-9a-f]{16})\.json$/.exec(key)?.groups?.['id'];
}

/** The last row of every slice: what opening the ledger reads first. */
export const snapshotKey = 'ops/ledger/snapshot.parquet';

/** The run that wrote an object of the ledger; undefined for one that no run can have named so, as a copy beside it. */
export function ledgerRun(key: string): string | undefined {
  const { year, month, date, run, folder } =
    /^ops\/pipeline_runs\/dt=(?<folder>[\d-]{10})\/(?<run>(?<year>\d{4})(?<month>\d\d)(?<date>\d\d)T\d{6}Z-[0-9a-f]{6})(?:-[0-9a-f]{8})?-\d{5}\.parquet$/.exec(
      key,
    )?.groups ?? {};
  return folder !== undefined && folder === `${year}-${month}-${date}` ? run : undefined;
}

/** The day on which a run began, UTC. */
export const dayOfRun = (run: string): Day => `${run.slice(0, 4)}-${run.slice(4, 6)}-${run.slice(6, 8)}`;

/** The run whose checks an object holds; undefined for one that no run can have named so. */
export function checkedRun(key: string): string | undefined {
  return /^ops\/check_results\/dt=\d{4}-\d\d-\d\d\/(?<run>\d{8}T\d{6}Z-[0-9a-f]{6})\.parquet$/.exec(key)?.groups?.[
    'run'
  ];
}
