import { expect, test } from '@jest/globals';
import { addDays, type Day } from '../../shared/days.ts';
import { designExperiment, type Design } from './design.ts';
import { unknownArea, type PanelRow } from './panel.ts';
import { readExperiment, type ChannelDay } from './reading.ts';
import { world } from './worlds.samples.ts';

const firstDay = '2026-01-05';
const day = (n: number): Day => addDays(firstDay, n);

/** Orders of a simulated world as rows of a lake, each order of 50 EUR and 20 EUR of margin. */
function rowsOf(seed: number, lift: number): { rows: PanelRow[]; heldOut: string[] } {
  const { panel, heldOut } = world(seed, { lift });
  const rows = panel.series.flatMap(({ area, sums }) =>
    [...sums].map((orders, n) => ({
      area,
      day: day(n),
      orders,
      revenue: 50 * orders,
      revenueSquares: 2500 * orders,
      margin: 20 * orders,
      marginSquares: 400 * orders,
    })),
  );
  return { rows, heldOut: [...heldOut] };
}
/** 100 EUR and 8 credited orders a day. */
const channel = Array.from({ length: 84 }, (_, n): ChannelDay => ({ day: day(n), spend: 100, attributed: 8 }));

/** The lake ends with the experiment. */
const later = expect.stringMatching(
  /^Of the 21 days after it 0 are counted.* Read it again after 2026-04-19/,
) as unknown;

test('what is read of an experiment hangs together: money, spend withheld, return and share of the credits', () => {
  const { rows, heldOut } = rowsOf(1, 0.2);
  const question = { from: day(56), to: day(83), areas: heldOut };
  const read = readExperiment(question, { rows, channel, firstDay });
  const { orders, revenue, margin } = read.losses;
  expect(read.before).toEqual({ from: day(0), to: day(55), days: 56 });
  expect(orders.low).toBeGreaterThan(0);
  expect(revenue.value).toBeCloseTo(50 * (orders.value ?? 0), 6);
  expect(margin.value).toBeCloseTo(20 * (orders.value ?? 0), 6);
  const sumOf = (isIn: (row: PanelRow) => boolean) => rows.filter(isIn).reduce((sum, row) => sum + row.orders, 0);
  const isHeldOut = ({ area }: PanelRow) => heldOut.includes(area);
  const [held, others] = [true, false].map((which) =>
    sumOf((row) => isHeldOut(row) === which && row.day < question.from),
  );
  expect(read.withheldSpend).toBeCloseTo((2800 * (held ?? 0)) / (others ?? 1), 6);
  expect(read.iroas.value).toBeCloseTo((revenue.value ?? 0) / (read.withheldSpend ?? NaN), 9);
  const ran = sumOf((row) => !isHeldOut(row) && row.day >= question.from);
  expect(read.incrementality.value).toBeCloseTo((orders.share.value ?? 0) / ((28 * 8) / ran), 9);
  // Share and count are one thing: lost ÷ (there + lost).
  const there = sumOf((row) => isHeldOut(row) && row.day >= question.from);
  expect(orders.share.value).toBeCloseTo((orders.value ?? 0) / (there + (orders.value ?? 0)), 9);
  expect(read).toMatchObject({
    preTrend: 'alike',
    until: day(83),
    remarks: [later],
    placebosInTime: { stretches: 1, seen: 0 },
  });
});

test('where nothing was lost, it says that nothing can be told, and how much is ruled out', () => {
  const { rows, heldOut } = rowsOf(2, 0);
  const read = readExperiment({ from: day(56), to: day(83), areas: heldOut }, { rows, channel, firstDay });
  expect(read.remarks).toEqual([
    later,
    expect.stringMatching(/^No loss can be told from chance; one of more than [\d.]+ % of the orders is ruled out/),
  ]);
});

test('too few days before, and no credits: it says so, and gives no figure', () => {
  const { rows, heldOut } = rowsOf(3, 0.2);
  const question = { from: day(56), to: day(83), areas: heldOut };
  const short = readExperiment(question, {
    rows: rows.filter((row) => row.day >= day(40)),
    channel,
    firstDay: day(40),
  });
  expect(short.losses.orders).toMatchObject({ value: null, remark: expect.stringContaining('has 16 days') as unknown });
  expect([short.iroas.value, short.incrementality.value]).toEqual([null, null]);
  expect(readExperiment(question, { rows, channel: [], firstDay })).toMatchObject({
    withheldSpend: null,
    iroas: { value: null, remark: 'No spend is known of these days.' },
    incrementality: { value: null, remark: expect.stringContaining('no order where it ran') as unknown },
  });
});

test('where all areas are held out, nothing tells what was not spent in them', () => {
  const { rows } = rowsOf(3, 0.2);
  const areas = [...new Set(rows.map(({ area }) => area))];
  const read = readExperiment({ from: day(56), to: day(83), areas }, { rows, channel, firstDay });
  expect(read).toMatchObject({ withheldSpend: null, iroas: { value: null } });
});

test('areas that moved apart before are told', () => {
  const { rows, heldOut } = rowsOf(4, 0);
  const apart = rows.map((row) =>
    heldOut.includes(row.area) && row.day >= day(28) ? { ...row, orders: Math.round(row.orders / 2) } : row,
  );
  const read = readExperiment({ from: day(56), to: day(83), areas: heldOut }, { rows: apart, channel, firstDay });
  expect(read.preTrend).toBe('apart');
  expect(read.remarks.join(' ')).toContain('moved apart from the others before');
});

/** The same world, in which the held-out areas have only a part of their orders on some days. */
const lessOn = (rows: readonly PanelRow[], heldOut: readonly string[], [from, to]: readonly [Day, Day], part: number) =>
  rows.map((row) =>
    heldOut.includes(row.area) && row.day >= from && row.day <= to
      ? { ...row, orders: Math.round(row.orders * part) }
      : row,
  );

test('days before on which something else was withheld in its areas tell nothing', () => {
  const { rows, heldOut } = rowsOf(5, 0.2);
  const question = { from: day(56), to: day(83), areas: heldOut };
  const before = [day(10), day(27)] as const;
  const without = new Set(Array.from({ length: 18 }, (_, n) => day(10 + n)));
  const other = lessOn(rows, heldOut, before, 0.5);
  const shareOf = (asked: readonly PanelRow[], clear?: ReadonlySet<Day>) =>
    readExperiment(clear ? { ...question, without: clear } : question, { rows: asked, channel, firstDay });
  const [clear, mended, wrong] = [shareOf(rows, without), shareOf(other, without), shareOf(other)];
  expect(mended.losses.orders).toEqual(clear.losses.orders);
  expect(mended.before).toEqual({ from: day(0), to: day(55), days: 38 });
  expect(mended.preTrend).toBe('alike');
  // Read against days on which half was missing, the loss is hidden.
  expect(wrong.losses.orders.high ?? 0).toBeLessThan(clear.losses.orders.value ?? 0);
});

test('where something else was missing on all days before, there is no figure, and why', () => {
  const { rows, heldOut } = rowsOf(5, 0.2);
  const without = new Set(Array.from({ length: 56 }, (_, n) => day(n)));
  const question = { from: day(56), to: day(83), areas: heldOut, without };
  const read = readExperiment(question, { rows, channel, firstDay });
  expect(read.losses.orders).toMatchObject({
    value: null,
    remark: expect.stringContaining('has 0 days before the experiment on which nothing else was missing') as unknown,
  });
  expect(read).toMatchObject({ before: { days: 0 }, preTrend: 'unknown', incrementality: { value: null } });
  expect(read.second?.value ?? null).toBeNull();
});

test('buyers that are missing after it are of its loss, and its credits are those of its own days', () => {
  const { rows, heldOut } = rowsOf(6, 0);
  const question = { from: day(35), to: day(62), areas: heldOut };
  const held = (from: number, to: number) =>
    rows
      .filter((row) => heldOut.includes(row.area) && row.day >= day(from) && row.day <= day(to))
      .reduce((sum, { orders }) => sum + orders, 0);
  // A fifth is missing from a week after its beginning to a week after its end.
  const late = lessOn(rows, heldOut, [day(42), day(69)], 0.8);
  const [short, whole] = [undefined, day(83)].map((until) =>
    readExperiment(until ? { ...question, until } : question, { rows: late, channel, firstDay }),
  );
  const planted = 0.2 * held(42, 69);
  expect(Math.abs((whole?.losses.orders.value ?? 0) - planted)).toBeLessThan(0.35 * planted);
  expect(short?.losses.orders.value ?? 0).toBeLessThan(whole?.losses.orders.value ?? 0);
  expect(whole).toMatchObject({ until: day(83), withheldSpend: short?.withheldSpend });
  // Of 28 days' credits in 49 days' orders: the share lost is of more days than the share credited.
  const ran = (to: number) =>
    rows
      .filter((row) => !heldOut.includes(row.area) && row.day >= day(35) && row.day <= day(to))
      .reduce((sum, { orders }) => sum + orders, 0);
  expect(whole?.incrementality.value).toBeCloseTo((whole?.losses.orders.share.value ?? 0) / ((28 * 8) / ran(83)), 9);
});

const plan = (seed: number, over: object = {}) =>
  designExperiment(rowsOf(seed, 0).rows, channel, { weeks: 3, power: 0.8, firstDay, lastDay: day(83), ...over });
const designed = (one: ReturnType<typeof plan>): Design => {
  if ('unknown' in one) throw new Error(one.unknown);
  return one;
};

test('a plan is the same each time, its losses can be seen, and it says what it withholds', () => {
  const design = designed(plan(5));
  expect(designed(plan(5))).toEqual(design);
  expect(design.candidates.map(({ share }) => Math.round(10 * share))).toEqual([1, 2, 3]);
  for (const { areas, share, detectable, falseAlarms, withheldSpend, ordersAtRisk } of design.candidates) {
    expect(areas.length).toBeGreaterThan(0);
    expect(detectable).toBeGreaterThan(0.02);
    expect(detectable).toBeLessThan(0.5);
    expect(falseAlarms).toBeLessThan(0.35);
    expect(withheldSpend).toBeCloseTo(2100 * share, 6);
    expect(ordersAtRisk).toBeCloseTo(21 * 8 * share, 6);
  }
  // Who wants to see it more often must take a larger effect.
  const [sure, usual] = [designed(plan(5, { power: 0.95 })), design].map(
    ({ candidates }) => candidates[1]?.detectable ?? 0,
  );
  expect(sure).toBeGreaterThanOrEqual(usual ?? 1);
});

test('a past that is too short plans nothing, and says how many days are needed', () => {
  expect(plan(6, { weeks: 8 })).toEqual({
    unknown: expect.stringMatching(/has 84 days of orders, and 112 are needed/) as unknown,
  });
});

test('orders of which no area is known are in no plan: nothing can be withheld from them', () => {
  const { rows } = rowsOf(3, 0);
  const named = rows.map((row) => (row.area === rows[0]?.area ? { ...row, area: unknownArea } : row));
  const design = designExperiment(named, channel, { weeks: 4, power: 0.8, firstDay, lastDay: day(83) });
  if ('unknown' in design) throw new Error(design.unknown);
  expect(design.candidates.length).toBeGreaterThan(0);
  expect(design.candidates.flatMap(({ areas }) => areas)).not.toContain(unknownArea);
});

test('a pause in which the channel went on tells nothing of what it causes', () => {
  const { rows } = rowsOf(1, 0);
  const pause = { from: day(63), to: day(69), areas: undefined };
  const spends = (inPause: number) =>
    channel.map((one) => (one.day >= pause.from && one.day <= pause.to ? { ...one, spend: inPause } : one));
  const read = (inPause: number) => readExperiment(pause, { rows, channel: spends(inPause), firstDay });
  expect(read(60).incrementality).toEqual({
    value: null,
    low: null,
    high: null,
    remark:
      'It was not withheld: it cost 420 EUR from 2026-03-09 to 2026-03-15, and 700 EUR on as many days just ' +
      'before. Are the days of the experiment right?',
  });
  expect(read(60).remarks).toContain(read(60).incrementality.remark);
  // A few clicks are charged late.
  expect(read(5).incrementality.value).not.toBeNull();
  expect(read(0).remarks.join(' ')).not.toContain('not withheld');
});

test('a channel that went on in the held-out regions tells nothing of what it causes', () => {
  const { rows, heldOut } = rowsOf(1, 0);
  const question = { from: day(56), to: day(83), areas: heldOut };
  // Two credited orders a day there before; with a quarter elsewhere meanwhile 14 would be usual, not 56.
  const credited = (during: number, elsewhere = 8) =>
    channel.map((one) =>
      one.day >= question.from
        ? { ...one, attributed: elsewhere, attributedThere: during }
        : { ...one, attributedThere: 2 },
    );
  const read = (during: number, elsewhere?: number) =>
    readExperiment(question, { rows, channel: credited(during, elsewhere), firstDay });
  expect(read(1.9).incrementality).toEqual({
    value: null,
    low: null,
    high: null,
    remark:
      'It was not withheld: attribution credits it with 53 orders of the held-out areas from 2026-03-02 to ' +
      '2026-03-29, where 56 would have been usual. Were the ads off there, and are the days and the areas ' +
      'right?',
  });
  expect(read(1.9).remarks[0]).toBe(read(1.9).incrementality.remark);
  expect(read(1.9).iroas).toEqual(read(1.9).incrementality);
  expect(read(1.2).incrementality.value).not.toBeNull();
  expect(read(1.2).remarks[0]).toMatch(/^It may not have been withheld on all days or in all areas: .* 34 orders/u);
  // Who had clicked before still buys; and of few orders nothing can be said.
  expect(read(0.5).remarks).not.toContainEqual(expect.stringContaining('withheld on all days'));
  expect(read(1.9, 2).remarks).not.toContainEqual(expect.stringContaining('not withheld'));
});
