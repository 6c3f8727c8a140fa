/** A platform's figures for a day, from what was counted: losses, prices, and the corrections of later pulls. */
import { dayOfTime, isoDay } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { draw, keyOf } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import type { Device } from '../people/journey.ts';
import { allAds } from './campaigns.ts';
import type { Ad, Platform } from './campaigns.ts';
import { devices } from './tally.ts';
import type { Tally } from './tally.ts';

export interface Figures {
  readonly ad: Ad;
  readonly device: Device;
  readonly impressions: number;
  readonly clicks: number;
  /** EUR. */
  readonly spend: number;
  readonly orders: number;
  /** EUR, VAT included. */
  readonly value: number;
  /** The ad is one that a platform showed by mistake: its cost is credited, and later pulls no longer have it. */
  readonly isWithdrawn?: boolean;
}

/**
 * Two rows that add up to one: the first has `share` of what was shown, clicked and paid. Few orders cannot be shared:
 * they are the first's.
 */
export function shared(row: Figures, share: number): readonly [Figures, Figures] {
  const [impressions, clicks, spend] = [
    Math.round(row.impressions * share),
    Math.round(row.clicks * share),
    row.spend * share,
  ];
  return [
    { ...row, impressions, clicks, spend },
    {
      ...row,
      impressions: row.impressions - impressions,
      clicks: row.clicks - clicks,
      spend: row.spend - spend,
      orders: 0,
      value: 0,
    },
  ];
}

/** Rows by a key, each key's figures added up. */
export function summed(rows: readonly Figures[], key: (row: Figures) => string): Figures[] {
  const sums = new Map<string, Figures>();
  for (const row of rows) {
    const sum = sums.get(key(row));
    sums.set(
      key(row),
      sum === undefined
        ? row
        : {
            ...sum,
            impressions: sum.impressions + row.impressions,
            clicks: sum.clicks + row.clicks,
            spend: sum.spend + row.spend,
            orders: sum.orders + row.orders,
            value: sum.value + row.value,
          },
    );
  }
  return [...sums.values()];
}

/**
 * What a pull knows, by its age in days: clicks come in, invalid ones are credited later, conversions take their time.
 */
const knownCampaigns: Readonly<
  Record<number, { readonly clicks: number; readonly spend: number; readonly orders: number }>
> = {
  0: { clicks: 0.94, spend: 0.95, orders: 0.7 },
  1: { clicks: 1, spend: 1.012, orders: 0.9 },
  3: { clicks: 1, spend: 1, orders: 1 },
};

/** Days after which a platform's figures are final. */
const settledAfterDays = 3;

/** Days whose first pull has an ad that later ones have not. */
const withdrawn = 0.3;

/** Meta's and TikTok's auctions are cheap in January and dear in November. */
const auctionByMonth = [0.6, 0.8, 0.9, 0.95, 1.05, 1, 0.95, 0.9, 1.05, 1.1, 1.5, 1.3];
const metaCpm = 8;

/** Rounds up or down by a draw, so that small cells keep the mean. */
function whole(value: number, unit: number): number {
  return Math.floor(value + unit);
}

function priceOf({ media }: Market, ad: Ad, day: DayIndex, clicks: number, impressions: number): number {
  const { campaign } = ad;
  const auction = auctionByMonth[new Date(day * 86_400_000).getUTCMonth()] ?? 1;
  const price = media.price(campaign, day);
  if (campaign.platform === 'google') return clicks * campaign.cpc * price * (0.7 + 0.3 * auction);
  if (campaign.platform === 'meta') return (impressions * metaCpm * price * auction) / 1000;
  // EUR 5 to 12 a thousand impressions in an ordinary week, by the audience.
  return impressions * campaign.cpc * campaign.ctr * price * auction * (0.8 + 0.4 * draw(keyOf(ad.index, day, 3), 1));
}

/**
 * The rows of a platform's report.
 *
 * @param pulled the day of the pull: on the day itself, one or three days later
 */
export function figuresOf(market: Market, platform: Platform, tally: Tally, pulled: DayIndex): Figures[] {
  const { seed } = market.world;
  const known = knownCampaigns[pulled - tally.day] ?? { clicks: 1, spend: 1, orders: 1 };
  const rows: Figures[] = [];
  for (const ad of allAds) {
    if (ad.campaign.platform !== platform) continue;
    // Some clicks never become a session: closed at once, blocked, or the wrong finger.
    const loss = 0.05 + 0.1 * draw(keyOf(seed ^ 0xad5, ad.campaign.index, tally.day), 1);
    for (const [n, device] of devices.entries()) {
      const cell = tally.cells[ad.index * devices.length + n];
      if (cell === undefined) continue;
      const key = keyOf(seed ^ 0xad6, ad.index * devices.length + n, tally.day);
      const finalClicks = whole(cell.sessions / (1 - loss), draw(key, 1));
      const finalImpressions = Math.max(
        finalClicks,
        Math.round((finalClicks / ad.campaign.ctr) * (0.85 + 0.3 * draw(key, 2))),
      );
      if (finalImpressions === 0 && cell.claimedOrders === 0) continue;
      const orders = Math.round(cell.claimedOrders * known.orders);
      rows.push({
        ad,
        device,
        impressions: Math.round(finalImpressions * known.clicks),
        clicks: Math.round(finalClicks * known.clicks),
        spend:
          priceOf(market, ad, tally.day, finalClicks, finalImpressions) * (0.92 + 0.16 * draw(key, 3)) * known.spend,
        orders,
        value: cell.claimedOrders === 0 ? 0 : (cell.claimedCents / 100) * (orders / cell.claimedOrders),
      });
    }
  }
  const [mistaken] = rows;
  const isMistaken =
    mistaken?.ad.ad !== undefined &&
    pulled === tally.day &&
    draw(keyOf(seed ^ 0xad7, tally.day, platform.length), 1) < withdrawn;
  return isMistaken
    ? [...rows, { ...mistaken, impressions: 40, clicks: 1, spend: 0.9, orders: 0, value: 0, isWithdrawn: true }]
    : rows;
}

/** The platform's id of the row's ad. */
export const adId = ({ ad, isWithdrawn }: Figures): string | undefined => (isWithdrawn ? `${ad.ad?.id}9` : ad.ad?.id);

/**
 * `raw/advertising/meta_ads/dt=2026-01-15/pulled-2026-01-16.json`, or `campaigns-pulled-…` for a report of another
 * level.
 */
export function reportKey(feed: string, day: DayIndex, pulled: DayIndex, level = ''): string {
  return `raw/advertising/${feed}/dt=${isoDay(day)}/${level}pulled-${isoDay(pulled)}.json`;
}

/** The time of a pull as request ids show it: shortly before midnight UTC. */
export function pullId(day: DayIndex, salt: number): string {
  const key = keyOf(0x1d5, dayOfTime(day * 86_400_000), salt);
  return `${key.high.toString(16).padStart(8, '0')}${key.low.toString(16).padStart(8, '0')}`;
}

/** What each campaign cost on a day, EUR, once all corrections are in. */
export function spendByCampaign(market: Market, tally: Tally): Record<string, number> {
  const spend = new Map<string, number>();
  for (const platform of ['google', 'meta', 'tiktok'] as const)
    for (const { ad, spend: eur } of figuresOf(market, platform, tally, tally.day + settledAfterDays))
      spend.set(ad.campaign.name, (spend.get(ad.campaign.name) ?? 0) + eur);
  return Object.fromEntries(Array.from(spend, ([name, eur]) => [name, Math.round(eur * 100) / 100]));
}
