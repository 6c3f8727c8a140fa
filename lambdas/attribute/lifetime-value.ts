import { bgNbdParameters, type CustomerHistory, expectedPurchases } from './bg-nbd.ts';
import { expectedSpend, gammaGammaParameters, type SpendHistory } from './gamma-gamma.ts';
import type { Estimate } from './estimate.ts';
import { type Fit, logVariance } from './likelihood.ts';
import { ndtri } from './special-functions.ts';

/** A customer whose further purchases are to be valued. */
export interface ValuedCustomer extends CustomerHistory {
  /** What the customer brought in a purchase; undefined where that is not known. */
  readonly spend?: SpendHistory;
}

/**
 * Purchases that customers are expected to make together in the next `time`. The interval is that of the expectation,
 * from the uncertainty of the fitted parameters; what one customer will do varies far more.
 */
export function predictPurchases(
  customers: readonly CustomerHistory[],
  { fit, time, level = 0.95 }: { readonly fit: Fit; readonly time: number; readonly level?: number },
): Estimate {
  const total = (parameters: readonly number[]) =>
    customers.reduce((sum, customer) => sum + expectedPurchases(bgNbdParameters(parameters), customer, time), 0);
  return around(total(fit.parameters), logVariance(fit, total), level);
}

/**
 * What customers are expected to bring in the next `time` together: expected purchases × expected worth of a purchase,
 * BG/NBD × gamma-gamma (Fader, Hardie and Lee, 2005: RFM and CLV; Fader and Hardie, 2013). In the money of the spend
 * histories: of revenue it is revenue, of contribution margin it is lifetime value. Later purchases are worth less by
 * `discount`.
 * @param steps parts into which the time is cut for the discount, such as months
 * @param discount rate of one step; 0 for none
 */
export function predictValue(
  customers: readonly ValuedCustomer[],
  {
    purchases,
    spend,
    time,
    steps = 1,
    discount = 0,
    level = 0.95,
  }: {
    readonly purchases: Fit;
    readonly spend: Fit;
    readonly time: number;
    readonly steps?: number;
    readonly discount?: number;
    readonly level?: number;
  },
): Estimate {
  if (Number.isNaN(expectedSpend(gammaGammaParameters(spend.parameters)))) {
    const remark = 'Spend varies too much between these customers to have a mean.';
    return { value: null, low: null, high: null, remark };
  }
  const value = (bgNbd: readonly number[], gammaGamma: readonly number[]) =>
    customers.reduce((sum, customer) => {
      let [discounted, before] = [0, 0];
      for (let step = 1; step <= steps; step += 1) {
        const now = expectedPurchases(bgNbdParameters(bgNbd), customer, (time * step) / steps);
        discounted += (now - before) / (1 + discount) ** step;
        before = now;
      }
      return sum + discounted * expectedSpend(gammaGammaParameters(gammaGamma), customer.spend);
    }, 0);
  // Two fits of their own: their errors are independent, as the model has frequency and spend.
  const ofPurchases = logVariance(purchases, (parameters) => value(parameters, spend.parameters));
  const ofSpend = logVariance(spend, (parameters) => value(purchases.parameters, parameters));
  const variance = ofPurchases === undefined || ofSpend === undefined ? undefined : ofPurchases + ofSpend;
  return around(value(purchases.parameters, spend.parameters), variance, level);
}

/** A figure above 0 with a normal interval of its logarithm. */
function around(value: number, variance: number | undefined, level: number): Estimate {
  const remark = 'There are too few repeat orders to say how sure the figure is.';
  if (!Number.isFinite(value)) return { value: null, low: null, high: null, remark };
  if (variance === undefined || !Number.isFinite(variance)) return { value, low: null, high: null, remark };
  const factor = Math.exp(ndtri((1 + level) / 2) * Math.sqrt(variance));
  return { value, low: value / factor, high: value * factor };
}
