import type { Estimate } from '../intervals.ts';
import { sampleQuantile } from '../random.ts';
import { meanOf, response } from './curve.ts';
import type { Curve, Draw, Response } from './response.ts';

/** From and to which part of its mean spend a channel may be moved. */
export interface Bounds {
  readonly least: number;
  readonly most: number;
}

export interface ChannelAdvice {
  readonly channel: string;
  /** EUR a day. */
  readonly spend: number;
  readonly advised: number;
  /** Margin that one euro more brings, at the present spend. */
  readonly marginalReturn: Estimate;
  readonly learnt: number;
  readonly refused: string | undefined;
}

export interface Advice {
  readonly channels: readonly ChannelAdvice[];
  /** EUR a day, of all channels. */
  readonly total: number;
  /** Margin a day after marketing, advised − present, at the same curves; its low end above 0 says that the advice is better. */
  readonly gain: Estimate;
  /** Why there is no advice, or how far it goes. */
  readonly remarks: readonly string[];
}

/** Farther than this from what was spent, the curve is a guess. */
const usual: Bounds = { least: 0.5, most: 1.5 };
const level = 0.95;

/** Margin a day before marketing that a spend brings, by one draw of the curve. */
const worth = ({ history, meanSpend }: Curve, { caused, halfSaturation }: Draw, spend: number): number =>
  history.marginPerOrder * history.attributed * caused * response(spend / meanSpend, halfSaturation);

const meanWorth = (curve: Curve, spend: number) => meanOf(curve.draws.map((draw) => worth(curve, draw, spend)));

const estimate = (values: readonly number[]): Estimate => ({
  value: meanOf(values),
  low: sampleQuantile(values, (1 - level) / 2),
  high: sampleQuantile(values, (1 + level) / 2),
});

/** Margin that one euro more brings at the present spend. */
export const marginalReturn = (curve: Curve): Estimate => {
  const step = curve.meanSpend / 1000;
  return estimate(
    curve.draws.map(
      (draw) => (worth(curve, draw, curve.meanSpend + step) - worth(curve, draw, curve.meanSpend)) / step,
    ),
  );
};

/** Margin a day after marketing that a change of spends brings: each draw of all curves once. */
function gainOf(curves: readonly Curve[], spends: readonly number[]): Estimate {
  const draws = curves[0]?.draws ?? [];
  return estimate(
    draws.map((_, at) =>
      curves.reduce((sum, curve, n) => {
        const draw = curve.draws[at];
        const spend = spends[n] ?? curve.meanSpend;
        if (draw === undefined) return sum;
        return sum + worth(curve, draw, spend) - worth(curve, draw, curve.meanSpend) - (spend - curve.meanSpend);
      }, 0),
    ),
  );
}

/** What a channel brings at another spend: margin a day after marketing, against the present. */
export const whatIf = (curve: Curve, factor: number): Estimate => gainOf([curve], [curve.meanSpend * factor]);

/**
 * How to divide a budget: step by step to the channel whose next euros bring most, by the mean of its curves. They bend down, so no other division
 * is better. Channels that the data cannot tell of keep their spend.
 * @param total EUR a day; the present where it is left out
 * @param step of the total
 */
export function advise(
  { curves }: Response,
  {
    total: asked,
    bounds = {},
    step = 0.005,
  }: { readonly total?: number; readonly bounds?: Readonly<Record<string, Bounds>>; readonly step?: number } = {},
): Advice {
  const present = curves.reduce((sum, { meanSpend }) => sum + meanSpend, 0);
  const total = asked ?? present;
  const boundsOf = ({ history }: Curve) => bounds[history.channel] ?? usual;
  const isFree = ({ refused }: Curve) => refused === undefined;
  const free = curves.filter(isFree);
  const spends = curves.map((curve) => curve.meanSpend * (isFree(curve) ? boundsOf(curve).least : 1));
  const remarks: string[] = [];
  let rest = total - spends.reduce((sum, spend) => sum + spend, 0);
  const told = (words: string): Advice => ({
    channels: curves.map((curve) => adviceOf(curve, curve.meanSpend)),
    total,
    gain: { value: null, low: null, high: null, remark: words },
    remarks: [words],
  });
  if (free.length === 0) return told('Of no channel do the data say what more or less spend would bring.');
  if (free.length === 1 && asked === undefined)
    return told('Only one channel’s response is known, so there is nothing to divide between channels.');
  if (rest < 0)
    return told('The budget is less than what the channels of unknown response and the least of the others take.');
  const portion = Math.max(total * step, 0.01);
  while (rest > 1e-9) {
    const part = Math.min(portion, rest);
    const next = curves
      .map((curve, n) => {
        const spend = spends[n] ?? 0;
        const room = isFree(curve) && spend + part <= curve.meanSpend * boundsOf(curve).most + 1e-9;
        return { n, gain: room ? meanWorth(curve, spend + part) - meanWorth(curve, spend) : -Infinity };
      })
      .reduce((best, one) => (one.gain > best.gain ? one : best));
    if (next.gain === -Infinity) break;
    spends[next.n] = (spends[next.n] ?? 0) + part;
    rest -= part;
  }
  if (rest > portion)
    remarks.push(`${rest.toFixed(2)} EUR a day are left: more than the data can tell of would go to one channel.`);
  const gain = gainOf(curves, spends);
  if ((gain.low ?? 0) <= 0)
    remarks.push(
      'The data do not say for sure that this is better than what is spent now: take small steps, and experiment.',
    );
  return { channels: curves.map((curve, n) => adviceOf(curve, spends[n] ?? curve.meanSpend)), total, gain, remarks };
}

const adviceOf = (curve: Curve, advised: number): ChannelAdvice => ({
  channel: curve.history.channel,
  spend: curve.meanSpend,
  advised,
  marginalReturn: marginalReturn(curve),
  learnt: curve.learnt,
  refused: curve.refused,
});
