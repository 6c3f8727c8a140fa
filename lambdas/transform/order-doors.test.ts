import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { order, withSmallLake, type SmallLake } from '../../test/small-lake.ts';

/** An order that came by the shop's export comes again by its webhook, where its lines and refunds have other ids. */
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-doors-test') });
});
afterAll(() => engine.close());

const tables = ['orders', 'order_items', 'refunds'] as const;

interface State {
  readonly updated: string;
  readonly lines: readonly string[];
  readonly refund?: { readonly id: string; readonly day: string };
}

const record = ({ updated, lines, refund }: State) =>
  order(0, {
    id: 7001,
    order_number: 1001,
    created_at: '2025-01-05T10:00:00Z',
    processed_at: '2025-01-05T10:00:00Z',
    updated_at: updated,
    total_price: '30.00',
    total_tax: '0.00',
    shipping_lines: [],
    line_items: lines.map((id) => ({ id, product_id: 1, variant_id: 1, title: 'a', quantity: 1, price: '15.00' })),
    refunds:
      refund === undefined
        ? []
        : [
            {
              id: refund.id,
              created_at: `${refund.day}T10:00:00Z`,
              processed_at: `${refund.day}T10:00:00Z`,
              refund_line_items: [],
              order_adjustments: [{ kind: 'refund_discrepancy', amount: '-5.00', tax_amount: '0.00' }],
              transactions: [{ kind: 'refund', status: 'success', amount: '5.00', currency: 'EUR' }],
            },
          ],
  });

const exported: State = {
  updated: '2025-02-01T00:00:00Z',
  lines: ['7001-1', '7001-2'],
  refund: { id: '7001-refund', day: '2025-01-05' },
};
const sent: State = { updated: '2025-02-03T00:00:00Z', lines: ['901', '902'], refund: { id: '55', day: '2025-01-20' } };

async function built(small: SmallLake, doors: readonly (readonly [string, State])[]) {
  for (const [key, state] of doors) {
    await small.drop(`raw/crm/orders/${key}`, `${JSON.stringify(record(state))}\n`);
    for (const table of tables) await small.transform(table);
  }
  return Promise.all(tables.map(async (table) => (await small.rows(table)).length));
}

const byExport = ['dt=2025-01-05/import-x.jsonl', exported] as const;
const byWebhook = ['dt=2025-02-03/webhook-shopify-y.jsonl', sent] as const;

test.each([
  ['the export first', [byExport, byWebhook]],
  ['the webhook first', [byWebhook, byExport]],
])('the order, its lines and its refund count once, as its newest state has them: %s', (_, doors) =>
  withSmallLake(engine, async (small) => {
    expect(await built(small, doors)).toEqual([1, 2, 1]);
    expect((await small.rows('order_items')).map((row) => String(row['line_item_id'])).toSorted()).toEqual([
      '901',
      '902',
    ]);
    expect((await small.rows('refunds')).map((row) => row['refund_id'])).toEqual(['55']);
  }),
);

test('a line that the newest state has no more counts no more', () =>
  withSmallLake(engine, async (small) => {
    const later = { ...sent, updated: '2025-02-04T00:00:00Z', lines: ['901'] };
    expect(await built(small, [byWebhook, ['dt=2025-02-04/webhook-shopify-z.jsonl', later]])).toEqual([1, 1, 1]);
  }));
