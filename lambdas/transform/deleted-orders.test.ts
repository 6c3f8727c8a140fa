/** An order that the shop deleted: neither it nor its lines and refunds count, whatever older telling comes again. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { withSmallLake } from '../../test/small-lake.ts';
import { openEngine, type Engine } from '../shared/duckdb.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-deleted-test') });
});
afterAll(() => engine.close());

/** What is told of an order on a day of March: the order itself, by whom, or that it is no more. */
interface Telling {
  readonly by?: 'export' | 'graphql' | 'deletion';
  readonly day: number;
}

const at = (day: number) => `2025-03-${String(day).padStart(2, '0')}T10:00:00Z`;

const record = (id: number, { by, day }: Telling) =>
  by === 'deletion'
    ? { deleted_at: at(day), id }
    : {
        id,
        ...(by && { told_by: by }),
        name: `#${id}`,
        order_number: id,
        created_at: at(1),
        updated_at: at(day),
        currency: 'EUR',
        taxes_included: true,
        total_price: '60.00',
        total_tax: '10.00',
        financial_status: 'partially_refunded',
        line_items: [{ id: `line ${id}`, quantity: 1, price: '60.00', title: 'Serum', tax_lines: [{ price: '10.00' }] }],
        refunds: [
          { id, created_at: at(2), transactions: [{ kind: 'refund', status: 'success', amount: '6.00' }] },
        ],
      }; // prettier-ignore

const cases: readonly (readonly [what: string, tellings: readonly Telling[], counts: boolean])[] = [
  ['deleted', [{ day: 3 }, { by: 'deletion', day: 5 }], false],
  ['deleted, and sent again as it was before', [{ day: 3 }, { by: 'deletion', day: 5 }, { day: 4 }], false],
  ['deleted, and in an export whose file is newer', [{ day: 3 }, { by: 'deletion', day: 5 }, { by: 'export', day: 9 }], false], // prettier-ignore
  [
    'known by an export alone, and deleted',
    [
      { by: 'export', day: 3 },
      { by: 'deletion', day: 5 },
    ],
    false,
  ],
  [
    'deleted twice',
    [
      { by: 'graphql', day: 3 },
      { by: 'deletion', day: 5 },
      { by: 'deletion', day: 6 },
    ],
    false,
  ],
  ['deleted before it was ever told', [{ by: 'deletion', day: 5 }], false],
  ['taken out of the trash', [{ day: 3 }, { by: 'deletion', day: 5 }, { day: 7 }], true],
  ['deleted again after that', [{ day: 3 }, { by: 'deletion', day: 5 }, { day: 7 }, { by: 'deletion', day: 8 }], false],
  ['never deleted', [{ day: 3 }], true],
];

test.each([
  ['at once', false, false],
  ['as it came, with a run after each', false, true],
  ['the last first, with a run after each', true, true],
])('a deleted order counts no more: %s', (_, isReversed, isStepwise) =>
  withSmallLake(engine, async (lake) => {
    const run = async () => {
      for (const table of ['orders', 'order_items', 'refunds']) {
        const { built } = await lake.transform(table);
        for (const one of built) expect(one.rowsIn).toBe(one.rowsOut + one.rejected + one.duplicates);
      }
    };
    const places = [0, 1, 2, 3];
    for (const place of isReversed ? places.toReversed() : places) {
      const told = cases.flatMap(([, tellings], id) => {
        const telling = tellings[place];
        return telling === undefined ? [] : [record(id, telling)];
      });
      await lake.drop(`raw/crm/orders/dt=2025-03-2${place}/o.jsonl.gz`, told);
      if (isStepwise) await run();
    }
    await run();
    const ids = async (table: string) =>
      (await lake.rows(table)).map((row) => Number(row['order_id'])).toSorted((a, b) => a - b);
    const counting = cases.flatMap(([, , counts], id) => (counts ? [id] : []));
    expect({
      orders: await ids('orders'),
      items: await ids('order_items'),
      refunds: await ids('refunds'),
      rejects: await lake.rejects('orders'),
    }).toEqual({ orders: counting, items: counting, refunds: counting, rejects: [] });
    // Each telling is accounted for, the deletions too.
    const accounted = await Promise.all(
      ['01', '20', '21', '22', '23'].map(async (day) => (await lake.entry('orders', `2025-03-${day}`))?.rowsIn ?? 0),
    );
    const tellings = cases.flatMap(([, all]) => all);
    expect(accounted.reduce((sum, n) => sum + n, 0)).toBe(tellings.length);
  }),
);

test('what says that an order was deleted and names none is refused', () =>
  withSmallLake(engine, async (lake) => {
    await lake.drop('raw/crm/orders/dt=2025-03-20/o.jsonl.gz', [{ deleted_at: at(5) }, { deleted_at: 'yes', id: 7 }]);
    await lake.transform('orders');
    expect((await lake.rejects('orders')).map(({ line }) => Number(line))).toEqual([1, 2]);
  }));
