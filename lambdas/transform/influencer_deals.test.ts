import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withSmallLake } from '../../test/small-lake.ts';
import { openEngine, type Engine } from '../shared/duckdb.ts';
import { parseProfile } from '../shared/shop/profile.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 300, spill: join(tmpdir(), 'sillage-influencer-deals-test') });
});
afterAll(() => engine.close());

/**
 * Source, medium, campaign, content and path that a contract's link tells its visits by: the shop's front page is
 * everybody's.
 */
const links: readonly (readonly [link: string, ...told: (string | null)[]])[] = [
  // A network alone is everybody's; one with a campaign or a content is this deal's.
  ['https://shop.example/?utm_source=instagram', null, null, null, null, null],
  ['https://shop.example/?utm_source=IG&utm_medium=social', null, 'social', null, null, null],
  ['https://shop.example/?utm_source=IG&utm_campaign=ete', 'instagram', null, 'ete', null, null],
  ['https://shop.example/?utm_source=instagram&utm_content=lea', 'instagram', null, null, 'lea', null],
  [
    'https://shop.example/?utm_source=instagram&utm_campaign=ete&utm_content=lea',
    'instagram',
    null,
    'ete',
    'lea',
    null,
  ],
  // A name that is no network's is hers.
  ['https://shop.example/?utm_source=lea.bio', 'lea.bio', null, null, null, null],
  ['https://shop.example/?utm_source=lea.bio&utm_campaign=ete', 'lea.bio', null, 'ete', null, null],
  [' https://shop.example/lea ', null, null, null, null, '/lea'],
  ['https://shop.example/?utm_campaign=ete', null, null, 'ete', null, null],
  // Read as the address of a page is: in capitals, escaped twice, in the fragment; a network by any of its hosts.
  ['https://shop.example/?UTM_Source=Lea.Bio&utm_medium=Influence', 'lea.bio', 'influence', null, null, null],
  [
    'https://shop.example/?utm_source=lea.bio&amp%3butm_campaign=%25C3%25A9t%25C3%25A9',
    'lea.bio',
    null,
    'été',
    null,
    null,
  ],
  ['https://shop.example/#utm_source=lea.bio&utm_campaign=ete', 'lea.bio', null, 'ete', null, null],
  ['https://shop.example/?utm_source=www.instagram.com&utm_campaign=ete', 'instagram', null, 'ete', null, null],
  // Elsewhere a path is not one of the shop's.
  ['https://bit.ly/3abc', null, null, null, null, null],
  ['https://linktr.ee/lea', null, null, null, null, null],
  // Without its scheme.
  ['www.shop.example/lea', null, null, null, null, '/lea'],
  ['shop.example?utm_source=lea.bio', 'lea.bio', null, null, null, null],
  ['/lea', null, null, null, null, '/lea'],
  ['', null, null, null, null, null],
];

/** What is told of each link, in a shop of this profile. */
const toldOf = (some: readonly string[], profile = parseProfile('{}')): Promise<unknown[][]> =>
  withSmallLake(engine, async (small) => {
    const lines = some.map(
      (link, n) =>
        `D-${String(n).padStart(2, '0')};@lea${n};Instagram;100;EUR;0;0,10;lea${n};${link};Hiver;05/01/2025;04/02/2025`,
    );
    await small.lake.put(
      'raw/influencers/deals/dt=2025-01-05/deals.csv',
      `id_contrat;pseudo;plateforme;cachet;devise;cout_produits;taux_commission;code_promo;lien_tracke;campagne;date_contrat;date_fin\n${lines.join('\n')}\n`,
    );
    await small.transform('influencer_deals', { profile });
    const rows = (await small.rows('influencer_deals')).toSorted((a, b) =>
      String(a['deal_id']) < String(b['deal_id']) ? -1 : 1,
    );
    const told = ['link_source', 'link_medium', 'link_campaign', 'link_content', 'link_path'];
    return rows.map((row, n) => [some[n], ...told.map((name) => row[name])]);
  });

test('a deal is known by what its link alone has', async () => {
  expect(await toldOf(links.map(([link]) => link))).toEqual(links);
});

test('where the shop names its domains, a path elsewhere is none of its own', async () => {
  const found = await toldOf(
    ['https://www.shop.example/lea', '/lea', 'https://other.example/lea', 'https://sephora.fr/lea'],
    parseProfile('{"domains": ["shop.example", "sephora.fr"]}'),
  );
  expect(found.map((row) => row.at(-1))).toEqual(['/lea', '/lea', null, '/lea']);
});
