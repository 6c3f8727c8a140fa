import { describe, expect, test } from '@jest/globals';
import { attributionModels } from '../shared/attribution-models.ts';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { parseExperiments } from '../shared/shop/experiments.ts';
import { defaultProfile, parseProfile } from '../shared/shop/profile.ts';
import { partInput } from '../shared/slices/profile-inputs.ts';
import { isShopTable, shopCode, shopDays, shopSelect } from './shop-tables.ts';

test('a name of a campaign holds for a source by the name that its visits have', () => {
  const table = tableNamed(loadCatalog(), 'shop_campaign_names');
  const profile = parseProfile(
    JSON.stringify({
      campaign_names: [
        { utm_campaign: 'E\u0301te\u0301\u00a02025', utm_source: 'fb', platform: 'Meta_Ads', campaign_id: '901' },
        { utm_campaign: 'b', platform: 'google', campaign_id: '7' },
      ],
    }),
  );
  expect(/VALUES (.*)\) AS v/.exec(shopSelect(table, profile))?.[1]).toBe(
    "('Été 2025', 'fb', 'facebook', 'meta_ads', '901'), ('b', NULL, NULL, 'google', '7')",
  );
});

test('what the profile says stands under one day, however many days it speaks of', () => {
  const cost = { name: 'a tool', channel: 'email', amount_eur: 10, per: 'month' };
  const profile = parseProfile(
    JSON.stringify({
      costs: ['2020-03-01', '2024-07-01'].map((from) => ({ from, fulfilment_eur: 5, payment_rate: 0.01, payment_fixed_eur: 0 })), // prettier-ignore
      marketing_costs: ['2019-01-01', '2031-01-01'].map((from) => ({ ...cost, from })),
      campaign_names: [{ utm_campaign: 'b', platform: 'google', campaign_id: '7' }],
    }),
  );
  const tables = [...loadCatalog().values()].filter(isShopTable);
  expect(tables.length).toBeGreaterThan(3);
  expect(tables.map((table) => [table.name, shopDays(table, profile)])).toEqual(
    tables.map(({ name }) => [name, ['1970-01-01']]),
  );
  const costs = tables.find(({ name }) => name === 'shop_costs');
  expect(costs && shopSelect(costs, profile)).toMatch(/DATE '2020-03-01', DATE '2024-07-01'.*DATE '2024-07-01', NULL/u);
});

const catalog = loadCatalog();
const valuesOf = (name: string, profile: object): string | undefined =>
  /VALUES (.*)\) AS v/.exec(shopSelect(tableNamed(catalog, name), parseProfile(JSON.stringify(profile))))?.[1];

test('what was paid besides has the days for which it holds, and no last one where there is none', () => {
  const cost = { name: "l'outil", channel: 'Email', from: '2026-03-01', amount_eur: 10.5, per: 'month' };
  expect(valuesOf('shop_marketing_costs', { marketing_costs: [cost, { ...cost, name: 'b', to: '2026-03-31' }] })).toBe(
    "('l''outil', 'Email', DATE '2026-03-01', NULL, 10.5, 'month'), ('b', 'Email', DATE '2026-03-01', DATE " +
      "'2026-03-31', 10.5, 'month')",
  );
});

test('what orders cost stands in the order of its days, whatever the order in the profile', () => {
  const cost = { fulfilment_eur: 5, payment_rate: 0.01, payment_fixed_eur: 0.25 };
  const [first, second, third] = ['2025-01-01', '2025-06-01', '2026-03-01'];
  for (const costs of [
    [third, first, second],
    [second, third, first],
    [first, second, third],
  ])
    expect(valuesOf('shop_costs', { costs: costs.map((from) => ({ ...cost, from })) })).toBe(
      `(DATE '${first}', DATE '${second}', 5, 0.01, 0.25), (DATE '${second}', DATE '${third}', 5, 0.01, ` +
        `0.25), (DATE '${third}', NULL, 5, 0.01, 0.25)`,
    );
});

test('each model of attribution has a row, those that are learnt behind the rules', () => {
  const found = [...(valuesOf('attribution_models', {}) ?? '').matchAll(/\('(?<name>\w+)', '(?<kind>\w+)'\)/gu)];
  expect(found.map(({ groups }) => groups?.['name'])).toEqual(attributionModels);
  expect(found.map(({ groups }) => groups?.['kind']).join(' ')).toMatch(/^(?:rule )+data_driven(?: data_driven)*$/u);
});

test('the shop is one row of what it has chosen', () => {
  expect(valuesOf('shop', { name: 'S', currency: 'CHF', time_zone: 'Europe/Zurich', lookback_days: 7 })).toMatch(
    /^\('S', 'CHF', 'Europe\/Zurich', 60, '\w+', 7, \d+(\.\d+)?\)$/u,
  );
});

test.each([
  ['America/New_York', -300],
  ['Asia/Kolkata', 330],
  ['Australia/Sydney', 600],
  ['UTC', 0],
  // An hour back in Ramadan, of which the 1st of January and of July know nothing.
  ['Africa/Casablanca', 0],
])('the clock of %s is ahead of UTC by %d minutes at least', (time_zone, minutes) => {
  expect(valuesOf('shop', { time_zone })).toContain(`'${time_zone}', ${String(minutes)}, '`);
});

test('a table that the profile knows nothing of is made by nobody', () => {
  expect(() => shopSelect(tableNamed(catalog, 'orders'), defaultProfile)).toThrow(
    "Nothing makes orders from the shop's profile.",
  );
});

test('a release that makes other rows of the defaults builds such a table again', () => {
  const code = (name: string) => shopCode(tableNamed(catalog, name)).split('\n');
  expect(code('shop')).toEqual(['1970-01-01', shopSelect(tableNamed(catalog, 'shop'), defaultProfile)]);
  expect(code('shop_campaign_names')).toEqual(['1970-01-01']);
});

describe('what channels cause', () => {
  const table = tableNamed(catalog, 'channel_incrementality');
  const experiment = (over: object) => ({
    id: 'd1',
    channel: 'Display',
    from: '2026-09-01',
    to: '2026-09-28',
    held_out: { everywhere: true },
    result: {
      incrementality: 0.1,
      low: -0.2,
      high: 0.4,
      attribution_model: 'linear',
      lookback_days: 30,
      method: 'm',
      read_on: '2026-10-01',
    },
    ...over,
  });
  const displayOf = (...experiments: object[]) =>
    /\('Display', [^)]*\)/.exec(
      shopSelect(table, { ...defaultProfile, experiments: parseExperiments(JSON.stringify({ experiments })) }),
    )?.[0];
  const prior = "('Display', 'last_non_direct', 0.25, 0, 0.9, 0, 'prior', NULL)";
  const { result: _, ...unread } = experiment({});

  test.each([
    ['untested, as is believed of such channels', [], prior],
    // By hand: precisions 1/0.9² and 1/0.6², as the intervals are wide: of 4 + 9 parts the experiment has 9, two 18 of 22.
    [
      'as its experiment found, weighed against that',
      [experiment({})],
      "('Display', 'linear', 0.146154, -0.103461, 0.395769, 0.692308, 'measured: d1', 'd1')",
    ],
    ['an experiment that nobody has read yet tells nothing', [unread], prior],
    ['nor one of a campaign', [experiment({ campaign: 'x' })], prior],
    [
      'two count both, in whatever order',
      [experiment({ id: 'new', from: '2026-10-01', to: '2026-10-02' }), experiment({})],
      "('Display', 'linear', 0.127273, -0.064608, 0.319153, 0.818182, 'measured: new, d1', 'new')",
    ],
    [
      'what was read with another look-back is no share of this one',
      [experiment({ result: { ...experiment({}).result, lookback_days: 7 } })],
      "('Display', 'last_non_direct', 0.25, 0, 0.9, 0, 'prior: d1 was read with another look-back', NULL)",
    ],
    [
      'of what was corrected since it was read',
      [
        experiment({ result: { ...experiment({}).result, of: 'Display, 2026-09-01 to 2026-09-14, everywhere' } }),
        experiment({ id: 'later', from: '2027-01-01', to: '2027-01-02', result: undefined }),
      ],
      "('Display', 'last_non_direct', 0.25, 0, 0.9, 0, 'prior: d1 was changed after it was read', NULL)",
    ],
  ])('%s', (__, experiments, row) => {
    expect(displayOf(...experiments)).toBe(row);
  });

  test('a changed experiment makes the table stale, and no other', () => {
    const changed = {
      ...defaultProfile,
      experiments: parseExperiments(JSON.stringify({ experiments: [experiment({})] })),
    };
    const stale = (name: string) =>
      tableNamed(catalog, name).shop.some(
        (part) => partInput(changed, part).etag !== partInput(defaultProfile, part).etag,
      );
    expect(
      [...catalog.values()].filter(({ name, shop }) => shop.length > 0 && stale(name)).map(({ name }) => name),
    ).toEqual(['channel_incrementality']);
  });
});
