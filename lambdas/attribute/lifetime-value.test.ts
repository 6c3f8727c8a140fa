import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { randomBeta, randomExponential, randomGamma } from 'd3-random';
import * as z from 'zod';
import { home } from '../shared/home.ts';
import {
  bgNbdLogLikelihood,
  type BgNbdParameters,
  type CustomerHistory,
  expectedPurchases,
  fitBgNbd,
  probabilityAlive,
} from './bg-nbd.ts';
import { expectedSpend, fitGammaGamma, gammaGammaLogLikelihood, type SpendHistory } from './gamma-gamma.ts';
import { logVariance } from './likelihood.ts';
import { predictPurchases, predictValue } from './lifetime-value.ts';
import { type Random, seededRandom } from './random.ts';

/** As published: Fader, Hardie and Lee (2005), table 2; Fader and Hardie (2013), section 5. */
const published = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
const spendPublished = { p: 6.25, q: 3.74, gamma: 15.44 };

/**
 * The customers of CDNOW are not ours to give away: SILLAGE_CDNOW is a folder with the two files of the Python library
 * lifetimes.
 */
const cdnow = process.env['SILLAGE_CDNOW'] ?? fileURLToPath(new URL('../shared/data/cdnow', home));
const rows = <Row>(file: string, row: z.ZodType<Row>) =>
  z.array(row).parse(parse(readFileSync(join(cdnow, file)), { columns: true }));
const withFile = (file: string) =>
  existsSync(join(cdnow, file))
    ? { run: test, note: '' }
    : { run: test.skip, note: ` (skipped: no ${file} in the folder SILLAGE_CDNOW)` };

/** What one of the customers of known parameters does until `end`: the times of the purchases after the first. */
function purchaseTimes({ r, alpha, a, b }: BgNbdParameters, end: number, random: Random): number[] {
  const gap = randomExponential.source(random)(randomGamma.source(random)(r, 1 / alpha)());
  const dropout = randomBeta.source(random)(a, b)();
  const times: number[] = [];
  for (let time = gap(); time <= end; time += gap()) {
    times.push(time);
    if (random() < dropout) break;
  }
  return times;
}

const history = (times: readonly number[], age: number): CustomerHistory => {
  const seen = times.filter((time) => time <= age);
  return { repeats: seen.length, recency: seen.at(-1) ?? 0, age };
};

function world(seed: number, size: number): { readonly customers: CustomerHistory[]; readonly later: number[] } {
  const random = seededRandom(seed);
  const lives = Array.from({ length: size }, () => {
    const age = 27 + 12 * random();
    const times = purchaseTimes(published, age + 39, random);
    return { customer: history(times, age), later: times.filter((time) => time > age).length };
  });
  return { customers: lives.map(({ customer }) => customer), later: lives.map(({ later }) => later) };
}

describe('BG/NBD', () => {
  const { run, note } = withFile('cdnow_customers_summary.csv');
  run(`CDNOW’s 2,357 customers give the published parameters, within 1 %${note}`, () => {
    const Row = z.object({ frequency: z.coerce.number(), recency: z.coerce.number(), T: z.coerce.number() });
    const customers = rows('cdnow_customers_summary.csv', Row).map((row) => ({
      repeats: row.frequency,
      recency: row.recency,
      age: row.T,
    }));
    const fit = fitBgNbd(customers);
    Object.values(published).forEach((value, place) =>
      expect(Math.abs((fit.parameters[place] ?? NaN) / value - 1)).toBeLessThan(0.01),
    );
    expect(fit.logLikelihood).toBeCloseTo(-9582.4, 1);
  });

  test('the example of the authors’ note: 2 repeat purchases, the last in week 30.43 of 38.86, give 1.226 in 39 weeks', () => {
    const customer = { repeats: 2, recency: 30.43, age: 38.86 };
    expect(expectedPurchases({ r: 0.2426, alpha: 4.4136, a: 0.7929, b: 2.4259 }, customer, 39)).toBeCloseTo(1.226, 3);
  });

  test('the likelihood is a density: over all that a customer may do, it adds up to 1', () => {
    const age = 30;
    const none = Math.exp(bgNbdLogLikelihood(published, { repeats: 0, recency: 0, age }));
    // The times of the purchases before the last are alike: any of them, x − 1 of them in order, is tₓ^(x−1) / (x−1)!.
    const slices = 400;
    let [sum, factorial] = [none, 1];
    for (let repeats = 1; repeats <= 150; repeats += 1) {
      if (repeats > 1) factorial *= repeats - 1;
      for (let slice = 0; slice < slices; slice += 1) {
        const recency = (age * (slice + 0.5)) / slices;
        sum +=
          (Math.exp(bgNbdLogLikelihood(published, { repeats, recency, age })) * recency ** (repeats - 1) * age) /
          slices /
          factorial;
      }
    }
    expect(sum).toBeCloseTo(1, 3);
  });

  test('expected purchases and the probability of being alive are those of simulated customers with that history', () => {
    const random = seededRandom(12);
    const alike: number[] = [];
    for (let draw = 0; draw < 60_000; draw += 1) {
      const times = purchaseTimes(published, 78, random);
      const { repeats, recency } = history(times, 39);
      if (repeats === 1 && recency > 5 && recency < 7) alike.push(times.length - 1);
    }
    const mean = alike.reduce((sum, count) => sum + count, 0) / alike.length;
    const error = Math.sqrt(alike.reduce((sum, count) => sum + (count - mean) ** 2, 0)) / alike.length;
    expect(alike.length).toBeGreaterThan(300);
    expect(Math.abs(mean - expectedPurchases(published, { repeats: 1, recency: 6, age: 39 }, 39))).toBeLessThan(
      3.5 * error,
    );
    expect(probabilityAlive(published, { repeats: 0, recency: 0, age: 39 })).toBe(1);
  });

  test('of no time nothing is expected; a = 1 is no hole; a very frequent customer overflows nothing', () => {
    const customer = { repeats: 3, recency: 20, age: 30 };
    expect(expectedPurchases(published, customer, 0)).toBe(0);
    const at = (a: number) => expectedPurchases({ ...published, a }, customer, 20);
    expect(at(1)).toBeCloseTo((at(0.999) + at(1.001)) / 2, 5);
    const often = expectedPurchases(published, { repeats: 5000, recency: 1000, age: 1000 }, 500);
    // 5 a week, with a dropout of about 1 in 6,300 a purchase.
    expect(often).toBeGreaterThan(1900);
    expect(often).toBeLessThan(2500);
  });

  test('a dropout that is the same for all, as fits that run away have it, is computed: of 1 in 6, x purchases more or less alike', () => {
    const customer = { repeats: 0, recency: 0, age: 30 };
    // Alive, with a dropout of p after each purchase, purchases at rate λ in t are (1 − e^(−λpt)) / p: mean over λ of
    // the gamma law (r, α + T).
    const { r, alpha } = published;
    const p = 1 / 6;
    const expected = (1 - ((alpha + 30) / (alpha + 30 + 39 * p)) ** r) / p;
    expect(expectedPurchases({ r, alpha, a: 300_000, b: 1_500_000 }, customer, 39)).toBeCloseTo(expected, 4);
  });

  test('histories that cannot be are refused, and customers of whom none came back', () => {
    for (const customer of [
      { repeats: 1, recency: 0, age: 5 },
      { repeats: 0, recency: 3, age: 5 },
      { repeats: 2, recency: 6, age: 5 },
      { repeats: 1.5, recency: 1, age: 5 },
    ])
      expect(() => fitBgNbd([customer])).toThrow('No customer has');
    expect(() => fitBgNbd([{ repeats: 0, recency: 0, age: 5 }])).toThrow('No customer came back');
  });
});

function spendWorld(seed: number, size: number): SpendHistory[] {
  const random = seededRandom(seed);
  const { p, q, gamma } = spendPublished;
  return Array.from({ length: size }, () => {
    const purchases = 1 + Math.floor(4 * random());
    const purchase = randomGamma.source(random)(p, 1 / randomGamma.source(random)(q, 1 / gamma)());
    let sum = 0;
    for (let count = 0; count < purchases; count += 1) sum += purchase();
    return { purchases, mean: sum / purchases };
  });
}

describe('gamma-gamma', () => {
  const { run, note } = withFile('cdnow_customers_summary_with_transactions.csv');
  run(`CDNOW’s 946 customers who came back give the published parameters, within 1 %${note}`, () => {
    const Row = z.object({ x: z.coerce.number(), zbar: z.coerce.number() });
    const customers = rows('cdnow_customers_summary_with_transactions.csv', Row).filter(({ x }) => x > 0);
    expect(customers).toHaveLength(946);
    const fit = fitGammaGamma(customers.map(({ x, zbar }) => ({ purchases: x, mean: zbar })));
    Object.values(spendPublished).forEach((value, place) =>
      expect(Math.abs((fit.parameters[place] ?? NaN) / value - 1)).toBeLessThan(0.01),
    );
  });

  test('the likelihood is a density of the mean', () => {
    for (const purchases of [1, 3]) {
      let sum = 0;
      const width = 0.05;
      for (let mean = width / 2; mean < 2000; mean += width)
        sum += width * Math.exp(gammaGammaLogLikelihood(spendPublished, { purchases, mean }));
      expect(sum).toBeCloseTo(1, 3);
    }
  });

  test('a customer’s expectation lies between their own mean and everybody’s, the nearer the more they bought', () => {
    const everybody = expectedSpend(spendPublished);
    expect(everybody).toBeCloseTo((6.25 * 15.44) / 2.74, 10);
    const after = (purchases: number) => expectedSpend(spendPublished, { purchases, mean: 100 });
    expect([everybody, after(1), after(5), after(50), 100]).toEqual(
      [everybody, after(1), after(5), after(50), 100].toSorted((a, b) => a - b),
    );
    expect(after(10_000)).toBeCloseTo(100, 1);
    expect(expectedSpend({ ...spendPublished, q: 0.9 })).toBeNaN();
  });

  test('what cannot be is refused', () => {
    expect(() => fitGammaGamma([{ purchases: 0, mean: 5 }])).toThrow('needs at least one');
    expect(() => fitGammaGamma([{ purchases: 1, mean: 0 }])).toThrow('a mean above 0');
    expect(() => fitGammaGamma([])).toThrow('No customer with a purchase');
  });
});

test('parameters that made the customers are found again, within three standard errors', () => {
  const bgNbd = fitBgNbd(world(1, 1500).customers);
  const gammaGamma = fitGammaGamma(spendWorld(2, 1500));
  for (const [fit, truth] of [
    [bgNbd, Object.values(published)],
    [gammaGamma, Object.values(spendPublished)],
  ] as const)
    truth.forEach((value, place) => {
      const error = Math.sqrt(logVariance(fit, (parameters) => parameters[place] ?? NaN) ?? NaN);
      expect(Math.abs(Math.log((fit.parameters[place] ?? NaN) / value))).toBeLessThan(3 * error);
    });
});

describe('predictions', () => {
  test('cover the true expectation in 95 % of 30 worlds, as nearly as 30 can tell', () => {
    const spend = fitGammaGamma(spendWorld(2, 1500));
    const covered = { purchases: 0, value: 0 };
    for (let seed = 1; seed <= 30; seed += 1) {
      const { customers } = world(seed, 300);
      const fit = fitBgNbd(customers);
      const truth = customers.reduce((sum, customer) => sum + expectedPurchases(published, customer, 39), 0);
      const { low, high } = predictPurchases(customers, { fit, time: 39 });
      if ((low ?? Infinity) <= truth && truth <= (high ?? -Infinity)) covered.purchases += 1;
      const value = predictValue(customers, { purchases: fit, spend, time: 39 });
      const worth = truth * expectedSpend(spendPublished);
      if ((value.low ?? Infinity) <= worth && worth <= (value.high ?? -Infinity)) covered.value += 1;
    }
    // 28.5, less three standard deviations of 1.2.
    expect(covered.purchases).toBeGreaterThanOrEqual(25);
    expect(covered.value).toBeGreaterThanOrEqual(25);
  });

  test('value is purchases × spend; a discount takes what comes later first', () => {
    const { customers } = world(3, 1000);
    const purchases = fitBgNbd(customers);
    const spend = fitGammaGamma(spendWorld(4, 500));
    const plain = predictValue(customers, { purchases, spend, time: 52 });
    const [p = NaN, q = NaN, gamma = NaN] = spend.parameters;
    expect(plain.value).toBeCloseTo(
      (predictPurchases(customers, { fit: purchases, time: 52 }).value ?? NaN) * expectedSpend({ p, q, gamma }),
      6,
    );
    expect(predictValue(customers, { purchases, spend, time: 52, steps: 12 }).value).toBeCloseTo(plain.value ?? NaN, 6);
    const discounted = predictValue(customers, { purchases, spend, time: 52, steps: 12, discount: 0.01 }).value ?? NaN;
    expect(discounted).toBeLessThan(plain.value ?? NaN);
    expect(discounted).toBeGreaterThan((plain.value ?? NaN) / 1.01 ** 12);
  });

  test('the customers of the simulated world then buy as predicted', () => {
    const { customers, later } = world(5, 1500);
    const predicted = predictPurchases(customers, { fit: fitBgNbd(customers), time: 39 }).value ?? NaN;
    const bought = later.reduce((sum, count) => sum + count, 0);
    expect(Math.abs(predicted / bought - 1)).toBeLessThan(0.15);
  });

  test('a fit that the data do not fix gives the figure, no interval, and says why', () => {
    // All who came back were seen just now: a dropout of 1 in 1,000 fits as well as one of 1 in 10,000.
    const { customers } = world(3, 300);
    const allAlive = customers.map((customer) => ({ ...customer, recency: customer.repeats > 0 ? customer.age : 0 }));
    const fit = fitBgNbd(allAlive);
    expect(fit.covariance).toBeUndefined();
    expect(fitBgNbd(customers).covariance).toBeDefined();
    const estimate = predictPurchases(customers, { fit, time: 10 });
    expect(estimate.value).toBeGreaterThan(0);
    expect(estimate).toMatchObject({
      low: null,
      high: null,
      remark: 'There are too few repeat orders to say how sure the figure is.',
    });
    const spend = { parameters: [6, 0.8, 15], logLikelihood: 0, covariance: undefined };
    expect(predictValue(customers, { purchases: fit, spend, time: 10 })).toMatchObject({
      value: null,
      remark: 'Spend varies too much between these customers to have a mean.',
    });
  });
});
