import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createView } from '../../lambdas/shared/schema/athena-ddl.ts';
import type { AnswerValue } from '../../lambdas/shared/ports/warehouse.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from '../../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { expressions, fails, refused, relations, statements } from '../../localstack/embedded/warehouse/trino/traps.ts';
import { parseType } from '../../localstack/embedded/warehouse/trino/types.ts';
import { ask } from '../../localstack/trino/client.ts';
import { differences, equal, shown } from './compare.ts';
import { askAll, enginesTable, isThere, told, type Asked } from './engines.ts';
import { madePart } from './page.ts';
import { release, server } from './surroundings.ts';

const schema = 'traps';

let warehouse: DuckdbWarehouse;
let asked: ReadonlyMap<string, Asked>;
beforeAll(async () => {
  await ask(server, schema, `CREATE SCHEMA ${schema}`);
  for (const relation of relations)
    if (relation.kind === 'view') await ask(server, schema, createView(relation.name, relation.sql));
  warehouse = await duckdbWarehouse({ relations: relations, resolve: (key) => key, threads: 1 });
  asked = new Map((await askAll({ url: server, release }, schema, warehouse)).map((trap) => [trap.id, trap]));
});
afterAll(() => warehouse.close());

const ids = [...expressions, ...statements].map(([id]) => id);

function trapOf(id: string): Asked {
  const trap = asked.get(id);
  if (!trap) throw new Error(`${id} was not asked.`);
  return trap;
}

/** Where Trino does otherwise than a trap says; undefined where it does so. */
function otherwise(trap: Asked): string | undefined {
  const { expected, kind, trino } = trap;
  if (!isThere(trap)) return undefined;
  if ('without' in trino)
    return expected === fails || expected === refused ? undefined : `Trino fails: ${trino.without}`;
  const { columns, rows } = trino.answer;
  const value: AnswerValue = kind === 'expression' ? (rows[0]?.[0] ?? null) : rows;
  // What is refused by name, Trino may answer or not.
  if (typeof expected === 'symbol') return expected === fails ? `Trino answers ${shown(value)}` : undefined;
  const type = kind === 'expression' ? parseType(columns[0]?.type ?? '') : undefined;
  return equal(value, expected, type) ? undefined : `Trino gives ${shown(value)} instead of ${shown(expected)}`;
}

/** Where both engines answer, and not alike; or where only the embedded one does. */
function apart(trap: Asked): string[] {
  const { trino, duckdb } = trap;
  if (!('answer' in duckdb) || !isThere(trap)) return [];
  return 'answer' in trino
    ? differences(trino.answer, duckdb.answer, { ordered: true })
    : [`Trino: ${trino.without}; DuckDB answers ${shown(duckdb.answer.rows)}`];
}

describe('Trino does what the trap says', () => {
  test.each(ids)('%s', (id) => {
    expect(otherwise(trapOf(id))).toBeUndefined();
  });
});

describe('names, types and values are the same', () => {
  test.each(ids)('%s', (id) => {
    expect(apart(trapOf(id))).toEqual([]);
  });
});

if (told.has(release)) {
  test('docs/portable-sql-constructs.md says of every construct what the engines give', () => {
    const { made, anew } = madePart('docs/portable-sql-constructs.md', (before) =>
      enginesTable([...asked.values()], release, before),
    );
    expect(made).toBe(anew);
  });
} else {
  // Other releases have other names for errors, and other answers to what is refused anyway.
  process.stderr.write(
    `docs/portable-sql-constructs.md speaks of Trino ${[...told].join(' and ')}: its table was not compared ` +
      `with ${release}.\n`,
  );
}
