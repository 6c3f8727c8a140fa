import { tmpdir } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { catalog, order } from '../../test/small-lake.ts';
import { literal, openEngine, type Engine, type Session } from '../shared/duckdb.ts';
import { knowingNames, read } from './names.ts';
import { recordsSelect } from './record-selects.ts';

let engine: Engine;
let session: Session;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 500, spill: tmpdir() });
  session = knowingNames(await engine.connect());
});
afterAll(() => engine.close());

const { id, line_items: lines, ...without } = order(1);
const refund = { id: 1, created_at: '2025-02-01T10:00:00Z', refund_line_items: [], transactions: [] };

/** Orders as they come, and as they should not. */
const sent: readonly (string | object)[] = [
  order(2),
  order(2, { updated_at: '2025-03-01T10:00:00+01:00' }),
  order(3, { id: 'woo:77', processed_at: '2024-12-31T23:59:59-05:00' }),
  order(4, { processed_at: '' }),
  order(5, { processed_at: 'yesterday' }),
  order(6, { created_at: null, processed_at: null }),
  order(7, { created_at: '20255-01-05' }),
  order(8, { created_at: 20_250_105 }),
  order(9, { created_at: { at: '2025-01-05' }, processed_at: ['2025-01-05'] }),
  order(10, { id: null }),
  order(11, { id: '' }),
  order(12, { id: { gid: 1 } }),
  order(13, { id: 'léa@example.fr' }),
  order(14, { line_items: [] }),
  order(15, { line_items: null }),
  order(16, { line_items: { id: 1 } }),
  order(17, { line_items: 'two' }),
  order(18, { line_items: [1, 'two', null, [3]] }),
  order(19, { refunds: [refund] }),
  order(20, { refunds: 'none', customer: 7, shipping_lines: {} }),
  { id },
  { ...without },
  { id, line_items: lines },
  { order: order(21) },
  { id, deleted_at: '2025-01-07T10:00:00Z' },
  { deleted_at: '2025-01-07T10:00:00Z' },
  order(23, { deleted_at: '2025-01-07T10:00:00Z' }),
  order(24, { deleted_at: 'yes' }),
  {},
  [order(22)],
  'null',
  '7',
  '"text"',
  '{"id": 1, "created_at": "2025-01-05T10:00:00Z", "line_items": [{}]',
  ' {"id": 1, "created_at": "2025-01-05T10:00:00Z", "line_items": [{}]}',
  '{"id": 1, "id": 2, "created_at": "2025-01-05T10:00:00Z", "line_items": [], "line_items": [{}]}',
];

const told = [...catalog.values()].filter(({ records }) => records !== undefined);

test('orders and their lines tell their days apart from the rest', () => {
  expect(told.map(({ name }) => name).toSorted()).toEqual(['order_items', 'orders']);
});

test.each(told.map((table) => [table.name, table] as const))(
  'what tells the days of %s gives the keys and the days of its SELECT',
  async (name, table) => {
    for (const isSingleDay of [false, true]) {
      const rows = sent.map(
        (record, n) =>
          `(${literal(typeof record === 'string' ? record : JSON.stringify(record))}, {'file': ${n + 1}, ` +
          `'day': DATE '2025-01-07', 'is_single_day': ${isSingleDay}})`,
      );
      await session.run(
        `CREATE OR REPLACE TEMP VIEW raw_crm_orders AS FROM (VALUES ${rows.join(', ')}) AS t(_record, _at)`,
      );
      const found = (of: typeof table) =>
        session.rows(`FROM (${recordsSelect(of, read(`${name}.sql`))}) ORDER BY file, day, record`);
      const whole = await found({ ...table, records: undefined });
      expect(whole.length).toBeGreaterThan(15);
      expect(await found(table)).toEqual(whole);
    }
  },
);
