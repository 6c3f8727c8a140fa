import * as z from 'zod';
import type { QueryOptions, Warehouse } from '../../../lambdas/shared/ports/warehouse.ts';
import type { LedgerRun, RefusedRecords } from './reader.ts';

/** Runs that a report has, and records that it shows of one reason. */
const [runsShown, samplesShown] = [20, 3] as const;

const count = z.coerce.number().int();

/** The last runs that built or removed anything, newest first. */
export async function runsOf(warehouse: Pick<Warehouse, 'query'>, options: QueryOptions): Promise<LedgerRun[]> {
  const { rows } = await warehouse.query(
    `SELECT run_id, min(started_at), max(finished_at), count_if(action = 'built'), count_if(action = 'removed'),
  coalesce(sum(rows_in), 0), coalesce(sum(CASE WHEN step = 'transform' THEN rows_out END), 0), coalesce(sum(rejected), 0), coalesce(sum(duplicates), 0)
FROM pipeline_runs GROUP BY run_id ORDER BY run_id DESC LIMIT ${runsShown}`,
    options,
  );
  const Run = z
    .tuple([z.string(), z.string(), z.string(), count, count, count, count, count, count])
    .transform(([run, startedAt, finishedAt, built, removed, rowsIn, rowsOut, rejected, duplicates]): LedgerRun => {
      return { run, startedAt, finishedAt, built, removed, rowsIn, rowsOut, rejected, duplicates };
    });
  return z.array(Run).parse(rows);
}

/** What was refused, by table and reason, with some of the records: a record with several reasons stands under each. */
export async function rejectsOf(warehouse: Pick<Warehouse, 'query'>, options: QueryOptions): Promise<RefusedRecords[]> {
  const { rows } = await warehouse.query(
    `WITH refused AS (
  SELECT table_name, dt, object, line, reason, message FROM rejects CROSS JOIN UNNEST(reasons, messages) AS r(reason, message)
), numbered AS (
  SELECT table_name, reason, object, line, coalesce(message, reason) AS message,
    count(*) OVER (PARTITION BY table_name, reason) AS records,
    min(dt) OVER (PARTITION BY table_name, reason) AS first_day, max(dt) OVER (PARTITION BY table_name, reason) AS last_day,
    row_number() OVER (PARTITION BY table_name, reason ORDER BY dt DESC, object, line) AS place
  FROM refused
)
SELECT table_name, reason, records, first_day, last_day, object, line, message FROM numbered
WHERE place <= ${samplesShown} ORDER BY records DESC, table_name, reason, place`,
    options,
  );
  const Sample = z.tuple([
    z.string(),
    z.string(),
    count,
    z.string(),
    z.string(),
    z.string(),
    count.nullable(),
    z.string(),
  ]);
  const groups = new Map<string, RefusedRecords>();
  for (const [table, reason, records, firstDay, lastDay, object, line, message] of z.array(Sample).parse(rows)) {
    const known = groups.get(`${table} ${reason}`);
    const samples = [...(known?.samples ?? []), { object, line, message }];
    groups.set(`${table} ${reason}`, { table, reason, records, firstDay, lastDay, samples });
  }
  return [...groups.values()];
}
