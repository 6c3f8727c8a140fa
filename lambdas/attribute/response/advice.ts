import { divide, gainOf, marginalReturn, type Plan, type PlannedChannel } from './budget.ts';
import { steadyMargin } from './curve.ts';
import { summary, type KnownResponse, type Range, type Refusal } from './known-response.ts';

/** Beyond these parts of today's spend nothing was ever seen: a curve there is a guess. */
export const [leastPart, mostPart] = [0.5, 1.5];

/** What if the spend of a channel were so many times today's. */
export interface Change {
  readonly channel: string;
  readonly part: number;
}
/** How far the spend of a channel may go, EUR a day. */
export interface Limit {
  readonly channel: string;
  readonly min: number;
  readonly max: number;
}

/** What is asked of a budget. */
export interface Asked {
  /** EUR a day; what the channels that can be told apart cost today where it is left out. */
  readonly total?: number | undefined;
  readonly change?: readonly Change[] | undefined;
  readonly limit?: readonly Limit[] | undefined;
}

/** What is advised, and what can be said of each channel. EUR a day. */
export interface Advice {
  readonly days: KnownResponse['days'];
  readonly channels: readonly {
    readonly channel: string;
    readonly today: number;
    /** Margin that today's spend brings, and what the next euro of it brings. */
    readonly brings: Range;
    readonly next: Range;
    readonly learnt: number;
    readonly basis: string;
    readonly refusal?: Refusal;
    /** Null where nothing can be said of the channel: it stays as it is. */
    readonly advised: number | null;
  }[];
  /** Undefined where fewer than two channels can be told apart: then there is nothing to divide. */
  readonly plan?: { readonly total: number; readonly gain: Range };
  /** The spend, within the limits, beyond which the next euro brings less than one. */
  readonly best?: { readonly total: number; readonly gain: Range };
  readonly whatIf?: { readonly changes: readonly Change[]; readonly gain: Range };
}

/** Channels whose curves say something, with how far their spend may go. */
function movable({ channels }: KnownResponse, limits: readonly Limit[]): PlannedChannel[] {
  return channels
    .filter(({ refusal }) => refusal === undefined)
    .map((response) => {
      const { channel, today } = response;
      const own = limits.find((limit) => limit.channel === channel);
      return { response, today, min: own?.min ?? leastPart * today, max: own?.max ?? mostPart * today };
    });
}

function planOf(
  channels: readonly PlannedChannel[],
  total: number | undefined,
): Pick<Advice, 'plan' | 'best'> & { readonly spend?: Plan['spend'] } {
  if (channels.length < 2) return {};
  const now = channels.reduce((sum, { today }) => sum + today, 0);
  const most = channels.reduce((sum, { max }) => sum + max, 0);
  const step = Math.max(now / 100, 0.01);
  const plan = divide(channels, { total: total ?? now, step });
  const best = divide(channels, { total: most, step, keep: true });
  const sumOf = ({ spend }: Plan) => [...spend.values()].reduce((sum, one) => sum + one, 0);
  return {
    spend: plan.spend,
    plan: { total: sumOf(plan), gain: plan.gain },
    best: { total: sumOf(best), gain: best.gain },
  };
}

/** Margin after spend that other spends bring more than today's, EUR a day. @param spend by channel; others stay */
export function gainAt({ channels }: KnownResponse, spend: ReadonlyMap<string, number>): Range {
  const changed = channels.flatMap((response) => {
    const next = spend.get(response.channel);
    return next === undefined ? [] : [{ response, today: response.today, min: next, max: next }];
  });
  return gainOf(changed, spend);
}

/** What changes come to, EUR a day. */
export function spendOf({ channels }: KnownResponse, change: readonly Change[]): Map<string, number> {
  return new Map(
    change.map(({ channel, part }) => [channel, part * (channels.find((one) => one.channel === channel)?.today ?? 0)]),
  );
}

/**
 * The advice of what is known: of a response without a refusal.
 * @throws RangeError in words where what is asked does not fit
 */
export function adviceOf(known: KnownResponse, { total, change = [], limit = [] }: Asked = {}): Advice {
  const { spend, ...plans } = planOf(movable(known, limit), total);
  return {
    days: known.days,
    channels: known.channels.map((response) => {
      const { channel, today, reference, curves, learnt, basis, refusal } = response;
      return {
        channel,
        today,
        brings: summary(curves.map((curve) => steadyMargin(curve, reference, today))),
        next: marginalReturn(response, today),
        learnt,
        basis,
        ...(refusal !== undefined && { refusal }),
        advised: refusal === undefined ? (spend?.get(channel) ?? null) : null,
      };
    }),
    ...plans,
    ...(change.length > 0 && { whatIf: { changes: change, gain: gainAt(known, spendOf(known, change)) } }),
  };
}
