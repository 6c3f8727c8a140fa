/**
 * What a lake's raw files say, by another road than the pipeline's: gunzip, JSON.parse, its own CSV split, its own
 * exchange rates. Nothing here is imported from the house but the names of the folders.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

function textsUnder(root: string, folder: string): { key: string; text: string }[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((path) => ({
      key: path,
      text: (path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString('utf8'),
    }));
}

const lines = (root: string, folder: string): string[] =>
  textsUnder(root, folder).flatMap(({ text }) => text.split('\n').filter((line) => line !== ''));

const paris = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Paris' });

/** The shop's day. */
export const parisDay = (at: number): string => paris.format(at);
export const utcDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

const cents = z.union([z.string(), z.number()]).transform((amount) => Math.round(Number(amount) * 100));
const instant = z.string().transform((text) => Date.parse(text));

const identity = z.number().transform(String);
const orderResource = z.object({
  id: identity,
  order_number: identity,
  customer: z.object({ id: identity }).nullable(),
  email: z.string(),
  created_at: instant,
  processed_at: instant,
  updated_at: instant,
  cancelled_at: z.string().nullable(),
  financial_status: z.string(),
  test: z.boolean(),
  currency: z.string(),
  total_price: cents,
  total_tip_received: cents,
  landing_site: z.string(),
  referring_site: z.string().nullable(),
  payment_gateway_names: z.array(z.string()),
  transactions: z.array(z.object({ gateway: z.string(), amount: cents })).default([]),
  discount_codes: z.array(z.object({ code: z.string() })),
  line_items: z.array(
    z.object({
      id: z.number(),
      variant_id: z.number(),
      quantity: z.number(),
      price: cents,
      total_discount: cents,
      gift_card: z.boolean(),
      tax_lines: z.array(z.object({ price: cents })),
    }),
  ),
  shipping_lines: z.array(z.object({ price: cents, tax_lines: z.array(z.object({ price: cents })) })),
  refunds: z.array(
    z.object({
      created_at: instant,
      refund_line_items: z.array(
        z.object({
          line_item_id: z.number(),
          quantity: z.number(),
          restock_type: z.string(),
          subtotal: cents,
          total_tax: cents,
        }),
      ),
      transactions: z.array(z.object({ status: z.string(), amount: cents })),
      order_adjustments: z.array(z.object({ kind: z.string(), amount: cents, tax_amount: cents })),
      refund_shipping_lines: z.array(
        z.object({
          subtotal_amount_set: z.object({ shop_money: z.object({ amount: cents }) }),
          tax_amount_set: z.object({ shop_money: z.object({ amount: cents }) }),
        }),
      ),
    }),
  ),
});
type OrderResource = z.output<typeof orderResource>;
const customerResource = z.object({ id: identity, created_at: instant, updated_at: instant, orders_count: z.number() });
const productResource = z.object({
  updated_at: instant,
  variants: z.array(z.object({ id: z.number(), inventory_item: z.object({ cost: cents.nullable() }) })),
});

/** Of each key the last that was said; of equals the later one in the files. */
function newest<T>(all: readonly T[], keyOf: (one: T) => string, orderOf: (one: T) => number): T[] {
  const found = new Map<string, T>();
  for (const one of all) {
    const known = found.get(keyOf(one));
    if (known === undefined || orderOf(one) >= orderOf(known)) found.set(keyOf(one), one);
  }
  return [...found.values()];
}

export interface Conversion {
  readonly id: string;
  /** Null for a guest. */
  readonly customer: string | null;
  readonly email: string;
  readonly at: number;
  /** The shop's day. */
  readonly day: string;
  readonly codes: readonly string[];
  readonly landing: string;
  readonly referrer: string;
  readonly isNew: boolean;
  /** EUR cents; null where the cost of goods is unknown. */
  readonly net: number;
  readonly goods: number | null;
  readonly fee: number;
  readonly refunded: number;
  readonly margin: number | null;
}

export interface Deal {
  readonly id: string;
  readonly influencer: string;
  readonly campaign: string;
  readonly from: string;
  readonly to: string;
  readonly code: string;
  /**
   * The link's: its path where that is not one of the shop's own pages, and its parameters; empty where it has none.
   */
  readonly path: string | null;
  readonly source: string;
  readonly medium: string;
  readonly linkCampaign: string;
  readonly content: string;
  /** EUR cents. */
  readonly fee: number;
  readonly products: number;
  readonly commissionRate: number;
  /** Whether the commission is paid on what was refunded too. */
  readonly isOnGross: boolean;
}

export interface Ad {
  readonly platform: 'google_ads' | 'meta_ads' | 'tiktok_ads';
  readonly day: string;
  readonly channel: string;
  readonly campaign: string;
  readonly name: string;
  readonly impressions: number;
  readonly clicks: number;
  /** Millionths of a euro. */
  readonly spend: number;
}

export interface Event {
  readonly id: string;
  readonly name: string;
  readonly visitor: string;
  readonly customer: string | null;
  readonly at: number;
  readonly url: string;
  readonly referrer: string;
  /** The order's number that a purchase tells. */
  readonly order: string | null;
}

/** An order, conversion or not. */
export interface Placed {
  readonly id: string;
  readonly number: string;
  readonly customer: string | null;
  readonly email: string;
  readonly at: number;
}

export interface Figures {
  readonly posts: number;
  readonly views: number;
  readonly engagements: number;
}

/** Units of each currency for one euro, as of a day: the last rate published, of at most ten days before. */
function ratesOf(root: string): (currency: string, day: string) => number {
  const published = new Map<string, number>();
  for (const { text } of textsUnder(root, 'raw/reference/fx_rates')) {
    const [head = '', ...rows] = text.trim().split('\n');
    const currencies = head.split(',');
    for (const row of rows) {
      const values = row.split(',');
      for (const [n, currency] of currencies.entries()) {
        const rate = Number(values[n]);
        if (n > 0 && currency !== '' && rate > 0) published.set(`${currency} ${values[0] ?? ''}`, rate);
      }
    }
  }
  return (currency, day) => {
    if (currency === 'EUR') return 1;
    for (let age = 0; age <= 10; age += 1) {
      const rate = published.get(`${currency} ${utcDay(Date.parse(day) - age * 86_400_000)}`);
      if (rate !== undefined) return rate;
    }
    throw new Error(`No rate of ${currency} for ${day}.`);
  };
}

/** A sheet's rows by its headings. No field of these sheets is quoted. */
function sheet(text: string): Record<string, string>[] {
  const [names = [], ...rows] = text
    .replace('\uFEFF', '')
    .trim()
    .split('\r\n')
    .map((line) => line.split(';'));
  if (text.includes('"')) throw new Error('A quoted field: this split does not know them.');
  return rows.map((row) => Object.fromEntries(names.map((name, n) => [name, row[n] ?? ''])));
}

const french = (value: string | undefined): number => Number((value ?? '').replaceAll(/\s/g, '').replace(',', '.'));
const isoDate = (value: string | undefined): string => (value ?? '').split('/').toReversed().join('-');
const handleKey = (row: Record<string, string>): string =>
  `${(row['plateforme'] ?? '').toLowerCase()}:${(row['pseudo'] ?? '').toLowerCase()}`;

/** Of each key the row of the last export, by the object's name. */
function sheets(root: string, folder: string, key: string): Record<string, string>[] {
  const found = new Map<string, Record<string, string>>();
  for (const { text } of textsUnder(root, folder)) for (const row of sheet(text)) found.set(row[key] ?? '', row);
  return [...found.values()];
}

/** The shop's own pages of this market, by the first name of their path. */
const ownPages = new Set(['', 'products', 'collections', 'produits', 'pages', 'blogs', 'cart', 'panier']);

/** A path without its language and its last slash, in lower case. */
export function barePath(path: string): string {
  const names = path
    .toLowerCase()
    .split('/')
    .filter((name) => name !== '');
  return `/${(/^[a-z]{2}$/.test(names[0] ?? '') ? names.slice(1) : names).join('/')}`;
}

/** Networks by the short names that links have. */
export const networkOf = (source: string): string =>
  ({ ig: 'instagram', insta: 'instagram', fb: 'facebook', yt: 'youtube' })[source] ?? source;

export function dealsOf(root: string): Deal[] {
  const rate = ratesOf(root);
  return sheets(root, 'raw/influencers/deals', 'id_contrat').map((row) => {
    const from = isoDate(row['date_contrat']);
    const link = new URL(row['lien_tracké'] ?? '');
    const parameter = (name: string): string => (link.searchParams.get(name) ?? '').toLowerCase();
    const eur = (amount: number): number => Math.round((amount * 100) / rate(row['devise'] ?? '', from));
    return {
      id: row['id_contrat'] ?? '',
      influencer: handleKey(row),
      campaign: row['campagne'] ?? '',
      from,
      to: isoDate(row['date_fin']),
      code: row['code_promo'] ?? '',
      path: ownPages.has(barePath(link.pathname).split('/')[1] ?? '') ? null : barePath(link.pathname),
      source: networkOf(parameter('utm_source')),
      medium: parameter('utm_medium'),
      linkCampaign: parameter('utm_campaign'),
      content: parameter('utm_content'),
      fee: eur(french(row['cachet'])),
      products: Math.round(french(row['coût_produits']) * 100),
      commissionRate: french(row['taux_commission']),
      isOnGross: row['commission_sur'] !== 'net',
    };
  });
}

export function postsByInfluencer(root: string): Map<string, Figures> {
  const found = new Map<string, Figures>();
  for (const row of sheets(root, 'raw/influencers/posts', 'id_publication')) {
    const { posts, views, engagements } = found.get(handleKey(row)) ?? { posts: 0, views: 0, engagements: 0 };
    const engaged = ['j_aime', 'commentaires', 'partages', 'enregistrements'].reduce(
      (sum, name) => sum + french(row[name]),
      0,
    );
    found.set(handleKey(row), {
      posts: posts + 1,
      views: views + french(row['vues']),
      engagements: engagements + engaged,
    });
  }
  return found;
}

/** What a variant cost on a shop day: the last report of that day or before, else the first one there is. */
function costsOf(root: string): (variant: number, day: string) => number | null {
  const reports = lines(root, 'raw/crm/products')
    .map((line) => productResource.parse(JSON.parse(line)))
    .toSorted((a, b) => a.updated_at - b.updated_at)
    .flatMap(({ updated_at: at, variants }) =>
      variants.flatMap(({ id, inventory_item: { cost } }) => (cost === null ? [] : [{ id, cost, day: parisDay(at) }])),
    );
  return (variant, day) =>
    (reports.findLast((one) => one.id === variant && one.day <= day) ?? reports.find(({ id }) => id === variant))
      ?.cost ?? null;
}

const newestOrders = (root: string): OrderResource[] =>
  newest(
    lines(root, 'raw/crm/orders').map((line) => orderResource.parse(JSON.parse(line))),
    ({ id }) => id,
    ({ updated_at: at }) => at,
  );

export function placedOf(root: string): Placed[] {
  return newestOrders(root).map(({ id, order_number: number, customer, email, processed_at: at }) => ({
    id,
    number,
    customer: customer?.id ?? null,
    email: email.trim().toLowerCase(),
    at,
  }));
}

export function conversionsOf(root: string): Conversion[] {
  const [rate, costOn] = [ratesOf(root), costsOf(root)];
  const orders = newestOrders(root);
  const customers = new Map(
    newest(
      lines(root, 'raw/crm/customers').map((line) => customerResource.parse(JSON.parse(line))),
      ({ id }) => id,
      ({ updated_at: at }) => at,
    ).map((one) => [one.id, one]),
  );
  const opened = orders.map(({ processed_at: at }) => parisDay(at)).toSorted()[0] ?? '';
  const boughtBefore = (id: string | undefined): boolean => {
    const known = customers.get(id ?? '');
    if (!known) return false;
    const seen = orders.filter(
      (order) => order.customer?.id === id && !order.test && order.created_at <= known.updated_at,
    ).length;
    return known.orders_count >= seen ? known.orders_count > seen : utcDay(known.created_at) < opened;
  };
  const counted = orders
    .filter(
      (order) =>
        ['paid', 'partially_refunded', 'refunded'].includes(order.financial_status) &&
        order.cancelled_at === null &&
        !order.test,
    )
    .toSorted((a, b) => a.processed_at - b.processed_at || (a.id < b.id ? -1 : 1));
  // Everybody has one e-mail in this market, however it is typed.
  const met = new Set<string>();
  return counted.map((order) => {
    const buyer = order.email.trim().toLowerCase();
    const isFirst = !met.has(buyer);
    met.add(buyer);
    return conversionOf(order, { isNew: isFirst && !boughtBefore(order.customer?.id), costOn, rate });
  });
}

/** What of the money of real orders a lake's conversions have, each kind once. */
export function kindsOf(root: string): string[] {
  const orders = lines(root, 'raw/crm/orders')
    .map((line) => orderResource.parse(JSON.parse(line)))
    .filter((order) => order.cancelled_at === null && !order.test);
  return [
    ...new Set(
      orders.flatMap((order) => [
        ...order.line_items.filter((item) => item.gift_card).map(() => 'gift card sold'),
        ...(order.payment_gateway_names.includes('gift_card') ? ['gift card spent'] : []),
        ...(order.customer === null ? ['guest'] : []),
        ...(order.processed_at < order.created_at ? ['entered later'] : []),
        ...(order.total_tip_received > 0 ? ['tip'] : []),
        ...order.refunds.flatMap((refund) => [
          ...(refund.transactions.length === 0 ? ['edit'] : []),
          ...refund.transactions.map(({ status }) => `refund: ${status}`),
          ...refund.refund_shipping_lines.map(() => 'shipping in lines'),
          ...refund.order_adjustments.map(({ kind }) => kind),
          ...refund.refund_line_items
            .filter(
              (line) => line.quantity < (order.line_items.find((item) => item.id === line.line_item_id)?.quantity ?? 0),
            )
            .map(() => 'part of a line'),
        ]),
      ]),
    ),
  ];
}

const all = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/** Each part of what was given back: with VAT, and the VAT. */
function givenBack({
  refund_line_items: of,
  transactions,
  order_adjustments: adjustments,
  refund_shipping_lines: shipping,
}: OrderResource['refunds'][number]): [amount: number, tax: number][] {
  const paid = all(transactions.filter(({ status }) => status === 'success').map(({ amount }) => amount));
  if (paid === 0) return [];
  const parts = [
    ...of.map(({ subtotal, total_tax: tax }): [number, number] => [subtotal, tax]),
    ...shipping.map((line): [number, number] => [
      line.subtotal_amount_set.shop_money.amount,
      line.tax_amount_set.shop_money.amount,
    ]),
    ...adjustments
      .filter(({ kind }) => kind === 'shipping_refund')
      .map(({ amount, tax_amount: tax }): [number, number] => [-amount - tax, -tax]),
  ];
  return [...parts, [paid - all(parts.map(([amount]) => amount)), 0]];
}

function conversionOf(
  order: OrderResource,
  {
    isNew,
    costOn,
    rate,
  }: {
    isNew: boolean;
    costOn: (variant: number, day: string) => number | null;
    rate: (currency: string, day: string) => number;
  },
): Conversion {
  const { processed_at: at, line_items: items } = order;
  const day = parisDay(at);
  const eur = (amount: number, when: number): number => Math.round(amount / rate(order.currency, utcDay(when)));
  const taxOf = (line: { readonly tax_lines: readonly { readonly price: number }[] }): number =>
    all(line.tax_lines.map(({ price }) => price));
  // On account and out of stock: taken off the order, and never paid.
  const takenOff = order.refunds
    .filter(({ transactions }) => transactions.length === 0)
    .flatMap(({ refund_line_items: of }) => of);
  const sold =
    all(
      items
        .filter((item) => !item.gift_card)
        .map((item) => item.price * item.quantity - item.total_discount - taxOf(item)),
    ) - all(takenOff.map((line) => line.subtotal - line.total_tax));
  const net = eur(sold + all(order.shipping_lines.map((line) => line.price - taxOf(line))), at);
  const unsent = [
    ...takenOff,
    ...order.refunds.flatMap(({ refund_line_items: of }) => of.filter((line) => line.restock_type === 'cancel')),
  ];
  const costs = items
    .filter((item) => !item.gift_card)
    .flatMap((item) => {
      const sent =
        item.quantity - all(unsent.filter((line) => line.line_item_id === item.id).map(({ quantity }) => quantity));
      const cost = costOn(item.variant_id, day);
      return sent === 0 ? [] : [cost === null ? null : sent * cost];
    });
  const goods = costs.some((cost) => cost === null) ? null : all(costs.map((cost) => cost ?? 0));
  const byMoney = order.payment_gateway_names.some((name) => name !== 'gift_card');
  const paid =
    order.transactions.length > 0
      ? all(order.transactions.filter(({ gateway }) => gateway !== 'gift_card').map(({ amount }) => amount))
      : byMoney
        ? order.total_price - all(takenOff.map(({ subtotal }) => subtotal))
        : 0;
  // 1.5 % and 25 cents, half a cent up; a payment of nothing costs nothing.
  const fee = paid === 0 ? 0 : Math.floor((eur(paid, at) * 15 + 25_000 + 500) / 1000);
  const refunded = all(
    order.refunds.flatMap((refund) =>
      givenBack(refund).map(([amount, tax]) => eur(amount, refund.created_at) - eur(tax, refund.created_at)),
    ),
  );
  return {
    id: order.id,
    customer: order.customer?.id ?? null,
    email: order.email.trim().toLowerCase(),
    at,
    day,
    codes: order.discount_codes.map(({ code }) => code.trim().toUpperCase()),
    landing: order.landing_site,
    referrer: order.referring_site ?? '',
    isNew,
    net,
    goods,
    fee,
    refunded,
    margin: goods === null ? null : net - goods - 550 - fee - refunded,
  };
}

const googleResult = z.object({
  customer: z.object({ id: z.string(), currencyCode: z.string() }),
  campaign: z.object({ id: z.string(), name: z.string(), advertisingChannelType: z.string() }),
  segments: z.object({ date: z.string() }),
  metrics: z.object({
    impressions: z.string().default('0'),
    clicks: z.string().default('0'),
    costMicros: z.string().default('0'),
  }),
});
const googleReport = z.array(z.object({ results: z.array(googleResult) }));
const metaReport = z.object({
  data: z.array(
    z.object({
      account_currency: z.string(),
      campaign_id: z.string(),
      campaign_name: z.string(),
      date_start: z.string(),
      impressions: z.string(),
      inline_link_clicks: z.string(),
      spend: z.string(),
    }),
  ),
});
const tiktokReport = z.object({
  data: z.object({
    list: z.array(
      z.object({
        dimensions: z.object({ stat_time_day: z.string() }),
        metrics: z.object({
          campaign_id: z.string(),
          campaign_name: z.string(),
          currency: z.string(),
          spend: z.string(),
          impressions: z.string(),
          clicks: z.string(),
        }),
      }),
    ),
  }),
});

const googleChannels: Readonly<Record<string, string>> = {
  SEARCH: 'Paid Search',
  SHOPPING: 'Paid Shopping',
  PERFORMANCE_MAX: 'Cross-network',
  VIDEO: 'Paid Video',
  DISPLAY: 'Display',
};

/** The rows of the last report of each day in a folder; reports of campaigns have names that begin so. */
function lastReports<T>(
  root: string,
  folder: string,
  prefix: string,
  rowsOf: (text: string) => T[],
  dayOf: (row: T) => string,
): T[] {
  const days = new Map<string, T[]>();
  // Objects come in the order of their pulls.
  for (const { key, text } of textsUnder(root, folder)) {
    const rows = rowsOf(text);
    if (basename(key).startsWith(prefix) && rows[0] !== undefined) days.set(dayOf(rows[0]), rows);
  }
  return [...days.values()].flat();
}

/**
 * Every row of the reports that count: a day's last one, and of Google's campaigns those that the report of its ads has
 * not.
 */
export function adsOf(root: string): Ad[] {
  const rate = ratesOf(root);
  const millionths = (amount: string, currency: string, day: string): number =>
    Math.round((Number(amount) * 1e6) / rate(currency, day));
  const google = (prefix: string) =>
    lastReports(
      root,
      'raw/advertising/google_ads',
      prefix,
      (text) => googleReport.parse(JSON.parse(text)).flatMap(({ results }) => results),
      ({ segments }) => segments.date,
    );
  const ads = google('pulled-');
  const told = new Set(ads.map(({ campaign, segments }) => `${campaign.id} ${segments.date}`));
  return [
    ...[
      ...ads,
      ...google('campaigns-').filter(({ campaign, segments }) => !told.has(`${campaign.id} ${segments.date}`)),
    ].map(({ customer, campaign, segments, metrics }): Ad => ({
      platform: 'google_ads',
      day: segments.date,
      channel: googleChannels[campaign.advertisingChannelType] ?? '',
      campaign: campaign.id,
      name: campaign.name,
      impressions: Number(metrics.impressions),
      clicks: Number(metrics.clicks),
      spend: Math.round(Number(metrics.costMicros) / rate(customer.currencyCode, segments.date)),
    })),
    ...lastReports(
      root,
      'raw/advertising/meta_ads',
      '',
      (text) => metaReport.parse(JSON.parse(text)).data,
      (row) => row.date_start,
    ).map((row): Ad => ({
      platform: 'meta_ads',
      day: row.date_start,
      channel: 'Paid Social',
      campaign: row.campaign_id,
      name: row.campaign_name,
      impressions: Number(row.impressions),
      clicks: Number(row.inline_link_clicks),
      spend: millionths(row.spend, row.account_currency, row.date_start),
    })),
    ...lastReports(
      root,
      'raw/advertising/tiktok_ads',
      '',
      (text) => tiktokReport.parse(JSON.parse(text)).data.list,
      ({ dimensions }) => dimensions.stat_time_day.slice(0, 10),
    ).map(({ dimensions, metrics }): Ad => ({
      platform: 'tiktok_ads',
      day: dimensions.stat_time_day.slice(0, 10),
      channel: 'Paid Social',
      campaign: metrics.campaign_id,
      name: metrics.campaign_name,
      impressions: Number(metrics.impressions),
      clicks: Number(metrics.clicks),
      spend: millionths(metrics.spend, metrics.currency, dimensions.stat_time_day.slice(0, 10)),
    })),
  ];
}

const eventLine = z.object({
  event_id: z.string(),
  event_name: z.string(),
  event_time: instant,
  received_at: instant,
  visitor_id: z.string().nullable(),
  customer_id: z.string().nullable(),
  page: z.object({ url: z.string(), referrer: z.string() }),
  consent: z.object({ analytics: z.boolean() }),
  ecommerce: z.object({ transaction_id: z.string().nullish() }).nullable(),
});

/** What the shop's tag says where it does not know who it is. */
const nobody = new Set(['undefined', 'null', '[object Object]', '00000000-0000-0000-0000-000000000000']);

/** The events of people who consented, of a lake without dirt. */
export function eventsOf(root: string): Event[] {
  return lines(root, 'raw/web/events')
    .map((line) => eventLine.parse(JSON.parse(line)))
    .flatMap((event) =>
      event.visitor_id === null || nobody.has(event.visitor_id) || !event.consent.analytics
        ? []
        : [
            {
              id: event.event_id,
              name: event.event_name,
              visitor: event.visitor_id,
              customer: event.customer_id,
              at: Math.min(event.event_time, event.received_at),
              url: event.page.url,
              referrer: event.page.referrer,
              order:
                event.event_name === 'purchase' ? (event.ecommerce?.transaction_id?.replace('#', '') ?? null) : null,
            },
          ],
    );
}
