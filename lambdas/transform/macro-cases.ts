import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '../shared/duckdb.ts';
import { loadNames } from './names.ts';

/** A session that knows the names of `record.sql`, `traffic.sql` and the list of traffic sources, for their tests. */
export interface Macros {
  /** The values of an expression over `x`, and `y` where each case has two, in the order of the cases; null is null. */
  evaluate(expression: string, cases: readonly (string | null | readonly (string | null)[])[]): Promise<unknown[]>;
  close(): void;
}

export async function openMacros(): Promise<Macros> {
  const engine = await openEngine({ threads: 1, memoryMb: 400, spill: join(tmpdir(), 'sillage-macros') });
  const session = await engine.connect();
  await loadNames(session);
  return {
    async evaluate(expression, cases) {
      const rows = cases.map((one, place) => ({ place, values: typeof one === 'string' || one === null ? [one] : one }));
      const found = await session.rows(
        `SELECT place, ${expression} AS value FROM (
           SELECT c.place AS place, c."values"[1] AS x, c."values"[2] AS y, c."values"[3] AS z, c."values"[4] AS w
           FROM (SELECT unnest(from_json(?, '[{"place": "INTEGER", "values": ["VARCHAR"]}]')) AS c)) ORDER BY place`,
        [JSON.stringify(rows)],
      );
      return found.map((row): unknown => row['value']);
    },
    close() {
      session.close();
      engine.close();
    },
  };
}
