import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { touchCredits } from '../lambdas/attribute/credit.ts';
import { attributionModels, namedModels } from '../lambdas/shared/attribution-models.ts';
import { dataDrivenModels } from '../lambdas/shared/data-driven-models.ts';
import { grouped, number, openWorkshop, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

const day = '2026-03-10';
const converted = Date.parse(`${day}T12:00:00Z`);
const iso = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
const dayMs = 86_400_000;

interface Touch {
  readonly channel: string;
  /** Days before the conversion. */
  readonly days: number;
}

/** A path, oldest first, as `touchpoints` holds it. */
const pathOf = (order: string, touches: readonly Touch[], more: Row = { deal_id: null, influencer_id: null }): Row[] =>
  touches.map(({ channel, days }, n) => ({
    order_id: order,
    touch_id: `${order}-${n + 1}`,
    touch_type: 'session',
    touched_at: iso(converted - Math.round(days * dayMs)),
    converted_at: iso(converted),
    position: n + 1,
    channel,
    source: channel.toLowerCase(),
    campaign: `c${n + 1}`,
    campaign_id: `${n + 1}`,
    ...more,
  }));

const search = (days: number): Touch => ({ channel: 'Paid Search', days });
const direct = (days: number): Touch => ({ channel: 'Direct', days });

/**
 * Those whose definitions stand in this test; a model that is not among them must credit each conversion whole, too.
 */
const defined = ['first', 'last', 'last_non_direct', 'linear', 'position_based', 'time_decay'] as const;
type Model = (typeof defined)[number];

interface Case {
  readonly name: string;
  readonly path: readonly Touch[];
  readonly lookback: 7 | 30 | 90;
  /** By model: the credit of each touch of the path. */
  readonly credits: Readonly<Partial<Record<Model, readonly number[]>>>;
}

const whole = { first: [1], last: [1], last_non_direct: [1], linear: [1], position_based: [1], time_decay: [1] };

const cases: readonly Case[] = [
  { name: 'n = 1', path: [search(3)], lookback: 30, credits: whole },
  { name: 'n = 1, at the conversion', path: [direct(0)], lookback: 7, credits: whole },
  {
    name: 'n = 2',
    path: [search(7), direct(0)],
    lookback: 30,
    credits: {
      first: [1, 0],
      last: [0, 1],
      last_non_direct: [1, 0],
      linear: [0.5, 0.5],
      position_based: [0.5, 0.5],
      time_decay: [1 / 3, 2 / 3],
    },
  },
  {
    name: 'n = 3',
    path: [search(14), search(7), search(0)],
    lookback: 30,
    credits: {
      first: [1, 0, 0],
      last: [0, 0, 1],
      last_non_direct: [0, 0, 1],
      linear: [1 / 3, 1 / 3, 1 / 3],
      position_based: [0.4, 0.2, 0.4],
      time_decay: [1 / 7, 2 / 7, 4 / 7],
    },
  },
  {
    name: 'n = 5',
    path: [search(28), search(21), search(14), direct(7), direct(0)],
    lookback: 30,
    credits: {
      first: [1, 0, 0, 0, 0],
      last: [0, 0, 0, 0, 1],
      last_non_direct: [0, 0, 1, 0, 0],
      linear: [0.2, 0.2, 0.2, 0.2, 0.2],
      position_based: [0.4, 0.2 / 3, 0.2 / 3, 0.2 / 3, 0.4],
      time_decay: [1 / 31, 2 / 31, 4 / 31, 8 / 31, 16 / 31],
    },
  },
  {
    name: 'all Direct is Direct’s',
    path: [direct(3), direct(2), direct(0)],
    lookback: 30,
    credits: { last_non_direct: [0, 0, 1], first: [1, 0, 0] },
  },
  {
    name: 'touches at one time stand as the path has them',
    path: [search(0), direct(0), search(0)],
    lookback: 30,
    credits: { first: [1, 0, 0], last: [0, 0, 1], time_decay: [1 / 3, 1 / 3, 1 / 3], position_based: [0.4, 0.2, 0.4] },
  },
  {
    name: '7 days to the millisecond are in',
    path: [search(7), direct(0)],
    lookback: 7,
    credits: { first: [1, 0], last_non_direct: [1, 0], linear: [0.5, 0.5] },
  },
  {
    name: 'one more is not',
    path: [search(7 + 1 / dayMs), direct(0)],
    lookback: 7,
    credits: { first: [0, 1], last_non_direct: [0, 1], linear: [0, 1], position_based: [0, 1], time_decay: [0, 1] },
  },
  {
    name: 'of a longer path 7 days see the end',
    path: [search(60), search(20), direct(7), search(1)],
    lookback: 7,
    credits: { first: [0, 0, 1, 0], linear: [0, 0, 0.5, 0.5], position_based: [0, 0, 0.5, 0.5] },
  },
  {
    name: '30 days see more',
    path: [search(60), search(30), direct(7), search(1)],
    lookback: 30,
    credits: { first: [0, 1, 0, 0], position_based: [0, 0.4, 0.2, 0.4] },
  },
  {
    name: '90 days see all',
    path: [search(90), search(20), direct(7), search(1)],
    lookback: 90,
    credits: { first: [1, 0, 0, 0], position_based: [0.4, 0.1, 0.1, 0.4] },
  },
];

/** Every model by its name and kind, as the lake has them. */
const models: readonly Row[] = namedModels.map(({ name, kind }) => ({ attribution_model: name, kind }));

/** What a model learnt: a weight for each channel that it knows. */
type Weights = Readonly<Record<string, number>>;

/** The slice of a table of touchpoints, with the weights of each data-driven model. */
const slice = (touchpoints: readonly Row[], weights: Weights = {}): Promise<Row[]> =>
  workshop.model('attribution', day, {
    touchpoints,
    attribution_models: models,
    attribution_weights: dataDrivenModels.flatMap((attribution_model) =>
      Object.entries(weights).map(([channel, weight]) => ({ attribution_model, channel, weight })),
    ),
  });

/** Credits by order, model and look-back: the credit of each touch by its number. */
async function attributed(
  touchpoints: readonly Row[],
  weights?: Weights,
): Promise<Map<string, ReadonlyMap<string, number>>> {
  const rows = await slice(touchpoints, weights);
  const groups = grouped(
    rows,
    (row) => `${text(row, 'order_id')} ${text(row, 'attribution_model')} ${number(row, 'lookback_days')}`,
  );
  return new Map(
    [...groups].map(([key, group]) => {
      expect(new Set(group.map((row) => row['touch_id'])).size).toBe(group.length);
      return [key, new Map(group.map((row) => [text(row, 'touch_id'), number(row, 'credit')]))];
    }),
  );
}

describe('credit', () => {
  test.each(cases)('$name', async ({ path, lookback, credits }) => {
    const found = await attributed(pathOf('O', path));
    for (const [model, expected] of Object.entries(credits)) {
      const given = found.get(`O ${model} ${lookback}`);
      expect([model, path.map((_, n) => Number((given?.get(`O-${n + 1}`) ?? 0).toFixed(12)))]).toEqual([
        model,
        expected.map((credit) => Number(credit.toFixed(12))),
      ]);
    }
  });

  test.each([
    ['one touch', [search(45)]],
    ['some touches', [search(60), direct(31)]],
  ])('a conversion whose touches, %s, are all older than the look-back is nobody’s there', async (_, path) => {
    const rows = await slice(pathOf('O', path, { deal_id: 'D', influencer_id: 'I' }));
    for (const lookback of [7, 30])
      expect(
        rows
          .filter((row) => row['lookback_days'] === lookback)
          .toSorted((a, b) => (text(a, 'attribution_model') < text(b, 'attribution_model') ? -1 : 1)),
      ).toEqual(
        [...attributionModels].toSorted().map((model) => ({
          order_id: 'O',
          attribution_model: model,
          lookback_days: lookback,
          touch_id: 'none-O',
          touched_at: iso(converted),
          channel: 'Unassigned',
          source: null,
          campaign: null,
          campaign_id: null,
          platform: null,
          deal_id: null,
          influencer_id: null,
          credit: 1,
          dt: day,
        })),
      );
    expect(new Set(rows.filter((row) => row['lookback_days'] === 90).map((row) => row['deal_id']))).toEqual(
      new Set(['D']),
    );
  });

  test('a touch without credit has no row; one with it keeps all that is known of it', async () => {
    const rows = await slice(pathOf('O', [search(2), direct(1)], { deal_id: 'D', influencer_id: 'I' }));
    const [last, ...others] = rows.filter((row) => row['attribution_model'] === 'last' && row['lookback_days'] === 30);
    expect(others).toEqual([]);
    expect(last).toEqual({
      order_id: 'O',
      attribution_model: 'last',
      lookback_days: 30,
      touch_id: 'O-2',
      touched_at: '2026-03-09 12:00:00.000',
      channel: 'Direct',
      source: 'direct',
      campaign: 'c2',
      campaign_id: '2',
      platform: null,
      deal_id: 'D',
      influencer_id: 'I',
      credit: 1,
      dt: day,
    });
  });
});

describe('the credit of a model that is learnt', () => {
  const path = [search(20), direct(9), search(3), direct(0)];
  test.each([
    [
      'goes to the channels by their weights, and evenly to the touches of one',
      { 'Paid Search': 0.3, Direct: 0.1 },
      30,
      [0.375, 0.125, 0.375, 0.125],
    ],
    ['is that of the channels within the look-back', { 'Paid Search': 0.3, Direct: 0.1 }, 7, [0, 0, 0.75, 0.25]],
    [
      'is nothing where the model gives the channel none, and then has no row',
      { 'Paid Search': 0.3, Direct: 0 },
      30,
      [0.5, 0, 0.5, 0],
    ],
    ['is alike where it knows none of the channels', { Email: 1 }, 30, [0.25, 0.25, 0.25, 0.25]],
    ['is alike where all their weights are 0', { 'Paid Search': 0, Direct: 0, Email: 1 }, 7, [0, 0, 0.5, 0.5]],
    ['is alike where there are no weights', {}, 90, [0.25, 0.25, 0.25, 0.25]],
  ] as const)('%s', async (_, weights, lookback, expected) => {
    const found = await attributed(pathOf('O', path), weights);
    for (const model of dataDrivenModels) {
      const given = found.get(`O ${model} ${lookback}`);
      const credits = path.map((__, n) => Number((given?.get(`O-${n + 1}`) ?? 0).toFixed(12)));
      expect([model, credits]).toEqual([model, expected]);
      expect(given?.size).toBe(expected.filter((credit) => credit > 0).length);
    }
  });
});

test('the newest weights count: on a Monday those of the week before, until the week has its own', async () => {
  const weightsOf = (dt: string, ofSearch: number): Row[] =>
    ['Paid Search', 'Direct'].map((channel) => ({
      attribution_model: 'markov',
      channel,
      weight: channel === 'Direct' ? 1 - ofSearch : ofSearch,
      dt,
    }));
  for (const [weeks, credit] of [
    [weightsOf('2026-03-02', 0.75), 0.75],
    [[...weightsOf('2026-03-02', 0.75), ...weightsOf('2026-03-09', 0.25)], 0.25],
  ] as const) {
    const rows = await workshop.model('attribution', day, {
      touchpoints: pathOf('O', [search(2), direct(1)]),
      attribution_models: models,
      attribution_weights: weeks,
    });
    const own = rows.filter((row) => row['attribution_model'] === 'markov' && row['lookback_days'] === 30);
    expect(Object.fromEntries(own.map((row) => [text(row, 'channel'), row['credit']]))).toEqual({
      Direct: 1 - credit,
      'Paid Search': credit,
    });
  }
});

/** The credit of each touch, by the definitions and one touch after the other. Of none, where all are too old. */
function creditsOf(path: readonly Touch[], lookback: number, model: string, learnt: Weights): number[] {
  const from = path.findIndex(({ days }) => Math.round(days * dayMs) <= lookback * dayMs);
  if (from < 0) return path.map(() => 0);
  const n = path.length - from;
  const within = path.slice(from);
  const none = path.slice(0, from).map(() => 0);
  // The other home of the rule, which the models' own tests hold.
  if (dataDrivenModels.includes(model))
    return [
      ...none,
      ...touchCredits(
        within.map(({ channel }) => channel),
        (channel) => learnt[channel] ?? 0,
      ),
    ];
  const weights = within.map(({ days }, i): number => {
    if (model === 'first') return i === 0 ? 1 : 0;
    if (model === 'last') return i === n - 1 ? 1 : 0;
    if (model === 'linear') return 1;
    if (model === 'time_decay') return 2 ** (-(Math.round(days * dayMs) / dayMs) / 7);
    if (model === 'position_based') return n <= 2 ? 1 : i === 0 || i === n - 1 ? 0.4 : 0.2 / (n - 2);
    const chosen = within.findLastIndex((touch) => touch.channel !== 'Direct');
    return i === (chosen < 0 ? n - 1 : chosen) ? 1 : 0;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return [...none, ...weights.map((weight) => weight / total)];
}

const randomPath = fc
  .array(
    fc.record({
      channel: fc.constantFrom('Direct', 'Paid Search', 'Email', 'Influencer'),
      days: fc.oneof(
        fc.double({ min: 0, max: 90, noNaN: true }),
        fc.constantFrom(0, 1, 7, 7 + 1 / dayMs, 30, 30 + 1 / dayMs, 90),
      ),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((path) => path.toSorted((a, b) => Math.round(b.days * dayMs) - Math.round(a.days * dayMs)));

const randomWeights = fc.dictionary(
  fc.constantFrom('Direct', 'Paid Search', 'Email', 'Influencer'),
  // As the table has them, to four digits.
  fc.nat({ max: 10_000 }).map((weight) => weight / 10_000),
);

/** Sums of doubles may differ in their last digit by the order of the rows. */
const rounded = (rows: readonly Row[] | undefined): string[] =>
  (rows ?? [])
    .map((row) =>
      [
        text(row, 'order_id'),
        text(row, 'attribution_model'),
        number(row, 'lookback_days'),
        text(row, 'touch_id'),
        number(row, 'credit').toFixed(12),
      ].join(' '),
    )
    .toSorted();

test('a touch of which it is not known where it came from is passed over by last_non_direct, as Direct is; one of a known medium is not', async () => {
  const [first, second] = [search(3), { channel: 'Unassigned', days: 1 }];
  for (const [known, credited] of [
    [{ medium: '(not set)' }, 'O-1'],
    [{ medium: 'push' }, 'O-2'],
    // The link names its campaign alone.
    [{ medium: '(not set)', campaign: 'soldes' }, 'O-2'],
    [{ medium: '(not set)', campaign_id: '9001' }, 'O-2'],
  ] as const) {
    const path = pathOf('O', [first, second]).map((touch, n) =>
      n === 1
        ? { ...touch, source: '(not set)', campaign: null, campaign_id: null, ...known }
        : { ...touch, medium: 'cpc' },
    );
    const rows = await slice(path);
    expect(
      rows
        .filter((row) => row['attribution_model'] === 'last_non_direct' && row['lookback_days'] === 30)
        .map((row) => row['touch_id']),
    ).toEqual([credited]);
  }
});

test('on random paths SQL gives what the definitions give, every conversion is credited whole, and the order of the rows does not matter', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(randomPath, { minLength: 1, maxLength: 40 }), randomWeights, async (paths, weights) => {
      const touchpoints = paths.flatMap((path, n) => pathOf(`O${n}`, path));
      const found = await attributed(touchpoints, weights);
      expect(found.size).toBe(paths.length * attributionModels.length * 3);
      for (const [n, path] of paths.entries()) {
        for (const lookback of [7, 30, 90]) {
          for (const model of attributionModels) {
            const given = found.get(`O${n} ${model} ${lookback}`) ?? new Map<string, number>();
            expect(Math.abs([...given.values()].reduce((sum, credit) => sum + credit, 0) - 1)).toBeLessThan(1e-9);
          }
          for (const model of [...defined, ...dataDrivenModels]) {
            const given = found.get(`O${n} ${model} ${lookback}`) ?? new Map<string, number>();
            const expected = creditsOf(path, lookback, model, weights);
            expect(given.get(`none-O${n}`)).toBe(expected.some((credit) => credit > 0) ? undefined : 1);
            for (const [i, credit] of expected.entries()) {
              const actual = given.get(`O${n}-${i + 1}`) ?? 0;
              if (Math.abs(actual - credit) > 1e-9)
                throw new Error(
                  `${model}, ${lookback} days, touch ${i + 1} of ${JSON.stringify(path)}: ${actual}, not ${credit}`,
                );
            }
          }
        }
      }
      const [one, other] = await Promise.all(
        [touchpoints, touchpoints.toReversed()].map((rows) => slice(rows, weights)),
      );
      expect(rounded(one)).toEqual(rounded(other));
    }),
    { numRuns: 8, seed: 20_260_312, endOnFailure: true },
  );
});
