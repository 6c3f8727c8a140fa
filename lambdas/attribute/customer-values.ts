import { group } from 'd3-array';
import { daysBetween, type Day } from '../shared/days.ts';
import { fitBgNbd } from './bg-nbd.ts';
import { fitGammaGamma } from './gamma-gamma.ts';
import type { Estimate } from './estimate.ts';
import { predictPurchases, predictValue, type ValuedCustomer } from './lifetime-value.ts';

/** One conversion of a buyer whose first one is known. */
export interface Purchase {
  readonly buyer: string;
  readonly channel: string;
  /** The shop's day. */
  readonly day: Day;
  /** Contribution margin, EUR; null where it is not known. */
  readonly margin: number | null;
}

/** What the customers whom one channel brought are worth. EUR, contribution margin. */
export interface ChannelValue {
  readonly channel: string;
  readonly customers: number;
  /** Margin of a customer up to the last day, of orders whose margin is known; null where it is of none. */
  readonly observed: number | null;
  /** Purchases that a customer is expected to make in the time ahead. */
  readonly purchases: Estimate;
  /** Margin that a customer is expected to bring in the time ahead. */
  readonly ahead: Estimate;
}

interface Customer extends ValuedCustomer {
  readonly channel: string;
  /** Margin of the orders of which it is known; null where it is of none. */
  readonly observed: number | null;
}

const week = 7;
const weeksOf = (from: Day, to: Day): number => daysBetween(from, to) / week;

/** Buyers with their histories in weeks. Orders of one day are one purchase, as the models count them. */
export function customersOf(purchases: readonly Purchase[], lastDay: string): Customer[] {
  const byBuyer = group(purchases, ({ buyer }) => buyer);
  return [...byBuyer.values()].map((own) => {
    const days = [...group(own, ({ day }) => day)].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const [first = lastDay, last = first] = [days[0]?.[0], days.at(-1)?.[0]];
    // What a purchase is worth is learnt of those that came back, as the model was made for (Fader and Hardie, 2013).
    const worth = days
      .slice(1)
      .flatMap(([, orders]) =>
        orders.some(({ margin }) => margin === null)
          ? []
          : [orders.reduce((sum, { margin }) => sum + (margin ?? 0), 0)],
      )
      .filter((margin) => margin > 0);
    return {
      channel: own[0]?.channel ?? '',
      observed: own.every(({ margin }) => margin === null)
        ? null
        : own.reduce((sum, { margin }) => sum + (margin ?? 0), 0),
      repeats: days.length - 1,
      recency: weeksOf(first, last),
      age: weeksOf(first, lastDay),
      ...(worth.length > 0 && {
        spend: { purchases: worth.length, mean: worth.reduce((sum, one) => sum + one, 0) / worth.length },
      }),
    };
  });
}

const over = ({ value, low, high, remark }: Estimate, size: number): Estimate => ({
  value: value === null ? null : value / size,
  low: low === null ? null : low / size,
  high: high === null ? null : high / size,
  ...(remark !== undefined && { remark }),
});

/** Days of orders at least: of fewer, even the next month is farther away than anything that was seen. */
const fewestDays = 30;

/**
 * What is to be known of a time ahead that is longer than the time seen. The model was proved by telling as long a time
 * as it had been fitted to, 39 weeks (Fader, Hardie and Lee, 2005: "Counting Your Customers" the Easy Way).
 * @throws Error where too little was seen for any time ahead
 */
function farAhead(seenDays: number, weeks: number): string | undefined {
  if (seenDays < fewestDays)
    throw new Error(
      `the orders span ${seenDays} ${seenDays === 1 ? 'day' : 'days'}, and ${fewestDays} at least are needed ` +
        'to tell even the month ahead.',
    );
  const [seen, ahead] = [Math.floor(seenDays / 30.4), Math.round((weeks * week) / 30.4)];
  return ahead <= Math.max(1, seen)
    ? undefined
    : `The orders span ${seenDays} days, and ${ahead} months ahead are told of them: that is a guess. The model ` +
        `was proved for as long a time ahead as it had seen, here ${seen} ${seen === 1 ? 'month' : 'months'} ` +
        `(--months ${seen}).`;
}

/**
 * What the customers of each channel have brought and are expected to bring, for one of them on average; all of them
 * together at the end, as channel `all`. BG/NBD and gamma-gamma are fitted to all customers of the shop.
 * @param weeks the time ahead
 * @param rate discount of a year, such as 0.1
 * @throws Error where the customers say nothing of later purchases, as where nobody came back, or too few days are seen
 */
export function channelValues(
  purchases: readonly Purchase[],
  { lastDay, weeks, rate }: { readonly lastDay: string; readonly weeks: number; readonly rate: number },
): ChannelValue[] {
  const firstDay = purchases.reduce((first, { day }) => (day < first ? day : first), lastDay);
  const far = farAhead(daysBetween(firstDay, lastDay) + 1, weeks);
  const customers = customersOf(purchases, lastDay);
  const bgNbd = fitBgNbd(customers);
  const gammaGamma = fitGammaGamma(customers.flatMap(({ spend }) => (spend ? [spend] : [])));
  const valueOf = (channel: string, own: readonly Customer[]): ChannelValue => ({
    channel,
    customers: own.length,
    observed: own.every(({ observed }) => observed === null)
      ? null
      : own.reduce((sum, { observed }) => sum + (observed ?? 0), 0) / own.length,
    purchases: {
      ...over(predictPurchases(own, { fit: bgNbd, time: weeks }), own.length),
      ...(far !== undefined && { remark: far }),
    },
    ahead: over(
      predictValue(own, {
        purchases: bgNbd,
        spend: gammaGamma,
        time: weeks,
        steps: Math.max(1, Math.round((weeks * week) / 30.4)),
        discount: (1 + rate) ** (1 / 12) - 1,
      }),
      own.length,
    ),
  });
  return [
    ...[...group(customers, ({ channel }) => channel)]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([channel, own]) => valueOf(channel, own)),
    valueOf('all', customers),
  ];
}
