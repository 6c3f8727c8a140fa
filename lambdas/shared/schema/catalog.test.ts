import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { isShopTable } from '../../model/shop-tables.ts';
import { home } from '../home.ts';
import { loadCatalog, tableNamed } from './catalog.ts';
import { parseTable } from './table-document.ts';
import { sliceKey } from './slice-key.ts';
import { zones, type Table } from './table.ts';

const catalog = loadCatalog();
const tables = [...catalog.values()];
const made = tables.filter((table) => table.zone === 'curated' || table.zone === 'marts');
const names = (table: Table) => new Set(table.columns.map((column) => column.name));
const documents = new URL('glue-schemas/', home);

describe('the documents', () => {
  test('are one a table, in the zones that there are', () => {
    expect(new Set(readdirSync(documents))).toEqual(new Set(zones));
    expect(tables).toHaveLength(
      zones.reduce((sum, zone) => sum + readdirSync(new URL(`${zone}/`, documents)).length, 0),
    );
    expect(made.length).toBeGreaterThan(20);
  });

  test.each(tables.map((table) => [table.name, table] as const))(
    '%s names columns and tables that exist',
    (_, table) => {
      const own = names(table);
      expect(own.size).toBe(table.columns.length);
      expect(own.has('dt')).toBe(false);
      expect(
        [...table.primaryKey, ...table.sort, ...(table.keep ? [table.keep.column] : [])].filter(
          (name) => !own.has(name),
        ),
      ).toEqual([]);
      expect(
        table.reads.filter((input) => !catalog.has(input.table) || input.from > input.to).map((input) => input.table),
      ).toEqual([]);
      const wrong = table.columns.flatMap(({ name, references, accepted, pattern, type, pseudonymise, pii }) => [
        // What a column refers to must be one row.
        ...(references &&
        catalog.get(references.table)?.columns.find((column) => column.name === references.column)?.unique !== 'error'
          ? [`${name} → ${references.table}.${references.column}`]
          : []),
        ...(accepted && new Set(accepted).size !== accepted.length ? [`${name} accepts a value twice`] : []),
        ...(pattern !== undefined && !(pattern.startsWith('^') && new RegExp(pattern).source.endsWith('$'))
          ? [`${name} matches a part`]
          : []),
        ...(pseudonymise && (type.kind !== 'string' || pii !== 'pseudonym')
          ? [`${name} is a pseudonym and does not say so`]
          : []),
      ]);
      expect(wrong).toEqual([]);
    },
  );

  test.each(tables.filter((table) => table.zone === 'raw').map((table) => [table.name, table] as const))(
    'the feed %s has its place and its shape',
    (_, table) => {
      expect(table.prefix).toMatch(/^raw\/[a-z]+\/[a-z_]+\/$/);
      expect(table.format).toBeDefined();
      // Somebody reads it.
      expect(made.some((other) => other.reads.some((input) => input.table === table.name))).toBe(true);
    },
  );

  test('no two tables share their objects', () => {
    const prefixes = tables.filter((table) => !table.isView).map((table) => table.prefix);
    expect(prefixes.filter((prefix) => prefixes.some((other) => other !== prefix && other.startsWith(prefix)))).toEqual(
      [],
    );
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  test.each(made.map((table) => [table.name, table] as const))(
    '%s has a SELECT, a key and, where it is a table, a day and a way to choose among repeated records',
    (name, table) => {
      const place = table.zone === 'curated' ? `lambdas/transform/${name}.sql` : `athena/${name}.sql`;
      // What the shop's profile holds has no SELECT of its own, and neither has what TypeScript computes.
      const isThere = !isShopTable(table) && table.madeBy === undefined;
      expect({ place, isThere: existsSync(new URL(place, home)) }).toEqual({ place, isThere });
      if (table.isView) return;
      expect(table.primaryKey.length).toBeGreaterThan(0);
      expect(table.sort.length).toBeGreaterThan(0);
      expect(table.partition).toMatch(/./);
      expect(table.keep !== undefined).toBe(table.zone === 'curated');
    },
  );

  test('a table whose key is one over all days, and not in one alone, says that the day of a record may change; an event keeps its own', () => {
    const keyOf = ({ primaryKey, columns }: Table) => columns.filter(({ name }) => primaryKey.includes(name));
    const isOne = (table: Table) => keyOf(table).some(({ unique }) => unique === 'error');
    const curated = tables.filter((table) => table.zone === 'curated');
    const moving = curated.filter((table) => table.dayMayChange);
    expect([...moving.map(({ name }) => name), 'web_events'].toSorted()).toEqual(
      curated
        .filter(isOne)
        .map(({ name }) => name)
        .toSorted(),
    );
    // What has no key is refused, and meets no other; a statement of its own knows nothing of other days.
    for (const table of moving) {
      expect([table.name, keyOf(table).every(({ required, type }) => required && type.kind === 'string')]).toEqual([
        table.name,
        true,
      ]);
      expect([table.name, table.duplicates, table.keep?.which]).toEqual([table.name, undefined, 'newest']);
    }
    expect(tables.filter((table) => table.dayMayChange && table.zone !== 'curated')).toEqual([]);
  });

  test('money has a currency beside it, and each amount in EUR an amount', () => {
    const alone = made
      .filter((table) => table.zone === 'curated')
      .flatMap((table) =>
        table.columns
          .filter(
            (column) =>
              column.name.endsWith('_eur') &&
              !(names(table).has(column.name.slice(0, -4)) && names(table).has('currency')),
          )
          .map((column) => `${table.name}.${column.name}`),
      );
    expect(alone).toEqual([]);
  });

  test('every table that converts to EUR reads the rates of the same days', () => {
    const rates = { table: 'fx_rates', from: -10, to: 0 };
    for (const table of made.filter(
      (one) => one.zone === 'curated' && one.columns.some((column) => column.name.endsWith('_eur')),
    )) {
      expect([table.name, table.reads.find((input) => input.table === 'fx_rates')]).toEqual([table.name, rates]);
    }
  });

  test.each(['influencers', 'products'])('%s has a path of the slice', (name) => {
    expect(sliceKey(tableNamed(catalog, name), '2025-01-05')).toBe(`curated/${name}/dt=2025-01-05/${name}.parquet`);
  });

  /** The parts of Glue's TableInput that CreateTable and Athena want of such a table. */
  const tableInput = z.object({
    Name: z.string().regex(/^[a-z0-9_]{1,255}$/),
    Description: z.string().max(2048),
    TableType: z.string(),
    PartitionKeys: z
      .array(z.strictObject({ Name: z.literal('dt'), Type: z.enum(['date', 'string']), Comment: z.string().max(255) }))
      .length(1),
    Parameters: z.record(z.string(), z.string().max(512_000)),
    StorageDescriptor: z.object({
      Columns: z
        .array(
          z.strictObject({
            Name: z.string().max(255),
            Type: z.string().max(131_072),
            Comment: z.string().max(255),
            Parameters: z.record(z.string(), z.string()).optional(),
          }),
        )
        .min(1),
      Location: z.string().regex(/^s3:\/\/\$\{LakeBucket\}\/[a-z_/]+\/$/),
      InputFormat: z.string(),
      OutputFormat: z.string(),
      SerdeInfo: z.object({
        SerializationLibrary: z.string(),
        Parameters: z.record(z.string(), z.string()).optional(),
      }),
    }),
  });

  test.each(tables.filter((table) => !table.isView).map((table) => [table.name, table] as const))(
    '%s is a TableInput, with partitions that Athena finds by itself',
    (name, table) => {
      const document: unknown = JSON.parse(readFileSync(new URL(`${table.zone}/${name}.json`, documents), 'utf8'));
      const { StorageDescriptor, Parameters } = tableInput.parse(document);
      expect(StorageDescriptor.Location).toBe(`s3://\${LakeBucket}/${table.prefix}`);
      expect(Parameters['storage.location.template']).toBe(`s3://\${LakeBucket}/${table.prefix}dt=\${dt}/`);
      expect({
        enabled: Parameters['projection.enabled'],
        type: Parameters['projection.dt.type'],
        format: Parameters['projection.dt.format'],
      }).toEqual({ enabled: 'true', type: 'date', format: 'yyyy-MM-dd' });
      expect(Parameters['classification']).toBe(
        table.zone === 'raw' ? (table.format?.kind === 'csv' ? 'csv' : 'json') : 'parquet',
      );
    },
  );
});

describe('a document that is wrong', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'schemas of a test-'));
    cpSync(fileURLToPath(documents), root, { recursive: true });
  });
  afterAll(() => rmSync(root, { recursive: true }));
  const load = () => loadCatalog(pathToFileURL(`${root}/`));

  const fx = readFileSync(new URL('curated/fx_rates.json', documents), 'utf8');
  const cases: readonly (readonly [what: string, file: string, text: string, ...says: string[]])[] = [
    ['no JSON', 'curated/fx_rates.json', '{', 'glue-schemas/curated/fx_rates.json cannot be used'],
    [
      'another name',
      'curated/fx_rates.json',
      fx.replace('"fx_rates"', '"rates"'),
      'curated/fx_rates.json',
      'its Name is rates',
    ],
    [
      'an unknown type',
      'curated/fx_rates.json',
      fx.replace('decimal(18,6)', 'money'),
      'curated/fx_rates.json',
      '"money" is not a column type',
    ],
    [
      'an unknown promise',
      'curated/fx_rates.json',
      fx.replace('"required"', '"needed"'),
      'curated/fx_rates.json',
      'needed',
      'StorageDescriptor.Columns[0].Parameters',
    ],
    [
      'a bound that is no number',
      'curated/fx_rates.json',
      fx.replace('0.000001', 'tiny'),
      'curated/fx_rates.json',
      'min',
    ],
    [
      'a comment that is longer than Glue takes',
      'curated/fx_rates.json',
      fx.replace(/"Comment": "[^"]*"/, `"Comment": "${'é'.repeat(128)}"`),
      'curated/fx_rates.json',
      'Glue takes at most 255 bytes here',
    ],
    [
      'an input that cannot be read',
      'curated/fx_rates.json',
      fx.replace('"raw_fx_rates"', '"raw_fx_rates[-1]"'),
      'curated/fx_rates.json',
      '"raw_fx_rates[-1]" is not an input',
    ],
    [
      'a window that ends before it begins',
      'curated/fx_rates.json',
      fx.replace('"raw_fx_rates"', '"raw_fx_rates[0..-1]"'),
      'curated/fx_rates.json',
      '"raw_fx_rates[0..-1]" is not an input',
    ],
    [
      'a choice that is none',
      'curated/fx_rates.json',
      fx.replace('newest exported_in', 'best exported_in'),
      'curated/fx_rates.json',
      'sillage.keep',
    ],
    [
      'values of a column that has none',
      'curated/fx_rates.json',
      fx.replace('"required": "true"', '"accepted_as": "orders.order_id"'),
      'curated/fx_rates.json',
      'accepted_as is orders.order_id, which accepts no values of its own',
    ],
    [
      'values of a column that there is not',
      'curated/fx_rates.json',
      fx.replace('"required": "true"', '"accepted_as": "orders.colour"'),
      'curated/fx_rates.json',
      'accepted_as is orders.colour',
    ],
    [
      'values of itself',
      'curated/fx_rates.json',
      fx.replace('"required": "true"', '"accepted_as": "fx_rates.rate_date"'),
      'curated/fx_rates.json',
      'accepted_as is fx_rates.rate_date',
    ],
    [
      'a name that another zone has',
      'marts/fx_rates.json',
      fx,
      'marts/fx_rates.json',
      'the zone curated has a table of that name',
    ],
  ];
  test.each(cases)('%s is told with its file', (_, file, text, ...says) => {
    const path = join(root, file);
    const before = existsSync(path) ? readFileSync(path) : undefined;
    writeFileSync(path, text);
    try {
      for (const part of says) expect(load).toThrow(part);
    } finally {
      if (before) writeFileSync(path, before);
      else rmSync(path);
    }
  });

  test('a column may accept what another one does, and more', () => {
    const accepted = (table: string, name: string) =>
      tableNamed(catalog, table).columns.find((column) => column.name === name)?.accepted ?? [];
    const groups = accepted('web_events', 'channel');
    expect(groups).toContain('Paid Search');
    expect(accepted('orders', 'landing_channel')).toEqual(groups);
    expect(accepted('sessions', 'channel')).toEqual([...groups, 'Influencer']);
    expect(accepted('attribution', 'channel')).toEqual([...groups, 'Influencer']);
  });

  test('a document without promises has the defaults', () => {
    const { columns, reads, primaryKey, keep, rowsPerRecord, prefix } = parseTable(
      'ops',
      JSON.stringify({
        Name: 't',
        Description: '',
        TableType: 'EXTERNAL_TABLE',
        Parameters: {},
        StorageDescriptor: { Columns: [{ Name: 'a', Type: 'int' }] },
      }),
    );
    expect({ reads, primaryKey, keep, rowsPerRecord, prefix }).toEqual({
      reads: [],
      primaryKey: [],
      keep: undefined,
      rowsPerRecord: 'one',
      prefix: 'ops/t/',
    });
    expect(columns).toEqual([
      {
        name: 'a',
        type: { kind: 'int' },
        glueType: 'int',
        comment: '',
        field: 'a',
        cell: undefined,
        required: false,
        unique: undefined,
        accepted: undefined,
        acceptedAs: undefined,
        pattern: undefined,
        min: undefined,
        max: undefined,
        references: undefined,
        pii: undefined,
        pseudonymise: false,
        ratio: false,
        derive: undefined,
        optional: undefined,
        mask: 'text',
        unit: undefined,
      },
    ]);
  });

  test('a table that there is not names those that there are', () => {
    expect(() => tableNamed(catalog, 'order')).toThrow(/There is no table order\. The lake has .*orders/);
  });
});
