/**
 * A small shop by chance, in which every kind of row meets every other: what the views are added up from, with each
 * column that may be null null in some row.
 */
import { attributionModels } from '../lambdas/shared/attribution-models.ts';
import { byChance, many } from './chance.fixture.ts';
import { text, type Row, type Tables } from './fixture.ts';

const days = ['2026-03-09', '2026-03-10', '2026-03-11', '2026-04-02'] as const;
const campaigns = [
  { platform: 'google_ads', campaign_id: '7', channel: 'Paid Search' },
  { platform: 'google_ads', campaign_id: '8', channel: 'Display' },
  { platform: 'meta_ads', campaign_id: '7', channel: 'Paid Social' },
] as const;

const spent = (platform: string, channel: string): Row => ({
  platform,
  account_id: '1',
  campaign_name: 'Name',
  campaign_folded: 'name',
  channel,
  dt: '2026-03-12',
});
const dealt = (influencer_id: string, more: Row): Row => ({ influencer_id, contract_date: days[0], ...more });

/** The tables of a shop. @param seed gives the same ones again */
export function shopByChance(seed: number): Tables {
  const { upTo, oneOf, chance, orNull } = byChance(seed);
  const eur = (most: number) => (upTo(most * 100) / 100).toFixed(2);
  const time = (day: string) => `${day} ${String(8 + upTo(12)).padStart(2, '0')}:00:00.000`;

  const orders = many(48, (n): Row => {
    const day = oneOf(days);
    const at = time(day);
    return {
      order_id: `O${n}`,
      order_number: `N${n}`,
      customer_id: orNull(`C${upTo(14)}`),
      created_at: at,
      processed_at: at,
      updated_at: at,
      local_date: day,
      is_conversion: chance(0.85),
      is_test: false,
      country: orNull(oneOf(['FR', 'BE'])),
      paid_amount_eur: eur(80),
      needs_shipping: chance(0.8),
      net_revenue_eur: chance(0.1) ? '0.00' : eur(70),
      promo_codes: [],
    };
  });
  const order_items = orders.flatMap((order) =>
    many(upTo(3), (n): Row => {
      const quantity = 1 + upTo(2);
      return {
        line_item_id: `${text(order, 'order_id')}-${n}`,
        order_id: order['order_id'] ?? null,
        product_id: orNull(`P${1 + upTo(4)}`, 0.1),
        variant_id: `V${1 + upTo(5)}`,
        title: `Sold ${upTo(2)}`,
        quantity,
        shipped_quantity: chance(0.2) ? 0 : quantity,
        net_revenue_eur: eur(30),
        created_at: order['created_at'] ?? null,
      };
    }),
  );
  const product_costs = many(9, (n): Row => {
    // Each changes on a day on which it is sold.
    const day = n < 4 ? '2026-01-01' : n < 8 ? '2026-03-10' : '2026-03-20';
    return {
      variant_id: `V${1 + (n % 4)}`,
      reported_at: `${day} ${String(n).padStart(2, '0')}:00:00.000`,
      seen_on: day,
      local_date: day,
      cost_eur: eur(9),
    };
  });
  const products = many(6, (n): Row => ({
    variant_id: `V${n + 1}`,
    product_id: `P${1 + (n % 3)}`,
    sku: oneOf([null, 'S1', 'S2', 'S3']),
    title: `Title ${n}`,
    category: orNull(`Category ${n}`),
    created_at: `2025-0${1 + upTo(8)}-01 00:00:00.000`,
  }));
  // One that nobody looked at or bought.
  products.push({ variant_id: 'V9', product_id: 'P9', title: 'Nine', category: 'c', created_at: time('2026-01-01') });
  const refunds = many(70, (n): Row => {
    const item = oneOf(order_items);
    return {
      refund_line_id: `R${n}`,
      refund_id: `R${n}`,
      order_id: item['order_id'] ?? null,
      line_item_id: orNull(item['line_item_id'] ?? null),
      part: oneOf(['goods', 'goods', 'shipping', 'discrepancy', 'duties']),
      status: n % 4 === 0 ? 'none' : 'success',
      reason: [null, 'defective', 'unwanted', 'unknown'][(n % 7) % 4] ?? null,
      refunded_at: time('2026-04-03'),
      quantity: orNull(upTo(2)),
      amount_eur: eur(20),
      tax_eur: eur(3),
    };
  });
  const web_events = many(60, (n): Row => ({
    event_id: `E${n}`,
    event_name: oneOf(['view_item', 'add_to_cart', 'page_view']),
    visitor_id: 'v',
    is_bot: chance(0.15),
    event_at: time(days[0]),
    local_date: oneOf(days),
    items: many(1 + upTo(2), () => ({ item_id: oneOf(['S1', 'S2', 'S3', 'S9']) })),
  }));
  const sessions = many(40, (n): Row => ({
    session_id: `S${n}`,
    local_date: oneOf(days),
    started_at: time(oneOf(days)),
    channel: oneOf(['Paid Search', 'Email', 'Direct']),
    device: oneOf(['mobile', 'desktop']),
    is_engaged: chance(0.6),
    item_views: upTo(2),
    cart_adds: upTo(1),
    checkouts: upTo(1),
    purchases: upTo(1),
    // By number, not by chance: a draw more would change all that is drawn after it.
    platform: n % 4 === 0 ? 'google_ads' : null,
    campaign_id: n % 4 === 0 ? `C${n % 3}` : n % 5 === 0 ? 'other' : null,
    campaign: n % 3 === 0 ? 'spring' : null,
    deal_id: n % 7 === 0 ? 'D1' : null,
  }));
  const influencer_deals = many(5, (n): Row => ({
    deal_id: `D${n}`,
    influencer_id: `I${n % 3}`,
    campaign: `deal ${n}`,
    contract_date: oneOf(days.slice(0, 3)),
    end_date: oneOf([null, '2026-03-31', '2026-04-02', '2026-02-01']),
    fee_eur: n === 0 ? null : eur(200),
    product_cost_eur: n === 1 ? null : eur(50),
    commission_rate: n === 2 ? null : '0.1250',
    commission_on: oneOf(['net', 'order']),
  }));
  const influencer_posts = many(20, (n): Row => ({
    post_id: `post ${n}`,
    deal_id: `D${n % 5}`,
    influencer_id: `I${n % 3}`,
    posted_on: oneOf(days),
    views: orNull(upTo(5000)),
    likes: orNull(upTo(400)),
    comments: orNull(upTo(40)),
    shares: orNull(upTo(40)),
    saves: orNull(upTo(40)),
  }));
  const influencers = many(5, (n): Row => ({
    influencer_id: `I${n}`,
    handle: `handle ${n}`,
    platform: oneOf(['instagram', 'tiktok']),
    tier: 'micro',
    followers: 1000 * n,
  }));
  const touchpoints = orders.slice(0, 30).flatMap((order, o) => {
    const id = text(order, 'order_id');
    const converted_at = text(order, 'created_at');
    const touch = (position: number, touch_type: string, deal: string | null, touched_at: string): Row => ({
      order_id: id,
      touch_id: `${id}-${position}`,
      touch_type,
      touched_at,
      converted_at,
      position,
      channel: deal === null ? 'Email' : 'Influencer',
      term: `word ${o % 2}`,
      deal_id: deal,
      code_deal_id: o % 3 === 0 ? `D${o % 5}` : null,
    });
    const told = [
      touch(1, 'session', orNull(`D${(o + 1) % 5}`), '2026-02-01 00:00:00.000'),
      touch(2, 'session', orNull(`D${(o + 2) % 5}`), '2026-03-05 00:00:00.000'),
      touch(3, oneOf(['session', 'order_landing']), orNull(`D${(o + 3) % 5}`), converted_at),
    ];
    return o % 3 === 0 ? [...told, touch(4, 'promo_code', `D${o % 5}`, converted_at)] : told;
  });
  const attribution = [...orders.slice(0, 40).map((order) => text(order, 'order_id')), 'gone'].flatMap((id) =>
    attributionModels.flatMap((attribution_model) =>
      [7, 30, 90].flatMap((lookback_days) => {
        const share = upTo(8) / 8;
        const touched = (touch: number, credit: number): Row => {
          const bought = chance(0.5) ? oneOf(campaigns) : undefined;
          const deal = bought === undefined && chance(0.3) ? `D${upTo(4)}` : null;
          return {
            order_id: id,
            attribution_model,
            lookback_days,
            touch_id: chance(0.5) ? `S${upTo(39)}` : `${id}-${touch}`,
            channel: deal === null ? (bought?.channel ?? oneOf(['Email', 'Direct', 'Paid Other'])) : 'Influencer',
            campaign: orNull(oneOf(['a', 'b'])),
            campaign_id: bought?.campaign_id ?? null,
            platform: bought?.platform ?? (deal !== null && chance(0.3) ? 'meta_ads' : null),
            deal_id: deal,
            credit,
            dt: days[0],
          };
        };
        return [touched(1, share), touched(2, 1 - share)].filter((row) => row['credit'] !== 0);
      }),
    ),
  );
  const ad_spend = many(40, (n): Row => {
    const { platform, campaign_id, channel } = oneOf(campaigns);
    const name = oneOf(['Old name', 'New name']);
    return {
      platform,
      account_id: '1',
      campaign_id,
      campaign_name: name,
      campaign_folded: name.toLowerCase(),
      channel: chance(0.1) ? 'Cross-network' : channel,
      ad_group_id: orNull(`G${upTo(1)}`),
      ad_group_name: `group ${upTo(1)}`,
      ad_id: orNull(`A${upTo(2)}`),
      ad_name: `ad ${n % 3}`,
      impressions: upTo(3) * 100,
      clicks: upTo(2) * 10,
      spend_eur: `${eur(20)}${String(upTo(9999)).padStart(4, '0')}`,
      claimed_conversions: orNull(upTo(8) / 4),
      claimed_value_eur: orNull(upTo(400) / 4),
      dt: oneOf(days),
    };
  });
  const shop_marketing_costs: Row[] = [
    { name: 'Tool', channel: 'Email', amount_eur: '310.07', per: 'month', first_day: '2026-02-20', last_day: null },
    { name: 'Tool', channel: 'Email', amount_eur: '10.00', per: 'once', first_day: '2026-03-10', last_day: null },
    { name: 'Agency', channel: 'Paid Search', amount_eur: '3.50', per: 'day', first_day: '2026-03-10', last_day: '2026-03-11' }, // prettier-ignore
    { name: 'Later', channel: 'Email', amount_eur: '9.00', per: 'month', first_day: '2026-04-02', last_day: '2026-12-31' }, // prettier-ignore
    { name: 'Ahead', channel: 'Email', amount_eur: '9.00', per: 'day', first_day: '2026-04-03', last_day: null },
  ];
  const shop: Row[] = [
    { name: 'S', currency: 'EUR', time_zone: 'Europe/Paris', attribution_model: 'linear', lookback_days: 30, earned_media_cpm_eur: 8 }, // prettier-ignore
  ];
  // What chance seldom brings. Facts that are alike in all columns are two still.
  const twice = (row: Row, name: string): Row[] => ['x', 'y'].map((id) => ({ ...row, [name]: id }));
  ad_spend.push(
    ...twice(
      { ...spent('google_ads', 'Paid Search'), impressions: 300, clicks: 5, spend_eur: '2.000000' },
      'campaign_id',
    ),
    // A platform that tells nothing of conversions, and brings none.
    { ...spent('tiktok_ads', 'Paid Social'), campaign_id: '1', impressions: 10, clicks: 1, spend_eur: '1.000000' },
  );
  const told = attribution.filter((row) => row['attribution_model'] === 'linear' && row['lookback_days'] === 30);
  attribution.push(
    // Orders of that platform, and of one that reports nothing.
    ...told.slice(0, 2).map((row): Row => ({ ...row, touch_id: 'tiktok', channel: 'Paid Social', platform: 'tiktok_ads', campaign_id: '1', deal_id: null, credit: 0.5 })), // prettier-ignore
    ...told.slice(2, 3).map((row): Row => ({ ...row, touch_id: 'silent', channel: 'Display', platform: 'criteo', campaign_id: '3', deal_id: null, credit: 0.25 })), // prettier-ignore
  );
  influencer_deals.push(
    ...twice(dealt('I4', { fee_eur: '90.00', end_date: '2026-04-02' }), 'deal_id'),
    // Of an influencer of whom nothing is known but an order without revenue.
    dealt('I3', { deal_id: 'D9', commission_on: 'net' }),
    // Of somebody whom the roster does not have.
    dealt('tiktok:new', { deal_id: 'D8', fee_eur: '40.00' }),
  );
  influencer_posts.push(
    ...twice({ influencer_id: 'I4', posted_on: days[0], views: 7, likes: 1 }, 'post_id'),
    { post_id: 'z', influencer_id: 'I3', posted_on: days[0] },
    // Of somebody whom the roster does not have.
    { post_id: 'w', influencer_id: 'I9', posted_on: days[1], views: 100, saves: 1 },
  );
  // A product whose cost nobody knows, looked at on a day on which none was sold.
  products.push({ variant_id: 'V8', product_id: 'P8', sku: 'S8', title: 'Eight', created_at: time('2026-01-01') });
  order_items.push({
    line_item_id: 'eight',
    order_id: 'bare',
    product_id: 'P8',
    variant_id: 'V8',
    title: 'Eight',
    quantity: 1,
    shipped_quantity: 1,
    net_revenue_eur: '8.00',
    created_at: time(days[0]),
  });
  // And one of which nothing was sent.
  order_items.push({
    ...order_items.at(-1),
    line_item_id: 'seven',
    product_id: 'P7',
    variant_id: 'V7',
    shipped_quantity: 0,
  });
  // A page with products on it is no look at one of them.
  web_events.push({ event_id: 'page', event_name: 'page_view', is_bot: false, event_at: time('2026-02-02'), local_date: '2026-02-02', items: [{ item_id: 'S8' }] }); // prettier-ignore
  refunds.push({ refund_line_id: 'r', order_id: 'bare', line_item_id: 'eight', refund_id: 'r', part: 'goods', status: 'success', amount_eur: '1.00', tax_eur: '0.20', quantity: null, refunded_at: time('2026-04-03') }); // prettier-ignore
  web_events.push({
    event_id: 'eight',
    event_name: 'view_item',
    visitor_id: 'v',
    is_bot: false,
    event_at: time('2026-02-01'),
    local_date: '2026-02-01',
    items: [{ item_id: 'S8' }],
  });
  const bare = { ...orders[0], order_id: 'bare', customer_id: 'bare', is_conversion: true, net_revenue_eur: '0.00' };
  orders.push(bare);
  touchpoints.push({
    order_id: 'bare',
    touch_id: 'code-D9',
    position: 1,
    touch_type: 'promo_code',
    code_deal_id: 'D9',
  });
  const keyword_spend = ad_spend.flatMap(
    ({ platform = null, account_id = null, campaign_id = null, dt = null }, n): Row[] =>
      n % 3 === 0
        ? []
        : [
            {
              platform,
              account_id,
              campaign_id,
              dt,
              keyword_folded: `word ${n % 2}`,
              clicks: 1,
              spend_eur: '0.750000',
            },
          ],
  );
  return {
    orders,
    order_items,
    product_costs,
    products,
    refunds,
    web_events,
    sessions,
    influencers,
    influencer_deals,
    influencer_posts,
    touchpoints,
    attribution,
    ad_spend,
    keyword_spend,
    shop_marketing_costs,
    shop,
  };
}

/** The product of a line by the catalogue; null where nothing names it. */
export function productOf(shop: Tables, line: Row): string | null {
  const catalogue = shop['products'] ?? [];
  const found = (name: string) =>
    catalogue.find((row) => typeof line[name] === 'string' && row[name] === line[name])?.['product_id'];
  const told = found('product_id') ?? found('variant_id') ?? line['product_id'];
  if (typeof told === 'string') return told;
  const isOfGoods = Number(line['shipped_quantity'] ?? 0) > 0 || Number(line['net_revenue_eur'] ?? 0) !== 0;
  return isOfGoods && typeof line['variant_id'] === 'string' ? line['variant_id'] : null;
}
