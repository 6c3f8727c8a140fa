import { type Fit, maximise } from './likelihood.ts';
import { lgam } from './special-functions.ts';

/** What the model knows of a customer. Times are in one unit, such as weeks, from the first purchase on. */
export interface CustomerHistory {
  /** Purchases after the first (x). */
  readonly repeats: number;
  /** Time of the last of them (tₓ); 0 where there are none. */
  readonly recency: number;
  /** Time until now (T). */
  readonly age: number;
}

/**
 * Purchases at a rate of the gamma law (r, α) while the customer is alive; a dropout after each with a probability of
 * the beta law (a, b).
 */
export interface BgNbdParameters {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

/** The parameters of a fit. */
export function bgNbdParameters([r = NaN, alpha = NaN, a = NaN, b = NaN]: readonly number[]): BgNbdParameters {
  return { r, alpha, a, b };
}

/**
 * Log-likelihood of one customer (Fader, Hardie and Lee, 2005: "Counting your customers" the easy way, an alternative
 * to the Pareto/NBD model, equation 6; in the form of their note on the implementation in Excel, which does not
 * overflow).
 */
export function bgNbdLogLikelihood(parameters: BgNbdParameters, customer: CustomerHistory): number {
  return ofRepeats(parameters, customer.repeats) + ofTimes(parameters, customer);
}

/** The part that is the same for all customers of so many repeat purchases. */
function ofRepeats({ r, alpha, a, b }: BgNbdParameters, x: number): number {
  return lgam(r + x) - lgam(r) + r * Math.log(alpha) + lgam(a + b) + lgam(b + x) - lgam(b) - lgam(a + b + x);
}

function ofTimes({ r, alpha, a, b }: BgNbdParameters, { repeats: x, recency, age }: CustomerHistory): number {
  const alive = -(r + x) * Math.log(alpha + age);
  if (x === 0) return alive;
  const gone = Math.log(a / (b + x - 1)) - (r + x) * Math.log(alpha + recency);
  return Math.max(alive, gone) + Math.log1p(Math.exp(-Math.abs(alive - gone)));
}

/**
 * Fits BG/NBD to customers by maximum likelihood. @throws Error where a history is impossible, nobody came back, or no
 * maximum is found
 */
export function fitBgNbd(customers: readonly CustomerHistory[]): Fit {
  const byRepeats = new Map<number, CustomerHistory[]>();
  for (const customer of customers) {
    const { repeats: x, recency, age } = customer;
    if (!(Number.isInteger(x) && x >= 0 && recency >= 0 && recency <= age && x > 0 === recency > 0))
      throw new Error(
        `No customer has ${x} repeat purchases, the last at ${recency}, until ${age}: whole numbers, 0 ≤ ` +
          'recency ≤ age, and a recency of 0 just where there are none.',
      );
    const others = byRepeats.get(x);
    if (others === undefined) byRepeats.set(x, [customer]);
    else others.push(customer);
  }
  const sumOf = (key: 'repeats' | 'age') => customers.reduce((sum, customer) => sum + customer[key], 0);
  if (sumOf('repeats') === 0) throw new Error('No customer came back, so there is nothing to predict purchases from.');
  const logLikelihood = (list: readonly number[]) => {
    const parameters = bgNbdParameters(list);
    let sum = 0;
    for (const [x, alike] of byRepeats) {
      sum += alike.length * ofRepeats(parameters, x);
      for (const customer of alike) sum += ofTimes(parameters, customer);
    }
    return sum;
  };
  // A start of the right scale: one purchase a customer on average over r/α.
  return maximise(logLikelihood, [1, sumOf('age') / sumOf('repeats'), 1, 2]);
}

/**
 * Purchases that a customer is expected to make in the next `time` (Fader, Hardie and Lee, 2005, equation 10).
 *
 * Its (1−z)^(r+x) ₂F₁(r+x, b+x; c; z), with c = a+b+x−1 and z = t/(α+T+t), is summed term by term: the mean of
 * (b+x)ₙ/(c)ₙ over the negative binomial law of n. Its terms have one sign after the first and are rescaled as they
 * grow, so it stands for any number of purchases and for the parameters of a fit that ran away; general libraries' ₂F₁
 * overflows there, or does not end.
 */
export function expectedPurchases(
  { r, alpha, a, b }: BgNbdParameters,
  { repeats: x, recency, age }: CustomerHistory,
  time: number,
): number {
  if (time === 0) return 0;
  // At a = 1 and at c = 0 the formula is 0 ÷ 0 and 0 × ∞: so near them, the limit is the same to seven digits.
  const safe = Math.abs(a - 1) < 1e-7 ? 1 + 1e-7 : a;
  const c = Math.abs(safe + b + x - 1) < 1e-7 ? 1e-7 : safe + b + x - 1;
  const z = time / (alpha + age + time);
  const whole = (c / (safe - 1)) * (1 - negativeBinomialMean(r + x, z, (n) => (b + x + n) / (c + n)));
  return whole * probabilityAlive({ r, alpha, a, b }, { repeats: x, recency, age });
}

/** More terms than any horizon needs: of a customer of 1,000 purchases some thousands count. */
const mostTerms = 1_000_000;
const unit = 1e200;

/**
 * Mean of the product of `factor(0)` to `factor(n − 1)`, n of the negative binomial law (k, z). Only the first factor
 * may be below 0.
 */
function negativeBinomialMean(k: number, z: number, factor: (n: number) => number): number {
  // Term and sum are in units of e^log, which follows them where they would overflow.
  let log = k * Math.log1p(-z);
  let term = Math.sign(factor(0));
  let sum = 1;
  for (let n = 0; n < mostTerms; n += 1) {
    const step = ((k + n) / (n + 1)) * z * factor(n);
    const ratio = step < 0 ? -step : step;
    term *= ratio;
    sum += term;
    const size = term < 0 ? -term : term;
    if (ratio < 1 && size < 1e-16 * (sum < 0 ? -sum : sum))
      return Math.sign(sum) * Math.exp(log + Math.log(Math.abs(sum)));
    if (size > unit) {
      term /= unit;
      sum /= unit;
      log += Math.log(unit);
    }
  }
  return Number.NaN;
}

/**
 * Probability that a customer is still one (Fader, Hardie and Lee, 2008: Computing P(alive) using the BG/NBD model).
 */
export function probabilityAlive(
  { r, alpha, a, b }: BgNbdParameters,
  { repeats: x, recency, age }: CustomerHistory,
): number {
  if (x === 0) return 1;
  return 1 / (1 + (a / (b + x - 1)) * ((alpha + age) / (alpha + recency)) ** (r + x));
}
