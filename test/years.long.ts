import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { generate } from '../lambdas/generate/generate.ts';
import { openEngine, type Engine } from '../lambdas/shared/duckdb.ts';
import { catalog, smallLake } from './small-lake.ts';

/** The simulated market is as sound in one year as in another. */
let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 700, spill: join(tmpdir(), 'sillage-years') });
});
afterAll(() => engine.close());

/** Products of which the market never says what they cost. */
const uncosted = 2;

test.each([
  ['2018-01-01', '2018-01-03', 'begins on a day without exchange rates'],
  ['2022-05-27', '2022-05-30', "Mother's Day"],
  ['2028-02-28', '2028-03-01', 'has a 29 February'],
  ['2031-12-31', '2032-01-02', "goes over a year's end"],
  ['2032-11-25', '2032-11-27', 'Black Friday, and the last year'],
])('from %s to %s (%s) nothing that is sent as good is refused, and what is sold has a cost', async (from, to) => {
  const small = await smallLake(engine);
  try {
    await generate(small.lake, { seed: 11, eventsPerDay: 1500, from, to, dirt: 0 });
    const tables = [...catalog.values()].filter(({ zone }) => zone === 'curated').map(({ name }) => name);
    for (const table of ['fx_rates', ...tables]) await small.transform(table);
    const full: boolean[] = [];
    for (const table of tables) {
      expect([table, await small.messages(table)]).toEqual([table, []]);
      // What was sold in three days has hardly come back.
      if (table !== 'refunds') full.push((await small.rows(table)).length > 0);
    }
    expect(full).not.toContain(false);
    // A cost holds from the first one reported on: a variant needs one, whenever.
    const costed = new Set((await small.rows('product_costs')).map((row) => row['variant_id']));
    const sold = new Set(
      (await small.rows('order_items'))
        .filter((row) => row['is_gift_card'] === false && row['variant_id'] !== null)
        .map((row) => row['variant_id']),
    );
    expect(sold.size).toBeGreaterThan(5);
    expect([...sold].filter((variant) => !costed.has(variant)).length).toBeLessThanOrEqual(uncosted);
    expect(costed.size).toBe(80 - uncosted);
    const rated = new Set((await small.rows('fx_rates')).map((row) => row['currency']));
    for (const currency of ['USD', 'GBP', 'CHF']) expect(rated).toContain(currency);
  } finally {
    await small.dispose();
  }
});
