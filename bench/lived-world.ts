/**
 * A simulated market lived through in memory, without a record of it being written: its orders, with the touches that
 * attribution would see, its spend, and what was planted. A hundred times cheaper than a lake, so that intervals and
 * experiments can be tried in hundreds of worlds.
 */
import { figuresOf } from '../lambdas/generate/advertising/report.ts';
import { countSession, emptyTally } from '../lambdas/generate/advertising/tally.ts';
import { isoDay } from '../lambdas/generate/market/calendar.ts';
import type { Market } from '../lambdas/generate/market/market.ts';
import { emptyTruth, mergeTruth, weigh, type Truth } from '../lambdas/generate/market/truth.ts';
import { regionOf } from '../lambdas/generate/people/home.ts';
import { exposuresBefore, type Visit } from '../lambdas/generate/people/journey.ts';
import { earningsOf, orderOf } from '../lambdas/generate/people/order.ts';
import { scan } from '../lambdas/generate/people/scan.ts';
import { consents } from '../lambdas/generate/web/session.ts';

/** A visit before an order, as attribution sees it. */
export interface Touch {
  readonly channel: string;
  readonly day: string;
}

export interface LivedOrder {
  readonly day: string;
  readonly area: string;
  /** EUR, without VAT. */
  readonly revenue: number;
  readonly margin: number;
  readonly isNew: boolean;
  /** The visits of the 30 days before that are known, the oldest first: without consent the last one alone. */
  readonly touches: readonly Touch[];
}

export interface LivedWorld {
  readonly days: readonly string[];
  readonly orders: readonly LivedOrder[];
  /** Advertising spend by channel, EUR a day in the order of `days`. */
  readonly spend: ReadonlyMap<string, readonly number[]>;
  readonly sessions: number;
  readonly truth: Truth;
}

const touchesOf = (visits: readonly Visit[], order: Visit, consent: boolean): Touch[] =>
  visits
    .filter(({ number, day }) => number === order.number || (consent && number < order.number && order.day - day <= 30))
    .map(({ arrival, day }) => ({ channel: arrival.clicked.channel, day: isoDay(day) }));

/** Lives through the market's first days. */
export function livedWorld(market: Market, dayCount: number): LivedWorld {
  const { opens } = market.population;
  const orders: LivedOrder[] = [];
  const spend = new Map<string, number[]>();
  const truths: Truth[] = [];
  let sessions = 0;
  for (let at = 0; at < dayCount; at += 1) {
    const day = opens + at;
    const truth = emptyTruth(market.world);
    const tally = emptyTally(day);
    scan(market, day, { lane: 0, of: 1 }, (person, visits) => {
      const visit = visits.at(-1);
      if (visit?.day !== day) return;
      sessions += 1;
      countSession(tally, visit.arrival.clicked, visit.device);
      if (visit.outcome !== 'bought') return;
      const posts = exposuresBefore(visits, visit).flatMap(({ post }) => post ?? []);
      const order = orderOf(market, person, visit, posts);
      if (order.test || order.cancelledOn !== undefined) return;
      weigh(truth, market, order, visits);
      const { netCents, marginCents } = earningsOf(market, order);
      orders.push({
        day: isoDay(day),
        area: regionOf(person),
        revenue: netCents / 100,
        margin: marginCents / 100,
        isNew: visit.ordersBefore === 0 && person.habit !== 'client',
        touches: touchesOf(visits, visit, consents(market, person)),
      });
    });
    for (const platform of ['google', 'meta', 'tiktok'] as const)
      for (const { ad, spend: eur } of figuresOf(market, platform, tally, day + 3)) {
        const own = spend.get(ad.campaign.channel) ?? Array.from({ length: dayCount }, () => 0);
        own[at] = (own[at] ?? 0) + eur;
        spend.set(ad.campaign.channel, own);
      }
    truths.push(truth);
  }
  return {
    days: Array.from({ length: dayCount }, (_, at) => isoDay(opens + at)),
    orders,
    spend,
    sessions,
    truth: mergeTruth(market.world, truths),
  };
}

/** The channel that last non-direct touch credits with an order. */
export const lastNonDirect = ({ touches }: LivedOrder): Touch | undefined =>
  touches.findLast(({ channel }) => channel !== 'Direct') ?? touches.at(-1);
