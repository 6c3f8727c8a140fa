/**
 * Queries as analysts and BI tools write them: Trino's own answer, names and types included, or a refusal by name;
 * nothing is answered otherwise without a word.
 */
import { expect, test } from '@jest/globals';
import { type Answer, QueryFailed, UnportableSql } from '../../lambdas/shared/ports/warehouse.ts';
import { database } from '../../localstack/embedded/warehouse/trino/names.ts';
import { ask, TrinoFailed } from '../../localstack/trino/client.ts';
import { analystsQueries as queries } from './analysts-queries.ts';
import { differences } from './compare.ts';
import { lake } from './lake.ts';
import { countedIn } from './page.ts';
import { connector, onDuckdb, server } from './surroundings.ts';

/** What Trino says of its own functions and plans, and how it lays out the text of a view: the engine here says its own. */
const inOwnWords: readonly string[] = ['met07', 'met08', 'met10', 'met13'];
/** Functions that DuckDB cannot give exactly. */
const refused: readonly string[] = ['sta13'];
/** What Trino estimates, each release in its way: the answer here comes with a note that says so. */
const estimated: readonly string[] = ['sta01', 'sta02', 'sta11'];
/** Rows that are in memory have no partitions. */
const withoutFiles: readonly string[] = connector === 'memory' ? ['met11'] : [];

/** An answer, or the words of who gave none. */
type Outcome = Answer | string;

const onTrino = (sql: string): Promise<Outcome> =>
  // There the schema is called as the lake.
  ask(server, lake, sql.replaceAll(database, lake)).catch((error: unknown) => {
    if (error instanceof TrinoFailed) return error.message;
    throw error;
  });

test(`${queries.length} queries of analysts`, async () => {
  const [alike, apart]: [string[], string[]] = [[], []];
  const [outside, told]: [string[], string[]] = [[], []];
  await onDuckdb(async (warehouse) => {
    for (const { id, sql } of queries) {
      if ([...inOwnWords, ...withoutFiles].includes(id)) continue;
      const ours = await warehouse.query(sql).catch((error: unknown): Outcome => {
        if (error instanceof UnportableSql) return '';
        if (error instanceof QueryFailed) return error.message;
        throw error;
      });
      if (ours === '') {
        outside.push(id);
        continue;
      }
      const trino = await onTrino(sql);
      if (typeof ours === 'string' || typeof trino === 'string') {
        apart.push(`${id}: Trino ${typeof trino === 'string' ? trino : 'answers'}; embedded ${typeof ours === 'string' ? ours : 'answers'}`); // prettier-ignore
        continue;
      }
      // An ORDER BY that leaves rows equal leaves their order free.
      const found = differences(trino, ours, { ordered: false });
      if (found.length === 0) alike.push(id);
      else if (estimated.includes(id) && ours.notes !== undefined) told.push(id);
      else apart.push(`${id}: ${found[0]}`);
    }
  });
  expect(apart).toEqual([]);
  expect(outside).toEqual(refused);
  expect(alike.length + told.length + outside.length + inOwnWords.length + withoutFiles.length).toBe(queries.length);
  const counts = countedIn('docs/portable-sql.md', 'score', {
    asked: queries.length,
    alike: queries.length - refused.length - inOwnWords.length - estimated.length,
    estimated: estimated.length,
  });
  expect(counts.told).toEqual(counts.counted);
});
