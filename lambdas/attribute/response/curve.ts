/** What of a curve says what a spend that stays the same brings. */
export interface Saturation {
  /** Incremental margin a day at the reference spend; above 0. */
  readonly margin: number;
  /** Spend at which half of the most that the channel can bring is reached, in reference spends; above 0. */
  readonly halfSaturation: number;
}

/**
 * What a channel's daily spend brings: it carries over to the days after (adstock) and saturates. In EUR a day.
 *
 * Adstock is geometric and normalised, so that a spend that stays the same is its own adstock (Broadbent, 1979);
 * saturation is x ÷ (1 + x), the Hill function of slope 1, which is concave: a budget has one best division (Jin and
 * others, 2017: Bayesian methods for media mix modeling with carryover and shape effects, sections 2.1 and 2.2).
 */
export interface Curve extends Saturation {
  /** Days after which half of an effect is over; above 0. */
  readonly halfLife: number;
}

/** Margin a day of a spend that stays the same. @param reference the spend that the curve is told by */
export function steadyMargin({ margin, halfSaturation }: Saturation, reference: number, spend: number): number {
  const x = spend / reference;
  return (margin * (1 + halfSaturation) * x) / (halfSaturation + x);
}

/** What the next euro a day brings, in euros: the marginal return, of which 1 pays the euro itself. */
export function marginalMargin({ margin, halfSaturation }: Saturation, reference: number, spend: number): number {
  const x = spend / reference;
  return (margin * (1 + halfSaturation) * halfSaturation) / (reference * (halfSaturation + x) ** 2);
}

/**
 * Adds what a channel brought on each day to `sum`. @param spend by day; what was spent before the first is taken for
 * the mean of the first week
 */
export function addContribution(curve: Curve, reference: number, spend: readonly number[], sum: Float64Array): void {
  const kept = 2 ** (-1 / curve.halfLife);
  const week = spend.slice(0, 7);
  let stock = week.reduce((all, one) => all + one, 0) / Math.max(1, week.length);
  spend.forEach((one, day) => {
    stock = kept * stock + (1 - kept) * one;
    sum[day] = (sum[day] ?? 0) + steadyMargin(curve, reference, stock);
  });
}
