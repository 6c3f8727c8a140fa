import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { home } from '../home.ts';
import { loadCatalog } from './catalog.ts';
import { parseTable } from './table-document.ts';
import { dataDictionary, generatedFiles, rowTypes } from './documents.ts';
import { rejectRules } from './reject-rules.ts';

const catalog = loadCatalog();

test.each([...generatedFiles(catalog)])('%s is what the schemas give', (path, text) => {
  const isFresh = readFileSync(new URL(path, home), 'utf8') === text;
  expect(isFresh ? 'fresh' : `${path} is stale: run npm run schemas and commit what it writes.`).toBe('fresh');
});

describe('what is made of a document', () => {
  const table = parseTable(
    'curated',
    JSON.stringify({
      Name: 'small_things',
      Description: 'One thing.',
      TableType: 'EXTERNAL_TABLE',
      Parameters: {
        'sillage.primary_key': 'id',
        'sillage.keep': 'newest seen_at',
        'sillage.reads': 'raw_things fx_rates[-10..0]',
      },
      PartitionKeys: [{ Name: 'dt', Type: 'date', Comment: 'its day' }],
      StorageDescriptor: {
        Columns: [
          { Name: 'id', Type: 'string', Comment: 'Which */ one', Parameters: { required: 'true', unique: 'true' } },
          { Name: 'kind', Type: 'string', Comment: 'a | b', Parameters: { accepted: '["a","it\'s"]' } },
          { Name: 'seen_at', Type: 'timestamp', Parameters: { required: 'true', unit: 'UTC' } },
          { Name: 'price', Type: 'decimal(18,2)', Parameters: { min: '0', max: '9.5', unit: 'EUR', pii: 'pseudonym' } },
        ],
      },
    }),
  );
  const of = new Map([['small_things', table]]);

  test('the type of a row', () => {
    expect(rowTypes(new Map([['small_things', { ...table, zone: 'ops' }]])))
      .toBe(`// Made from glue-schemas/ by \`npm run schemas\`; change those instead.

/** One thing. */
export interface SmallThingsRow {
  /** Which  one */
  readonly id: string;
  /** a | b */
  readonly kind: "a" | "it's" | null;
  /**  (UTC) */
  readonly seen_at: Date;
  /**  (EUR) */
  readonly price: string | null;
}
`);
  });

  test('of a table that SQL writes there is no type of a row', () => {
    expect(rowTypes(of)).not.toContain('interface');
  });

  test('the dictionary', () => {
    const text = dataDictionary(of);
    for (const part of [
      'Primary key: `id`. `dt`: its day. Of several records with one key, the newest `seen_at` is kept. Made ' +
        'from `raw_things`, `fx_rates` (days -10 to 0 from its own). Objects under `curated/small_things/`.',
      '| `id` | string | Which */ one | required; unique |',
      "| `kind` | string | a \\| b | one of a, it's |",
      '| `price` | decimal(18,2) |  | ≥ 0; ≤ 9.5; EUR; pseudonymous |',
    ])
      expect(text).toContain(part);
  });
});

test('every rule by which the transform refuses a record is explained, and no other', () => {
  const folder = new URL('lambdas/transform/', home);
  const sources = readdirSync(folder)
    .filter((file) => /\.(?:sql|ts)$/u.test(file) && !file.endsWith('.test.ts'))
    .map((file) => new URL(file, folder))
    .concat(new URL('lambdas/shared/gzip.ts', home))
    .map((file) => readFileSync(file, 'utf8').replaceAll(/^import .*$|\/\*\*[^]*?\*\//gmu, ''));
  // A reason is a text such as 'type:date', one that ends in a name: `type:${column.name}`, or a fault of a cell.
  const found = sources.flatMap((source) =>
    [...source.matchAll(/(?:['`]|fault: ')(?<rule>[a-z][a-z0-9_]*)(?:(?<=fault: '\w+)'|:(?:[a-z_]*['`]|\$\{))/gu)].map(
      (match) => match.groups?.['rule'] ?? '',
    ),
  );
  expect([...new Set(found)].toSorted()).toEqual(rejectRules.map(({ rule }) => rule).toSorted());
  const dictionary = dataDictionary(catalog);
  for (const { rule } of rejectRules) expect(dictionary).toContain(`| \`${rule}\` |`);
});
