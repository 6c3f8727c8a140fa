/** Campaigns that links name, and which of them a visit is of, by a loop: for the tests of sessions and of paths. */
import { text, told, type Row } from './fixture.ts';

const link = (
  link_key: string,
  source: string,
  campaign_id: string,
  channel: string | null,
  dt = '2026-03-09',
): Row => ({
  link_key,
  source,
  platform: `by ${link_key} ${source}`,
  campaign_id,
  channel,
  dt,
});
export const campaignLinks: readonly Row[] = [
  link('id:7', 'google', '70', 'Paid Shopping'),
  // As last reported.
  link('id:7', 'google', '99', 'Display', '2026-03-08'),
  link('id:8', '*', '80', 'Cross-network'),
  link('alias:soldes', 'meta', '71', 'Paid Video'),
  link('alias:soldes', '*', '81', 'Paid Other'),
  link('name:soldes dete', 'google', '72', null),
  link('name:soldes dete', 'meta', '73', 'Display'),
];

const paid: readonly (string | null)[] = ['Paid Search', 'Paid Shopping', 'Paid Social', 'Paid Video', 'Paid Other', 'Display', 'Cross-network']; // prettier-ignore
const letters: readonly (string | null)[] = ['Email', 'Affiliates', 'SMS', 'Audio', 'Mobile Push Notifications'];
export const channels: readonly string[] = [...paid, ...letters, 'Organic Search', 'Referral'].filter(
  (one) => one !== null,
);

/** The reported campaign that a visit with a source names, by the first way in which one is found. */
export function boughtBy(visit: Row): Row | undefined {
  const [source, channel] = [told(visit, 'source'), told(visit, 'channel')];
  const linked = (key: string, of: string | null) =>
    campaignLinks
      .filter((one) => one['link_key'] === key && one['source'] === of)
      .toSorted((a, b) => (text(a, 'dt') < text(b, 'dt') ? 1 : -1))[0];
  const id = `id:${told(visit, 'campaign_id') ?? ''}`;
  const name = (told(visit, 'campaign') ?? '').replaceAll('+', ' ').replaceAll(/ +/gu, ' ').trim();
  const isUnknown = source === '(not set)' && visit['medium'] === '(not set)';
  return (
    linked(id, source) ??
    (paid.includes(channel) || isUnknown ? linked(id, '*') : undefined) ??
    linked(`alias:${name}`, source) ??
    (letters.includes(channel) ? undefined : linked(`alias:${name}`, '*')) ??
    linked(`name:${name}`, source)
  );
}

const names = ['source', 'medium', 'campaign', 'content'] as const;
const landing = (deal_id: string, page_path: string, local_date: string, ...said: readonly (string | null)[]): Row => ({
  deal_id,
  influencer_id: `of ${deal_id}`,
  page_path,
  local_date,
  dt: '2026-03-10',
  ...Object.fromEntries(names.map((name, place) => [name, said[place] ?? null])),
});
/** Pages of deals, of both of the shop's days that a day of UTC has. */
export const dealLandings: readonly Row[] = [
  ...['2026-03-10', '2026-03-11'].flatMap((day, later) => [
    landing(`D1${later}`, '/lea', day, 'meta', 'cpc', null, 'video'),
    landing(`D2${later}`, '/lea', day, 'meta', null, 'soldes'),
    landing(`D3${later}`, '/lea', day, 'google'),
  ]),
  landing('D4', '/zoe', '2026-03-10'),
];

/** The deal to which a page belongs on a day of the shop, by what the visit said. */
export const dealOf = (page: { readonly day: string; readonly path: string | null }, said: Row): Row | undefined =>
  dealLandings.find(
    (one) =>
      one['local_date'] === page.day &&
      one['page_path'] === page.path &&
      names.every((name) => told(one, name) === told(said, name)),
  );
