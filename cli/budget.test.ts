import { describe, expect, test } from '@jest/globals';
import { onePaysOneIsStill } from '../lambdas/attribute/response/response.samples.ts';
import type { Advice, Asked } from '../lambdas/attribute/response/advice.ts';
import { adviceOrRefusal } from '../lambdas/attribute/response/advice-or-refusal.ts';
import { knownResponse } from '../lambdas/attribute/response/know-response.ts';
import type { KnownResponse } from '../lambdas/attribute/response/known-response.ts';
import { adviceReport } from './budget.ts';

/** To fit a history takes seconds: each is fitted once. */
const fitted = new Map<number, KnownResponse>();
function knownOf(days = 120): KnownResponse {
  const known = fitted.get(days) ?? knownResponse(onePaysOneIsStill(days));
  fitted.set(days, known);
  return known;
}
const asked = { change: [], limit: [] };
const by = (advice: Advice, name: string) => advice.channels.find(({ channel }) => channel === name);

describe('a budget', () => {
  test('is moved to what pays, within its limits; what never moved stays, with the reason', () => {
    const advice = adviceOrRefusal(knownOf(), {
      ...asked,
      limit: [{ channel: 'Display', min: 20, max: 100 }],
      change: [{ channel: 'Display', part: 0 }],
    });
    const [search, display, social] = ['Paid Search', 'Display', 'Paid Social'].map((name) => by(advice, name));
    expect(search?.advised).toBeCloseTo(150, 0);
    expect(display?.advised).toBeCloseTo(50, 0);
    expect(advice.plan?.total).toBeCloseTo(200, 6);
    expect([social?.advised, social?.refusal?.kind]).toEqual([null, 'little_learnt']);
    // What is not spent on Display is saved, but for the little that it brings.
    expect(advice.whatIf?.gain.high).toBeGreaterThan(80);
    expect(advice.whatIf?.gain.high).toBeLessThanOrEqual(100);
    const words = adviceReport(advice);
    expect(words).toContain('What if Display -100 %:');
    expect(words).toContain('Paid Social: its spend changed too little');
    expect(words).toMatch(/Paid Social .* as it is/u);
    expect(words).toContain('Next euro brings: below 1.00, a euro more costs more than it brings.');
    // Whoever gave a total reads that it was not divided.
    const { plan: _, ...withoutPlan } = advice;
    const undivided = adviceReport(withoutPlan).replaceAll(/\s+/g, ' ');
    expect(undivided).toContain('Nothing is advised, and no total is divided: fewer than two channels');
  });

  test('of a channel of which nothing is known, a change is told as what is believed', () => {
    const advice = adviceOrRefusal(knownOf(), {
      change: [
        { channel: 'Paid Social', part: 1.2 },
        { channel: 'Paid Search', part: 1.2 },
      ],
    });
    expect(advice.believed).toEqual(['Paid Social']);
    expect(adviceReport(advice).replaceAll(/\s+/g, ' ')).toContain(
      'Paid Social: what a change brings is mostly what is believed of such channels',
    );
  });

  test('of orders without a cost of goods the margin is taken for that of the others, which is told; of half of them nothing is advised', () => {
    const advice = adviceOrRefusal(knownOf());
    const told = (covered: number) => adviceReport(advice, covered).replaceAll(/\s+/g, ' ');
    expect(told(0.805)).toContain('known of 80 % of the revenue: the margin of the rest is taken for that of these.');
    expect(told(1)).not.toContain('cost of goods');
    expect(() => adviceOrRefusal(knownResponse({ ...onePaysOneIsStill(), covered: 0.499 }))).toThrow(
      /^The cost of goods is known of 49 % of the revenue, and of 50 % it must be/u,
    );
  });

  const more = { channel: 'Display', part: 1.2 };
  const limit = { channel: 'Display', min: 1, max: 2 };
  test.each<[string, Asked, Readonly<Record<string, number>>, string]>([
    ['two changes of one channel', { change: [more, { ...more, part: 0.8 }] }, {}, 'more than one change of Display'],
    ['two limits of one channel', { limit: [limit, limit] }, {}, 'more than one limit of Display'],
    ['a change of nothing', { change: [more] }, { Display: 0 }, 'Display had no spend in the last four weeks'],
  ])('%s is refused in words', (_, asks, today, words) => {
    const known = knownOf();
    const channels = known.channels.map((one) => ({ ...one, today: today[one.channel] ?? one.today }));
    expect(() => adviceOrRefusal({ ...known, channels }, asks)).toThrow(words);
  });

  test('that cannot be divided is refused in words', () => {
    expect(() => adviceOrRefusal(knownOf(50), asked)).toThrow('50 days are too few: 56 at least are needed');
    expect(() => adviceOrRefusal(knownOf(60), { ...asked, change: [{ channel: 'Radio', part: 2 }] })).toThrow(
      "No advertising channel “Radio” has spend in the lake: Paid Search, Display, Paid Social. Influencers' " +
        'fees are contracts, and no budget of a day.',
    );
    expect(() => adviceOrRefusal(knownOf(60), { ...asked, limit: [{ channel: 'Display', min: 80, max: 20 }] })).toThrow(
      'The limits of Display are crossed: its least, 80 EUR, is above its most, 20 EUR.',
    );
    expect(() => adviceOrRefusal(knownOf(60), { ...asked, total: 1000 })).toThrow(
      /does not fit the limits of the channels/u,
    );
  });

  test.each([
    ['ten times as much', { change: [{ channel: 'Display', part: 10 }] }, ['Display']],
    ['none at all', { change: [{ channel: 'Display', part: 0 }] }, ['Display']],
    ['half as much again', { change: [{ channel: 'Display', part: 1.5 }] }, []],
    ['limits that are wide', { limit: [{ channel: 'Paid Search', min: 0, max: 200 }], total: 250 }, ['Paid Search']],
    ['nothing', {}, []],
  ])('of %s says where nothing was ever seen', (_, asks, guessed) => {
    const advice = adviceOrRefusal(knownOf(), asks);
    expect(advice.guessed).toEqual(guessed);
    const told = adviceReport(advice).replaceAll(/\s+/gu, ' ');
    expect(told.includes("so far from today's spend")).toBe(guessed.length > 0);
  });
});
