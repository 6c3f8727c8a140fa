/** An order that is told several times: one telling counts, and in every table the same one. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { smallLake } from '../../test/small-lake.ts';

/** One telling of an order: its line, its refund and what of it names the telling. */
interface Telling {
  readonly name: string;
  readonly toldBy?: 'export' | 'graphql';
  /** Minutes after the order. */
  readonly changed: number;
}

const recordOf = ({ name, toldBy, changed }: Telling) => {
  const at = (minutes: number) => new Date(Date.UTC(2025, 2, 10, 9, minutes)).toISOString();
  return {
    id: 1,
    ...(toldBy && { told_by: toldBy }),
    name: `#${name}`,
    order_number: 1,
    created_at: at(0),
    updated_at: at(changed),
    currency: 'EUR',
    taxes_included: true,
    total_price: '60.00',
    total_tax: '10.00',
    financial_status: 'partially_refunded',
    line_items: [{ id: `line-${name}`, quantity: 1, price: '60.00', title: name, tax_lines: [{ price: '10.00' }] }],
    refunds: [
      {
        id: `refund-${name}`,
        created_at: at(1),
        transactions: [{ kind: 'refund', status: 'success', amount: '6.00' }],
      },
    ],
  };
};

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-versions') });
});
afterAll(() => engine.close());

/** Which telling counts in each table, of tellings that lie in objects of their own. */
async function counted(tellings: readonly Telling[]): Promise<unknown> {
  const lake = await smallLake(engine);
  try {
    for (const [n, one] of tellings.entries())
      await lake.drop(`raw/crm/orders/dt=2025-03-10/o${n}.jsonl.gz`, [recordOf(one)]);
    for (const table of ['orders', 'order_items', 'refunds']) await lake.transform(table);
    return {
      orders: (await lake.rows('orders')).map((row) => String(row['order_name'])),
      items: (await lake.rows('order_items')).map((row) => String(row['title'])),
      refunds: (await lake.rows('refunds')).map((row) => String(row['refund_id'])),
    };
  } finally {
    await lake.dispose();
  }
}
const all = (name: string) => ({ orders: [name], items: [name], refunds: [`refund-${name}`] });

const rest: Telling = { name: 'rest', changed: 5 };
test.each<[string, readonly Telling[], string]>([
  ['the newer answer', [rest, { name: 'graphql', toldBy: 'graphql', changed: 9 }], 'graphql'],
  ['of one moment the answer that tells more', [{ name: 'graphql', toldBy: 'graphql', changed: 5 }, rest], 'rest'],
  ['an answer before a newer export', [rest, { name: 'export', toldBy: 'export', changed: 900 }], 'rest'],
  ['the newer export where there is no answer', [{ name: 'old', toldBy: 'export', changed: 5 }, { name: 'export', toldBy: 'export', changed: 9 }], 'export'], // prettier-ignore
])('%s counts', async (_, tellings, expected) => {
  expect(await counted(tellings)).toEqual(all(expected));
  expect(await counted(tellings.toReversed())).toEqual(all(expected));
});

test('of any tellings one counts, in every table, in whatever order they lie there', async () => {
  const telling = fc.record({
    toldBy: fc.constantFrom(undefined, 'graphql' as const, 'export' as const),
    changed: fc.integer({ min: 5, max: 7 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(telling, { minLength: 2, maxLength: 4 }), async (drafts) => {
      const tellings = drafts.map(({ toldBy, changed }, n): Telling => ({ name: `t${n}`, changed, ...(toldBy && { toldBy }) })); // prettier-ignore
      const found = await counted(tellings);
      expect(tellings.map(({ name }) => all(name))).toContainEqual(found);
      expect(await counted(tellings.toReversed())).toEqual(found);
    }),
    { numRuns: 4 },
  );
});
