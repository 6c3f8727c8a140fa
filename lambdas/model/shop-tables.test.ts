import { expect, test } from '@jest/globals';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { parseProfile } from '../shared/shop/profile.ts';
import { shopDays, shopSelect } from './shop-tables.ts';

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
  const [day = ''] = shopDays(table, profile);
  expect(/VALUES (.*)\) AS v/.exec(shopSelect(table, profile, day))?.[1]).toBe(
    "('Été 2025', 'fb', 'facebook', 'meta_ads', '901'), ('b', NULL, NULL, 'google', '7')",
  );
});
