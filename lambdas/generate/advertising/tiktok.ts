/** TikTok's integrated report, level AUCTION_AD: UTC days, no devices, `"-"` for nothing, the account in USD. */
import { isoDay } from '../market/calendar.ts';
import type { Day } from '../market/calendar.ts';
import { pullId } from './report.ts';
import type { Figures } from './report.ts';

interface Sum {
  readonly ad: Figures['ad'];
  impressions: number;
  clicks: number;
  spend: number;
  orders: number;
  value: number;
}

function byAd(rows: readonly Figures[]): Sum[] {
  const sums = new Map<number, Sum>();
  for (const row of rows) {
    const sum = sums.get(row.ad.index) ?? { ad: row.ad, impressions: 0, clicks: 0, spend: 0, orders: 0, value: 0 };
    sum.impressions += row.impressions;
    sum.clicks += row.clicks;
    sum.spend += row.spend;
    sum.orders += row.orders;
    sum.value += row.value;
    sums.set(row.ad.index, sum);
  }
  return [...sums.values()];
}

/** @param usd dollars for one EUR on that day */
export function integratedReport(rows: readonly Figures[], day: Day, pulled: Day, usd: number): { text: string; rows: number } {
  const list = byAd(rows).map(({ ad, ...sum }) => ({
    dimensions: { ad_id: ad.ad?.id, stat_time_day: `${isoDay(day)} 00:00:00` },
    metrics: {
      campaign_id: ad.campaign.id,
      campaign_name: ad.campaign.name,
      objective_type: ad.campaign.kind,
      adgroup_id: ad.group?.id,
      adgroup_name: ad.group?.name,
      ad_name: ad.ad?.name,
      currency: 'USD',
      spend: (sum.spend * usd).toFixed(2),
      impressions: String(sum.impressions),
      clicks: String(sum.clicks),
      video_play_actions: String(Math.round(sum.impressions * 0.92)),
      conversion: String(sum.orders),
      complete_payment: String(sum.orders),
      value_per_complete_payment: sum.orders === 0 ? '-' : ((sum.value * usd) / sum.orders).toFixed(2),
      // In spite of its name, TikTok's total value of payments.
      total_complete_payment_rate: sum.orders === 0 ? '-' : (sum.value * usd).toFixed(2),
    },
  }));
  const text = `${JSON.stringify({ code: 0, message: 'OK', request_id: pullId(pulled, 77), data: { list, page_info: { page: 1, page_size: 1000, total_number: list.length, total_page: 1 } } }, null, 1)}\n`;
  return { text, rows: list.length };
}
