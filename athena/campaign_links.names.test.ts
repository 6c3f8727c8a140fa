/** Every way in which a link names a campaign, computed once more by loops over reports by chance. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { day, spend } from './campaign_links.fixture.ts';
import { byChance, many } from './chance.fixture.ts';
import { openWorkshop, text, told, type Row, type Workshop } from './fixture.ts';
import { greatest, groups, plain, sum } from './sums.fixture.ts';

const seed = 20_260_715;
let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** The sources in which each platform's links say that they are its own. */
const sourcesOf: Readonly<Record<string, readonly string[]>> = {
  google_ads: ['google', 'youtube', 'google shopping', 'mail.google.com', 'dfa'],
  meta_ads: ['facebook', 'instagram', 'messenger', 'whatsapp', 'threads'],
  tiktok_ads: ['tiktok'],
  pinterest_ads: ['pinterest'],
  microsoft_ads: ['bing'],
  linkedin_ads: ['linkedin'],
  criteo: ['criteo'],
  klaviyo: ['klaviyo'],
  brevo: ['brevo', 'sendinblue'],
  // A platform whose links say no source that is known.
  snapchat_ads: [],
};
const platforms = Object.keys(sourcesOf);

const { oneOf, chance, upTo } = byChance(seed);
const folded = (name: string) => name.replaceAll('+', ' ').replaceAll(/ +/gu, ' ').trim();
/** Each platform has a few, of ids and names that others have too; who has two names spent apart with the other. */
const ad_spend = [...platforms, ...many(30, () => oneOf(platforms))].flatMap((platform, n) => {
  const campaign_id = oneOf([`${n}`, `${n}`, 'A7', 'b8']);
  const name = oneOf([null, '', `n${n}`, ' soldes + dete', 'soldes dete', 'noel', 'a7', '+']);
  const named = (campaign_folded: string | null, spend_eur: number) =>
    many(
      1 + upTo(1),
      () =>
      spend({ platform, campaign_id, campaign_folded, channel: oneOf(['Display', 'Email', null]), spend_eur: spend_eur.toFixed(6) }), // prettier-ignore
    );
  return [...named(name, 1 + upTo(2)), ...(chance(0.3) ? named(`other ${n}`, 100 + n) : [])];
});
const shop_campaign_names = many(12, (n): Row => {
  const one = oneOf(ad_spend);
  return {
    utm_campaign: oneOf(['Soldes+Dete ', 'Noel', `Seul ${n}`]),
    source: oneOf([null, null, 'facebook', 'google']),
    platform: text(one, 'platform').replace(chance(0.5) ? '_ads' : '', ''),
    campaign_id: text(one, 'campaign_id'),
    dt: day,
  };
});

test(`campaign_links is what loops over the reports find (seed ${seed})`, async () => {
  const campaigns = groups(
    ad_spend.map((row) => ({ ...row, name: folded(told(row, 'campaign_folded') ?? ''), has: told(row, 'campaign_folded') !== null })),
    'platform',
    'campaign_id',
    'name',
    'has',
  ).map(([one, all]) => ({
    ...one,
    platform: text(one, 'platform'),
    campaign_id: text(one, 'campaign_id'),
    name: one['has'] === true ? text(one, 'name') : null,
    channel: greatest(all, 'channel'),
    eur: sum(all, 'spend_eur'),
  })); // prettier-ignore
  const ways = campaigns.flatMap(({ platform, campaign_id, name, channel, eur }) => {
    const id = campaign_id.toLowerCase();
    const way = (source: string, link_key: string, rank: number) => ({ source, link_key, platform, campaign_id, channel, rank, eur }); // prettier-ignore
    return [
      ...(sourcesOf[platform] ?? []).flatMap((source) => [
        way(source, `id:${id}`, 1),
        way(source, `name:${id}`, 2),
        ...(name === null || name === '' ? [] : [way(source, `name:${name}`, 1)]),
        ...(platform === 'klaviyo' && name !== null ? [way(source, `name:${name} (${id})`, 2)] : []),
      ]),
      way('*', `id:${id}`, 1),
      ...shop_campaign_names
        .filter((one) => one['campaign_id'] === campaign_id && [platform, platform.replace('_ads', '')].includes(text(one, 'platform')))
        .map((one) => way(told(one, 'source') ?? '*', `alias:${folded(text(one, 'utm_campaign').toLowerCase())}`, 1)),
    ]; // prettier-ignore
  });
  const place = (way: (typeof ways)[number]) =>
    `${way.rank} ${String(1e6 - way.eur).padStart(9, '0')} ${way.platform.padEnd(20)} ${way.campaign_id}`;
  const best = new Map<string, (typeof ways)[number]>();
  for (const way of ways.toSorted((a, b) => (place(a) < place(b) ? 1 : -1)))
    best.set(`${way.source} ${way.link_key}`, way);
  const expected = [...best.values()].map(({ source, link_key, platform, campaign_id, channel }): Row => ({
    source,
    link_key,
    platform,
    campaign_id,
    channel,
  }));
  const found = await workshop.model('campaign_links', day, { ad_spend, shop_campaign_names });
  expect(plain(found)).toEqual(plain(expected));
});
