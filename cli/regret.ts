/** What a budget's division by an advice would really have lost, against the best division of the same money. */
import type { Advice as BudgetAdvice } from '../lambdas/attribute/response/advice.ts';
import { curvesOf, optimumOf, profitOf, truthDays, type Curve } from '../lambdas/generate/market/curves.ts';
import { marketOf } from '../lambdas/generate/market/market.ts';
import { worldOf } from '../lambdas/generate/market/world.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { Credits } from './scoring.ts';
import { folded } from './truth.ts';

/** A division of the money spent on advertisements, by channel (EUR). */
export interface Advice {
  readonly name: string;
  readonly spend: Readonly<Record<string, number>>;
}

export interface Regret extends Advice {
  /** Incremental margin less spend, EUR. */
  readonly profit: number;
  /** What the best division of the same money would have earned more, EUR. */
  readonly regret: number;
}

export type Curves = ReadonlyMap<string, Curve>;

/** The planted curves of a generated lake, by channel; none where it has no market of this release. */
export async function readCurves(lake: Lake): Promise<Curves> {
  const world = await worldOf(lake);
  return world === undefined ? new Map() : curvesOf(marketOf(world), await truthDays(lake));
}

const spentOn = (curves: Curves): number => [...curves.values()].reduce((sum, { spend }) => sum + spend, 0);

/** As it was spent; and as each model advises who follows it: to each channel its part of the credited margin. */
export function advices(curves: Curves, credits: ReadonlyMap<string, Credits>): Advice[] {
  const budget = spentOn(curves);
  const today = {
    name: 'as it was spent',
    spend: Object.fromEntries(Array.from(curves, ([name, { spend }]) => [name, spend])),
  };
  const followed = Array.from(credits, ([model, { channel: of }]): Advice => {
    const margins = [...curves.keys()].map((name) => [name, Math.max(0, of.get(folded(name))?.margin ?? 0)] as const);
    const all = margins.reduce((sum, [, margin]) => sum + margin, 0);
    return {
      name: model,
      spend: Object.fromEntries(margins.map(([name, margin]) => [name, all === 0 ? 0 : (budget * margin) / all])),
    };
  });
  return [today, ...followed];
}

/**
 * What `sillage budget` advises, scaled from a day of today to the whole period. A channel of which it says nothing
 * stays as it is.
 */
export function budgetAdvice(curves: Curves, channels: BudgetAdvice['channels']): Advice {
  const asked = new Map(channels.map((one) => [one.channel, one]));
  const spend = Array.from(curves, ([name, curve]) => {
    const { advised, today = 0 } = asked.get(name) ?? { advised: null };
    return [name, advised === null || today === 0 ? curve.spend : (curve.spend * advised) / today] as const;
  });
  // Of the period's money: what it moves is compared, not what it adds.
  const all = spend.reduce((sum, [, eur]) => sum + eur, 0);
  const budget = spentOn(curves);
  return {
    name: 'sillage budget',
    spend: Object.fromEntries(spend.map(([name, eur]) => [name, all === 0 ? 0 : (eur * budget) / all])),
  };
}

/**
 * Each advice against the best division of as much money as was spent, the one that loses least first.
 *
 * @param given advices; one that spends another sum is held against what was spent all the same
 */
export function regrets(curves: Curves, given: readonly Advice[]): Regret[] {
  if (curves.size === 0) return [];
  const spend = optimumOf(curves, spentOn(curves)).spend;
  const best = profitOf(curves, spend);
  return [{ name: 'the best division', spend }, ...given]
    .map((advice) => ({ ...advice, profit: profitOf(curves, advice.spend) }))
    .map((advice) => ({ ...advice, regret: best - advice.profit }))
    .toSorted((a, b) => a.regret - b.regret);
}
