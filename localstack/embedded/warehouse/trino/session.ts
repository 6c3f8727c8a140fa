import type { StreamedAnswer, Warehouse } from '../../../../lambdas/shared/ports/warehouse.ts';
import { whole } from '../../../../lambdas/shared/ports/warehouse.ts';
import type { DuckdbWarehouse } from '../duckdb-warehouse.ts';
import { assertThere } from './names.ts';
import { changeOf, sessionStatement, viewsOf } from './prepared.ts';

async function* none(): AsyncGenerator<never> {}

/** The answer to a statement of which nothing is to be shown but what is said. */
const told = (words: string): StreamedAnswer => ({ columns: [], rows: none(), notes: [words] });

/** A warehouse that keeps, from one statement to the next, what was prepared and the views that were made. */
export function inSession(warehouse: DuckdbWarehouse): Warehouse {
  const kept = new Map<string, string>();
  const stream: Warehouse['stream'] = async (sql, limits) => {
    const said = sessionStatement(sql, kept);
    if (said.kind === 'statement') return warehouse.stream(said.sql, { ...limits, views: viewsOf(kept) });
    if (said.kind === 'describe input')
      return described(
        ['Position', 'Type'],
        Array.from({ length: said.parameters }, (_, i) => [String(i), 'unknown']),
      );
    if (said.kind === 'describe output') {
      const { columns } = await warehouse.stream(said.sql, { ...limits, views: viewsOf(kept) });
      return described(
        ['Column Name', 'Type'],
        columns.map(({ name, type }) => [name, type]),
      );
    }
    if (said.kind === 'use') {
      assertThere(said.catalog, said.schema);
      return told(`${said.schema} is where names are looked for.`);
    }
    const change = changeOf(said);
    if (change?.drops !== undefined) kept.delete(change.drops);
    if (change?.adds) {
      const next = new Map([...kept, change.adds]);
      // What cannot be asked is not kept.
      if (change.check !== undefined) await warehouse.stream(change.check, { ...limits, views: viewsOf(next) });
      kept.set(...change.adds);
    }
    return told(change?.words ?? '');
  };
  return {
    stream,
    query: async (sql, limits) => whole(await stream(sql, limits)),
    close: () => warehouse.close(),
  };
}

const described = (names: readonly string[], rows: readonly (readonly string[])[]): StreamedAnswer => ({
  columns: names.map((name) => ({ name, type: 'varchar' })),
  rows: (async function* () {
    yield await Promise.resolve(rows);
  })(),
});
