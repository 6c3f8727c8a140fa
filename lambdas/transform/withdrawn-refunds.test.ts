/** A refund of which a later telling of its order knows nothing: it counts no more, unless that says nothing of refunds. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withSmallLake } from '../../test/small-lake.ts';
import { openEngine, type Engine } from '../shared/duckdb.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 500, spill: join(tmpdir(), 'sillage-withdrawn-test') });
});
afterAll(() => engine.close());

/** One telling of an order: by whom, on which day, and what it says of refunds. */
interface Telling {
  readonly by?: 'export' | 'graphql';
  readonly day: number;
  readonly refunds: 'one' | 'none' | 'an edit' | 'unsaid' | 'unnamed';
}

const at = (day: number) => `2025-03-${String(day).padStart(2, '0')}T10:00:00Z`;

const refundsOf = (name: string, { refunds }: Telling): object => {
  switch (refunds) {
    case 'unsaid':
      return {};
    case 'unnamed':
      return { financial_status: 'partially_refunded', refunds: [] };
    case 'none':
      return { refunds: [] };
    case 'an edit':
      return {
        refunds: [
          {
            id: name,
            created_at: at(2),
            refund_line_items: [
              { id: name, line_item_id: 'l', quantity: 1, restock_type: 'cancel', subtotal: '6.00', total_tax: '1.00' },
            ],
            transactions: [],
          },
        ],
      };
    case 'one':
      return {
        refunds: [
          { id: name, created_at: at(2), transactions: [{ kind: 'refund', status: 'success', amount: '6.00' }] },
        ],
      };
  }
};

const record = (order: number, name: string, telling: Telling) => ({
  id: order,
  ...(telling.by && { told_by: telling.by }),
  name,
  order_number: order,
  created_at: at(1),
  updated_at: at(telling.day),
  currency: 'EUR',
  taxes_included: true,
  total_price: '60.00',
  total_tax: '10.00',
  financial_status: 'paid',
  line_items: [{ id: `l`, quantity: 10, price: '6.00', title: name, tax_lines: [{ price: '10.00' }] }],
  ...refundsOf(name, telling),
});

/** The refunds that count once all tellings are landed, each in an object of its own, with a run after each or one. */
const counted = (orders: readonly (readonly Telling[])[], isReversed: boolean, isStepwise: boolean) =>
  withSmallLake(engine, async (lake) => {
    const places = [...Array(Math.max(...orders.map(({ length }) => length))).keys()];
    for (const place of isReversed ? places.toReversed() : places) {
      const records = orders.flatMap((tellings, n) => {
        const telling = tellings[place];
        return telling === undefined ? [] : [{ ...record(n, `${n}.${place}`, telling) }];
      });
      await lake.drop(`raw/crm/orders/dt=2025-03-20/${place}.jsonl.gz`, records);
      if (isStepwise) await lake.transform('refunds');
    }
    await lake.transform('refunds');
    return (await lake.rows('refunds')).map((row) => String(row['refund_id'])).toSorted();
  });

/** Which telling's refund counts, as the decision says it. */
function expected(tellings: readonly Telling[]): number | undefined {
  const rank = ({ by, day }: Telling) => [by === 'export' ? 0 : 1, day, by === undefined ? 1 : 0] as const;
  const isBetter = (one: Telling, other: Telling) => {
    const [a, b] = [rank(one), rank(other)];
    const differs = a.findIndex((part, i) => part !== b[i]);
    return (a[differs] ?? 0) > (b[differs] ?? 0);
  };
  const refunding = tellings.filter(({ refunds }) => refunds === 'one');
  const best = refunding.find((one) => refunding.every((other) => other === one || isBetter(one, other)));
  const isWithdrawn =
    best !== undefined &&
    tellings.some(
      (one) => (one.refunds === 'none' || one.refunds === 'an edit') && isBetter(one, best) && one.day >= best.day,
    );
  return best === undefined || isWithdrawn ? undefined : tellings.indexOf(best);
}

const cases: readonly (readonly [string, readonly Telling[], number | undefined])[] = [
  ['a later answer without it', [{ day: 3, refunds: 'one' }, { day: 5, refunds: 'none' }], undefined],
  ['a later answer with an edit alone', [{ day: 3, refunds: 'one' }, { day: 5, refunds: 'an edit' }], undefined],
  ['an earlier answer without it', [{ day: 3, refunds: 'none' }, { day: 5, refunds: 'one' }], 1],
  ['a later answer that does not ask for refunds', [{ day: 3, refunds: 'one' }, { day: 5, refunds: 'unsaid' }], 0],
  ['a later answer that says it is refunded and names none', [{ day: 3, refunds: 'one' }, { day: 5, refunds: 'unnamed' }], 0],
  ['a later export', [{ by: 'export', day: 3, refunds: 'one' }, { by: 'export', day: 5, refunds: 'none' }], undefined],
  ['a later answer, of an export', [{ by: 'export', day: 3, refunds: 'one' }, { day: 5, refunds: 'none' }], undefined],
  ['an earlier answer, of an export', [{ by: 'export', day: 5, refunds: 'one' }, { day: 3, refunds: 'none' }], 0],
  ['a later export, of an answer', [{ day: 3, refunds: 'one' }, { by: 'export', day: 5, refunds: 'none' }], 0],
  ['of one moment the answer that tells more', [{ by: 'graphql', day: 3, refunds: 'one' }, { day: 3, refunds: 'none' }], undefined],
]; // prettier-ignore

test('a refund counts until a later telling of its order, which tells refunds, has it no more', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  const telling = fc
    .record({
      by: fc.constantFrom(undefined, 'graphql' as const, 'export' as const),
      refunds: fc.constantFrom(
        'one' as const,
        'none' as const,
        'an edit' as const,
        'unsaid' as const,
        'unnamed' as const,
      ),
    })
    .map(({ by, refunds }) => ({ refunds, ...(by && { by }) }));
  const days = fc.shuffledSubarray([3, 4, 5, 6, 7, 8], { minLength: 2, maxLength: 4 });
  const order = fc
    .tuple(days, fc.array(telling, { minLength: 4, maxLength: 4 }))
    .map(([on, tellings]) => on.map((day, i): Telling => ({ day, refunds: 'none', ...tellings[i] })));
  const orders = [...cases.map(([, tellings]) => tellings), ...fc.sample(order, { numRuns: 80, seed })];
  for (const [n, [name, , place]] of cases.entries())
    expect({ name, place: expected(orders[n] ?? []) }).toEqual({ name, place });
  const all = orders.flatMap((tellings, n) => {
    const place = expected(tellings);
    return place === undefined ? [] : [`${n}.${place}`];
  });
  for (const [isReversed, isStepwise] of [
    [false, false],
    [true, true],
  ] as const)
    // prettier-ignore
    expect({ seed, isReversed, isStepwise, counted: await counted(orders, isReversed, isStepwise) }).toEqual({
      seed,
      isReversed,
      isStepwise,
      counted: all.toSorted(),
    });
});

test('what says of its refunds that it has none makes no slice, and no row', () =>
  withSmallLake(engine, async (lake) => {
    await lake.drop('raw/crm/orders/dt=2025-03-20/a.jsonl.gz', [record(1, 'a', { day: 3, refunds: 'none' })]);
    await lake.transform('refunds');
    expect(await lake.entry('refunds', '2025-03-01')).toBeUndefined();
    expect(await lake.entry('refunds', '2025-03-20')).toBeUndefined();
    await lake.drop('raw/crm/orders/dt=2025-03-20/b.jsonl.gz', [record(1, 'b', { day: 2, refunds: 'one' })]);
    await lake.transform('refunds');
    expect(await lake.entry('refunds', '2025-03-02')).toMatchObject({
      rowsIn: 1,
      rowsOut: 0,
      rejected: 0,
      duplicates: 1,
    });
  }));
