/** Whose each landing is, where all that a link may say meets all that deals may: once more by loops over a grid. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { byChance, many } from './chance.fixture.ts';
import { openWorkshop, text, told, type Row, type Workshop } from './fixture.ts';
import { plain } from './sums.fixture.ts';

const seed = 20_260_716;
let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = '2026-03-10';
const { oneOf, chance } = byChance(seed);
const [media, contents] = [[null, 'm', 'n'] as const, [null, 'x', 'y'] as const];
const [sources, campaigns] = [[null, 's', 't', 'one', 'two'] as const, [null, 'c', 'd', 'lone'] as const];
const landings = ['/', '/fr/lea', '/ZOE/'].flatMap((page_path) =>
  ['2026-03-10', '2026-03-11'].flatMap((local_date) =>
    sources.flatMap((source) =>
      media.flatMap((medium) =>
        campaigns.flatMap((campaign) =>
          contents.map((content): Row => ({ local_date, page_path, source, medium, campaign, content })),
        ),
      ),
    ),
  ),
);
const influencer_deals: Row[] = many(14, (n) => ({
  deal_id: `D${String((n * 5) % 14).padStart(2, '0')}`,
  influencer_id: `of ${n}`,
  link_path: oneOf([null, null, '/lea', '/zoe']),
  link_source: oneOf(sources.slice(0, 3)),
  link_medium: oneOf(media),
  link_campaign: oneOf(campaigns.slice(0, 3)),
  link_content: oneOf(contents),
  contract_date: oneOf(['2026-03-01', '2026-03-01', '2026-03-10', '2026-03-11']),
  end_date: oneOf([null, null, '2026-03-10', '2026-03-09']),
}));
const alone = { link_path: null, link_source: null, link_medium: null, link_campaign: null, link_content: 'x', influencer_id: 'I', contract_date: '2026-03-01', end_date: null }; // prettier-ignore
influencer_deals.push(
  // The one deal of a source, and the one of a campaign: only the campaign tells it from what is nobody's.
  { ...alone, deal_id: 'S', link_source: 'one' },
  { ...alone, deal_id: 'C', link_campaign: 'lone' },
  // The newest contract before the lower number.
  { ...alone, deal_id: 'A', link_source: 'two', link_content: null },
  { ...alone, deal_id: 'B', link_source: 'two', link_content: null, contract_date: '2026-03-02' },
);
const pathOf: Readonly<Record<string, string>> = { '/': '', '/fr/lea': '/lea', '/ZOE/': '/zoe' };

/** How a deal's link and a landing meet; nothing where they do not. */
function match(landing: Row, deal: Row, isAlone: boolean) {
  const byContent = told(deal, 'link_content') !== null && told(deal, 'link_content') === told(landing, 'content');
  const isOf = byContent || told(deal, 'link_content') === null || (isAlone && told(deal, 'link_campaign') !== null);
  const byParameters = isTagged(landing, deal) && isOf;
  const byPath = told(deal, 'link_path') !== null && told(deal, 'link_path') === pathOf[text(landing, 'page_path')];
  const isOn =
    text(deal, 'contract_date') <= text(landing, 'local_date') &&
    (told(deal, 'end_date') ?? '9999') >= text(landing, 'local_date');
  return isOn && (byParameters || byPath) ? { byParameters, byPath, byContent: byParameters && byContent, deal } : [];
}

/** Whether a landing says what a deal's link says; a link that says neither source nor campaign says nothing. */
const isTagged = (landing: Row, deal: Row): boolean =>
  (told(deal, 'link_source') !== null || told(deal, 'link_campaign') !== null) &&
  ['source', 'medium', 'campaign'].every(
    (name) => told(deal, `link_${name}`) === null || told(deal, `link_${name}`) === told(landing, name),
  );

test(`deal_landings is what loops over a grid of landings find (seed ${seed})`, async () => {
  const expected = landings.flatMap((landing): Row[] => {
    const isAlone = influencer_deals.filter((deal) => isTagged(landing, deal)).length === 1;
    const [best] = influencer_deals
      .flatMap((deal) => match(landing, deal, isAlone))
      .toSorted(
        (a, b) =>
          Number(b.byParameters) - Number(a.byParameters) ||
          Number(b.byPath) - Number(a.byPath) ||
          Number(b.byContent) - Number(a.byContent) ||
          text(b.deal, 'contract_date').localeCompare(text(a.deal, 'contract_date'), 'en') ||
          (text(a.deal, 'deal_id') < text(b.deal, 'deal_id') ? -1 : 1),
      );
    if (best === undefined) return [];
    const matched_by = best.byParameters ? (best.byPath ? 'link' : 'parameters') : 'path';
    return [{ ...landing, deal_id: text(best.deal, 'deal_id'), influencer_id: text(best.deal, 'influencer_id'), matched_by }]; // prettier-ignore
  });
  // Pages tell of some, the shop's orders of others, and both of some.
  const tellers = landings.map((landing) => ({ landing, isOfPages: chance(0.6) }));
  const found = await workshop.model('deal_landings', day, {
    influencer_deals,
    web_events: [
      ...tellers.flatMap(({ landing, isOfPages }) => (isOfPages ? [landing] : [])),
      // Of a robot, and of nobody.
      { ...landings[0], page_path: '/de/lea', is_bot: true },
      { ...landings[0], page_path: '/it/lea', visitor_id: null },
    ].map((event, n): Row => ({ visitor_id: 'v', is_bot: false, event_at: `${day} 23:30:00.000`, event_id: `e${n}`, ...event })), // prettier-ignore
    orders: [{ order_id: 'nowhere', local_date: day, landing_path: null, landing_source: 'two', dt: day }, ...tellers.flatMap(({ landing, isOfPages }, n) =>
      isOfPages && n % 3 > 0
        ? []
        : [{
            order_id: `o${n}`,
            local_date: text(landing, 'local_date'),
            landing_path: text(landing, 'page_path'),
            ...Object.fromEntries(['source', 'medium', 'campaign', 'content'].map((name) => [`landing_${name}`, told(landing, name)])),
            dt: day,
          }],
    )], // prettier-ignore
  });
  expect(plain(found)).toEqual(plain(expected));
  const ways = new Set(expected.map((row) => row['matched_by']));
  expect([expected.length > 200, expected.length < landings.length, ways.size]).toEqual([true, true, 3]);
});
