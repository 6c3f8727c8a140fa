/** Meta's Insights, level `ad`, breakdown `device_platform`: numbers as strings, actions in lists, the account in EUR. */
import { isoDay } from '../market/calendar.ts';
import type { Day } from '../market/calendar.ts';
import type { Figures } from './report.ts';

const ACCOUNT = { account_id: '1049230918273645', account_name: 'Sillage FR', account_currency: 'EUR' };

/** Meta knows no tablets here: they are apps on a mobile device. */
function byPlatform(rows: readonly Figures[]): { readonly platform: string; readonly row: Figures }[] {
  const merged = new Map<string, { platform: string; row: Figures }>();
  for (const row of rows) {
    const platform = row.device === 'desktop' ? 'desktop' : 'mobile_app';
    const name = `${row.ad.index}/${platform}`;
    const before = merged.get(name)?.row;
    merged.set(name, {
      platform,
      row: before
        ? { ...before, impressions: before.impressions + row.impressions, clicks: before.clicks + row.clicks, spend: before.spend + row.spend, orders: before.orders + row.orders, value: before.value + row.value }
        : row,
    });
  }
  return [...merged.values()];
}

function insight({ platform, row }: { readonly platform: string; readonly row: Figures }, day: Day): object {
  const { campaign, group, ad } = row.ad;
  const orders = String(row.orders);
  const value = row.value.toFixed(2);
  return {
    ...ACCOUNT,
    campaign_id: campaign.id,
    campaign_name: campaign.name,
    objective: campaign.kind,
    adset_id: group?.id,
    adset_name: group?.name,
    ad_id: ad?.id,
    ad_name: ad?.name,
    date_start: isoDay(day),
    date_stop: isoDay(day),
    device_platform: platform,
    impressions: String(row.impressions),
    reach: String(Math.ceil(row.impressions / 1.3)),
    // All clicks: likes and profiles beside the links.
    clicks: String(Math.round(row.clicks * 1.35)),
    inline_link_clicks: String(row.clicks),
    spend: row.spend.toFixed(2),
    actions: [
      { action_type: 'link_click', value: String(row.clicks) },
      { action_type: 'post_engagement', value: String(Math.round(row.clicks * 1.8)) },
      ...(row.orders > 0 ? ['purchase', 'omni_purchase', 'offsite_conversion.fb_pixel_purchase'].map((action_type) => ({ action_type, value: orders })) : []),
    ],
    ...(row.orders > 0 && { action_values: ['purchase', 'omni_purchase', 'offsite_conversion.fb_pixel_purchase'].map((action_type) => ({ action_type, value })) }),
  };
}

export function insights(figures: readonly Figures[], day: Day): { text: string; rows: number } {
  const rows = byPlatform(figures);
  const cursor = Buffer.from(isoDay(day)).toString('base64url');
  const text = `${JSON.stringify({ data: rows.map((row) => insight(row, day)), paging: { cursors: { before: cursor, after: `${cursor}ZD` } } }, null, 1)}\n`;
  return { text, rows: rows.length };
}
