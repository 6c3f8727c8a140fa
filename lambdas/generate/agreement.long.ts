import { beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Lake } from '../shared/ports/lake.ts';
import { spoilt } from './web/dirt.ts';
import { generated, linesUnder, orderVersions, parsed, textsUnder, webEvents } from './generated.ts';
import type { RawOrder, WebEvent } from './generated.ts';

const sum = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Sources are projections of the same people: what one says, the others say too. */
describe('the sources agree', () => {
  let lake: Lake;
  let events: WebEvent[];
  let versions: RawOrder[];
  const latest = new Map<number, RawOrder>();
  beforeAll(async () => {
    lake = await generated({ seed: 5, eventsPerDay: 4000, from: '2026-05-04', to: '2026-05-17', dirt: 0 });
    events = await webEvents(lake);
    versions = await orderVersions(lake);
    for (const order of versions) {
      const known = latest.get(order.order_number);
      if (known === undefined || order.updated_at >= known.updated_at) latest.set(order.order_number, order);
    }
  });

  test('every purchase on the site is an order in the CRM, with the same amount, and the other way round', () => {
    const purchases = events.filter(({ event_name }) => event_name === 'purchase');
    expect(purchases.length).toBeGreaterThan(100);
    for (const { ecommerce, consent, customer_id } of purchases) {
      const order = latest.get(Number(ecommerce?.transaction_id?.replace('#', '')));
      expect(order?.total_price).toBe(Math.round((ecommerce?.value ?? 0) * 100));
      expect(order?.currency).toBe(ecommerce?.currency);
      expect(order?.discount_codes[0]?.code).toBe(ecommerce?.coupon);
      expect(customer_id).toBe(consent.analytics && order?.customer ? String(order.customer.id) : null);
    }
    expect(new Set(purchases.map(({ ecommerce }) => Number(ecommerce?.transaction_id?.replace('#', ''))))).toEqual(
      new Set(latest.keys()),
    );
  });

  test('the sums of an order hold to the cent', () => {
    for (const order of versions) {
      const { line_items: lines, shipping_lines: shipping } = order;
      expect(sum(lines.map(({ price, quantity }) => price * quantity))).toBe(order.total_line_items_price);
      expect(sum(lines.map(({ total_discount }) => total_discount))).toBe(order.total_discounts);
      expect(order.total_line_items_price - order.total_discounts).toBe(order.subtotal_price);
      expect(order.subtotal_price + sum(shipping.map(({ price }) => price)) + order.total_tip_received).toBe(
        order.total_price,
      );
      expect(sum([...lines, ...shipping].flatMap(({ tax_lines }) => tax_lines.map(({ price }) => price)))).toBe(
        order.total_tax,
      );
      for (const {
        refund_line_items,
        transactions,
        order_adjustments: adjustments,
        refund_shipping_lines: ofShipping,
      } of order.refunds) {
        const back =
          sum(refund_line_items.map(({ subtotal }) => Math.round(subtotal * 100))) +
          sum(ofShipping.map((line) => line.subtotal_amount_set.shop_money.amount)) -
          sum(adjustments.map(({ amount, tax_amount: tax }) => amount + tax));
        // What an edit took off an order on account was never paid; every try is for the whole.
        expect(transactions.map(({ amount }) => amount)).toEqual(transactions.map(() => back));
        expect(order.total_price - order.current_total_price).toBe(back);
        for (const { line_item_id } of refund_line_items) expect(lines.map(({ id }) => id)).toContain(line_item_id);
      }
    }
  });

  test('orders have what real ones have', async () => {
    const orders = await orderVersions(
      await generated({ seed: 5, eventsPerDay: 8000, from: '2026-05-04', to: '2026-06-07', sources: ['crm'], dirt: 0 }),
    );
    const refunds = orders.flatMap((order) => order.refunds);
    const kinds: Record<string, number> = {
      giftCardsSold: orders.filter((order) => order.line_items.some((line) => line.gift_card)).length,
      giftCardsSpent: orders.filter((order) => order.payment_gateway_names.includes('gift_card')).length,
      tips: orders.filter((order) => order.total_tip_received > 0).length,
      guests: orders.filter((order) => order.customer === null).length,
      enteredLater: orders.filter((order) => order.processed_at !== order.created_at).length,
      edited: refunds.filter((refund) => refund.transactions.length === 0).length,
      failed: refunds.filter((refund) => refund.transactions.some(({ status }) => status === 'failure')).length,
      waiting: refunds.filter((refund) => refund.transactions.some(({ status }) => status === 'pending')).length,
      shippingBack: refunds.filter(
        (refund) =>
          refund.refund_shipping_lines.length > 0 ||
          refund.order_adjustments.some(({ kind }) => kind === 'shipping_refund'),
      ).length,
      differences: refunds.filter((refund) =>
        refund.order_adjustments.some(({ kind }) => kind === 'refund_discrepancy'),
      ).length,
    };
    expect(Object.entries(kinds).filter(([, count]) => count === 0)).toEqual([]);
  });

  test('a product is as old as the shop, and a few have no cost', async () => {
    const product = z.object({
      created_at: z.string(),
      updated_at: z.string(),
      variants: z.array(z.object({ inventory_item: z.object({ cost: z.string().nullable() }) })),
    });
    const of = async (from: string): Promise<z.infer<typeof product>[]> =>
      (
        await linesUnder(
          await generated({ seed: 5, eventsPerDay: 100, from, to: from, sources: ['crm'], dirt: 0 }),
          'raw/crm/products/',
        )
      ).map((line) => product.parse(JSON.parse(line)));
    for (const from of ['2018-01-01', '2022-06-30', '2032-12-31']) {
      const products = await of(from);
      expect(products).toHaveLength(80);
      expect(
        products.filter(
          (one) =>
            Date.parse(one.created_at) >= Date.parse(one.updated_at) || Date.parse(one.updated_at) > Date.parse(from),
        ),
      ).toEqual([]);
      expect(products.filter((one) => one.variants[0]?.inventory_item.cost === null)).toHaveLength(2);
    }
  });

  test('an order is sent when placed and when fulfilled', () => {
    const early = [...latest.values()].filter(
      ({ created_at, financial_status }) => created_at < '2026-05-14' && financial_status === 'paid',
    );
    expect(early.every(({ fulfillment_status }) => fulfillment_status === 'fulfilled')).toBe(true);
    for (const { order_number } of early.filter(({ refunds }) => refunds.length === 0))
      expect(versions.filter((order) => order.order_number === order_number)).toHaveLength(2);
  });

  test('a platform’s clicks are the sessions with its click ids, and the usual loss', async () => {
    const reported = z.array(
      z.object({
        results: z.array(
          z.object({
            campaign: z.object({ id: z.string(), name: z.string() }),
            metrics: z.object({ clicks: z.string().default('0') }),
          }),
        ),
      }),
    );
    const landings = new Set(
      events.filter(({ page }) => /[?&](?:gclid|gbraid|wbraid)=/.test(page.url)).map(({ page }) => page.url),
    );
    const clicks = new Map<string, number>();
    const named = new Map<string, string>();
    for (const { key, text } of await textsUnder(lake, 'raw/advertising/google_ads/')) {
      // Days up to the 14th were pulled three days later as well.
      const [, day = '', pulled = ''] = /dt=(.{10})\/campaigns-pulled-(.{10})/.exec(key) ?? [];
      const age = (Date.parse(pulled) - Date.parse(day)) / 86_400_000;
      if (age !== (day <= '2026-05-14' ? 3 : day <= '2026-05-16' ? 1 : 0)) continue;
      for (const { campaign, metrics } of reported.parse(JSON.parse(text)).flatMap(({ results }) => results)) {
        clicks.set(campaign.id, (clicks.get(campaign.id) ?? 0) + Number(metrics.clicks));
        named.set(campaign.name.normalize('NFC').toLowerCase(), campaign.id);
      }
    }
    // A link names its campaign by Google's own tag, by utm_id, by its name however it is spelled, or not at all.
    const sessions = new Map<string, number>();
    const ways = { tag: 0, id: 0, name: 0, none: 0 };
    for (const url of landings) {
      const told = new URL(url).searchParams;
      const [tag, utmId, name] = [
        told.get('gad_campaignid'),
        told.get('utm_id'),
        (told.get('utm_campaign') ?? '').normalize('NFC').toLowerCase().replaceAll(/ +/g, ' '),
      ];
      ways[tag !== null ? 'tag' : utmId !== null ? 'id' : name !== '' ? 'name' : 'none'] += 1;
      const id = tag ?? utmId ?? named.get(name);
      if (id !== undefined) sessions.set(id, (sessions.get(id) ?? 0) + 1);
    }
    expect(Object.entries(ways).filter(([, count]) => count === 0)).toEqual([]);
    expect(sessions.size).toBe(6);
    expect(ways.none / landings.size).toBeLessThan(0.1);
    for (const [id, found] of sessions) {
      expect(found / (clicks.get(id) ?? 0)).toBeGreaterThan(0.72);
      expect(found / (clicks.get(id) ?? 0)).toBeLessThan(1.02);
    }
  });

  test('reports are broken down, of two levels, without figures of nothing, and have ads that later ones withdraw', async () => {
    const row = z.looseObject({
      campaign: z.object({ advertisingChannelType: z.string() }),
      adGroupAd: z.object({ ad: z.object({ id: z.string() }) }).optional(),
      segments: z.record(z.string(), z.string()),
      metrics: z.record(z.string(), z.unknown()),
    });
    const google = (await textsUnder(lake, 'raw/advertising/google_ads/')).map(({ key, text }) => ({
      key,
      rows: z
        .array(z.object({ results: z.array(row) }))
        .parse(JSON.parse(text))
        .flatMap(({ results }) => results),
    }));
    const rows = google.flatMap((report) => report.rows);
    const values = (name: string) => new Set(rows.map(({ segments }) => segments[name]));
    expect([...values('device')]).toEqual(expect.arrayContaining(['MOBILE', 'DESKTOP', 'TABLET', 'CONNECTED_TV']));
    expect([...values('adNetworkType')]).toEqual(expect.arrayContaining(['SEARCH', 'SEARCH_PARTNERS', 'YOUTUBE']));
    const best = google.filter((report) =>
      report.rows.some(({ campaign }) => campaign.advertisingChannelType === 'PERFORMANCE_MAX'),
    );
    expect(best.length).toBeGreaterThan(0);
    expect(best.every(({ key }) => key.includes('/campaigns-pulled-'))).toBe(true);
    expect(rows.some(({ metrics }) => !('clicks' in metrics))).toBe(true);
    expect(rows.flatMap(({ metrics }) => Object.values(metrics)).filter((value) => Number(value) === 0)).toEqual([]);
    const meta = z.object({
      data: z.array(z.object({ ad_id: z.string(), publisher_platform: z.string(), device_platform: z.string() })),
    });
    const reports = (await textsUnder(lake, 'raw/advertising/meta_ads/')).map(({ key, text }) => ({
      day: /dt=([\d-]+)/.exec(key)?.[1],
      rows: meta.parse(JSON.parse(text)).data,
    }));
    expect(
      new Set(reports.flatMap((report) => report.rows.map((one) => `${one.publisher_platform} ${one.device_platform}`)))
        .size,
    ).toBe(6);
    const withdrawn = reports.filter(({ day, rows: first }, n) => {
      const later = reports[n + 1];
      return later?.day === day && first.some(({ ad_id: id }) => !later?.rows.some((one) => one.ad_id === id));
    });
    expect(withdrawn.length).toBeGreaterThan(0);
  });

  test('buyers come back from where they paid and logged in, and some pay on a host of the checkout’s own', () => {
    const referrers = new Set(events.map(({ page }) => (page.referrer === '' ? '' : new URL(page.referrer).host)));
    for (const host of [
      'www.paypal.com',
      'hooks.stripe.com',
      'www.wlp-acs.com',
      '3ds-acs.banque-du-midi.example',
      'accounts.google.com',
      'checkout.sillage-cosmetics.example',
    ])
      expect([host, referrers.has(host)]).toEqual([host, true]);
    expect(new Set(events.map(({ page }) => new URL(page.url).host))).toEqual(
      new Set(['www.sillage-cosmetics.example', 'checkout.sillage-cosmetics.example']),
    );
  });

  test('who refuses consent leaves no id, and an order all the same', () => {
    const refused = events.filter(({ consent }) => !consent.analytics);
    expect(refused.every(({ visitor_id, customer_id }) => visitor_id === null && customer_id === null)).toBe(true);
    expect(refused.some(({ event_name }) => event_name === 'purchase')).toBe(true);
  });

  test('channels without lift cause nothing; causes are orders that exist', async () => {
    const effect = z.object({ orders: z.int() });
    const truth = z.object({ all: effect, by_channel: z.record(z.string(), effect) });
    const days = (await textsUnder(lake, 'truth/incremental/')).map(({ text }) => truth.parse(JSON.parse(text)));
    const caused = (channel: string): number => sum(days.map(({ by_channel }) => by_channel[channel]?.orders ?? 0));
    for (const channel of ['Direct', 'Organic Search', 'Organic Social', 'Referral', 'AI Assistant'])
      expect([channel, caused(channel)]).toEqual([channel, 0]);
    for (const channel of ['Paid Social', 'Paid Shopping', 'Influencer']) expect(caused(channel)).toBeGreaterThan(0);
    const all = sum(days.map((day) => day.all.orders));
    expect(all).toBeLessThanOrEqual(latest.size);
    expect(caused('Paid Social')).toBeLessThan(all / 2);
  });
});

describe('the dirt is what the truth says', () => {
  const counts = z.record(z.string(), z.int());
  const document = z.object({ total: counts, by_partition: z.record(z.string(), counts) });

  test('spoilt lines and duplicates, by partition', async () => {
    const lake = await generated({
      seed: 8,
      eventsPerDay: 5000,
      from: '2026-02-02',
      to: '2026-02-08',
      sources: ['web'],
    });
    const told = new Map<string, { spoilt: number; duplicates: number }>();
    for (const { text } of await textsUnder(lake, 'truth/dirt/')) {
      for (const [day, kinds] of Object.entries(document.parse(JSON.parse(text)).by_partition)) {
        const planted = told.get(day) ?? { spoilt: 0, duplicates: 0 };
        planted.spoilt += sum(spoilt.map((kind) => kinds[kind] ?? 0));
        planted.duplicates += kinds['duplicate'] ?? 0;
        told.set(day, planted);
      }
    }
    const names =
      /^(?:page_view|view_item|view_item_list|search|add_to_cart|remove_from_cart|begin_checkout|add_shipping_info|add_payment_info|purchase|sign_up|login)$/;
    const found = new Map<string, { spoilt: number; duplicates: number }>();
    for (const day of told.keys()) {
      const here = { spoilt: 0, duplicates: 0 };
      const seen = new Set<string>();
      for (const line of await linesUnder(lake, `raw/web/events/dt=${day}/`)) {
        const event = parsed(line);
        if (event === undefined || !names.test(event.event_name) || Number.isNaN(Date.parse(event.event_time)))
          here.spoilt += 1;
        else if (seen.has(event.event_id)) here.duplicates += 1;
        else seen.add(event.event_id);
      }
      found.set(day, here);
    }
    expect(found).toEqual(told);
  });

  test('a clean world has none', async () => {
    const lake = await generated({
      seed: 8,
      eventsPerDay: 2000,
      from: '2026-02-02',
      to: '2026-02-03',
      sources: ['web'],
      dirt: 0,
    });
    for (const { text } of await textsUnder(lake, 'truth/dirt/')) {
      expect(Object.values(document.parse(JSON.parse(text)).total).every((count) => count === 0)).toBe(true);
    }
    const lines = await linesUnder(lake, 'raw/web/');
    expect(await webEvents(lake)).toHaveLength(lines.length);
  });
});
