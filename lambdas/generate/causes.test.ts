/** What marketing does in the market: planted, so these must hold for every seed. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import * as z from 'zod';
import { countSession, emptyTally } from './advertising/tally.ts';
import { dayOf } from './market/calendar.ts';
import { curvesDocument, curvesOf, dayForCurvesSchema, optimumOf } from './market/curves.ts';
import { newMarket, type Market } from './market/market.ts';
import { Media, reachOf } from './market/media.ts';
import { emptyTruth, mergeTruth, truthDocument, weigh, type Truth } from './market/truth.ts';
import { worldDefaults, type World } from './market/world.ts';
import { exposuresBefore, type Visit } from './people/journey.ts';
import { orderOf } from './people/order.ts';
import { scan } from './people/scan.ts';
import { campaigns } from './advertising/campaigns.ts';

const worldOf = (seed: number, over: Partial<World> = {}): World => ({
  seed,
  opens: '2026-03-02',
  eventsPerDay: 2500,
  initialCustomers: 250,
  dirt: 0,
  ...worldDefaults,
  ...over,
});

/** Some days of a market without any of its records: the visits of each day, and the truth of all. */
function lived(market: Market, days: number) {
  const visits: Visit[] = [];
  const truths: Truth[] = [];
  const documents: unknown[] = [];
  const { opens } = market.population;
  for (let day = opens; day < opens + days; day += 1) {
    const truth = emptyTruth(market.world);
    const tally = emptyTally(day);
    scan(market, day, { lane: 0, of: 1 }, (person, journeyed) => {
      const visit = journeyed.at(-1);
      if (visit?.day !== day) return;
      visits.push(visit);
      countSession(tally, visit.arrival.clicked, visit.device);
      if (visit.outcome !== 'bought') return;
      const posts = exposuresBefore(journeyed, visit).flatMap(({ post }) => post ?? []);
      weigh(truth, market, orderOf(market, person, visit, posts), journeyed);
    });
    truths.push(truth);
    documents.push(JSON.parse(truthDocument(market, day, truth, tally)));
  }
  return {
    visits,
    truth: mergeTruth(market.world, truths),
    documents: documents.map((document) => dayForCurvesSchema.parse(document)),
  };
}

const isPaid = ({ arrival }: Visit): boolean => arrival.clicked.ad !== undefined;

describe.each([1, 2, 3])('seed %i', (seed) => {
  test('of the revenue that paid clicks preceded, about half is incremental; what is free causes nothing', () => {
    // Six weeks: each channel has had each of its three flights.
    const { truth } = lived(newMarket(worldOf(seed, { eventsPerDay: 3000 })), 42);
    const share = truth.paid.caused.netCents / truth.paid.touched.netCents;
    expect({ seed, isAboutHalf: share > 0.45 && share < 0.68, share }).toMatchObject({ isAboutHalf: true });
    for (const channel of ['Direct', 'Organic Search', 'Organic Social', 'Referral', 'AI Assistant'])
      expect([channel, truth.channel[channel]]).toEqual([channel, undefined]);
    const caused = (campaign: string): number => truth.campaign[campaign]?.orders ?? 0;
    // Prospecting moves people; brand search and retargeting meet those who were coming.
    expect(caused('FR Été bio · similaires')).toBeGreaterThan(
      1.5 * (caused('fr_search_marque') + caused('fr_reciblage_panier') + caused('fr_display_remarketing')),
    );
  });

  test('where marketing has no effect, people buy all the same, and nothing is caused', () => {
    const { truth } = lived(newMarket(worldOf(seed, { market: 'no-effect' })), 14);
    expect(truth.paid.touched.orders).toBeGreaterThan(10);
    expect(truth.paid.caused.orders).toBe(0);
    expect([truth.channel, truth.campaign, truth.influencer]).toEqual([{}, {}, {}]);
  });
});

test('more spend reaches more people, and each euro fewer', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 5, noNaN: true }),
      fc.double({ min: 0, max: 10, noNaN: true }),
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      (half, pressure, more) => {
        const [once, twice, thrice] = [0, 1, 2].map((n) => reachOf(pressure + n * more, half));
        expect(twice).toBeGreaterThan(once ?? 0);
        expect((thrice ?? 0) - (twice ?? 0)).toBeLessThan((twice ?? 0) - (once ?? 0));
        expect(reachOf(1, half)).toBeCloseTo(1, 12);
      },
    ),
    { seed: 15, numRuns: 200 },
  );
});

test('what an exposure costs, times how many there are, is what is spent', () => {
  const media = new Media(worldOf(1, { market: 'seasonal' }));
  for (const campaign of campaigns)
    for (let day = dayOf('2026-03-02'); day < dayOf('2026-03-30'); day += 1)
      expect(media.price(campaign, day) * media.reach(campaign, day)).toBeCloseTo(media.pressure(campaign, day), 9);
});

test('with twice the spend, as many more come as the curves say', () => {
  const world = worldOf(4);
  const [today, twice] = [
    lived(newMarket(world), 14),
    lived(
      newMarket(world, () => 2),
      14,
    ),
  ];
  const curves = curvesOf(newMarket(world), today.documents);
  const ratio =
    twice.visits.filter((visit) => isPaid(visit) && visit.number === 0).length /
    today.visits.filter((visit) => isPaid(visit) && visit.number === 0).length;
  expect(ratio).toBeGreaterThan(1.2);
  expect(ratio).toBeLessThan(1.65);
  const spent = ({ documents }: typeof today): number =>
    documents.reduce((sum, day) => sum + Object.values(day.spend_by_campaign).reduce((a, b) => a + b, 0), 0);
  // The platforms' reports say so: fewer clicks for a euro.
  expect(spent(twice) / spent(today)).toBeGreaterThan(1.75);
  expect(spent(twice) / spent(today)).toBeLessThan(2.25);
  for (const [channel, { spend, margin }] of curves)
    expect([channel, spend > 0, margin(2) <= 2 * margin(1) || margin(1) <= 0]).toEqual([channel, true, true]);
  expect(twice.truth.all.orders).toBeGreaterThan(today.truth.all.orders);
});

test('the optimum: no euro would earn more elsewhere, whatever the curves', () => {
  const curve = fc.record({
    spend: fc.integer({ min: 100, max: 9000 }),
    worth: fc.double({ min: 0, max: 4, noNaN: true }),
    half: fc.double({ min: 0.2, max: 4, noNaN: true }),
  });
  fc.assert(
    fc.property(
      fc.array(curve, { minLength: 1, maxLength: 5 }),
      fc.double({ min: 0.2, max: 2, noNaN: true }),
      (all, part) => {
        const curves = new Map(
          all.map(({ spend, worth, half }, n) => [
            `c${n}`,
            { spend, margin: (multiple: number) => worth * spend * reachOf(multiple, half) },
          ]),
        );
        const profitOf = (spends: Readonly<Record<string, number>>): number =>
          [...curves].reduce(
            (sum, [name, { spend, margin }]) => sum + margin((spends[name] ?? 0) / spend) - (spends[name] ?? 0),
            0,
          );
        const free = optimumOf(curves);
        expect(free.profit).toBeCloseTo(profitOf(free.spend), 6);
        const total = all.reduce((sum, { spend }) => sum + spend, 0);
        const within = optimumOf(curves, part * total);
        expect(Object.values(within.spend).reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(part * total + 1e-6);
        expect(within.profit).toBeLessThanOrEqual(free.profit + 1e-6);
        // Against what anybody else might do: as today, nothing, all alike.
        for (const multiple of [0, 0.5, 1, 2, 3])
          expect(free.profit).toBeGreaterThanOrEqual(
            profitOf(Object.fromEntries(Array.from(curves, ([name, { spend }]) => [name, multiple * spend]))) - 1e-6,
          );
      },
    ),
    { seed: 16, numRuns: 60 },
  );
});

test('the saturated market spends too much everywhere, and its truth says so', () => {
  const market = newMarket(worldOf(5, { market: 'saturated' }));
  const { channels, today, optimum } = z
    .object({
      channels: z.record(z.string(), z.object({ marginal_roi: z.number() })),
      today: z.object({ spend_eur: z.number(), profit_eur: z.number() }),
      optimum: z.object({ spend_eur: z.record(z.string(), z.number()), profit_eur: z.number() }),
    })
    .parse(JSON.parse(curvesDocument(market, lived(market, 14).documents)));
  for (const [channel, { marginal_roi: roi }] of Object.entries(channels))
    expect([channel, roi < 0]).toEqual([channel, true]);
  expect(Object.values(optimum.spend_eur).reduce((a, b) => a + b, 0)).toBeLessThan(today.spend_eur / 2);
  expect(optimum.profit_eur).toBeGreaterThan(today.profit_eur);
});

test('the seasonal market spends in season, when people buy anyway', () => {
  const media = new Media(worldOf(6, { market: 'seasonal' }));
  const of = (from: string) =>
    Array.from({ length: 28 }, (_, n) => dayOf(from) + n).reduce(
      (sum, day) => {
        return {
          spend: sum.spend + campaigns.reduce((all, campaign) => all + media.pressure(campaign, day), 0),
          demand: sum.demand + media.demand(day),
        };
      },
      { spend: 0, demand: 0 },
    );
  const [august, november] = [of('2026-08-01'), of('2026-11-02')];
  expect(november.spend / august.spend).toBeGreaterThan(1.4);
  expect(november.demand / august.demand).toBeGreaterThan(1.3);
});
