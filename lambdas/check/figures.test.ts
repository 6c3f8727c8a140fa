/**
 * What alarms read of the data, besides the checks: how late a source is, what was spent for nothing, which days Athena
 * does not see.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openWorkshop, type Tables, type Workshop } from '../../athena/fixture.ts';
import { refusedPercent } from '../plan/build.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { parseTable } from '../shared/schema/table-document.ts';
import { daysBehind, sourcesOf } from './freshness.ts';
import { hiddenDays } from './hidden-days.ts';
import { spendWithoutOrders } from './unanswered-spend.ts';

const catalog = loadCatalog();
const today = '2026-03-10';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** A warehouse over tables that stand in the test. */
const over = (tables: Tables): Pick<Warehouse, 'query'> => ({
  query: async (sql) => ({
    columns: [],
    rows: (await workshop.view('orders', tables, sql)).map((row) => Object.values(row)),
  }),
});

describe('how late a source is', () => {
  test('the sources of the house are known by name', () => {
    expect(sourcesOf(catalog)).toEqual([
      { name: 'ad_spend.google_ads', table: 'ad_spend', lateAfterDays: 3 },
      { name: 'ad_spend.meta_ads', table: 'ad_spend', lateAfterDays: 3 },
      { name: 'ad_spend.tiktok_ads', table: 'ad_spend', lateAfterDays: 3 },
      { name: 'fx_rates', table: 'fx_rates', lateAfterDays: 5 },
      { name: 'orders', table: 'orders', lateAfterDays: 3 },
      { name: 'web_events', table: 'web_events', lateAfterDays: 2 },
    ]);
  });

  test('a platform that has stopped is seen beside one that goes on; who never sent anything is not missed', async () => {
    const tables = {
      ad_spend: [
        { platform: 'google_ads', dt: '2026-03-09' },
        { platform: 'google_ads', dt: '2026-02-01' },
        { platform: 'meta_ads', dt: '2026-02-28' },
      ],
      orders: [{ dt: '2026-03-10' }],
    };
    expect(await daysBehind(catalog, over(tables), today)).toEqual({
      'ad_spend.google_ads': 1,
      'ad_spend.meta_ads': 10,
      orders: 0,
    });
  });

  test('a day that is still to come makes nothing fresh', async () => {
    const tables = { web_events: [{ dt: '2026-03-01' }, { dt: '2027-01-01' }] };
    expect(await daysBehind(catalog, over(tables), today)).toEqual({ web_events: 9 });
  });

  test('a column that accepts anything tells no sources apart', () => {
    const table = parseTable(
      'curated',
      JSON.stringify({
        Name: 't',
        Description: '',
        TableType: 'EXTERNAL_TABLE',
        Parameters: { 'sillage.late_after_days': '1', 'sillage.late_by': 'a' },
        StorageDescriptor: { Columns: [{ Name: 'a', Type: 'string' }] },
      }),
    );
    expect(() => sourcesOf(new Map([['t', table]]))).toThrow('The sources of t cannot be told: a accepts anything.');
  });
});

describe('what was spent on days without an order', () => {
  const spend = (dt: string, eur: string) => ({ platform: 'meta_ads', dt, spend_eur: eur });
  const order = (local_date: string, isConversion = true) => ({
    local_date,
    is_conversion: isConversion,
    dt: local_date,
  });

  test.each<[string, number, Tables]>([
    ['nothing at all', 0, {}],
    ['an order a day', 0, { ad_spend: [spend('2026-03-07', '50')], orders: [order('2026-03-07')] }],
    [
      'no order',
      80.5,
      {
        ad_spend: [spend('2026-03-06', '50'), spend('2026-03-06', '30.5'), spend('2026-03-07', '9')],
        orders: [order('2026-03-07')],
      },
    ],
    [
      'an order that is no conversion',
      50,
      { ad_spend: [spend('2026-03-07', '50')], orders: [order('2026-03-07', false)] },
    ],
    [
      'two orders on one day, which count the spend of another once',
      7,
      {
        ad_spend: [spend('2026-03-06', '7'), spend('2026-03-07', '50')],
        orders: [order('2026-03-07'), order('2026-03-07')],
      },
    ],
    [
      'days that are not looked at: today, yesterday, and more than a week before',
      3,
      {
        ad_spend: ['2026-03-10', '2026-03-09', '2026-03-01']
          .map((dt) => spend(dt, '50'))
          .concat(spend('2026-03-02', '1'), spend('2026-03-08', '2')),
      },
    ],
  ])('%s: %d EUR', async (_, eur, tables) => {
    expect(await spendWithoutOrders(over(tables), today)).toBe(eur);
  });
});

describe('days before the first day of a deployment', () => {
  const slice = (table: string, day: string) => ({ table, day, bytes: 1, etag: 'e', rejected: 0 });

  test('are told by table; those of the shop’s profile are none, nor is a table that is no more', () => {
    const slices = [
      slice('products', '2021-05-01'),
      slice('products', '2020-01-15'),
      slice('products', '2024-01-01'),
      slice('orders', '2024-01-01'),
      slice('shop', '1970-01-01'),
      slice('a_table_of_before', '2019-01-01'),
      // Of a table of weeks, the one in which the first day is, a Monday in 2024 and a Wednesday in 2020, is seen.
      slice('attribution_weights', '2024-01-01'),
      slice('attribution_weights', '2020-01-13'),
    ];
    expect(hiddenDays(catalog, { slices }, '2024-01-01')).toEqual([
      { table: 'products', oldest: '2020-01-15', slices: 2 },
      { table: 'attribution_weights', oldest: '2020-01-13', slices: 1 },
    ]);
    expect(hiddenDays(catalog, { slices }, '2020-01-15')).toEqual([]);
  });
});

test.each([
  ['a small feed that is refused whole', [{ rowsIn: 10, rejected: 10 }], 100],
  ['two of ten: too few to be a share', [{ rowsIn: 10, rejected: 2 }], 0],
  [
    'the slices of a batch together',
    [
      { rowsIn: 30, rejected: 10 },
      { rowsIn: 70, rejected: 0 },
    ],
    10,
  ],
  ['a model, which reads no records', [{ rowsIn: null, rejected: null }], 0],
  ['nothing', [], 0],
])('the share that was refused of %s', (_, built, percent) => {
  expect(refusedPercent(built)).toBe(percent);
});
