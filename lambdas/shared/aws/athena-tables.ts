import { addDays, dayOfKey, type Day } from '../days.ts';
import { literal } from '../duckdb.ts';
import { type Relation, type TableMaker, type TableRequest, WarehouseUnavailable } from '../ports/warehouse.ts';
import { athenaExecutions, type AthenaOptions } from './athena-executions.ts';
import { Allowance, realTiming } from './athena-waiting.ts';

/** Days that follow each other, the first and the last. */
function runsOf(days: readonly Day[]): [Day, Day][] {
  const runs: [Day, Day][] = [];
  for (const day of [...new Set(days)].toSorted()) {
    const last = runs.at(-1);
    if (last !== undefined && addDays(last[1], 1) === day) last[1] = day;
    else runs.push([day, day]);
  }
  return runs;
}

/** What a SELECT sees under the name of a relation: of a table the days of its keys, and no other. */
function narrowed(relation: Relation, database: string): string {
  if (relation.kind === 'view') return relation.sql;
  const { name, columns, keys } = relation;
  const days = runsOf(keys.flatMap((key) => dayOfKey(key) ?? []));
  const isOfWindow = days.map(([from, to]) => `dt BETWEEN DATE ${literal(from)} AND DATE ${literal(to)}`);
  return `SELECT ${columns.map((column) => column.name).join(', ')} FROM ${database}.${name} WHERE ${isOfWindow.length > 0 ? isOfWindow.join(' OR ') : 'false'}`;
}

/**
 * The one statement that makes a table both in Athena and in Trino: names without quotes, since DDL and queries quote
 * in different ways.
 */
export function createTableAs({ name, location, select, relations, columns }: TableRequest, database: string): string {
  const sees = relations.map((relation) => `${relation.name} AS (${narrowed(relation, database)})`);
  const typed = columns.map((column) => `CAST(${column.name} AS ${column.type}) AS ${column.name}`);
  return `CREATE TABLE ${database}.${name} WITH (format = 'PARQUET', external_location = ${literal(location)}) AS
WITH ${sees.join(',\n')}
SELECT ${typed.join(', ')} FROM (
${select}
)`;
}

/**
 * Tables that Athena makes. The workgroup must leave to each statement where its objects lie (it may not enforce its
 * own configuration): Athena refuses an external location otherwise.
 */
export function athenaTables(
  options: AthenaOptions & { readonly timeoutMs: number },
): TableMaker & { close(): Promise<void> } {
  const { database, timeoutMs, timing = realTiming } = options;
  const athena = athenaExecutions(options);
  const allowance = () => new Allowance(athena.closing, timeoutMs, timing.now);
  return {
    make: (request) =>
      athena.track(
        (async () => {
          const time = allowance();
          const { id } = await athena.ended(createTableAs(request, database), time);
          const { UpdateCount } = await time.during(() => athena.page(id, undefined, time));
          if (UpdateCount === undefined)
            throw new WarehouseUnavailable(
              `The warehouse ${athena.location} did not tell how many rows ${request.name} has.`,
            );
          return UpdateCount;
        })(),
      ),

    async drop(name) {
      await athena.track(athena.ended(`DROP TABLE IF EXISTS ${database}.${name}`, allowance()));
    },

    close: () => athena.close(),
  };
}
