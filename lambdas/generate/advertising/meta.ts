/**
 * Meta's Insights, level `ad`, breakdowns `publisher_platform` and `device_platform`: numbers as strings, actions in
 * lists, the account in EUR.
 */
import { isoDay } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { adId, shared, summed } from './report.ts';
import type { Figures } from './report.ts';

const account = { account_id: '1049230918273645', account_name: 'Sillage FR', account_currency: 'EUR' };

interface Row {
  readonly device_platform: string;
  readonly publisher_platform: string;
  readonly figures: Figures;
}

/** Shares of the application on mobile devices, and of the network that a campaign is made for. */
const app = 0.85;
const mainNetwork = 0.7;

/** Meta knows no tablets here: they are mobile devices. */
function brokenDown(rows: readonly Figures[]): Row[] {
  return summed(rows, (row) => `${adId(row)} ${row.device === 'desktop'}`)
    .flatMap((sum) => {
      const devices =
        sum.device === 'desktop'
          ? [['desktop', sum] as const]
          : shared(sum, app).map((row, n) => [n === 0 ? 'mobile_app' : 'mobile_web', row] as const);
      const networks = sum.ad.campaign.source === 'instagram' ? ['instagram', 'facebook'] : ['facebook', 'instagram'];
      return devices.flatMap(([device_platform, row]) =>
        shared(row, mainNetwork).map((figures, n): Row => ({
          device_platform,
          publisher_platform: networks[n] ?? '',
          figures,
        })),
      );
    })
    .filter(({ figures }) => figures.impressions > 0 || figures.orders > 0);
}

function insight({ device_platform, publisher_platform, figures: row }: Row, day: DayIndex): object {
  const { campaign, group, ad } = row.ad;
  const orders = String(row.orders);
  const value = row.value.toFixed(2);
  return {
    ...account,
    campaign_id: campaign.id,
    campaign_name: campaign.name,
    objective: campaign.kind,
    adset_id: group?.id,
    adset_name: group?.name,
    ad_id: adId(row),
    ad_name: ad?.name,
    date_start: isoDay(day),
    date_stop: isoDay(day),
    publisher_platform,
    device_platform,
    impressions: String(row.impressions),
    reach: String(Math.ceil(row.impressions / 1.3)),
    // All clicks: likes and profiles beside the links.
    clicks: String(Math.round(row.clicks * 1.35)),
    inline_link_clicks: String(row.clicks),
    spend: row.spend.toFixed(2),
    actions: [
      { action_type: 'link_click', value: String(row.clicks) },
      { action_type: 'post_engagement', value: String(Math.round(row.clicks * 1.8)) },
      ...(row.orders > 0
        ? ['purchase', 'omni_purchase', 'offsite_conversion.fb_pixel_purchase'].map((action_type) => ({
            action_type,
            value: orders,
          }))
        : []),
    ],
    ...(row.orders > 0 && {
      action_values: ['purchase', 'omni_purchase', 'offsite_conversion.fb_pixel_purchase'].map((action_type) => ({
        action_type,
        value,
      })),
    }),
  };
}

export function insights(figures: readonly Figures[], day: DayIndex): { text: string; rows: number } {
  const rows = brokenDown(figures);
  const cursor = Buffer.from(isoDay(day)).toString('base64url');
  const text = `${JSON.stringify({ data: rows.map((row) => insight(row, day)), paging: { cursors: { before: cursor, after: `${cursor}ZD` } } }, null, 1)}\n`;
  return { text, rows: rows.length };
}
