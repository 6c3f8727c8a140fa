/** What each channel, campaign and influencer really caused. Nothing in the pipeline reads it. */
import { campaigns } from '../advertising/campaigns.ts';
import type { Exposure } from '../people/arrival.ts';
import { causedBy, exposuresBefore } from '../people/journey.ts';
import type { Visit } from '../people/journey.ts';
import { earningsOf } from '../people/order.ts';
import type { Order } from '../people/order.ts';
import { isoDay } from './calendar.ts';
import type { DayIndex } from './calendar.ts';
import { channelNames, emailLift, halfLifeDays, influencerLift, memoryDays, seenOnly } from './channels.ts';
import type { Market } from './market.ts';

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
}

const nothing = (): Effect => ({ orders: 0, netCents: 0, marginCents: 0 });

export function emptyTruth(): Truth {
  return { all: nothing(), channel: {}, campaign: {}, influencer: {} };
}

function campaignOf({ ad, post, letter }: Exposure): string | undefined {
  return ad?.campaign.name ?? post?.deal.campaign ?? letter;
}

function influencerOf({ post }: Exposure): string | undefined {
  return post?.deal.influencer.handle;
}

function add(effects: Record<string, Effect>, name: string, { orders, netCents, marginCents }: Effect): void {
  const effect = (effects[name] ??= nothing());
  effect.orders += orders;
  effect.netCents += netCents;
  effect.marginCents += marginCents;
}

const namings = { channel: ({ channel }: Exposure): string => channel, campaign: campaignOf, influencer: influencerOf };

/** Adds an order, and asks for each channel, campaign and influencer met before it: without them, would it have been placed? */
export function weigh(truth: Truth, market: Market, order: Order, visits: readonly Visit[]): void {
  if (order.test || order.cancelledOn !== undefined) return;
  const effect: Effect = { orders: 1, ...earningsOf(market, order) };
  truth.all.orders += 1;
  truth.all.netCents += effect.netCents;
  truth.all.marginCents += effect.marginCents;
  const exposures = exposuresBefore(visits, order.visit);
  for (const group of ['channel', 'campaign', 'influencer'] as const) {
    const nameOf = namings[group];
    for (const name of new Set(exposures.map(nameOf))) {
      if (
        name !== undefined &&
        causedBy(market, order.person, visits, order.visit, (exposure) => nameOf(exposure) === name)
      )
        add(truth[group], name, effect);
    }
  }
}

export function mergeTruth(parts: readonly Truth[]): Truth {
  const sum = emptyTruth();
  for (const part of parts) {
    sum.all.orders += part.all.orders;
    sum.all.netCents += part.all.netCents;
    sum.all.marginCents += part.all.marginCents;
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

/** `truth/incremental/dt=D/truth.json`. Effects of several channels on one order overlap: they do not add up to `all`. */
export function truthDocument(market: Market, day: DayIndex, truth: Truth): string {
  const channels = Object.fromEntries(channelNames.map((channel) => [channel, truth.channel[channel] ?? nothing()]));
  return `${JSON.stringify({ day: isoDay(day), all: shown(truth.all), by_channel: table(channels), by_campaign: table(truth.campaign), by_influencer: table(truth.influencer), persuasion_of_newly_signed: persuasionOf(market, day) }, null, 1)}\n`;
}

/** `truth/lifts.json`: what was planted. */
export function liftsDocument(): string {
  return `${JSON.stringify(
    {
      unit: 'probability of buying that a click adds to a visit of a person of mean susceptibility on a device of mean conversion, on the day of the click',
      seen_without_click: seenOnly,
      half_life_days: halfLifeDays,
      memory_days: memoryDays,
      email: emailLift,
      influencer: influencerLift,
      campaigns: Object.fromEntries(campaigns.map(({ name, channel, lift }) => [name, { channel, lift }])),
    },
    null,
    1,
  )}\n`;
}
