import { type Fit, maximise } from './likelihood.ts';
import { lgam } from './special-functions.ts';

/** What a customer spent, or brought, in a purchase on average. */
export interface SpendHistory {
  /** Purchases that the mean is of, at least one. */
  readonly purchases: number;
  /** Mean of a purchase, above 0. */
  readonly mean: number;
}

/** A purchase is of the gamma law (p, ν); ν differs between customers by the gamma law (q, γ). */
export interface GammaGammaParameters {
  readonly p: number;
  readonly q: number;
  readonly gamma: number;
}

/** The parameters of a fit. */
export function gammaGammaParameters([p = NaN, q = NaN, gamma = NaN]: readonly number[]): GammaGammaParameters {
  return { p, q, gamma };
}

/** Log-likelihood of one customer (Fader and Hardie, 2013: The gamma-gamma model of monetary value, equation 1a). */
export function gammaGammaLogLikelihood(
  { p, q, gamma }: GammaGammaParameters,
  { purchases: x, mean }: SpendHistory,
): number {
  return (
    lgam(p * x + q) -
    lgam(p * x) -
    lgam(q) +
    q * Math.log(gamma) +
    (p * x - 1) * Math.log(mean) +
    p * x * Math.log(x) -
    (p * x + q) * Math.log(gamma + mean * x)
  );
}

/**
 * Fits gamma-gamma by maximum likelihood. It supposes that who buys often spends neither more nor less in a purchase.
 * @throws Error where a history is impossible, or no maximum is found
 */
export function fitGammaGamma(customers: readonly SpendHistory[]): Fit {
  for (const { purchases, mean } of customers)
    if (!(Number.isInteger(purchases) && purchases > 0 && mean > 0))
      throw new Error(
        `${purchases} purchases of ${mean} on average: gamma-gamma needs at least one, and a mean above 0.`,
      );
  if (customers.length === 0)
    throw new Error('No customer with a purchase, so there is nothing to predict spend from.');
  const mean = customers.reduce((sum, customer) => sum + customer.mean, 0) / customers.length;
  const logLikelihood = (parameters: readonly number[]) =>
    customers.reduce((sum, customer) => sum + gammaGammaLogLikelihood(gammaGammaParameters(parameters), customer), 0);
  // A start whose mean p·γ ÷ (q − 1) is that of the customers.
  return maximise(logLikelihood, [2, 3, mean]);
}

/**
 * A customer's expected mean of a purchase: between their own mean and everybody's, the nearer to their own the more
 * they bought (Fader and Hardie, 2013, equation 5). @param history undefined for one of whom nothing is known
 * @returns NaN where the fit has no finite mean (q ≤ 1)
 */
export function expectedSpend({ p, q, gamma }: GammaGammaParameters, history?: SpendHistory): number {
  if (q <= 1) return Number.NaN;
  const x = history?.purchases ?? 0;
  return (p * (gamma + x * (history?.mean ?? 0))) / (p * x + q - 1);
}
