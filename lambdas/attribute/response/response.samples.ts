/** Shops whose curves are known: what a fit is held against. */
import { randomNormal } from 'd3-random';
import { seededRandom } from '../random.ts';
import { addContribution, type Curve } from './curve.ts';
import type { ShopHistory } from './fit-response.ts';
import type { BudgetHistory } from './history.ts';

export interface PlantedChannel {
  readonly channel: string;
  readonly curve: Curve;
  /** Mean spend a day, EUR. */
  readonly spend: number;
  /** What the prior believes of its margin, where it is not the truth's own. */
  readonly believed?: number;
  /** Spends as another channel does, times this. */
  readonly follows?: readonly [channel: string, times: number];
}

export const dayOf = (number: number): string => new Date(Date.UTC(2025, 0, 6 + number)).toISOString().slice(0, 10);

/** A shop with weekdays, a slow wave of demand and noise; each channel's spend is changed by chance every week. */
export function shopOf(
  planted: readonly PlantedChannel[],
  {
    seed,
    days,
    noise,
    spread = 1,
  }: { readonly seed: number; readonly days: number; readonly noise: number; readonly spread?: number },
): ShopHistory {
  const random = seededRandom(seed);
  const normal = randomNormal.source(random)();
  const dates = Array.from({ length: days }, (_, day) => dayOf(day));
  const spends = new Map<string, number[]>();
  for (const { channel, spend, follows } of planted) {
    let level = spend;
    const own = dates.map((_, day) => {
      if (day % 7 === 0) level = spend * Math.max(0.05, 1 + spread * 0.6 * normal());
      return level * (0.9 + 0.2 * random());
    });
    spends.set(channel, follows ? (spends.get(follows[0]) ?? []).map((one) => one * follows[1]) : own);
  }
  const brought = new Float64Array(days);
  for (const { channel, curve, spend } of planted) addContribution(curve, spend, spends.get(channel) ?? [], brought);
  return {
    days: dates,
    margin: dates.map((_, day) => {
      const demand = 1000 * (1 + 0.1 * Math.sin(day / 30)) * (day % 7 > 4 ? 0.8 : 1);
      return demand + (brought[day] ?? 0) + noise * normal();
    }),
    occasions: new Map(),
    channels: planted.map(({ channel, curve, believed }) => ({
      channel,
      spend: spends.get(channel) ?? [],
      prior: { margin: believed ?? curve.margin, spread: 1, basis: 'prior', tested: 0 },
    })),
  };
}

/** Search pays, and display does not, of which much is believed. */
export const onePays: readonly PlantedChannel[] = [
  { channel: 'Paid Search', spend: 100, curve: { margin: 250, halfSaturation: 1.5, halfLife: 1 } },
  { channel: 'Display', spend: 100, curve: { margin: 10, halfSaturation: 1, halfLife: 3 }, believed: 100 },
];

/** A shop of these, in which nobody changed what a third channel costs. */
export function onePaysOneIsStill(days = 120): BudgetHistory {
  const shop = shopOf(onePays, { seed: 11, days, noise: 40 });
  const still = {
    channel: 'Paid Social',
    spend: shop.days.map(() => 60),
    prior: { margin: 50, spread: 1, basis: 'prior', tested: 0 },
  };
  return {
    ...shop,
    channels: [...shop.channels, still],
    covered: 1,
    today: new Map([
      ['Paid Search', 100],
      ['Display', 100],
      ['Paid Social', 60],
    ]),
  };
}
