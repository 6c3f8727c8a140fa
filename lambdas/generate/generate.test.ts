import { beforeAll, describe, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { generate } from './generate.ts';
import { contentOf, generated, linesUnder, textsUnder } from './generated.ts';

const worldOptions = { seed: 11, opens: '2026-03-27', eventsPerDay: 800, initialCustomers: 120 } as const;
const week = { ...worldOptions, from: '2026-03-27', to: '2026-04-02' };

describe('the same bytes', () => {
  let whole: Record<string, string>;
  beforeAll(async () => {
    whole = await contentOf(await generated(week));
  });

  test('twice', async () => {
    expect(await contentOf(await generated(week))).toEqual(whole);
  });

  test('in two ranges, the later one first', async () => {
    const lake = await generated(
      { ...worldOptions, from: '2026-03-31', to: '2026-04-02' },
      { from: '2026-03-27', to: '2026-03-30' },
    );
    expect(await contentOf(lake)).toEqual(whole);
  });

  test('a day alone is the day of the week, late events included', async () => {
    const lake = await generated({ ...worldOptions, from: '2026-04-01', to: '2026-04-01' });
    const alone = await contentOf(lake, 'raw/');
    expect(Object.keys(alone).some((key) => /web\/events\/dt=2026-03-.*received-2026-04-01/.test(key))).toBe(true);
    expect(whole).toMatchObject(alone);
  });

  test('source by source', async () => {
    const lake = memoryLake();
    for (const source of ['influencers', 'advertising', 'crm', 'web'] as const)
      await generate(lake, { ...week, sources: [source] });
    expect(await contentOf(lake)).toEqual(whole);
  });

  test('another seed, another market', async () => {
    const other = await contentOf(await generated({ ...week, seed: 12, to: week.from }), 'raw/web/');
    for (const [key, bytes] of Object.entries(other)) expect(whole[key]).not.toBe(bytes);
  });
});

describe('objects', () => {
  let lake: Lake;
  beforeAll(async () => {
    lake = await generated(week);
  });

  test('say how many records they have, and who made them', async () => {
    for (const { key, text } of await textsUnder(lake, 'raw/')) {
      const metadata: Readonly<Record<string, string>> = (await lake.head(key))?.metadata ?? {};
      expect(metadata).toMatchObject({ producer: 'generate' });
      const lines = text.trimEnd().split(/\r?\n/).length;
      const records = key.includes('.jsonl')
        ? String(lines)
        : key.endsWith('.csv')
          ? String(lines - 1)
          : metadata['rows'];
      expect([key, metadata['rows']]).toEqual([key, records]);
      expect([key, metadata['single-day']]).toEqual([key, key.startsWith('raw/crm/') ? undefined : 'true']);
    }
  });

  test('rates are published on TARGET days, and the opening day has some', async () => {
    const files = Object.keys(await contentOf(lake, 'raw/reference/'));
    expect(files.map((key) => key.slice(26, 36))).toEqual([
      '2026-03-27',
      '2026-03-30',
      '2026-03-31',
      '2026-04-01',
      '2026-04-02',
    ]);
    const easter = await generated({ seed: 1, eventsPerDay: 100, from: '2026-04-05', to: '2026-04-05' });
    expect(Object.keys(await contentOf(easter, 'raw/reference/'))).toEqual([
      'raw/reference/fx_rates/dt=2026-04-02/eurofxref.csv',
    ]);
  });

  test('advertising is pulled again after one day and three', async () => {
    const pulls = Object.keys(await contentOf(lake, 'raw/advertising/meta_ads/dt=2026-03-28/'));
    expect(pulls.map((key) => key.slice(-15, -5))).toEqual(['2026-03-28', '2026-03-29', '2026-03-31']);
  });

  test('the influencers’ sheets are French', async () => {
    const [deals] = await textsUnder(lake, 'raw/influencers/deals/');
    expect(deals?.text).toMatch(/^\uFEFFid_contrat;pseudo;/);
    expect(deals?.text).toMatch(/;\d+,\d\d;EUR;\d+,\d\d;0,10;/);
    expect(deals?.text).toMatch(/;27\/03\/2026;/);
  });

  test('the market opens with its customers and products', async () => {
    expect(await linesUnder(lake, 'raw/crm/customers/dt=2026-03-27/initial')).toHaveLength(120);
    expect(await linesUnder(lake, 'raw/crm/products/dt=2026-03-27/initial')).toHaveLength(80);
  });

  test('volume is what was asked for, on the yearly average', async () => {
    const year = await generated({
      seed: 3,
      opens: '2026-03-02',
      eventsPerDay: 2500,
      from: '2026-03-02',
      to: '2026-03-29',
      sources: ['web'],
    });
    const perDay = (await linesUnder(year, 'raw/web/')).length / 28;
    // March has an index of 0.95 against a yearly mean of 1.0225.
    expect(perDay / (2500 * (0.95 / 1.0225))).toBeGreaterThan(0.95);
    expect(perDay / (2500 * (0.95 / 1.0225))).toBeLessThan(1.05);
  });
});

describe('a lake holds one world', () => {
  test('later requests inherit it', async () => {
    const lake = await generated({ ...worldOptions, from: '2026-03-27', to: '2026-03-27' });
    const { world } = await generate(lake, { from: '2026-03-28', to: '2026-03-28' });
    expect(world).toEqual({ ...worldOptions, dirt: 1, market: 'default', consent: 0.6, holdouts: [] });
  });

  test.each([
    [
      { from: '2026-03-28', to: '2026-03-28', seed: 12 },
      /holds a world with seed 11, and 12 was asked for: leave seed out/,
    ],
    [{ from: '2026-03-28', to: '2026-03-28', market: 'seasonal' as const }, /holds a world with market default/],
    [{ from: '2026-03-28', to: '2026-03-28', consent: 1 }, /holds a world with consent 0.6, and 1 was asked for/],
    [{ from: '2026-03-26', to: '2026-03-28' }, /opens on 2026-03-27, and 2026-03-26 was asked for/],
    [{ from: '2026-03-30', to: '2026-03-28' }, /from must not be after to/],
    [{ from: '2026-02-30', to: '2026-03-28' }, /"2026-02-30" is not a day: write YYYY-MM-DD/],
    [{ from: '2026-03-28', to: '2026-03-28', eventsPerDay: 5 }, /eventsPerDay must be at least 100/],
    [{ from: '2026-03-28', to: '2026-03-28', dirt: 2 }, /dirt must be between 0 \(clean\) and 1/],
    [{ from: '2026-03-28', to: '2026-03-28', sources: [] }, /name at least one source/],
  ])('%j is refused', async (request, message) => {
    const lake = await generated({ ...worldOptions, from: '2026-03-27', to: '2026-03-27', sources: ['influencers'] });
    await expect(generate(lake, request)).rejects.toThrow(message);
    await expect(generate(lake, request)).rejects.toMatchObject({ name: 'BadRequest' });
  });
});
