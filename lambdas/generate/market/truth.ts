/** What each channel, campaign and influencer really caused. Nothing in the pipeline reads it. */
import { campaigns } from '../advertising/campaigns.ts';
import { spendByCampaign } from '../advertising/report.ts';
import type { Tally } from '../advertising/tally.ts';
import type { Exposure } from '../people/arrival.ts';
import { causedBy, exposuresBefore } from '../people/journey.ts';
import type { Visit } from '../people/journey.ts';
import { earningsOf } from '../people/order.ts';
import type { Order } from '../people/order.ts';
import { haloShare } from '../people/ways.ts';
import { dayOf, isoDay } from './calendar.ts';
import type { DayIndex } from './calendar.ts';
import {
  channelNames,
  emailAnyway,
  emailLift,
  halfLifeDays,
  influencerAnyway,
  influencerLift,
  memoryDays,
  seenOnly,
} from './channels.ts';
import type { Market } from './market.ts';
import type { World } from './world.ts';

export interface Effect {
  orders: number;
  /** EUR cents, without VAT. */
  netCents: number;
  /** Contribution margin, EUR cents. */
  marginCents: number;
}

/** A day's truth, or a lane's part of it. */
export interface Truth {
  /** All conversions: paid, not cancelled in the end, not tests. */
  readonly all: Effect;
  readonly channel: Record<string, Effect>;
  readonly campaign: Record<string, Effect>;
  readonly influencer: Record<string, Effect>;
  /**
   * Orders that a paid click preceded in the 30 days before; and those of them that would not have been placed without
   * any.
   */
  readonly paid: { readonly touched: Effect; readonly caused: Effect };
  /** What each of the world's holdouts lost. */
  readonly withheld: Effect[];
}

const nothing = (): Effect => ({ orders: 0, netCents: 0, marginCents: 0 });

export function emptyTruth({ holdouts }: World): Truth {
  return {
    all: nothing(),
    channel: {},
    campaign: {},
    influencer: {},
    paid: { touched: nothing(), caused: nothing() },
    withheld: holdouts.map(nothing),
  };
}

function campaignOf({ ad, post, letter }: Exposure): string | undefined {
  return ad?.campaign.name ?? post?.deal.campaign ?? letter;
}

function influencerOf({ post }: Exposure): string | undefined {
  return post?.deal.influencer.handle;
}

function addTo(sum: Effect, { orders, netCents, marginCents }: Effect, times = 1): void {
  sum.orders += times * orders;
  sum.netCents += times * netCents;
  sum.marginCents += times * marginCents;
}

function add(effects: Record<string, Effect>, name: string, effect: Effect): void {
  addTo((effects[name] ??= nothing()), effect);
}

const namings = { channel: ({ channel }: Exposure): string => channel, campaign: campaignOf, influencer: influencerOf };
const isPaid = ({ ad }: Exposure): boolean => ad !== undefined;

/** What an order earned; undefined of one that is no conversion. */
function effectOf(market: Market, order: Order): Effect | undefined {
  return order.test || order.cancelledOn !== undefined ? undefined : { orders: 1, ...earningsOf(market, order) };
}

/** What may have moved the person: what is remembered, and that by which the person came first. */
function possibleCauses(market: Market, visits: readonly Visit[], order: Order): Exposure[] {
  const [first] = visits;
  const discovered =
    first?.number === 0 && first.day >= market.population.opens
      ? [first.arrival.clicked, ...(first.arrival.seen ? [first.arrival.seen] : [])]
      : [];
  return [...exposuresBefore(visits, order.visit), ...discovered].filter(({ lift, anyway }) => lift > 0 || anyway < 1);
}

/**
 * Adds an order, and asks for each channel, campaign and influencer met before it: without them, would it have been
 * placed?
 */
export function weigh(truth: Truth, market: Market, order: Order, visits: readonly Visit[]): void {
  const effect = effectOf(market, order);
  if (effect === undefined) return;
  addTo(truth.all, effect);
  const caused = (leftOut: (exposure: Exposure) => boolean): boolean =>
    causedBy(market, order.person, visits, order.visit, leftOut);
  const causes = possibleCauses(market, visits, order);
  for (const group of ['channel', 'campaign', 'influencer'] as const) {
    const nameOf = namings[group];
    for (const name of new Set(causes.map(nameOf)))
      if (name !== undefined && caused((exposure) => nameOf(exposure) === name)) add(truth[group], name, effect);
  }
  if (!exposuresBefore(visits, order.visit).some((exposure) => exposure.clicked && isPaid(exposure))) return;
  addTo(truth.paid.touched, effect);
  if (caused(isPaid)) addTo(truth.paid.caused, effect);
}

/**
 * Adds what a holdout lost: the orders that would have been placed without it, less those that were.
 *
 * @param placed the day's orders, and `would` those that the same people would have placed
 */
export function weighWithheld(
  truth: Truth,
  market: Market,
  holdout: number,
  { placed, would }: { readonly placed: readonly Order[]; readonly would: readonly Order[] },
): void {
  const sum = truth.withheld[holdout];
  if (sum === undefined) return;
  for (const [orders, times] of [
    [would, 1],
    [placed, -1],
  ] as const) {
    for (const order of orders) {
      const effect = effectOf(market, order);
      if (effect) addTo(sum, effect, times);
    }
  }
}

export function mergeTruth(world: World, parts: readonly Truth[]): Truth {
  const sum = emptyTruth(world);
  for (const part of parts) {
    addTo(sum.all, part.all);
    addTo(sum.paid.touched, part.paid.touched);
    addTo(sum.paid.caused, part.paid.caused);
    for (const [at, lost] of part.withheld.entries()) addTo(sum.withheld[at] ?? nothing(), lost);
    for (const group of ['channel', 'campaign', 'influencer'] as const) {
      for (const [name, effect] of Object.entries(part[group])) add(sum[group], name, effect);
    }
  }
  return sum;
}

function shown({ orders, netCents, marginCents }: Effect): object {
  return { orders, net_revenue_eur: netCents / 100, contribution_margin_eur: marginCents / 100 };
}

function table(effects: Record<string, Effect>): object {
  return Object.fromEntries(
    Object.entries(effects)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, effect]) => [name, shown(effect)]),
  );
}

/** Times the usual lift of an influencer, for those signed up that day. */
function persuasionOf(market: Market, day: DayIndex): object {
  const signed = market.casting.influencers(day).filter(({ signedOn }) => signedOn === day);
  return Object.fromEntries(signed.map(({ handle, persuasion }) => [handle, Math.round(persuasion * 1000) / 1000]));
}

/**
 * `truth/incremental/dt=D/truth.json`. Effects of several channels on one order overlap: they do not add up to `all`.
 */
export function truthDocument(market: Market, day: DayIndex, truth: Truth, tally: Tally): string {
  const channels = Object.fromEntries(channelNames.map((channel) => [channel, truth.channel[channel] ?? nothing()]));
  return `${JSON.stringify(
    {
      day: isoDay(day),
      all: shown(truth.all),
      paid: { touched: shown(truth.paid.touched), caused: shown(truth.paid.caused) },
      by_channel: table(channels),
      by_campaign: table(truth.campaign),
      by_influencer: table(truth.influencer),
      spend_by_campaign: spendByCampaign(market, tally),
      // Not those of later days: they may be added when this day is long written.
      withheld: market.holdouts.all.flatMap((holdout, at) =>
        dayOf(holdout.from) > day ? [] : [{ ...holdout, ...shown(truth.withheld[at] ?? nothing()) }],
      ),
      persuasion_of_newly_signed: persuasionOf(market, day),
    },
    null,
    1,
  )}\n`;
}

/** `truth/lifts.json`: what was planted. */
export function liftsDocument(market: Market): string {
  const times = market.media.kind.hasEffect ? 1 : 0;
  return `${JSON.stringify(
    {
      unit:
        'lift: probability of buying that a click adds to a visit of a person of mean susceptibility on a ' +
        'device of mean conversion, on the day of the click; anyway: share of the visits that would be ' +
        'made without it; half: spend, times the ordinary one, that reaches half of all who can be ' +
        'reached',
      market: market.world.market,
      seen_without_click: seenOnly,
      halo: times * haloShare,
      half_life_days: halfLifeDays,
      memory_days: memoryDays,
      email: { lift: times * emailLift, anyway: times === 0 ? 1 : emailAnyway },
      influencer: { lift: times * influencerLift, anyway: times === 0 ? 1 : influencerAnyway },
      campaigns: Object.fromEntries(
        campaigns.map(({ name, channel, lift, anyway, half }) => [
          name,
          { channel, lift: times * lift, anyway: times === 0 ? 1 : anyway, half },
        ]),
      ),
    },
    null,
    1,
  )}\n`;
}
