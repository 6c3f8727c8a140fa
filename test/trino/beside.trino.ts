/**
 * The Trino of `sillage query --engine trino`: over the lake's own files, and read-only. It starts a server of its own,
 * so it runs where the first has files.
 */
import { describe, expect, test } from '@jest/globals';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { ask, TrinoFailed } from '../../localstack/trino/client.ts';
import { owner } from '../../localstack/trino/access.ts';
import { catalog as catalogName } from '../../localstack/embedded/warehouse/trino/names.ts';
import { type LakeTrino, withTrino } from '../../localstack/trino/lake-in-trino.ts';
import { catalog, connector, onDuckdb, root } from './surroundings.ts';
import { differences } from './compare.ts';

const writes = [
  'CREATE TABLE x AS SELECT 1 AS a',
  'CREATE SCHEMA other',
  'CREATE VIEW v AS SELECT 1 AS a',
  'DROP VIEW roi_by_channel_daily',
  'DROP TABLE orders',
  'DELETE FROM orders',
  'INSERT INTO fx_rates SELECT * FROM fx_rates',
  "CALL system.sync_partition_metadata('sillage', 'orders', 'FULL')",
];

(connector === 'hive' ? describe : describe.skip)('a Trino beside the lake', () => {
  test('answers as the embedded engine, lets nobody write, and hides what tells persons apart', async () => {
    await withTrino(
      filesLake(root),
      catalog,
      { onLine: () => undefined, heapMb: 1500, withholdsPersons: true },
      async ({ url }: LakeTrino) => {
        const asked = (sql: string, user = 'me') => ask(url, 'sillage', sql, { catalog: catalogName, user });
        for (const sql of [
          'SELECT count(*) AS n FROM web_events',
          'SELECT * FROM orders_daily',
          'SELECT table_name, count(*) AS n FROM rejects GROUP BY 1',
        ])
          expect(differences(await asked(sql), await onDuckdb((warehouse) => warehouse.query(sql)), { ordered: false })).toEqual([]); // prettier-ignore
        for (const sql of writes) await expect(asked(sql)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
        for (const sql of ['SELECT 1', writes[0] ?? ''])
          await expect(asked(sql, owner)).rejects.toBeInstanceOf(TrinoFailed);
        const seen = (await asked('SELECT * FROM orders LIMIT 0')).columns.map(({ name }) => name);
        const personal = catalog.get('orders')?.columns.filter(({ pii }) => pii !== undefined) ?? [];
        expect(personal.length).toBeGreaterThan(0);
        for (const { name } of personal) {
          expect(seen).not.toContain(name);
          await expect(asked(`SELECT ${name} FROM orders`)).rejects.toBeInstanceOf(TrinoFailed);
        }
      },
    );
  });
});
