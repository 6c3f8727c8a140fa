import { meanOf } from './curve.ts';
import type { ChannelHistory } from './response.ts';

const fewestDays = 56;
/** Spend that varies less than this from week to week (deviation ÷ mean) shows no curve. */
const leastVariation = 0.1;
const mostCorrelation = 0.9;

const weeksOf = (spend: readonly number[]): number[] =>
  Array.from({ length: Math.floor(spend.length / 7) }, (_, week) =>
    spend.slice(7 * week, 7 * week + 7).reduce((sum, one) => sum + one, 0),
  );

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const sum = (of: (n: number) => number) => a.reduce((all, _, n) => all + of(n), 0);
  const [da, db] = [(n: number) => (a[n] ?? 0) - meanA, (n: number) => (b[n] ?? 0) - meanB];
  return sum((n) => da(n) * db(n)) / Math.sqrt(sum((n) => da(n) ** 2) * sum((n) => db(n) ** 2));
}

/** Why a channel's curve cannot be told from these days; undefined where it can. */
export function whyNot(one: ChannelHistory, all: readonly ChannelHistory[]): string | undefined {
  const { channel, spend, isTested } = one;
  if (spend.length < fewestDays) return `The lake has ${spend.length} days of spend, of ${fewestDays} at least.`;
  if (one.attributed <= 0) return `No order is credited to ${channel}.`;
  const weeks = weeksOf(spend);
  const mean = meanOf(weeks);
  const variation = Math.sqrt(meanOf(weeks.map((week) => (week - mean) ** 2))) / mean;
  if (!(variation >= leastVariation))
    return `What ${channel} costs hardly varied (by ${(100 * variation).toFixed(0)} % from week to week), so nothing shows what more or less of it would bring: vary it, or make an experiment.`;
  const twin = all.find(
    (other) => other !== one && Math.abs(correlation(weeks, weeksOf(other.spend))) > mostCorrelation,
  );
  if (twin !== undefined && !isTested)
    return `${channel} and ${twin.channel} were raised and lowered together, so the data cannot tell what either brings: move them apart, or make an experiment on one.`;
  return undefined;
}

/** Where the days narrowed the belief by less than this, an advice would be the belief alone. */
const leastLearnt = 0.05;

/** Why what was learnt of a channel is too little; undefined where it is not, or an experiment says more. */
export const whyUnlearnt = ({ channel, isTested }: ChannelHistory, learnt: number): string | undefined =>
  isTested || learnt >= leastLearnt
    ? undefined
    : `How orders moved with what ${channel} cost taught next to nothing (${(100 * learnt).toFixed(0)} %): what is said of it is a belief, so make an experiment.`;
