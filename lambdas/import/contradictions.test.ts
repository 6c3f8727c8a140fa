/** What a file says of itself that cannot be true: never taken without a word. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { landed, lines, lookAt, partsOf, sample, type Options } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'contradictions-'));
});
afterEach(() => rm(home, { recursive: true }));

const orders = sample('orders_export.csv').toString('utf8');
const google = sample('google-en.csv').toString('utf8');
const products = sample('products_export.csv').toString('utf8');
const meta = (...rows: readonly string[]) =>
  ['Campaign name,Day,Amount spent (EUR),Impressions,Link clicks', ...rows].join('\n');
const spring = 'Printemps,2025-03-10,1.50,100,5';
const deals = (...rows: readonly string[]) => ['Pseudo;Cachet;Devise;Date', ...rows].join('\n');

/** A text with one thing changed, which must be there. */
function changed(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`There is no “${from}”.`);
  return text.replace(from, to);
}
const withoutRow = (text: string, part: string) => text.replace(new RegExp(`^.*${part}.*\n`, 'm'), '');

test('an order that lost a line is left out where a person says so, and what revenue lacks is told', async () => {
  const cut = withoutRow(orders, ',2,Savon,10.00');
  const [whole] = await partsOf(home, 'orders_export.csv', orders);
  const [part] = await partsOf(home, 'orders_export.csv', cut, { acceptIncomplete: true });
  expect(part?.records).toBe((whole?.records ?? 0) - 1);
  expect(part?.leftOut).toContainEqual({ why: 'an order that lost a line', rows: 1, first: 2 });
  expect(part?.notes[0]).toMatch(
    /^1 order of \d+\.\d\d EUR lost a line and is NOT imported \(#1001\): revenue lacks them/,
  );
  const [same] = await partsOf(home, 'orders_export.csv', orders, { acceptIncomplete: true });
  expect(same?.notes).toEqual(whole?.notes);
});

test('of an export that came in parts, the order that they cut is left out of both where a person says so', async () => {
  const at = orders.indexOf('#1001,Anna@Example.org,,');
  const [first, next] = [orders.slice(0, at), orders.slice(0, orders.indexOf('\n') + 1) + orders.slice(at)];
  const [one, other] = await Promise.all([first, next].map((text, n) => lookAt(home, `part${n}.csv`, text)));
  expect([one?.[0]?.kind, other?.[0]]).toMatchObject([
    'refused',
    {
      kind: 'refused',
      why: expect.stringMatching(/^Row 2 is a line of order #1001.*as by month.*--accept-incomplete/) as unknown,
    },
  ]);
  const [whole] = await partsOf(home, 'whole.csv', orders);
  const [ended] = await partsOf(home, 'b.csv', next, { acceptIncomplete: true });
  expect(ended?.records).toBe((whole?.records ?? 0) - 1);
  expect(ended?.notes[0]).toMatch(/^1 order lost a line and is NOT imported \(#1001\): revenue lacks them/);
});

test('a state of payment that Shopify does not write refuses its export: the run would refuse the order', async () => {
  const [one] = await lookAt(home, 'orders_export.csv', changed(orders, ',paid,', ',Payée,'));
  expect(one?.kind === 'refused' && one.why).toMatch(
    /^In row 2, “Financial Status” is “Payée”, which Shopify does not write/,
  );
});

describe('an order of an API that lost a line', () => {
  const shopMoney = (amount: string) => ({ shopMoney: { amount } });
  const restOrder = (number: number, subtotal: string) => ({
    id: number,
    name: `#${number}`,
    created_at: '2025-03-10T10:00:00+01:00',
    financial_status: 'paid',
    currency: 'EUR',
    subtotal_price: subtotal,
    total_price: subtotal,
    test: false,
    cancelled_at: null,
    taxes_included: true,
    refunds: [],
    discount_codes: [],
    line_items: [
      {
        id: 10 + number,
        title: 'Savon',
        quantity: 2,
        price: '20.00',
        gift_card: false,
        tax_lines: [],
        discount_allocations: [],
      },
    ],
  });
  const graphqlOrder = (number: number, subtotal: string) => ({
    id: `gid://shopify/Order/${number}`,
    name: `#${number}`,
    displayFinancialStatus: 'PAID',
    createdAt: '2025-03-10T09:00:00Z',
    updatedAt: '2025-03-10T09:00:00Z',
    currencyCode: 'EUR',
    subtotalPriceSet: shopMoney(subtotal),
    totalPriceSet: shopMoney(subtotal),
    currentTotalPriceSet: shopMoney(subtotal),
    test: false,
    cancelledAt: null,
    taxesIncluded: true,
    refunds: [],
    discountCodes: [],
    lineItems: [
      {
        id: `gid://shopify/LineItem/1${number}`,
        title: 'Savon',
        quantity: 2,
        originalUnitPriceSet: shopMoney('20.00'),
        isGiftCard: false,
        taxLines: [],
        discountAllocations: [],
      },
    ],
  });
  const jsonl = (records: readonly object[]) => records.map((one) => `${JSON.stringify(one)}\n`).join('');

  test.each<[string, string, number]>([
    ['a list of REST', JSON.stringify({ orders: [restOrder(1, '40.00'), restOrder(2, '60.00')] }), 2],
    ['lines of REST', jsonl([restOrder(1, '40.00'), restOrder(2, '60.00')]), 2],
    ['GraphQL', jsonl([graphqlOrder(1, '40.00'), graphqlOrder(2, '60.00')]), 2],
  ])('%s: refused, or left out where a person says so', async (_, text, row) => {
    const [refused] = await lookAt(home, 'o.json', text);
    expect(refused).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining(
        `Order #2 (line ${row}) has lines that come to 40.00 EUR, and its subtotal is 60.00 EUR`,
      ) as unknown,
    });
    const [part] = await partsOf(home, 'o.json', text, { acceptIncomplete: true, scratch: join(home, 'again') });
    expect(part).toMatchObject({
      rows: 2,
      records: 1,
      leftOut: [{ why: 'an order that lost a line', rows: 1, first: row }],
      notes: [
        '1 order of 60.00 EUR lost a line and is NOT imported (#2): revenue lacks them. Export it again: the ' +
          'newer file adds what this one lacks.',
      ],
    });
    expect(part?.totals).toContainEqual({ what: 'total', imported: '40.00 EUR' });
    const kept = part === undefined ? '' : landed(part);
    expect([kept.includes('"#1"'), kept.includes('"#2"')]).toEqual([true, false]);
  });

  test.each<[string, object]>([
    ['REST', { ...restOrder(3, '0.00'), line_items: [] }],
    ['GraphQL', { ...graphqlOrder(3, '0.00'), lineItems: [] }],
  ])('an order of nothing is told, for the run refuses it: %s', async (_, one) => {
    const [part] = await partsOf(home, 'o.json', jsonl([one]));
    expect(part?.notes).toEqual([
      '1 order has no line (the first is #3), and is going to be refused: it counts in no figure.',
    ]);
  });

  test('a page of lines that has others is refused, also where no price tells', async () => {
    const lineItems = { nodes: graphqlOrder(1, '40.00').lineItems, pageInfo: { hasNextPage: true } };
    const [one] = await lookAt(home, 'o.json', jsonl([{ ...graphqlOrder(1, '40.00'), lineItems }]));
    expect(one).toMatchObject({ kind: 'refused', why: expect.stringContaining('hasNextPage') as unknown });
  });
});

describe('is refused', () => {
  test.each<[string, string, RegExp]>([
    [
      'an order that lost a line',
      withoutRow(orders, ',2,Savon,10.00'),
      /lines of order #1001 \(row 2\) come to 40\.00 EUR, its subtotal is 54\.00 EUR.*--accept-incomplete/,
    ],
    [
      'a line without its order',
      `${orders}#1005,x@example.org${','.repeat(14)}2025-03-10 10:00:00 +0100,1,Savon,10.00${','.repeat(60)}\n`,
      /Row 8 is a line of order #1005/,
    ],
    [
      'an order that is there twice with other words',
      `${orders}${orders.split('\n').slice(1, 4).join('\n').replace('Savon,10.00', 'Savon,12.00')}\n`,
      /#1001 stands in the file twice/,
    ],
    [
      'a negative price',
      changed(orders, 'Sérum,30.00', 'Sérum,-30.00'),
      /“Lineitem price” is “-30\.00”, which is less than nothing/,
    ],
    [
      'a negative number of goods',
      changed(orders, ',2,Savon', ',-2,Savon'),
      /“Lineitem quantity” is “-2”, which is no number of goods/,
    ],
    [
      'a day after the report’s own period',
      changed(google, '2025-03-11,PMax', '2025-03-12,PMax'),
      /Row 5 is of 2025-03-12, and the report says itself that it is of 2025-03-10 to 2025-03-11/,
    ],
    [
      'a day before it',
      changed(google, '2025-03-10,FR', '2025-03-09,FR'),
      /Row 4 is of 2025-03-09, and the report says/,
    ],
    [
      'a day outside the days of its own row',
      'Campaign name,Day,Amount spent (EUR),Impressions,Reporting starts,Reporting ends\nPrintemps,2025-04-10,1.50,100,2025-03-01,2025-03-31\n',
      /Row 2 is of 2025-04-10, and the report says itself that it is of 2025-03-01 to 2025-03-31/,
    ],
    [
      'a day outside the days of its totals',
      'Campaign name,Day,Amount spent (EUR),Impressions,Reporting starts,Reporting ends\n,,1.50,100,2025-03-01,2025-03-31\nPrintemps,2025-04-10,1.50,100,2025-04-10,2025-04-10\n',
      /Row 3 is of 2025-04-10, and the report says itself/,
    ],
    [
      'a negative spend, where the most is below nothing',
      meta(spring, 'Printemps,2025-03-11,-5.00,100,5', 'Printemps,2025-03-12,-6.00,100,5'),
      /In row 3, “Amount spent \(EUR\)” is “-5\.00”, which is less than nothing/,
    ],
    [
      'negative clicks of what cost something',
      meta(spring, 'Printemps,2025-03-11,1.50,100,-5'),
      /In row 3, “Link clicks” is “-5”/,
    ],
    ['negative clicks', meta('Printemps,2025-03-10,1.50,100,-5'), /In row 2, “Link clicks” is “-5”/],
    [
      'a spend that is a word',
      meta('Printemps,2025-03-10,offert,100,5'),
      /“Amount spent \(EUR\)” is “offert”, which is no number/,
    ],
  ])('%s', async (_, text, words) => {
    const [one] = await lookAt(home, 'f.csv', text);
    expect(one).toEqual({ kind: 'refused', name: 'f.csv', why: expect.stringMatching(words) as unknown });
  });

  test.each([
    [
      'a credit',
      'Printemps,2025-03-11,-5.25,0,0',
      /1 row comes to less than nothing \(row 3; -5\.25 was spent in it\)/,
    ],
    ['clicks taken back', 'Printemps,2025-03-11,0,0,-5', /1 row comes to less than nothing \(row 3\)/],
  ])('%s is left out, and told; the other rows count', async (_, row, note) => {
    const [part] = await partsOf(home, 'f.csv', meta(spring, row));
    expect(part).toMatchObject({
      records: 1,
      leftOut: [{ why: 'comes to less than nothing: a credit or a correction', rows: 1, first: 3 }],
      notes: expect.arrayContaining([expect.stringMatching(note)]) as unknown,
    });
  });
});

describe('is told', () => {
  test.each<[string, string, Options, RegExp]>([
    [
      'a total that was changed',
      changed(orders, ',9.82,58.90', ',9.82,63.90'),
      {},
      /1 order \(the first is #1001, row 2: 5\.00 EUR of 63\.90 EUR\)\. .*read as a tip/,
    ],
    [
      'a total that is less than its parts',
      changed(orders, ',9.82,58.90', ',9.82,48.90'),
      {},
      /A total below goods.*#1001, row 2: 10\.00 EUR less\)/,
    ],
    [
      'a refund larger than its order',
      changed(orders, ',14.90,,,,,,5501004', ',149.00,,,,,,5501004'),
      {},
      /A refund larger than its order: 1 order \(the first is #1004, row 7: 149\.00 EUR of 14\.90 EUR\)/,
    ],
    [
      'lines that come to more than the order',
      changed(orders, 'Savon,10.00,,SAVON-1,true,true,fulfilled', 'Savon,20.00,,SAVON-1,true,true,fulfilled'),
      {},
      /Lines that come to more.*#1001, row 2: lines 80\.00 EUR, subtotal 54\.00 EUR, discount 6\.00 EUR\)/,
    ],
    [
      'a small line that is missing',
      changed(
        changed(orders, ',54.00,4.90,9.82,58.90,LEA10,6.00', ',39.00,4.90,9.82,43.90,LEA10,21.00'),
        ',2,Savon,10.00',
        ',1,Savon,10.00',
      ),
      {},
      /Lines that come to less than subtotal and discount/,
    ],
    [
      'an export of orders without currency',
      orders.replace(',Currency,', ',Devise 2,'),
      {},
      /no column “Currency”: EUR is taken, the shop's/,
    ],
    [
      'a day after the file was written',
      meta('Printemps,2025-05-10,1.50,100,5'),
      {},
      /written on 2025-04-01, and tells of 2025-05-10/,
    ],
    [
      'a deal of an empty day, as a spreadsheet shows it, and one of a mistyped year',
      deals('@lea;100;EUR;1900-01-01', '@max;50;EUR;2052-03-01'),
      {},
      /written on 2025-04-01, and tells of 2052-03-01 and of 1900-01-01/,
    ],
    [
      'a table without currency',
      meta(spring).replace(' (EUR)', ''),
      {},
      /does not name its currency.*“Amount spent \(EUR\)”: import the file as it was downloaded/,
    ],
    [
      'a fee that is a word',
      deals('@lea;100;EUR;2025-03-01', '@max;à définir;EUR;2025-03-02'),
      {},
      /1 row is going to be refused.*row 3, “Cachet” is “à définir”/,
    ],
    ['a negative fee', deals('@lea;-100;EUR;2025-03-01', '@max;50;EUR;2025-03-01'), {}, /row 2, “Cachet” is “-100”/],
    [
      'a deal without its day',
      deals('@lea;100;EUR;bientôt', '@max;50;EUR;2025-03-01'),
      {},
      /row 2, “Date” is “bientôt”, which is no day.*write it as 15\/04/,
    ],
    [
      'a negative cost of goods',
      changed(products, ',12.00,active', ',-12.00,active'),
      {},
      /“Cost per item” is “-12\.00”/,
    ],
  ])('%s', async (_, text, options, words) => {
    const [part] = await partsOf(home, 'f.csv', text, options);
    expect(part?.notes.join('\n')).toMatch(words);
  });

  test('but not a deal that is agreed ahead', async () => {
    const [part] = await partsOf(home, 'f.csv', deals('@lea;100;EUR;2026-03-01'));
    expect(part?.notes.join()).not.toContain('and tells of');
  });

  test('of the platforms’ JSON, an amount below nothing: it is in no sum', async () => {
    const row = (spend: string, ad: string) => ({
      account_id: '7',
      account_currency: 'EUR',
      campaign_id: '9',
      campaign_name: 'A',
      ad_id: ad,
      impressions: '10',
      date_start: '2025-03-10',
      date_stop: '2025-03-10',
      spend,
    });
    const [part] = await partsOf(
      home,
      'm.json',
      JSON.stringify({ data: [row('4.00', '1'), row('-1.00', '2')], paging: {} }),
    );
    expect(part?.totals).toContainEqual({ what: 'spend', imported: '4.00 EUR' });
    expect(part?.notes.join()).toMatch(/1 record has an amount of less than nothing/);
  });
});

describe('rows that are equal in every cell', () => {
  const leftOut = [{ why: expect.stringContaining('equal in every cell') as unknown, rows: 1, first: 3 }];

  test('of a report count once, which is told', async () => {
    const [part] = await partsOf(home, 'm.csv', meta(spring, spring));
    expect([part?.records, part?.leftOut, part?.totals[0]?.imported]).toEqual([1, leftOut, '1.50 EUR']);
  });

  test('of a report whose own total says so count each', async () => {
    const [part] = await partsOf(home, 'm.csv', meta(spring, spring, 'Total,,3.00,200,10'));
    expect([part?.records, part?.totals[0]]).toEqual([2, { what: 'spend', imported: '3.00 EUR', own: '3.00 EUR' }]);
  });

  test('of deals count once, unless the sheet’s own total says otherwise', async () => {
    const lea = '@lea;100,00;EUR;2025-03-01';
    const [once] = await partsOf(home, 'd.csv', deals(lea, lea));
    expect([once?.records, once?.leftOut]).toEqual([1, leftOut]);
    const [each] = await partsOf(home, 'd.csv', deals(lea, lea, 'Total;200,00;;'));
    expect(each?.records).toBe(2);
  });

  test('of orders are one order, also right below each other', async () => {
    const [once] = await partsOf(home, 'o.csv', orders);
    for (const text of [
      `${orders}${orders.split('\n').slice(1).join('\n')}`,
      `${orders}${orders.split('\n').at(-2)}\n`,
    ]) {
      const [part] = await partsOf(home, 'o.csv', text);
      expect(part?.totals).toEqual(once?.totals);
      expect(part?.leftOut[0]?.why).toContain('equal in every cell');
      expect(part && landed(part)).toBe(once && landed(once));
    }
  });
});

test('what is right is told nothing of', async () => {
  const told = /missing|changed\?|refused|less than nothing|read as a tip|refund larger|written on/;
  for (const text of [orders, google, products, meta(spring), deals('@lea;100;EUR;2025-03-01')]) {
    const [part] = await partsOf(home, 'f.csv', text);
    expect(part?.notes.join('\n')).not.toMatch(told);
    expect(part?.leftOut.filter(({ why }) => why.includes('equal'))).toEqual([]);
  }
});

test('a discount on shipping takes nothing off the goods', async () => {
  const free = changed(orders, ',54.00,4.90,9.82,58.90,LEA10,6.00', ',60.00,0.00,9.82,60.00,LIVRAISON,4.90');
  const [part] = await partsOf(home, 'o.csv', free);
  expect(part?.notes.join('\n')).not.toMatch(/Lines that come to/);
  expect(part && landed(part)).toContain('"discount_allocations":[{"amount":"0.00"}]');
});

test.each<[string, RegExp]>([
  ['Refunded Amount', /no column “Refunded Amount”\. What was given back .* counts whole/],
  ['Cancelled at', /no column “Cancelled at”\. An order that was cancelled counts as sold/],
  ['Lineitem requires shipping', /no column “Lineitem requires shipping”\. A gift card that was sold counts as goods/],
  ['Discount Code', /no column “Discount Code”\. No order has a code: .* --map "HEADING=discount_code"/],
])('a column that an export of Shopify lost is told: %s', async (heading, told) => {
  const [whole] = await partsOf(home, 'o.csv', orders);
  expect(whole?.notes.join('\n')).not.toMatch(told);
  const [part] = await partsOf(home, 'o.csv', changed(orders, `,${heading},`, ',Other,'));
  expect(part?.notes.join('\n')).toMatch(told);
});

test('a column that was renamed is read where a person says what it is', async () => {
  const text = changed(orders, ',Discount Code,', ',Code promo,');
  const [part] = await partsOf(home, 'o.csv', text, { map: { 'Code promo': 'discount_code' } });
  expect(part?.notes.join('\n')).not.toContain('no column');
  expect(lines(part)[0]).toMatchObject({ discount_codes: [{ code: 'LEA10' }] });
});

test('a column that is needed is named as Shopify names it, with what is to be said where it was renamed', async () => {
  const text = changed(orders, ',Lineitem price,', ',Prix article,');
  const [one] = await lookAt(home, 'o.csv', text);
  expect(one?.kind === 'refused' && one.why).toMatch(/lacks “Lineitem price”\. .*: --map "HEADING=item_price"\.$/u);
  const [part] = await partsOf(home, 'o.csv', text, { map: { 'Prix article': 'item_price' } });
  const [whole] = await partsOf(home, 'o.csv', orders, { scratch: join(home, 'whole') });
  expect(part?.totals).toEqual(whole?.totals);
});

test('an order that is refunded gave all back, also where no column tells how much', async () => {
  const text = changed(changed(orders, ',Refunded Amount,', ',Other,'), ',paid,', ',refunded,');
  const [part] = await partsOf(home, 'o.csv', text);
  expect(lines(part)[0]).toMatchObject({ name: '#1001', refunds: [{ transactions: [{ amount: '58.90' }] }] });
});

test('an export of Shopify without its shipping is refused: the rest of a total is no tip', async () => {
  const [one] = await lookAt(home, 'o.csv', changed(orders, ',Shipping,', ',Other,'));
  expect(one?.kind === 'refused' && one.why).toContain('lacks “Shipping”');
});

test.each(['false', 'FALSE', 'FAUX', 'FALSCH', '0'])(
  'a gift card is one, however a spreadsheet writes that it is not sent: %s',
  async (no) => {
    const headings = 'Name,Financial Status,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem requires shipping,Lineitem taxable'; // prettier-ignore
    const row = `#1,paid,50.00,0.00,0.00,50.00,2025-03-10 10:00:00 +0100,1,Carte cadeau,50.00,${no},${no}`;
    const [part] = await partsOf(home, 'o.csv', `${headings}\n${row}\n`);
    expect(lines(part)).toMatchObject([
      { line_items: [{ gift_card: true, requires_shipping: false, taxable: false }] },
    ]);
  },
);
