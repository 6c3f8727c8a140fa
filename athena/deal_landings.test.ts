import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWorkshop, pick, type Row, type Tables, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = '2026-03-10';

/**
 * A deal from March on: `D1 /lea lea influencer printemps reel` is its number, then its link's path, source, medium,
 * campaign and content; `-` is none.
 */
function deal(told: string, more: Row = {}): Row {
  const [id = '', ...link] = told.split(' ');
  const [path = null, source = null, medium = null, campaign = null, content = null] = link.map((part) =>
    part === '-' ? null : part,
  );
  return {
    deal_id: id,
    influencer_id: `instagram:${id}`,
    contract_date: '2026-03-01',
    end_date: null,
    link_path: path,
    link_source: source,
    link_medium: medium,
    link_campaign: campaign,
    link_content: content,
    ...more,
  };
}

/** A landing of that day, told in the same way. */
function landing(told: string): Readonly<Record<'path' | 'source' | 'medium' | 'campaign' | 'content', string | null>> {
  const [path = '/', source = null, medium = null, campaign = null, content = null] = told
    .split(' ')
    .map((part) => (part === '-' ? null : part));
  return { path, source, medium, campaign, content };
}

const lea = deal('D1 /i/lea instagram influencer printemps');
const reel = deal('D1 - instagram influencer printemps lea-reel');
const story = deal('D2 - instagram influencer printemps zoe-story');

interface Case {
  readonly name: string;
  readonly deals: readonly Row[];
  readonly landing: string;
  /** The deal and what of its link was there. */
  readonly found: readonly [deal: string, by: 'link' | 'parameters' | 'path'] | undefined;
}

const cases: readonly Case[] = [
  { name: 'the whole link', deals: [lea], landing: '/i/lea instagram influencer printemps', found: ['D1', 'link'] },
  {
    name: 'a link without a medium',
    deals: [deal('D1 - lea - printemps')],
    landing: '/ lea - printemps',
    found: ['D1', 'parameters'],
  },
  {
    name: 'a link without a source',
    deals: [deal('D1 - - mail printemps')],
    landing: '/ - mail printemps',
    found: ['D1', 'parameters'],
  },
  {
    name: 'its parameters on another page',
    deals: [lea],
    landing: '/products/serum instagram influencer printemps x',
    found: ['D1', 'parameters'],
  },
  ...['/i/lea', '/I/Lea', '/i/lea/', '/fr/i/lea', '/en-gb/i/lea/', '/FR/I/LEA//'].map((path): Case => ({
    name: `its path alone, as ${path}`,
    deals: [lea],
    landing: path,
    found: ['D1', 'path'],
  })),
  {
    name: 'its path with another’s parameters',
    deals: [lea],
    landing: '/i/lea facebook paid_social reels',
    found: ['D1', 'path'],
  },
  ...['/', '/products/serum', '/fr', '/i', '/lea', '/i/leaa', '/i/lea/more'].map((path): Case => ({
    name: `another path, ${path}`,
    deals: [lea, deal('D2 - zoe influencer printemps')],
    landing: path,
    found: undefined,
  })),
  { name: 'another source', deals: [lea], landing: '/ facebook influencer printemps', found: undefined },
  {
    name: 'the shop’s own ad of the same campaign',
    deals: [lea],
    landing: '/ instagram cpc printemps',
    found: undefined,
  },
  { name: 'another campaign', deals: [lea], landing: '/ instagram influencer soldes', found: undefined },
  { name: 'no campaign', deals: [lea], landing: '/ instagram influencer', found: undefined },
  {
    name: 'a link without a campaign, whose source is the influencer’s own',
    deals: [deal('D1 - lea')],
    landing: '/ lea social soldes',
    found: ['D1', 'parameters'],
  },
  {
    name: 'a link without a campaign is told by its content',
    deals: [deal('D1 - instagram - - lea')],
    landing: '/ instagram social - lea',
    found: ['D1', 'parameters'],
  },
  {
    name: 'and by nothing less',
    deals: [deal('D1 - instagram - - lea')],
    landing: '/ instagram social',
    found: undefined,
  },
  {
    name: 'of one campaign, the content of the first',
    deals: [reel, story],
    landing: '/ instagram influencer printemps lea-reel',
    found: ['D1', 'parameters'],
  },
  {
    name: 'of one campaign, the content of the second',
    deals: [reel, story],
    landing: '/ instagram influencer printemps zoe-story',
    found: ['D2', 'parameters'],
  },
  {
    name: 'of one campaign, a content that is neither’s',
    deals: [reel, story],
    landing: '/ instagram influencer printemps carousel',
    found: undefined,
  },
  {
    name: 'of one campaign, no content',
    deals: [reel, story],
    landing: '/ instagram influencer printemps',
    found: undefined,
  },
  {
    name: 'of one campaign, the one whose link has no content takes the rest',
    deals: [reel, deal('D3 - instagram influencer printemps')],
    landing: '/ instagram influencer printemps carousel',
    found: ['D3', 'parameters'],
  },
  {
    name: 'and no more than the rest',
    deals: [reel, deal('D3 - instagram influencer printemps', { contract_date: '2026-03-05' })],
    landing: '/ instagram influencer printemps lea-reel',
    found: ['D1', 'parameters'],
  },
  {
    name: 'a deal alone in its campaign does not ask for the content',
    deals: [reel],
    landing: '/ instagram influencer printemps carousel',
    found: ['D1', 'parameters'],
  },
  {
    name: 'a deal that is over still has its content',
    deals: [reel, { ...story, end_date: '2026-03-09' }],
    landing: '/ instagram influencer printemps zoe-story',
    found: undefined,
  },
  {
    name: 'another path of the same parameters',
    deals: [deal('D1 /lea ig social p'), deal('D2 /zoe ig social p')],
    landing: '/lea ig social p',
    found: ['D1', 'link'],
  },
  {
    name: 'parameters go before a path',
    deals: [lea, deal('D2 /i/zoe zoe influencer printemps')],
    landing: '/i/lea zoe influencer printemps',
    found: ['D2', 'parameters'],
  },
  {
    name: 'of two deals with one link, the newest contract',
    deals: [
      lea,
      { ...lea, deal_id: 'D0', contract_date: '2026-03-05' },
      { ...lea, deal_id: 'D9', contract_date: '2026-03-05' },
    ],
    landing: '/i/lea instagram influencer printemps',
    found: ['D0', 'link'],
  },
  {
    name: 'of two deals with one path, the one whose campaign it is',
    deals: [lea, deal('D2 /i/lea instagram influencer hiver', { contract_date: '2026-03-05' })],
    landing: '/i/lea instagram influencer printemps',
    found: ['D1', 'link'],
  },
  { name: 'the first day counts', deals: [{ ...lea, contract_date: day }], landing: '/i/lea', found: ['D1', 'path'] },
  { name: 'the last day counts', deals: [{ ...lea, end_date: day }], landing: '/i/lea', found: ['D1', 'path'] },
  {
    name: 'the day before does not',
    deals: [{ ...lea, contract_date: '2026-03-11' }],
    landing: '/i/lea',
    found: undefined,
  },
  { name: 'nor the day after', deals: [{ ...lea, end_date: '2026-03-09' }], landing: '/i/lea', found: undefined },
];

test.each(cases)('$name', async ({ deals, landing: told, found }) => {
  const { path, source, medium, campaign, content } = landing(told);
  const event = {
    event_id: 'e',
    event_name: 'page_view',
    event_at: `${day} 10:00:00.000`,
    local_date: day,
    visitor_id: 'v',
    is_bot: false,
    page_path: path,
    source,
    medium,
    campaign,
    content,
  };
  const order = {
    order_id: 'O',
    created_at: `${day} 10:00:00.000`,
    local_date: day,
    landing_path: path,
    landing_source: source,
    landing_medium: medium,
    landing_campaign: campaign,
    landing_content: content,
  };
  const expected = found
    ? [
        {
          local_date: day,
          page_path: path,
          source,
          medium,
          campaign,
          content,
          deal_id: found[0],
          influencer_id: deals.find((one) => one['deal_id'] === found[0])?.['influencer_id'],
          matched_by: found[1],
          dt: day,
        },
      ]
    : [];
  // The same whether a page told of it or the shop, and once where both did.
  const tellers: Tables[] = [
    { web_events: [event] },
    { orders: [order] },
    { web_events: [event, { ...event, event_id: 'f' }], orders: [order] },
  ];
  for (const tables of tellers) {
    for (const some of deals.length > 1 ? [deals, deals.toReversed()] : [deals])
      expect(await workshop.model('deal_landings', day, { ...tables, influencer_deals: some })).toEqual(expected);
  }
});

test('landings of two media are no two deals: a content that is nobody’s is that of the one deal of these parameters', async () => {
  const tables: Tables = {
    influencer_deals: [deal('D1 - instagram - printemps lea-reel')],
    web_events: ['influencer', 'social'].map((medium) => ({
      event_id: medium,
      event_name: 'page_view',
      event_at: `${day} 10:00:00.000`,
      local_date: day,
      visitor_id: 'v',
      is_bot: false,
      page_path: '/',
      source: 'instagram',
      medium,
      campaign: 'printemps',
      content: 'another',
    })),
  };
  const found = await workshop.model('deal_landings', day, tables);
  expect(pick(found, 'medium', 'deal_id', 'matched_by')).toEqual([
    ['influencer', 'D1', 'parameters'],
    ['social', 'D1', 'parameters'],
  ]);
});

test('landings that differ in one part are landings of their own', async () => {
  const one = { local_date: day, page_path: '/i/lea', source: 'instagram', medium: 'social', campaign: 'printemps', content: 'reel' }; // prettier-ignore
  const others: Row[] = [{ local_date: '2026-03-11' }, { page_path: '/i/lea/' }, { source: 'tiktok' }, { medium: 'cpc' }, { campaign: 'hiver' }, { content: 'story' }]; // prettier-ignore
  const landings = [{}, ...others].map((other) => ({ ...one, ...other }));
  const event = { event_name: 'page_view', event_at: `${day} 23:30:00.000`, visitor_id: 'v', is_bot: false };
  const found = await workshop.model('deal_landings', day, {
    influencer_deals: [deal('D1 /i/lea')],
    web_events: landings.map((told, n) => ({ ...event, event_id: `e${n}`, ...told })),
  });
  const told = (rows: readonly Row[]) =>
    pick(rows, 'local_date', 'page_path', 'source', 'medium', 'campaign', 'content').map((row) => JSON.stringify(row));
  expect(told(found).toSorted()).toEqual(told(landings).toSorted());
});
