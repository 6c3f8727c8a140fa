/** An order that is told several times: one telling counts, and in every table the same one. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { smallLake } from '../../test/small-lake.ts';
import { openEngine } from '../shared/duckdb.ts';

/** One telling of an order. */
interface Telling {
  readonly toldBy?: 'export' | 'graphql';
  /** Minutes after the order. */
  readonly changed: number;
}
type Counted = Readonly<Record<'orders' | 'items' | 'refunds', readonly string[]>>;

/** The order as it is told; its line and its refund are named after the telling. */
function recordOf(order: number, name: string, { toldBy, changed }: Telling) {
  const at = (minutes: number) => new Date(Date.UTC(2025, 2, 10, 9, minutes)).toISOString();
  return {
    id: order,
    ...(toldBy && { told_by: toldBy }),
    name,
    order_number: order,
    created_at: at(0),
    updated_at: at(changed),
    currency: 'EUR',
    taxes_included: true,
    total_price: '60.00',
    total_tax: '10.00',
    financial_status: 'partially_refunded',
    line_items: [{ id: `line ${name}`, quantity: 1, price: '60.00', title: name, tax_lines: [{ price: '10.00' }] }],
    refunds: [{ id: name, created_at: at(1), transactions: [{ kind: 'refund', status: 'success', amount: '6.00' }] }],
  };
}

/** States that one second may hold, each further on than the one before it. */
function statesOf(id: string) {
  const refund = (status: string) => [
    { id, created_at: '2025-03-10T09:05:00Z', transactions: [{ kind: 'refund', status, amount: '6.00' }] },
  ];
  return [
    { financial_status: 'pending', refunds: [] },
    { financial_status: 'paid', refunds: [] },
    { financial_status: 'paid', refunds: refund('pending') },
    { financial_status: 'paid', refunds: refund('success') },
    { financial_status: 'partially_refunded', refunds: refund('success') },
    { financial_status: 'partially_refunded', refunds: refund('success'), cancelled_at: '2025-03-10T09:05:00Z' },
  ];
}

test('of two states of one second the one that is further on counts, whichever came first', async () => {
  const engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-states') });
  const lake = await smallLake(engine);
  // Each pair of states by eight orders: a coin would not fall eight times on one side.
  const states = statesOf('');
  const pairs = states.flatMap((_, later) => states.slice(0, later).map((__, before) => [before, later] as const));
  const told = (which: 0 | 1) =>
    pairs.flatMap((pair, n) =>
      Array.from({ length: 8 }, (_, copy) => ({
        ...recordOf(n * 8 + copy, `${n}.${copy}`, { changed: 5 }),
        ...statesOf(`${n}.${copy}`)[pair[copy % 2 === 0 ? which : 1 - which] ?? 0],
      })),
    );
  try {
    await lake.drop('raw/crm/orders/dt=2025-03-10/webhook-shopify-a.jsonl.gz', told(0));
    await lake.drop('raw/crm/orders/dt=2025-03-10/webhook-shopify-b.jsonl.gz', told(1));
    for (const table of ['orders', 'refunds']) await lake.transform(table);
    const found = await lake.ask(`SELECT order_id, financial_status, cancelled_at IS NOT NULL AS cancelled,
      (SELECT max(status) FROM refunds AS r WHERE r.order_id = o.order_id) AS refund FROM orders AS o`);
    const expected = pairs.flatMap(([, later], n) =>
      Array.from({ length: 8 }, (_, copy) => ({
        order_id: String(n * 8 + copy),
        financial_status: states[later]?.financial_status,
        cancelled: later === 5,
        refund: later < 2 ? null : later === 2 ? 'pending' : 'success',
      })),
    );
    const byId = (rows: readonly { readonly [column: string]: unknown }[]) =>
      rows.map((row) => JSON.stringify(row)).toSorted();
    expect(byId(found)).toEqual(byId(expected));
  } finally {
    await lake.dispose();
    engine.close();
  }
});

/** Which telling of each order counts in each table: `order.telling`. Each telling lies in an object of its own. */
async function counted(orders: readonly (readonly Telling[])[], isReversed = false): Promise<Counted[]> {
  const engine = await openEngine({ threads: 1, memoryMb: 500, spill: join(tmpdir(), 'sillage-versions') });
  const lake = await smallLake(engine);
  try {
    const most = Math.max(...orders.map(({ length }) => length));
    for (let at = 0; at < most; at += 1)
      await lake.drop(
        `raw/crm/orders/dt=2025-03-10/o${isReversed ? most - at : at}.jsonl.gz`,
        orders.flatMap((tellings, n) => {
          const telling = tellings[at];
          return telling === undefined ? [] : [recordOf(n, `${n}.${at}`, telling)];
        }),
      );
    for (const table of ['orders', 'order_items', 'refunds']) await lake.transform(table);
    const rows = async (table: string, column: string) => (await lake.rows(table)).map((row) => String(row[column]));
    const names = {
      orders: await rows('orders', 'order_name'),
      items: await rows('order_items', 'title'),
      refunds: await rows('refunds', 'refund_id'),
    };
    const own = (all: readonly string[], n: number) => all.filter((name) => name.split('.')[0] === String(n));
    return orders.map((_, n) => ({
      orders: own(names.orders, n),
      items: own(names.items, n),
      refunds: own(names.refunds, n),
    }));
  } finally {
    await lake.dispose();
    engine.close();
  }
}
const all = (name: string): Counted => ({ orders: [name], items: [name], refunds: [name] });

const rest: Telling = { changed: 5 };
const cases: readonly (readonly [string, readonly Telling[], number])[] = [
  ['the newer answer', [rest, { toldBy: 'graphql', changed: 9 }], 1],
  ['of one moment the answer that tells more', [{ toldBy: 'graphql', changed: 5 }, rest], 1],
  ['an answer before a newer export', [rest, { toldBy: 'export', changed: 900 }], 0],
  ['the newer export where there is no answer', [{ toldBy: 'export', changed: 5 }, { toldBy: 'export', changed: 9 }], 1], // prettier-ignore
];

test('of the tellings of an order one counts, and the same one in every table', async () => {
  const telling = fc
    .record({ toldBy: fc.constantFrom(undefined, 'graphql', 'export'), changed: fc.integer({ min: 5, max: 7 }) })
    .map(({ toldBy, changed }): Telling => ({ changed, ...(toldBy && { toldBy }) }));
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const drafts = fc.sample(fc.array(telling, { minLength: 2, maxLength: 4 }), { numRuns: 60, seed });
  const orders = [...cases.map(([, tellings]) => tellings), ...drafts];
  const found = await counted(orders);
  for (const [n, [name, , best]] of cases.entries())
    expect({ name, counted: found[n] }).toEqual({ name, counted: all(`${n}.${best}`) });
  for (const [n, tellings] of orders.entries())
    expect({ seed, tellings, isOne: tellings.some((_, at) => found[n]?.orders[0] === `${n}.${at}`), found: found[n] })
      .toEqual({ seed, tellings, isOne: true, found: all(found[n]?.orders[0] ?? '') }); // prettier-ignore
  expect({ seed, found: await counted(orders, true) }).toEqual({ seed, found });
});
