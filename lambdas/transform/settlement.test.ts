/** The names of settlement.sql, one at a time and at their borders; what they make of whole orders is in money.edits. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Macros, openMacros } from './macro-cases.ts';
import { shop } from './money.samples.ts';

let macros: Macros;
beforeAll(async () => {
  macros = await openMacros();
});
afterAll(() => macros.close());

type Cases = readonly (readonly [given: object, expected: unknown])[];

async function expectAll(record: string, expression: string, cases: Cases): Promise<void> {
  const found = await macros.evaluate(
    `list_transform([${record}], lambda r: ${expression})[1]`,
    cases.map(([given]) => JSON.stringify(given)),
  );
  expect(cases.map(([given], i) => [given, found[i]])).toEqual(cases);
}
/** Cases of one expression over an order `r`. */
const expectOrders = (expression: string, cases: Cases) => expectAll('order_of(x)', expression, cases);

const text = (amount: string) => `CAST(${amount} AS VARCHAR)`;
const payment = (amount: string, status = 'success') => ({ kind: 'refund', status, amount });
const line = (subtotal: string, restock_type = 'return') => ({ line_item_id: 1, quantity: 1, subtotal, restock_type });
const shipping = (amount: string) => ({ subtotal_amount_set: shop(amount) });

test('what a refund names and what went back, by itself and in all', async () => {
  const refunds = [
    { refund_line_items: [line('10.00'), line('2.00')], refund_shipping_lines: [shipping('3.00')] },
    { transactions: [payment('4.00'), payment('5.00', 'failure')] },
    { transactions: [payment('1.50')] },
  ];
  await expectOrders(
    `[list_transform(r.refunds, lambda f: ${text('refund_named(f, false)')}),
      list_transform(r.refunds, lambda f: ${text('refund_paid(f, r)')}), [${text('repaid_in_all(r)')}]]`,
    [[{ refunds }, [['15.00', '0.00', '0.00'], ['0.00', '4.00', '1.50'], ['5.50']]]],
  );
});

test('goods without a payment, and later payments without goods', async () => {
  const at = (day: number) => `2025-01-0${day}T00:00:00Z`;
  const open = { id: 1, created_at: at(3), transactions: [], refund_line_items: [line('10.00')] };
  const lone = { id: 2, created_at: at(3), transactions: [payment('10.00')] };
  const ids = `[list_transform(open_refunds(r), lambda f: f.id), list_transform(lone_payments(r, false), lambda f: f.id)]`;
  await expectOrders(
    ids,
    (
      [
        [[open, lone], ['1'], ['2']],
        [[open, { ...open, id: 3, created_at: at(2) }, { ...lone, created_at: at(2) }], ['1', '3'], ['2']],
        [[open, { ...lone, created_at: at(2) }], ['1'], []],
        [[open, { ...lone, created_at: at(2), processed_at: at(4) }], ['1'], ['2']],
        [[open, { ...lone, refund_line_items: [] }], ['1'], ['2']],
        [[open, { ...lone, transactions: [payment('0.50')] }], ['1'], ['2']],
        [[open, { ...lone, refund_line_items: [line('10.00')] }], ['1'], []],
        [[open, { ...lone, transactions: [payment('10.00', 'pending')] }], ['1'], []],
        [[open, { ...lone, refund_shipping_lines: [shipping('10.00')] }], ['1'], []],
        [[open, { ...lone, total_duties_set: shop('10.00') }], ['1'], []],
        [[{ ...open, refund_line_items: [] }, lone], [], []],
      ] as const
    ).map(([refunds, goods, payments]) => [{ refunds }, [goods, payments]]),
  );
});

const amount = 'DECIMAL(18,2)';
const given = (shape: unknown) => `from_json(x, '${JSON.stringify(shape)}')`;

test('what one side tells is on the other: both come to the same, or there is one of this amount for it', async () => {
  const each = { id: 'VARCHAR', amount };
  const list = (...amounts: readonly number[]) => amounts.map((value, n) => ({ id: String(n + 1), amount: value }));
  const pairs: readonly (readonly [side: readonly number[], other: readonly number[], paired: readonly boolean[]])[] = [
    [[10], [10], [true]],
    [[10], [9], [false]],
    [[10, 5], [15], [true, true]],
    [[10, 0], [10], [true, false]],
    [[0.5, 0.7], [1.2], [true, true]],
    [[10, 5], [10], [true, false]],
    [[10, 10, 5], [10], [true, false, false]],
    [
      [10, 10, 5],
      [10, 10],
      [true, true, false],
    ],
    [[5, -5], [], [false, false]],
    [
      [1, 2],
      [1, 1],
      [true, false],
    ],
  ];
  await expectAll(
    given({ side: [each], other: [each] }),
    'list_transform(r.side, lambda one: is_paired(r.side, r.other, one))',
    pairs.map(([side, other, paired]) => [{ side: list(...side), other: list(...other) }, paired]),
  );
});

test('what settled each refund without a payment: a payment apart, or goods in exchange as far as nothing is owed', async () => {
  const shape = {
    order: { total_outstanding: 'VARCHAR', current_total_price: 'VARCHAR' },
    open: [{ id: 'VARCHAR', amount, is_return: 'BOOLEAN' }],
    lone: [{ id: 'VARCHAR', amount, at: 'VARCHAR' }],
  };
  const open = (...amounts: readonly number[]) =>
    amounts.map((value, n) => ({ id: String(n + 1), amount: value, is_return: true }));
  const order = (total_outstanding: string) => ({ total_outstanding, current_total_price: '50.00' });
  const lone = (value: number, at: string) => ({ id: `p${at}`, amount: value, at });
  await expectAll(
    given(shape),
    `list_transform(settlements(r.order, r.open, r.lone), lambda s: [s.id, ${text('s.of')}, s.at, ${text('s.amount')}])`,
    [
      [{ order: {}, open: open(10), lone: [lone(10, 'b')] }, [['1', '10.00', 'b', '10.00']]],
      [
        { order: {}, open: open(10, 5), lone: [lone(9, 'c'), lone(6, 'b')] },
        [
          ['1', '10.00', 'c', '10.00'],
          ['2', '5.00', 'c', '5.00'],
        ],
      ],
      [{ order: {}, open: open(10), lone: [] }, [['1', '10.00', null, '0.00']]],
      [{ order: order('0.00'), open: open(10), lone: [] }, [['1', '10.00', null, '10.00']]],
      [{ order: order('3.00'), open: open(10), lone: [] }, [['1', '10.00', null, '10.00']]],
      [{ order: order('-4.00'), open: open(10), lone: [] }, [['1', '10.00', null, '6.00']]],
      [{ order: order('-11.00'), open: open(10), lone: [] }, [['1', '10.00', null, '0.00']]],
      [{ order: { total_outstanding: '0.00' }, open: open(10), lone: [] }, [['1', '10.00', null, '0.00']]],
      [{ order: { current_total_price: '50.00' }, open: open(10), lone: [] }, [['1', '10.00', null, '0.00']]],
      [
        { order: order('0.00'), open: [{ id: '1', amount: 10, is_return: false }], lone: [] },
        [['1', '10.00', null, '0.00']],
      ],
      // Of 15.00 all but the 4.00 that are owed is paid by goods, the first return first.
      [
        { order: order('-4.00'), open: open(10, 5), lone: [] },
        [
          ['1', '10.00', null, '10.00'],
          ['2', '5.00', null, '1.00'],
        ],
      ],
      [
        { order: order('0.00'), open: [{ id: '0', amount: 10, is_return: false }, ...open(5)], lone: [] },
        [
          ['0', '10.00', null, '0.00'],
          ['1', '5.00', null, '5.00'],
        ],
      ],
      // What a payment settled, and what is no return, is none of what is exchanged.
      [
        { order: order('-4.00'), open: open(5, 10), lone: [lone(10, 'b')] },
        [
          ['1', '5.00', null, '1.00'],
          ['2', '10.00', 'b', '10.00'],
        ],
      ],
      [
        { order: order('-4.00'), open: [...open(5), { id: '2', amount: 10, is_return: false }], lone: [] },
        [
          ['1', '5.00', null, '1.00'],
          ['2', '10.00', null, '0.00'],
        ],
      ],
    ],
  );
});

/** A refund in short: its moment, its payments, how its lines went back, its adjustments. */
const short = (refund: string) =>
  `list_transform([${refund}], lambda f: [[f.processed_at],
    list_transform(f.transactions, lambda t: t.kind || ' ' || t.status || ' ' || t.amount),
    list_transform(f.refund_line_items, lambda l: l.restock_type),
    list_transform(f.order_adjustments, lambda a: a.kind)])[1]`;

test('a refund with what paid for it, and what of it was not paid', async () => {
  const refund = {
    processed_at: 'a',
    transactions: [],
    refund_line_items: [line('10.00', 'no_restock'), line('5.00')],
    order_adjustments: [{ kind: 'SHIPPING_REFUND' }, { kind: 'refund_discrepancy' }, {}],
  };
  const settled = (of: string, paid: string, at: string) =>
    short(
      `settled_refund(r.refunds[1], { 'of': ${of}::DECIMAL(18,2), 'amount': ${paid}::DECIMAL(18,2), 'at': ${at} })`,
    );
  const lines = ['cancel', 'return'];
  await expectOrders(settled('15', '15', "'b'"), [
    [{ refunds: [refund] }, [['b'], ['refund success 15.00'], lines, ['SHIPPING_REFUND']]],
  ]);
  await expectOrders(settled('15', '6', 'NULL'), [
    [{ refunds: [refund] }, [['a'], ['refund success 6.00', 'refund pending 9.00'], lines, ['SHIPPING_REFUND']]],
  ]);
  await expectOrders(settled('15', '0', "'b'"), [
    [{ refunds: [refund] }, [['a'], [], ['no_restock', 'return'], ['SHIPPING_REFUND', 'refund_discrepancy', null]]],
  ]);
  await expectOrders(settled('1', '0.50', 'NULL'), [
    [{ refunds: [refund] }, [['a'], ['refund success 0.50', 'refund pending 0.50'], lines, ['SHIPPING_REFUND']]],
  ]);
});

/** 30.00 of goods came back, 10.00 of money went back; the total is 30.00 lower. */
const returned = { id: 1, transactions: [payment('10.00')], refund_line_items: [line('30.00')], order_adjustments: [] };
const exchange = {
  total_price: '100.00',
  current_total_price: '70.00',
  total_outstanding: '0.00',
  line_items: [{ id: 1, price: '100.00', quantity: 1 }],
  refunds: [returned],
};

test('the rest of a return is paid by goods in exchange, where nothing else can be', async () => {
  const refunding = (more: object) => ({ ...exchange, refunds: [{ ...returned, ...more }] });
  await expectOrders('is_part_exchanged(r.refunds[1], r)', [
    [exchange, true],
    [{ ...exchange, current_total_price: '70.01' }, false],
    [{ ...exchange, current_total_price: '20.00' }, true],
    [{ ...exchange, current_total_price: '19.99' }, false],
    [{ ...exchange, total_outstanding: '-0.01' }, false],
    [{ ...exchange, total_outstanding: '0.01' }, true],
    [{ ...exchange, total_outstanding: undefined }, false],
    [{ ...exchange, total_price: '60.00' }, true],
    [{ ...exchange, line_items: [] }, true],
    [{ ...exchange, total_price: '60.00', line_items: [] }, false],
    [refunding({ transactions: [] }), false],
    [refunding({ transactions: [payment('0.50')] }), true],
    [refunding({ transactions: [payment('30.00')] }), false],
    [refunding({ transactions: [payment('29.50')] }), true],
    [refunding({ transactions: [payment('10.00'), payment('20.00', 'pending')] }), false],
    [refunding({ transactions: [payment('10.00'), payment('20.00', 'failure')] }), false],
    [refunding({ transactions: [payment('10.00'), payment('20.00', 'error')] }), false],
    [refunding({ refund_line_items: [line('20.00'), line('10.00', 'cancel')] }), false],
    [refunding({ refund_line_items: [], refund_shipping_lines: [shipping('30.00')] }), false],
    [refunding({ order_adjustments: [{ kind: 'refund_discrepancy', amount: '1.00' }] }), false],
    [refunding({ total_duties_set: shop('5.00') }), false],
    [{ ...refunding({ total_duties_set: shop('5.00') }), current_total_price: '65.00' }, true],
    // Another refund's money has to be in the total, too.
    [{ ...exchange, refunds: [returned, { id: 2, transactions: [payment('0.01')] }] }, false],
  ]);
  const payments = (refunds: string) =>
    `list_transform(${refunds}, lambda f: list_transform(f.transactions, lambda t: t.kind || ' ' || t.status || ' ' || t.amount))`;
  await expectOrders(payments('settled_refunds(r)'), [
    [exchange, [['refund success 10.00', 'refund success 20.00']]],
    [{ ...exchange, total_outstanding: '-1.00' }, [['refund success 10.00']]],
    [
      {
        ...exchange,
        current_total_price: '60.00',
        refunds: [returned, { ...returned, id: 2, transactions: [payment('30.00')] }],
      },
      [['refund success 10.00'], ['refund success 30.00']],
    ],
    [
      {
        ...exchange,
        current_total_price: '40.00',
        refunds: [returned, { ...returned, id: 2, transactions: [payment('30.00')] }],
      },
      [['refund success 10.00', 'refund success 20.00'], ['refund success 30.00']],
    ],
  ]);
});

test('the refunds of an order, each with the payment that settled it', async () => {
  const refund = (id: number, day: number, more: object) => ({ id, created_at: `2025-01-0${day}T00:00:00Z`, ...more });
  const goods = refund(1, 2, { transactions: [], refund_line_items: [line('10.00')] });
  const money = refund(2, 3, { transactions: [payment('10.00')], refund_line_items: [] });
  const other = refund(3, 4, { transactions: [payment('7.00')], refund_line_items: [line('7.00')] });
  const paid = ['1', '2025-01-03T00:00:00Z', 'success 10.00'];
  const unpaid = ['1', null];
  const alone = ['2', null, 'success 10.00'];
  const whole = (total_price: string) => ({ financial_status: 'REFUNDED', total_price, refunds: [goods, money] });
  await expectOrders(
    `list_transform(with_settled_refunds(r).refunds, lambda f: list_concat([f.id, f.processed_at],
      list_transform(f.transactions, lambda t: t.status || ' ' || t.amount)))`,
    [
      [{}, null],
      [{ refunds: [] }, []],
      [{ refunds: [other] }, [['3', null, 'success 7.00']]],
      [{ refunds: [goods, money] }, [paid]],
      [{ refunds: [goods, money, other] }, [paid, ['3', null, 'success 7.00']]],
      [{ refunds: [goods, { ...money, transactions: [payment('4.00')] }] }, [unpaid, ['2', null, 'success 4.00']]],
      [{ refunds: [{ ...goods, refund_line_items: [line('10.00', 'cancel')] }, money] }, [paid]],
      // Refunded whole by less than its price, to the cent.
      [whole('10.02'), [unpaid, alone]],
      [whole('10.01'), [paid]],
      [{ ...whole('10.02'), financial_status: 'partially_refunded' }, [paid]],
      // Goods in exchange, but not for what was taken off.
      [{ refunds: [goods], total_outstanding: '0.00', current_total_price: '20.00' }, [['1', null, 'success 10.00']]],
      [
        {
          refunds: [{ ...goods, refund_line_items: [line('6.00'), line('4.00', 'cancel')] }],
          total_outstanding: '0.00',
          current_total_price: '20.00',
        },
        [unpaid],
      ],
    ],
  );
});
