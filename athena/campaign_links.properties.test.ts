import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { day, landing, spend } from './campaign_links.fixture.ts';
import { grouped, openWorkshop, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

test('spend and revenue by channel, by campaign and in total agree to the cent, in every model, whatever is reported and linked', async () => {
  const channelOf: Readonly<Record<string, string>> = {
    google_ads: 'Cross-network',
    meta_ads: 'Paid Social',
    tiktok_ads: 'Paid Social',
  };
  const ad = fc.record({
    platform: fc.constantFrom('google_ads', 'meta_ads', 'tiktok_ads'),
    id: fc.integer({ min: 1, max: 6 }),
    name: fc.constantFrom('a', 'b', 'c d'),
    cents: fc.integer({ min: 0, max: 99_999 }),
    on: fc.constantFrom('2026-03-09', day),
  });
  const link = fc.record({
    source: fc.constantFrom('google', 'facebook', 'tiktok', 'pub', 'newsletter'),
    campaign: fc.constantFrom('a', 'b', 'c d', 'x', null),
    id: fc.option(fc.integer({ min: 1, max: 9 })),
    paid: fc.boolean(),
    cents: fc.integer({ min: 1, max: 99_999 }),
  });
  const shopOf: Readonly<Record<string, readonly [string, string]>> = {
    google: ['Paid Search', 'Organic Search'],
    facebook: ['Paid Social', 'Organic Social'],
    tiktok: ['Paid Social', 'Organic Social'],
    pub: ['Paid Other', 'Referral'],
    newsletter: ['Paid Other', 'Email'],
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(ad, { maxLength: 12 }),
      fc.array(link, { minLength: 1, maxLength: 12 }),
      async (ads, visits) => {
        const ad_spend = ads.map(({ platform, id, name, cents, on }) =>
          spend({
            platform,
            campaign_id: String(id),
            campaign_name: name,
            campaign_folded: name,
            channel: channelOf[platform] ?? '',
            impressions: 10,
            clicks: 1,
            spend_eur: (cents / 100).toFixed(6),
            dt: on,
          }),
        );
        const campaign_links = (
          await Promise.all(
            ['2026-03-09', day].map((dt) =>
              workshop.model('campaign_links', dt, { ad_spend: ad_spend.filter((row) => row['dt'] === dt) }),
            ),
          )
        ).flat();
        const orders = visits.map(({ source, campaign, id, paid, cents }, n): Row => ({
          ...landing(n, {
            source,
            medium: paid ? 'cpc' : 'referral',
            campaign,
            campaign_id: id === null ? null : String(id),
            channel: shopOf[source]?.[paid ? 0 : 1] ?? '',
          }),
          processed_at: `${day} 12:00:00.000`,
          customer_id: `C${n}`,
          net_revenue_eur: (cents / 100).toFixed(2),
          paid_amount_eur: '10.00',
          needs_shipping: false,
          is_test: false,
          dt: day,
        }));
        const touchpoints = await workshop.model('touchpoints', day, { campaign_links, orders });
        const attribution = await workshop.model('attribution', day, { touchpoints });
        const tables = { ad_spend, orders, attribution };
        const [campaigns, daily, costs, claims] = [
          await workshop.view('roi_by_campaign', tables),
          await workshop.view('roi_by_channel_daily', tables),
          await workshop.view('marketing_costs', tables),
          await workshop.view('platform_claims', tables),
        ];
        const cents = (rows: readonly Row[], name: string) =>
          Math.round(rows.reduce((sum, row) => sum + Number(row[name]), 0) * 100);
        const byChannel = (rows: readonly Row[], name: string) =>
          [...grouped(rows, (row) => text(row, 'channel'))]
            .map(([channel, of]): [string, number] => [channel, cents(of, name)])
            .filter(([, sum]) => sum !== 0)
            .toSorted(([a], [b]) => (a < b ? -1 : 1));
        const spent = ads.reduce((sum, one) => sum + one.cents, 0);
        for (const model of new Set(attribution.map((row) => row['attribution_model']))) {
          const [mine, days] = [campaigns, daily].map((rows) =>
            rows.filter((row) => row['attribution_model'] === model),
          );
          if (!mine || !days) throw new Error('No rows.');
          expect(byChannel(mine, 'spend_eur')).toEqual(byChannel(costs, 'spend_eur'));
          expect(byChannel(days, 'spend_eur')).toEqual(byChannel(costs, 'spend_eur'));
          expect(byChannel(mine, 'net_revenue_eur')).toEqual(byChannel(days, 'net_revenue_eur'));
          expect([cents(mine, 'spend_eur'), cents(mine, 'net_revenue_eur')]).toEqual([
            spent,
            visits.reduce((sum, one) => sum + one.cents, 0),
          ]);
          expect(mine.reduce((sum, row) => sum + Number(row['net_revenue_share']), 0)).toBeCloseTo(1, 9);
          // One line for each campaign, its spend and its revenue on it.
          expect(
            new Set(
              mine.map((row) => JSON.stringify([row['platform'], row['campaign_id'], row['channel'], row['campaign']])),
            ).size,
          ).toBe(mine.length);
          const reportedRows = mine.filter((row) => row['campaign_match'] === 'reported');
          expect(reportedRows.length).toBe(new Set(ads.map(({ platform, id }) => `${platform} ${id}`)).size);
        }
        const mine = campaigns.filter(
          (row) => row['attribution_model'] === 'last_non_direct' && row['campaign_match'] === 'reported',
        );
        expect(cents(claims, 'attributed_net_revenue_eur')).toBe(cents(mine, 'net_revenue_eur'));
      },
    ),
    { numRuns: 6, seed: 20260310 },
  );
});
