/** TikTok's integrated report, level AUCTION_AD: UTC days, no devices, `"-"` for nothing, the account in USD. */
import { isoDay } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { adId, pullId, summed } from './report.ts';
import type { Figures } from './report.ts';

/** @param usd dollars for one EUR on that day */
export function integratedReport(
  rows: readonly Figures[],
  day: DayIndex,
  pulled: DayIndex,
  usd: number,
): { text: string; rows: number } {
  const list = summed(rows, (row) => adId(row) ?? '').map(({ ad, ...sum }) => ({
    dimensions: { ad_id: adId({ ad, ...sum }), stat_time_day: `${isoDay(day)} 00:00:00` },
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
  const answer = {
    code: 0,
    message: 'OK',
    request_id: pullId(pulled, 77),
    data: { list, page_info: { page: 1, page_size: 1000, total_number: list.length, total_page: 1 } },
  };
  return { text: `${JSON.stringify(answer, null, 1)}\n`, rows: list.length };
}
