/** What the tests of campaign_links share: a day, what a campaign cost on it, and an order that landed by a link. */
import type { Row } from './fixture.ts';

export const day = '2026-03-10';
export const spend = (more: Row): Row => ({
  platform: 'google_ads',
  account_id: '1',
  campaign_id: '115',
  campaign_folded: 'pmax crèmes',
  channel: 'Cross-network',
  spend_eur: '7.000000',
  dt: day,
  ...more,
});
export const landing = (
  n: number,
  { source = null, medium = null, campaign = null, campaign_id = null, channel = null }: Row,
): Row => ({
  order_id: String(n),
  order_number: String(n),
  created_at: `${day} 12:00:00.000`,
  local_date: day,
  is_conversion: true,
  promo_codes: [],
  landing_path: '/',
  landing_source: source,
  landing_medium: medium,
  landing_campaign: campaign,
  landing_campaign_id: campaign_id,
  landing_channel: channel,
});
