/** A figure that may be unknown: null, and never 0 or infinite, where there is nothing to divide by. */
export type Figure = number | null;

/** Σ numerator ÷ Σ denominator. */
export const ratio = (numerator: Figure, denominator: Figure): Figure =>
  numerator === null || denominator === null || denominator === 0 ? null : numerator / denominator;

/** What one of something cost; null where nothing was spent, which is no price. */
export const costOf = (spend: Figure, of: Figure): Figure => (spend === 0 ? null : ratio(spend, of));

/** How much larger a figure is than it was, as a share of what it was: 0.1 is ten per cent more. */
export const growth = (now: Figure, before: Figure): Figure =>
  now === null || before === null || before === 0 ? null : (now - before) / Math.abs(before);

/** A margin, or null where the cost of nothing that was sold is known. */
export const knownMargin = (margin: number, covered: number, revenue: number): Figure =>
  covered > 0 || Math.abs(revenue) < 0.005 ? margin : null;

/** Of the revenue, the share that a margin is of; null where nothing was sold. */
export const coverage = (covered: Figure, revenue: Figure): Figure =>
  revenue !== null && Math.abs(revenue) < 0.005 ? null : ratio(covered, revenue);

/** Return on investment: (margin − spend) ÷ spend. */
export const roi = (margin: Figure, spend: Figure): Figure =>
  margin === null || spend === null ? null : ratio(margin - spend, spend);
