import { expect, test } from '@jest/globals';
import type { AnswerValue, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { addDays } from '../lambdas/shared/days.ts';
import { parseExperiments, whatWasWithheld, type Experiment } from '../lambdas/shared/shop/experiments.ts';
import { readOne, readStudyOne } from './read-experiments.ts';
import { readingText, studyText, withheld } from './experiment-report.ts';
import { oldExperiments, unreadExperiments } from './what-to-know.ts';

/** Thirty orders a day in each of six areas, for sixty days from 2026-01-01. */
const rows = Array.from({ length: 360 }, (_, n): AnswerValue[] => [
  `1${n % 6}`,
  new Date(Date.UTC(2026, 0, 1 + Math.floor(n / 6))).toISOString().slice(0, 10),
  30,
  1500,
  75_000,
  600,
  12_000,
]);
const asked: string[] = [];
const warehouse: Pick<Warehouse, 'query'> = {
  query: (sql) => {
    asked.push(sql);
    return Promise.resolve({ columns: [], rows: sql.includes('net_revenue_eur') ? rows : [['2026-02-20', 10, 4]] });
  },
};
const experiment = (over: object): Experiment => {
  const one = { id: 'd1', channel: 'Display', from: '2026-02-10', to: '2026-03-01', held_out: { regions: ['13'] } };
  const [parsed] = parseExperiments(JSON.stringify({ experiments: [{ ...one, ...over }] }));
  if (parsed === undefined) throw new Error('no experiment');
  return parsed;
};

test.each([
  [
    'is not over',
    { to: '2026-03-02' },
    /d1 ends on 2026-03-02, and the lake has orders until 2026-03-01: read it after its end/,
  ],
  ['began before the lake', { from: '2026-01-01' }, /begins on 2026-01-01, and the lake has orders from 2026-01-01 on/],
  [
    'is where no order went',
    { held_out: { regions: ['13', '75', 'BE'] } },
    /holds out 75, BE, where no order ever went/,
  ],
])('an experiment that %s is refused in words', async (_, over, words) => {
  await expect(readOne(warehouse, experiment(over))).rejects.toThrow(words);
});

test('an experiment is read against the areas that were not held out, and their credits alone', async () => {
  const read = await readOne(warehouse, experiment({ campaign: "l'été" }));
  expect(read.losses.orders.value).toBeCloseTo(0, 9);
  expect(asked.at(-1)).toContain("CASE WHEN coalesce(o.shipping_area, '') IN ('13') THEN 0E0 ELSE a.credit END");
  expect(asked.at(-1)).toContain("lower(a.campaign) = lower('l''été')");
});

const other = (over: object) => experiment({ id: 'other', channel: 'Email', ...over });

test.each<[string, object, object, RegExp]>([
  ['in the same areas at the same time', {}, {}, /^d1 cannot be read: other \(Email\) withheld something in its areas/],
  ['everywhere, and one in some areas', { held_out: { everywhere: true } }, {}, /^d1 cannot be read: other \(Email\)/],
])('of two experiments %s neither can be told', async (_, over, more, words) => {
  await expect(readOne(warehouse, experiment(over), [other(more)])).rejects.toThrow(words);
});

test('areas that two experiments share are left out of either', async () => {
  const read = await readOne(warehouse, experiment({ held_out: { regions: ['13', '14'] } }), [other({})]);
  expect(read.remarks).toContain('Left out, since other (Email) withheld something there too: 13.');
  expect(asked.at(-1)).toMatch(
    /IN \('13', '14'\) THEN 0E0 ELSE a\.credit END,\s+CASE WHEN .* IN \('14'\) THEN a\.credit ELSE 0E0 END/u,
  );
});

test('days of an earlier experiment in the same areas are none to be held against', async () => {
  const read = await readOne(warehouse, experiment({}), [other({ from: '2026-01-02', to: '2026-01-05' })]);
  expect(read.before).toEqual({ from: '2026-01-01', to: '2026-02-09', days: 15 });
  expect(read.remarks[0]).toBe(
    'Not held against it: the days on which other (Email) withheld something in its areas, and the 21 after them.',
  );
  const elsewhere = other({ from: '2026-01-02', to: '2026-01-05', held_out: { everywhere: true } });
  expect((await readOne(warehouse, experiment({}), [elsewhere])).before.days).toBe(40);
});

test('an experiment that ends today is not read, whatever day an order of the future has', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const until = {
    query: () => Promise.resolve({ columns: [], rows: rows.map((row) => row.with(1, addDays(today, 1))) }),
  };
  await expect(readOne(until, experiment({ to: today }))).rejects.toThrow(/read it after its end/);
});

test('orders of which no cost of goods is known are told: the margin lost lacks them', async () => {
  const unknown = {
    query: (sql: string) =>
      warehouse
        .query(sql)
        .then((answer) => ({ ...answer, rows: answer.rows.map((row, n) => [...row, n === 0 ? 3 : 0]) })),
  };
  expect((await readOne(unknown, experiment({}))).remarks.at(-1)).toBe(
    "The margin lost is too small: of 3 of the lake's orders no cost of goods is known.",
  );
  // Of a margin that is not told nothing is said.
  const early = experiment({ from: '2026-01-05', to: '2026-02-20' });
  expect((await readOne(unknown, early)).remarks.join(' ')).not.toContain('The margin lost');
});

test('no order, no reading', async () => {
  const empty = { query: () => Promise.resolve({ columns: [], rows: [] }) };
  await expect(readOne(empty, experiment({}))).rejects.toThrow('The lake has no order yet: run "sillage run" first.');
});

test('an experiment that is over and not read, or read too early, is told, with the command', () => {
  const result = {
    incrementality: 0.1,
    low: 0,
    high: 0.2,
    attribution_model: 'linear',
    lookback_days: 30,
    method: 'm',
    read_on: '2026-03-02',
  };
  const ours = { ...result, method: 'difference in differences' };
  const all = [
    experiment({}),
    experiment({ id: 'study', result }),
    experiment({ id: 'early', result: ours }),
    experiment({ id: 'late', result: { ...ours, read_on: '2026-03-23' } }),
    experiment({ id: 'short', result: { ...ours, read_on: '2026-05-01', until: '2026-03-10' } }),
    experiment({ id: 'runs', to: '2026-03-22' }),
    experiment({ id: 'refused', no_result: 'begins before the first order' }),
  ];
  const unread =
    'The experiment d1 on Display ended on 2026-03-01 and is not read: sillage experiment read d1 --record ' +
    '--lake x. If that is refused for good, say why in experiments.json: "no_result": "…".';
  expect(unreadExperiments(all, '2026-03-22', ' --lake x')).toEqual([unread]);
  expect(unreadExperiments(all.slice(0, 5), '2026-03-23', ' --lake x')).toEqual([
    unread,
    'The experiment early on Display was read on 2026-03-02: who bought less until 2026-03-22 is missing from ' +
      'it. Read it again: sillage experiment read early --record --lake x',
    'The experiment short on Display was read on 2026-05-01 with orders until 2026-03-10: who bought less ' +
      'until 2026-03-22 is missing from it. Read it again: sillage experiment read short --record --lake x',
  ]);
});

test('the last day of an experiment is over when it is over in the shop', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const until = (over: number) => ({
    query: () => Promise.resolve({ columns: [], rows: rows.map((row) => row.with(1, addDays(today, over))) }),
  });
  // West of UTC its day goes on for hours.
  const yesterday = addDays(today, -1);
  const isOverThere = new Date().getUTCHours() >= 12;
  const read = readOne(until(0), experiment({ from: addDays(today, -9), to: yesterday }), [], 'Etc/GMT+12');
  await expect(read).rejects.toThrow(isOverThere ? /begins on/ : /read it after its end/);
});

const found = { incrementality: 0.5, low: 0.4, high: 0.6, attribution_model: 'linear', lookback_days: 30, method: 'study', read_on: '2024-05-01' }; // prettier-ignore

test('the result of an experiment that was corrected since it was read does not count, and is told', () => {
  const regions = { held_out: { regions: ['13', '2A'] } };
  const of = whatWasWithheld(experiment(regions));
  expect(of).toBe('Display, 2026-02-10 to 2026-03-01, 13 2A');
  const told = (more: object) =>
    unreadExperiments([experiment({ ...regions, result: { ...found, of }, ...more })], '2026-06-01', '');
  expect([told({}), told({ held_out: { regions: ['2a', '13', '13'] } })]).toEqual([[], []]);
  for (const more of [
    { to: '2026-03-08' },
    { channel: 'Paid Social' },
    { held_out: { everywhere: true } },
    { campaign: 'c' },
  ])
    expect(told(more)).toEqual([
      `The experiment d1 was changed after it was read (then: ${of}): its result counts no more. Read it ` +
        'again: sillage experiment read d1 --record',
    ]);
});

test('of a channel of which all experiments are old it is told, and what to do', () => {
  const now = new Date('2026-03-10T12:00:00Z');
  const old = experiment({ id: 'old', from: '2024-03-01', to: '2024-03-28', result: found });
  const older = experiment({ id: 'older', from: '2023-03-01', to: '2023-03-28', result: found });
  expect(oldExperiments([older, old], now)).toEqual([
    expect.stringMatching(/^What Display causes is taken from experiments, of which the newest, old, ended on 2024-03-28, more than a year ago/) as unknown, // prettier-ignore
  ]);
  const fresh = experiment({ id: 'fresh', from: '2026-01-05', to: '2026-02-01', result: found });
  expect(oldExperiments([old, fresh], now)).toEqual([]);
  expect(oldExperiments([experiment({ id: 'unread', from: '2024-03-01', to: '2024-03-28' })], now)).toEqual([]);
});

test('days after it that another experiment ends are not waited for', async () => {
  const one = experiment({ from: '2026-02-05', to: '2026-02-20' });
  const soon = other({ from: '2026-02-24', to: '2026-02-26' });
  const { until, remarks, isToCome } = await readOne(warehouse, one, [soon]);
  expect([until, remarks[0]]).toEqual([
    '2026-02-23',
    'Days after 2026-02-23 do not count, whenever it is read: other (Email) withheld something from the next day on.',
  ]);
  expect(remarks.join(' ')).not.toContain('Read it again');
  const alone = await readOne(warehouse, one);
  expect(alone.remarks.join(' ')).toContain('Read it again after 2026-03-13');
  // Only what the lake ends before is to come.
  expect([isToCome, alone.isToCome, alone.until]).toEqual([false, true, '2026-03-01']);
});

test('the first line of a reading fits a terminal, however many areas were held out', async () => {
  const many = experiment({ held_out: { regions: Array.from({ length: 40 }, (_, n) => String(n + 10)) } });
  expect(withheld(many)).toBe('Display withheld in 40 regions (10, 11, 12, 13, 14, 15…) from 2026-02-10 to 2026-03-01');
  const one = experiment({});
  expect(
    readingText(one, await readOne(warehouse, one))
      .split('\n')
      .slice(0, 2),
  ).toEqual(['d1: Display withheld in 13 from 2026-02-10 to 2026-03-01', 'Held against 2026-01-01 to 2026-02-09']);
});

const byPeople = {
  held_out: { people: 20 },
  study: { shown: { people: 8000, orders: 140 }, withheld: { people: 2000, orders: 20 } },
};
const studied: Pick<Warehouse, 'query'> = {
  query: (sql) =>
    sql.includes('credited AS') ? Promise.resolve({ columns: [], rows: [[40, 2000, 500]] }) : warehouse.query(sql),
};

test('a lift study by people is read from its counts and the credits of its days', async () => {
  const one = experiment(byPeople);
  const reading = await readStudyOne(studied, one, 'Europe/Paris');
  // 140 − 4 × 20 orders over 40, ± 1.96 √(140 + 16 × 20 − 40 × 1.5 × 0.5) ÷ 40; half as much again as 2,000 EUR for 500.
  expect([reading.incremental.value, reading.incrementality.value, reading.iroas.value]).toEqual([60, 1.5, 6]);
  expect(studyText(one, reading).split('\n').slice(0, 11)).toEqual([
    'd1: Display withheld from 20 % of the people from 2026-02-10 to 2026-03-01',
    'The platform drew by lot who was shown its ads, and counts orders until 2026-03-01',
    '',
    ' group     people  orders  orders a person',
    ' ─────────────────────────────────────────',
    ' shown      8,000     140           0.0175',
    ' withheld   2,000      20           0.0100',
    '',
    'Orders caused among those who were shown the ads: 60.00, 95 %: 17.96 to 102.04.',
    'As a share of all of their orders: 42.9 %, 95 %: 12.8 % to 72.9 %',
    'Attribution credits the channel with 40 orders. Incremental ÷ attributed orders: 1.50, 95 %: 0.48 to 2.52.',
  ]);
});

test('why a study is refused is told once', async () => {
  const one = experiment({ ...byPeople, study: { ...byPeople.study, shown: { people: 8000, orders: 39 } } });
  const text = studyText(one, await readStudyOne(studied, one));
  expect(text.split('the study counts 39 among all who could be shown its ads')).toHaveLength(2);
  expect(text).toContain('Incremental ÷ attributed orders: not known.');
  expect(text).toContain('(iROAS): not known.');
});

test('of a study without groups, what the platform reckons is shown', async () => {
  const one = experiment({
    ...byPeople,
    study: { incremental: 60, low: 20, high: 100, confidence: 80, until: '2026-03-01' },
  });
  const lines = studyText(one, await readStudyOne(studied, one)).split('\n');
  expect(lines.slice(2, 5)).toEqual([
    '',
    'Orders caused among those who were shown the ads: 60.00, 95 %: -1.17 to 121.17.',
    expect.stringMatching(/^Attribution credits the channel with 40 orders/u),
  ]);
  expect(whatWasWithheld(one)).toContain('20 % of the people, 60 orders, 80 %: 20 to 100 until 2026-03-01');
});

test.each<[string, object, RegExp]>([
  [
    'without its counts',
    { study: undefined },
    /withholds Display from 20 % of the people, and only the platform knows from whom: write .*"study": \{"shown"/u,
  ],
  [
    'that counts orders of days that are not there',
    { study: { ...byPeople.study, until: '2026-03-02' } },
    /d1 ends on 2026-03-02, and the lake has orders until 2026-03-01/u,
  ],
  [
    'that begins before the lake',
    { from: '2025-12-31' },
    /begins on 2025-12-31, and the lake has orders from 2026-01-01 on: it lacks days/u,
  ],
])('a lift study %s is refused in words', async (_, over, words) => {
  await expect(readStudyOne(studied, experiment({ ...byPeople, ...over }))).rejects.toThrow(words);
});

test('status tells of a lift study what to write down, when to read it, and that its counts have changed', () => {
  const told = (over: object, today = '2026-03-24') =>
    unreadExperiments([experiment({ ...byPeople, ...over })], today, '');
  expect(told({ study: undefined })).toEqual([expect.stringContaining('and is not read: write what the platform\'s study says into experiments.json ("study"), then: sillage experiment read d1 --record.')]); // prettier-ignore
  expect(told({})).toEqual([expect.stringMatching(/is not read: sillage experiment read d1 --record\./u)]);
  expect(told({ study: { ...byPeople.study, until: '2026-03-24' } })).toEqual([]);
  const of = whatWasWithheld(experiment(byPeople));
  expect(of).toBe(
    'Display, 2026-02-10 to 2026-03-01, 20 % of the people, 140 orders of 8000 and 20 of 2000 until 2026-03-01',
  );
  expect(told({ result: { ...found, of } })).toEqual([]);
  const more = { ...byPeople.study, withheld: { people: 2000, orders: 24 } };
  expect(told({ result: { ...found, of }, study: more })).toEqual([
    expect.stringContaining('was changed after it was read'),
  ]);
});
