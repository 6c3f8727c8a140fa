import { expect, test } from '@jest/globals';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { parseProfile } from '../shared/shop/profile.ts';
import { isShopTable, shopDays, shopSelect } from './shop-tables.ts';

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
