import { correlation } from '../lambdas/attribute/statistics.ts';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { folded, grains, plus, type Earned, type Grain, type Truth } from './truth.ts';

export const measures = ['orders', 'revenue', 'margin'] as const;
export type Measure = (typeof measures)[number];

/** What a model credits, by grain and name. */
export type Credits = Readonly<Record<Grain, ReadonlyMap<string, Earned>>>;

/** One name in both worlds. */
interface Compared {
  readonly name: string;
  readonly caused: number;
  readonly credited: number;
}

/** How far one model is from the truth, in one measure, at one grain. */
export interface Score {
  readonly model: string;
  readonly grain: Grain;
  readonly measure: Measure;
  /**
   * Sums over all names. Effects overlap, and many orders are caused by no marketing: credits add up to all orders
   * whatever was caused.
   */
  readonly caused: number;
  readonly credited: number;
  /** Σ |credited − caused| ÷ Σ caused; null where nothing was caused. */
  readonly error: number | null;
  /**
   * The same of shares: of what is credited, and of what was caused, each as parts of 1; 0 to 1. How wrongly a budget
   * would be divided.
   */
  readonly misplaced: number | null;
  /** Spearman's, over the names; null of fewer than two, or where all are alike. */
  readonly rankCorrelation: number | null;
  /** The names whose share of the credits is furthest above that of what was caused, and below; null where none is. */
  readonly overCredited: Compared | null;
  readonly underCredited: Compared | null;
  readonly names: readonly Compared[];
}

/** Ranks from 0, ties at their mean. */
function ranks(values: readonly number[]): number[] {
  return values.map(
    (value) =>
      values.filter((other) => other < value).length + (values.filter((other) => other === value).length - 1) / 2,
  );
}

/** Spearman's rank correlation: Pearson's of the ranks. */
export const rankCorrelation = (a: readonly number[], b: readonly number[]): number | null =>
  correlation(ranks(a), ranks(b));

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Compares what a model credits with what was caused. Names that only one of them has count as 0 in the other. */
export function scoreOf(
  { model, grain, measure }: Pick<Score, 'model' | 'grain' | 'measure'>,
  caused: ReadonlyMap<string, Earned>,
  credited: ReadonlyMap<string, Earned>,
): Score {
  const names = [...new Set([...caused.keys(), ...credited.keys()])]
    .map((name) => ({
      name,
      caused: caused.get(name)?.[measure] ?? 0,
      credited: credited.get(name)?.[measure] ?? 0,
    }))
    .toSorted((a, b) => b.caused - a.caused || b.credited - a.credited || (a.name < b.name ? -1 : 1));
  const sums = { caused: sumOf(names.map((one) => one.caused)), credited: sumOf(names.map((one) => one.credited)) };
  const canShare = sums.caused > 0 && sums.credited > 0;
  const excess = (one: Compared) => (canShare ? one.credited / sums.credited - one.caused / sums.caused : 0);
  const byExcess = names.toSorted((a, b) => excess(b) - excess(a));
  const [over, under] = [byExcess[0], byExcess.at(-1)];
  return {
    model,
    grain,
    measure,
    ...sums,
    error: sums.caused > 0 ? sumOf(names.map((one) => Math.abs(one.credited - one.caused))) / sums.caused : null,
    misplaced: canShare ? sumOf(names.map((one) => Math.abs(excess(one)))) / 2 : null,
    rankCorrelation: rankCorrelation(
      names.map((one) => one.credited),
      names.map((one) => one.caused),
    ),
    overCredited: over !== undefined && excess(over) > 0 ? over : null,
    underCredited: under !== undefined && excess(under) < 0 ? under : null,
    names,
  };
}

/**
 * How far the credits are from what was caused, over some names alone: Σ |credited − caused| ÷ Σ caused. Of the channels
 * with spend, and of revenue, it is how far the returns on spend are off, each weighed by its spend: an error of a
 * return, times the spend, is an error of revenue.
 * @returns null where nothing was caused
 */
export function errorOver({ names }: Pick<Score, 'names'>, among: ReadonlySet<string>): number | null {
  const chosen = names.filter(({ name }) => among.has(name));
  const caused = sumOf(chosen.map((one) => one.caused));
  return caused > 0 ? sumOf(chosen.map((one) => Math.abs(one.credited - one.caused))) / caused : null;
}

/**
 * Credits by model, with the look-back of the shop's profile. A margin that is not known counts as 0, as in the sums of
 * the views.
 */
const creditsSql: Readonly<Record<Grain, string>> = {
  channel: 'a.channel',
  campaign: 'coalesce(n.campaign_name, a.campaign)',
  influencer: 'i.handle',
};

/** Not a model of attribution: the shop's own, times what is believed and was measured of each channel. */
export const calibrated = 'calibrated by experiments';

/** Credits as they are; or times the share of them that the channel causes, of the model that the share is of. */
const kinds = [
  { model: 'a.attribution_model', credit: 'a.credit', join: '' },
  {
    model: `'${calibrated}'`,
    credit: 'a.credit * greatest(i.incrementality, 0E0)',
    join: 'JOIN channel_incrementality AS i ON i.channel = a.channel AND i.attribution_model = a.attribution_model',
  },
] as const;

const sqlOf = (grain: Grain, { model, credit, join }: (typeof kinds)[number]) => `
WITH named AS (
  SELECT platform, campaign_id, max_by(campaign_name, concat(CAST(dt AS varchar), campaign_name)) AS campaign_name
  FROM ad_spend
  GROUP BY platform, campaign_id
)
SELECT ${model} AS model, ${creditsSql[grain]} AS name, sum(${credit}) AS orders,
  sum(${credit} * CAST(e.net_revenue_eur AS double)) AS revenue,
  sum(${credit} * CAST(coalesce(e.margin_eur, DECIMAL '0.00') AS double)) AS margin
FROM attribution AS a
${join}
JOIN shop AS s ON s.lookback_days = a.lookback_days
JOIN order_economics AS e ON e.order_id = a.order_id
LEFT JOIN named AS n ON n.platform = a.platform AND n.campaign_id = a.campaign_id
LEFT JOIN influencers AS i ON i.influencer_id = a.influencer_id
GROUP BY ${model === 'a.attribution_model' ? `${model}, ` : ''}${creditsSql[grain]}
HAVING ${creditsSql[grain]} IS NOT NULL`;

const textOf = (value: AnswerValue | undefined): string => (typeof value === 'string' ? value : '');

/** What each model credits, by its name. */
export async function readCredits(warehouse: Pick<Warehouse, 'query'>): Promise<ReadonlyMap<string, Credits>> {
  const models = new Map<string, Record<Grain, Map<string, Earned>>>();
  const named = (await warehouse.query('SELECT attribution_model FROM attribution_models')).rows;
  for (const [model] of [...named, [calibrated]])
    models.set(textOf(model), { channel: new Map(), campaign: new Map(), influencer: new Map() });
  for (const [grain, kind] of grains.flatMap((one) => kinds.map((each) => [one, each] as const))) {
    for (const [model, name, orders, revenue, margin] of (await warehouse.query(sqlOf(grain, kind))).rows) {
      const credits = models.get(textOf(model))?.[grain];
      const earned = { orders: Number(orders), revenue: Number(revenue), margin: Number(margin) };
      credits?.set(folded(textOf(name)), plus(credits.get(folded(textOf(name))), earned));
    }
  }
  return models;
}

/** All scores: by grain, measure and model. */
export function scores(truth: Truth, credits: ReadonlyMap<string, Credits>): Score[] {
  return grains.flatMap((grain) =>
    measures.flatMap((measure) =>
      Array.from(credits, ([model, of]) => scoreOf({ model, grain, measure }, truth.caused[grain], of[grain])),
    ),
  );
}
