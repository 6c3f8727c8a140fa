import { expect, test } from '@jest/globals';
import type { Day, DayRange } from '../days.ts';
import { loadCatalog, tableNamed } from '../schema/catalog.ts';
import { sliceKey } from '../schema/slice-key.ts';
import { martSlices, planMart, shapeOf } from './mart-plan.ts';
import { inputsHash } from './staleness.ts';

const catalog = loadCatalog();

/** The slices of a mart, each as its day and the days of what it reads, where these days of its inputs stand. */
function slicesOf(name: string, standing: Readonly<Record<string, readonly Day[]>>, days?: DayRange) {
  const ledger = {
    days: (table: string) => standing[table] ?? [],
    whole: (table: string, day: Day) => [{ inputs: 'i', code: 'c', outputEtag: `${table} ${day.slice(5)}` }],
  };
  const slices = martSlices(catalog, tableNamed(catalog, name), { ledger, days }, [{ key: 'shop', etag: 'shop' }]);
  expect(new Set(slices.map(({ table }) => table))).toEqual(new Set(slices.length > 0 ? [name] : []));
  return slices.map(({ day, inputs }) => [day, inputs.map(({ etag }) => etag).join(', ')]);
}

test('a slice stands on each day of the first input, with what stands in the windows of all', () => {
  const standing = {
    web_events: ['2025-03-01', '2025-03-02', '2025-03-05'],
    purchases: ['2025-01-30', '2025-01-31', '2025-03-03', '2025-03-04'],
  };
  expect(slicesOf('sessions', standing)).toEqual([
    ['2025-03-01', 'shop, web_events 03-01, web_events 03-02, purchases 01-30, purchases 01-31'],
    ['2025-03-02', 'shop, web_events 03-01, web_events 03-02, purchases 01-31, purchases 03-03'],
    ['2025-03-05', 'shop, web_events 03-05, purchases 03-03, purchases 03-04'],
  ]);
  expect(slicesOf('sessions', standing, { from: '2025-03-02', to: '2025-03-04' }).map(([day]) => day)).toEqual([
    '2025-03-02',
  ]);
  expect(slicesOf('sessions', { purchases: standing.purchases })).toEqual([]);
});

test('of several inputs that have days each day counts once, in order', () => {
  const standing = { web_events: ['2025-03-02', '2025-03-04'], orders: ['2025-03-01', '2025-03-02'] };
  expect(slicesOf('deal_landings', standing)).toEqual([
    ['2025-03-01', 'shop, orders 03-01'],
    ['2025-03-02', 'shop, web_events 03-02, orders 03-02'],
    ['2025-03-04', 'shop, web_events 03-04'],
  ]);
});

test('a slice of a week stands on its Monday', () => {
  // 2025-03-03 is a Monday.
  const standing = { path_types: ['2025-03-02', '2025-03-03', '2025-03-09', '2025-03-10'] };
  expect(slicesOf('attribution_weights', standing)).toEqual([
    ['2025-02-24', 'shop'],
    ['2025-03-03', 'shop, path_types 03-02'],
    ['2025-03-10', 'shop, path_types 03-02, path_types 03-03, path_types 03-09'],
  ]);
});

test('of a mart what is stale is built, each slice alone where nothing groups them, on other days too', async () => {
  const table = tableNamed(catalog, 'attribution_weights');
  const inputs = [{ key: 'journeys', etag: '1' }];
  const [gone, fresh, stale, other, outside] = ['2025-02-17', '2025-02-24', '2025-03-03', '2025-03-10', '2025-03-17'];
  const codes = new Map([
    [gone, 'new'],
    [fresh, 'new'],
    [stale, 'old'],
    [other, 'old'],
    [outside, 'new'],
  ]);
  const plan = await planMart(
    {
      step: 'attribute',
      code: 'new',
      table,
      slices: [fresh, stale, other, outside].map((day) => ({ table: table.name, day, inputs })),
    },
    {
      days: { from: gone, to: stale },
      ledger: {
        days: () => [gone, fresh],
        entry: (_, day) => ({ inputs: inputsHash(inputs), code: codes.get(day) ?? '', outputEtag: 'o' }),
        explained: (of) => Promise.resolve(of.map((slice) => ({ ...slice, reason: `${slice.reason}!` }))),
      },
      listings: { etags: () => Promise.resolve(new Map([...codes.keys()].map((day) => [sliceKey(table, day), 'o']))) },
    },
  );
  const batch = (day: Day) => ({
    step: 'attribute',
    table: table.name,
    code: 'new',
    slices: [{ table: table.name, day, inputs, reason: 'code changed!' }],
  });
  expect(plan).toEqual({
    step: 'attribute',
    table: table.name,
    slices: 3,
    batches: [batch(stale), batch(other)],
    orphans: [gone],
  });
});

test('a mart of which nothing says what it reads has no slices, and says whose fault that is', () => {
  const table = { ...tableNamed(catalog, 'sessions'), days: [] };
  const ledger = { days: () => [], whole: () => [] };
  expect(() => martSlices(catalog, table, { ledger, days: undefined })).toThrow(
    /^The schema of sessions does not say/u,
  );
});

test('the shape of a table is what decides its objects: columns, order and inputs, and no words about them', () => {
  const table = tableNamed(catalog, 'sessions');
  const [first, ...others] = table.columns;
  if (first === undefined) throw new Error('sessions has no columns');
  const shapes = [
    table,
    { ...table, columns: [{ ...first, name: 'another' }, ...others] },
    { ...table, columns: [{ ...first, glueType: 'another' }, ...others] },
    { ...table, sort: ['another'] },
    { ...table, reads: [] },
  ].map(shapeOf);
  expect(new Set(shapes).size).toBe(shapes.length);
  expect(shapeOf({ ...table, description: 'another', columns: [{ ...first, comment: 'another' }, ...others] })).toBe(
    shapeOf(table),
  );
});
