/**
 * The views of products against plain sums: each is computed once more by loops over the rows that it is made from, in
 * every column.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { openWorkshop, pick, text, type Row, type Tables, type Workshop } from './fixture.ts';
import { greatest, groups, key, measured, n, plain, ratio, sum } from './sums.fixture.ts';
import { productOf, shopByChance } from './views.samples.ts';

const seed = 20_260_404;
let workshop: Workshop;
let tables: Tables;
let periods: readonly Row[];

beforeAll(async () => {
  workshop = await openWorkshop();
  tables = shopByChance(seed);
  periods = await workshop.view('product_cost_periods', tables);
});
afterAll(() => workshop.close());

const of = (name: string): readonly Row[] => tables[name] ?? [];
const conversions = () =>
  new Map(of('orders').flatMap((row) => (row['is_conversion'] ? [[row['order_id'], row]] : [])));

/** What one unit of a line cost on the day of its order; undefined where nobody knows. */
function costOf(item: Row, day: string): number | undefined {
  const period = periods.find(
    (row) =>
      row['variant_id'] === item['variant_id'] &&
      text(row, 'holds_from') <= day &&
      (row['holds_until'] === null || day < text(row, 'holds_until')),
  );
  return period === undefined ? undefined : n(period, 'cost_eur');
}

/** The lines of conversions that are of a product, with their day and their cost. */
const lines = (): Row[] =>
  of('order_items').flatMap((item) => {
    const order = conversions().get(item['order_id'] ?? null);
    const product_id = productOf(tables, item);
    const isNothing = product_id === null && n(item, 'shipped_quantity') <= 0 && n(item, 'net_revenue_eur') === 0;
    if (order === undefined || isNothing) return [];
    const day = text(order, 'local_date');
    const unit = costOf(item, day);
    const isSent = n(item, 'shipped_quantity') > 0;
    return [
      {
        ...item,
        product_id,
        day,
        cost: isSent ? (unit === undefined ? null : unit * n(item, 'shipped_quantity')) : 0,
        is_covered: unit !== undefined || !isSent,
      },
    ];
  });

/** What a product that the catalogue does not have is called: as it was last sold, on whatever day. */
function soldAs(product: AnswerValue): AnswerValue {
  const sold = lines().filter((row) => row['product_id'] === product && row['title'] !== null);
  const last = greatest(sold, 'day');
  return greatest(
    sold.filter((row) => row['day'] === last),
    'title',
  );
}

/** Each look at a product: once an event, however many of its variants the event names. */
function looks(): Row[] {
  const bySku = new Map<string, string>();
  for (const row of of('products').toSorted((a, b) =>
    key(a, 'created_at', 'variant_id') < key(b, 'created_at', 'variant_id') ? -1 : 1,
  ))
    // prettier-ignore
    if (typeof row['sku'] === 'string' && !bySku.has(row['sku'])) bySku.set(row['sku'], text(row, 'product_id'));
  return of('web_events').flatMap((event) => {
    if (event['is_bot'] === true || event['event_name'] === 'page_view') return [];
    const named = JSON.stringify(event['items']).match(/S\d/gu) ?? [];
    const products = new Set(named.flatMap((sku) => bySku.get(sku) ?? []));
    return [...products].map((product_id) => ({
      product_id,
      day: event['local_date'] ?? null,
      item_views: event['event_name'] === 'view_item' ? 1 : 0,
      cart_adds: event['event_name'] === 'add_to_cart' ? 1 : 0,
    }));
  });
}

/** Whether it is known of a day what people looked at: from the first look at any product to the last one. */
function isSeen(day: string): boolean {
  const days = looks().map((row) => text(row, 'day'));
  return days.some((one) => one <= day) && days.some((one) => one >= day);
}

/** A sum that is unknown where none of its parts is known. */
const sumOfKnown = (rows: readonly Row[], name: string): number | null =>
  rows.some((row) => row[name] !== null) ? sum(rows, name) : null;

function daily(): Row[] {
  const sold = lines();
  const back = of('refunds').flatMap((refund): Row[] => {
    const line = sold.find((row) => row['line_item_id'] === refund['line_item_id']);
    if (line === undefined || refund['part'] !== 'goods') return [];
    const eur = n(refund, 'amount_eur') - n(refund, 'tax_eur');
    return [
      {
        product_id: line['product_id'] ?? null,
        day: line['day'] ?? null,
        units_refunded: n(refund, 'quantity'),
        refunded_eur: eur,
        covered_refunded: line['is_covered'] === true ? eur : 0,
      },
    ];
  });
  const facts = [...looks(), ...sold.map((row) => ({ ...row, is_sold: true })), ...back];
  return groups(facts, 'product_id', 'day').map(([names, all]) => {
    const own = all.filter((row) => row['is_sold'] === true);
    const catalogue = of('products').filter((row) => row['product_id'] === names['product_id']);
    const orders = new Set(own.map((row) => row['order_id'])).size;
    const cost_of_goods_eur = sumOfKnown(own, 'cost');
    const covered_eur = sum(own, (row) => (row['is_covered'] === true ? n(row, 'net_revenue_eur') : 0));
    return {
      ...names,
      title:
        names['product_id'] === null
          ? '(no product)'
          : (greatest(catalogue, 'title') ?? soldAs(names['product_id'] ?? null)),
      category: greatest(catalogue, 'category'),
      ...measured(all, 'units_refunded', 'net_revenue_eur', 'refunded_eur'),
      ...(isSeen(text(names, 'day'))
        ? measured(all, 'item_views', 'cart_adds')
        : { item_views: null, cart_adds: null }),
      orders,
      units: sum(own, 'quantity'),
      cost_of_goods_eur,
      covered_eur,
      gross_margin_eur:
        cost_of_goods_eur === null ? null : covered_eur - cost_of_goods_eur - sum(all, 'covered_refunded'),
    };
  });
}

function whole(): Row[] {
  const days = daily();
  const named = [...of('products'), ...days];
  return groups(named, 'product_id').map(([names, all]) => {
    const own = days.filter((row) => row['product_id'] === names['product_id']);
    const totals = measured(own, 'item_views', 'cart_adds', 'orders', 'units', 'units_refunded', 'net_revenue_eur');
    const { item_views = 0, cart_adds = 0, units = 0, units_refunded = 0, net_revenue_eur = 0 } = totals;
    const covered = sum(own, 'covered_eur');
    const gross_margin_eur = sumOfKnown(own, 'gross_margin_eur');
    return {
      ...names,
      title: greatest(all, 'title'),
      category: greatest(all, 'category'),
      ...totals,
      refunded_eur: sum(own, 'refunded_eur'),
      cost_of_goods_eur: sumOfKnown(own, 'cost_of_goods_eur'),
      covered_eur: covered,
      gross_margin_eur,
      cost_coverage: ratio(covered, net_revenue_eur),
      gross_margin_rate: ratio(gross_margin_eur, covered),
      view_to_cart_rate: ratio(cart_adds, item_views),
      return_rate: ratio(units_refunded, units),
    };
  });
}

function returns(): Row[] {
  const sold = lines();
  const back = of('refunds').flatMap((refund): Row[] => {
    const line = sold.find((row) => row['line_item_id'] === refund['line_item_id']);
    return line === undefined || refund['part'] !== 'goods'
      ? []
      : [{ ...refund, day: line['day'] ?? null, product_id: line['product_id'] ?? null, title: line['title'] ?? null }];
  });
  return groups(
    back.map((row) => ({ ...row, reason: row['reason'] ?? 'unknown' })),
    'product_id',
    'day',
    'reason',
  ).map(([names, all]) => {
    const catalogue = of('products').filter((row) => row['product_id'] === names['product_id']);
    return {
      ...names,
      title: greatest(catalogue, 'title') ?? soldAs(names['product_id'] ?? null),
      category: greatest(catalogue, 'category'),
      refunds: new Set(all.map((row) => row['refund_id'])).size,
      units: sum(all, 'quantity'),
      refunded_eur: sum(all, (row) => n(row, 'amount_eur') - n(row, 'tax_eur')),
    };
  });
}

test.each([
  ['product_performance_daily', daily],
  ['product_performance', whole],
  ['product_returns', returns],
])(`%s is the sum of its rows (seed ${seed})`, async (name, expected) => {
  const found = await workshop.view(name, tables);
  expect(found.length).toBeGreaterThan(5);
  expect(plain(found)).toEqual(plain(expected()));
});

test('what is sold of no product is a row without an id: the revenue adds up to that of the lines, in returns, too', async () => {
  const line = (line_item_id: string, net_revenue_eur: string, others: Row = {}): Row => ({
    line_item_id,
    order_id: 'O',
    title: line_item_id,
    quantity: 1,
    shipped_quantity: 1,
    net_revenue_eur,
    ...others,
  });
  const sold = {
    orders: [{ order_id: 'O', local_date: '2026-03-10', is_conversion: true }],
    order_items: [
      line('soap', '10.00', { product_id: 'P' }),
      line('gift wrap', '4.00'),
      line('engraving', '6.00'),
      // A tip is of no product, and no revenue.
      line('tip', '0.00', { shipped_quantity: 0 }),
    ],
    refunds: [
      { refund_line_id: 'r', refund_id: 'R', order_id: 'O', line_item_id: 'engraving', part: 'goods', status: 'success', reason: null, quantity: 1, amount_eur: '7.20', tax_eur: '1.20' }, // prettier-ignore
    ],
  };
  for (const name of ['product_performance', 'product_performance_daily'])
    expect(
      new Set(pick(await workshop.view(name, sold), 'product_id', 'title', 'orders', 'units', 'net_revenue_eur', 'refunded_eur')), // prettier-ignore
    ).toEqual(
      new Set([
        ['P', 'soap', 1, 1, '10.00', '0.00'],
        [null, '(no product)', 1, 2, '10.00', '6.00'],
      ]),
    );
  expect(pick(await workshop.view('product_returns', sold), 'product_id', 'title', 'refunded_eur')).toEqual([
    [null, '(no product)', '6.00'],
  ]);
});

test('a product that is called anew is one product, by its last name on all days; a variant taken away keeps none of then', async () => {
  const sale = (order_id: string, local_date: string, product_id: string, title: string) => ({
    order: { order_id, local_date, is_conversion: true },
    line: { line_item_id: `${order_id}-${product_id}`, order_id, product_id, title, quantity: 1, shipped_quantity: 1, net_revenue_eur: '10.00' }, // prettier-ignore
  });
  const sales = [
    sale('1', '2026-03-10', 'P', 'Zest soap'),
    sale('2', '2026-03-11', 'P', 'Alpine soap'),
    sale('3', '2026-03-11', 'Q', 'Yarrow balm'),
  ];
  const variant = (variant_id: string, title: string, updated: string): Row => ({
    variant_id,
    product_id: 'Q',
    title,
    created_at: '2026-01-01 00:00:00.000',
    updated_at: `${updated} 00:00:00.000`,
  });
  const sold = {
    orders: sales.map(({ order }) => order),
    order_items: sales.map(({ line }) => line),
    products: [variant('gone', 'Yarrow balm', '2026-01-01'), variant('kept', 'Birch balm', '2026-02-01')],
    refunds: ['1-P', '2-P'].map((line_item_id) => ({ refund_line_id: line_item_id, refund_id: line_item_id, order_id: line_item_id, line_item_id, part: 'goods', status: 'success', reason: null, quantity: 1, amount_eur: '1.00', tax_eur: '0.00' })), // prettier-ignore
  };
  const names = async (view: string) =>
    [
      ...new Set(pick(await workshop.view(view, sold), 'product_id', 'title').map((row) => JSON.stringify(row))),
    ].toSorted();
  const both = ['["P","Alpine soap"]', '["Q","Birch balm"]'];
  expect(await names('product_performance_daily')).toEqual(both);
  expect(await names('product_performance')).toEqual(both);
  expect(await names('product_returns')).toEqual(['["P","Alpine soap"]']);
  const [pair] = pick(
    await workshop.view('product_affinity', {
      ...sold,
      order_items: [...sold.order_items, { ...sale('2', '', 'Q', '').line, line_item_id: 'too' }],
    }),
    'other_title',
  );
  expect(pair).toEqual(['Birch balm']);
});

test('of what was given away, or sold and never looked at, rates without a denominator are null', async () => {
  const found = await workshop.view('product_performance', {
    orders: [{ order_id: 'O', local_date: '2026-03-10', is_conversion: true }],
    order_items: [
      { line_item_id: 'gift', order_id: 'O', product_id: 'P', variant_id: 'V', title: 'Gift', quantity: 1, shipped_quantity: 1, net_revenue_eur: '0.00' }, // prettier-ignore
    ],
    product_costs: [{ variant_id: 'V', cost_eur: '3.00', reported_at: '2026-01-01 00:00:00.000', local_date: '2026-01-01', seen_on: '2026-01-01' }], // prettier-ignore
    products: [{ variant_id: 'W', product_id: 'Q', title: 'Unsold', created_at: '2026-01-01 00:00:00.000' }],
  });
  const rates = ['cost_coverage', 'gross_margin_rate', 'view_to_cart_rate', 'return_rate'] as const;
  expect(pick(found, 'product_id', 'gross_margin_eur', ...rates)).toEqual([
    ['P', '-3.00', null, null, null, 0],
    ['Q', null, null, null, null, null],
  ]);
});

test('what came back has a reason; a payment that waits gave nothing back, and one refund of two lines counts once', async () => {
  const order = { order_id: 'O', local_date: '2026-03-10', is_conversion: true };
  const line = (line_item_id: string): Row => ({
    line_item_id,
    order_id: 'O',
    product_id: 'P',
    title: 'Soap',
    quantity: 3,
    shipped_quantity: 3,
  });
  const back = (line_item_id: string, refund_id: string, reason: string | null, status = 'success'): Row => ({
    refund_line_id: `${refund_id}-${line_item_id}`,
    refund_id,
    order_id: 'O',
    line_item_id,
    part: 'goods',
    status,
    reason,
    quantity: status === 'pending' ? null : 1,
    amount_eur: status === 'pending' ? '0.00' : '12.00',
    tax_eur: status === 'pending' ? '0.00' : '2.00',
  });
  const found = await workshop.view('product_returns', {
    orders: [order],
    order_items: [line('a'), line('b')],
    refunds: [
      back('a', '1', 'defective'),
      back('b', '1', 'defective'),
      back('b', '2', null),
      back('a', '3', 'unwanted', 'pending'),
    ],
  });
  expect(new Set(pick(found, 'product_id', 'reason', 'refunds', 'units', 'refunded_eur'))).toEqual(
    new Set([
      ['P', 'defective', 1, 2, '20.00'],
      ['P', 'unknown', 1, 1, '10.00'],
    ]),
  );
});

test('what came back of a product counts though nothing of its line was sent or paid; of no product and nothing it does not', async () => {
  const line = (line_item_id: string, product_id: string | null): Row => ({
    line_item_id,
    order_id: 'O',
    product_id,
    title: line_item_id,
    quantity: 1,
    shipped_quantity: 0,
    net_revenue_eur: '0.00',
  });
  const found = await workshop.view('product_returns', {
    orders: [{ order_id: 'O', local_date: '2026-03-10', is_conversion: true }],
    order_items: [line('sample', 'P'), line('tip', null)],
    refunds: ['sample', 'tip'].map((line_item_id) => ({
      refund_line_id: line_item_id,
      refund_id: 'R',
      order_id: 'O',
      line_item_id,
      part: 'goods',
      status: 'none',
      quantity: 1,
      amount_eur: '0.00',
      tax_eur: '0.00',
    })),
  });
  expect(pick(found, 'product_id', 'reason', 'refunds', 'units', 'refunded_eur')).toEqual([['P', 'unknown', 1, 1, '0.00']]); // prettier-ignore
});

test('a line that an edit took away is of no order, and of no pair', async () => {
  const order = {
    order_id: 'O',
    local_date: '2026-03-10',
    processed_at: '2026-03-10 09:00:00.000',
    is_conversion: true,
  };
  const line = (product_id: string, quantity: number): Row => ({
    line_item_id: product_id,
    order_id: 'O',
    product_id,
    title: product_id,
    quantity,
    shipped_quantity: quantity,
    net_revenue_eur: quantity > 0 ? '10.00' : '0.00',
  });
  const sold = { orders: [order], order_items: [line('kept', 1), line('off', 0), line('too', 2)] };
  const soldOf = async (product_id: string) =>
    pick(
      await workshop.view(
        'product_performance',
        sold,
        `SELECT * FROM product_performance WHERE product_id = '${product_id}'`,
      ),
      'orders',
      'units',
    );
  expect([await soldOf('kept'), await soldOf('off'), await soldOf('too')]).toEqual([[[1, 1]], [[0, 0]], [[1, 2]]]);
  const pairs = ['product_pairs_daily', 'product_affinity'].map((view) => workshop.view(view, sold));
  for (const rows of await Promise.all(pairs))
    expect(pick(rows, 'product_id', 'other_product_id')).toEqual([['kept', 'too']]);
});

/** A cost as it was reported at a time, and came on a day. */
const reported = (cost_eur: string, at: string, seen_on: string, local_date = at.slice(0, 10)): Row => ({
  variant_id: 'V1',
  reported_at: `${at}:00.000`,
  seen_on,
  local_date,
  cost_eur,
});

test.each<readonly [string, readonly Row[], readonly (readonly unknown[])[]]>([
  [
    'the first one known holds for all days before',
    [reported('1.00', '2026-03-10 09:00', '2026-03-10')],
    [['2026-03-10', '1970-01-01', null, '1.00']],
  ],
  ...[true, false].map((isFirst): [string, readonly Row[], readonly (readonly unknown[])[]] => {
    const [later, earlier] = ['2026-03-10', '2026-03-09'].map((seen_on, i) =>
      reported(i === 0 ? '2.00' : '1.00', '2026-03-10 09:00', seen_on),
    );
    const both = [later ?? {}, earlier ?? {}];
    return [
      `of two of one moment the one that came later, ${isFirst ? 'first' : 'last'} in the file`,
      isFirst ? both : both.toReversed(),
      [['2026-03-10', '1970-01-01', null, '2.00']],
    ];
  }),
  [
    'a new one from the day on which it was reported',
    [reported('1.00', '2026-03-01 09:00', '2026-03-01'), reported('2.00', '2026-03-10 09:00', '2026-03-11')],
    [
      ['2026-03-01', '1970-01-01', '2026-03-10', '1.00'],
      ['2026-03-10', '2026-03-10', null, '2.00'],
    ],
  ],
  [
    'the same once more is no new one',
    [reported('1.00', '2026-03-01 09:00', '2026-03-01'), reported('1.00', '2026-03-10 09:00', '2026-03-10')],
    [['2026-03-01', '1970-01-01', null, '1.00']],
  ],
  [
    'of two on one day the later',
    [reported('2.00', '2026-03-10 10:00', '2026-03-10'), reported('1.00', '2026-03-10 09:00', '2026-03-10')],
    [['2026-03-10', '1970-01-01', null, '2.00']],
  ],
  [
    'one change that comes again with another cost holds from the day on which it came',
    [reported('1.00', '2026-03-10 09:00', '2026-03-10'), reported('2.00', '2026-03-10 09:00', '2026-03-12')],
    [
      ['2026-03-10', '1970-01-01', '2026-03-12', '1.00'],
      ['2026-03-12', '2026-03-12', null, '2.00'],
    ],
  ],
  [
    'and the last that came, where both came before the shop’s day of the change',
    [
      reported('2.00', '2026-03-09 23:30', '2026-03-10', '2026-03-10'),
      reported('1.00', '2026-03-09 23:30', '2026-03-09', '2026-03-10'),
    ],
    [['2026-03-10', '1970-01-01', null, '2.00']],
  ],
  [
    'two variants that change at one moment, one of which came a day later',
    [
      reported('1.00', '2026-03-10 09:00', '2026-03-10'),
      { ...reported('2.00', '2026-03-10 09:00', '2026-03-11'), variant_id: 'V2' },
    ],
    [
      ['2026-03-10', '1970-01-01', null, '1.00'],
      ['2026-03-10', '1970-01-01', null, '2.00'],
    ],
  ],
])('the cost of a variant: %s', async (_, product_costs, expected) => {
  const rows = await workshop.view('product_cost_periods', { product_costs });
  expect(pick(rows, 'reported_on', 'holds_from', 'holds_until', 'cost_eur')).toEqual(expected);
});
