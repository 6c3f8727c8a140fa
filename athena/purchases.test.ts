import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addDays, type Day } from '../lambdas/shared/days.ts';
import { openWorkshop, pick, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

let made = 0;
/** A purchase event, `v 2026-03-10 10:00 1001`: a visitor, when, and the order's number. */
function purchase(told: string, more: Row = {}): Row {
  const [visitor = '', day = '', time = '', number] = told.split(' ');
  made += 1;
  return {
    // Ids do not follow time.
    event_id: `e${String(999 - made).padStart(3, '0')}`,
    event_name: 'purchase',
    visitor_id: visitor,
    is_bot: false,
    page_path: '/merci',
    device: 'mobile',
    event_at: `${day} ${time}:00.000`,
    transaction_id: number ?? null,
    ...more,
  };
}

/** The purchases of all sessions of each day, by the models as the pipeline runs them. */
async function counted(events: readonly Row[]): Promise<Record<Day, number>> {
  const dayOf = (event: Row): Day => text(event, 'event_at').slice(0, 10);
  const days = [...new Set(events.map(dayOf))].toSorted();
  const made30 = new Map<Day, Row[]>();
  for (const day of days)
    made30.set(
      day,
      await workshop.model('purchases', day, { web_events: events.filter((event) => dayOf(event) === day) }),
    );
  const found: Record<Day, number> = {};
  for (const day of days) {
    const window =
      (from: number, to: number) =>
      (of: Day): boolean =>
        of >= addDays(day, from) && of <= addDays(day, to);
    const sessions = await workshop.model('sessions', day, {
      web_events: events.filter((event) => window(-1, 1)(dayOf(event))),
      purchases: [...made30].flatMap(([of, rows]) => (window(-30, 1)(of) ? rows : [])),
    });
    found[day] = sessions.reduce((sum, row) => sum + Number(row['purchases']), 0);
  }
  return found;
}

const cases: readonly {
  readonly name: string;
  readonly events: readonly Row[];
  readonly purchases: Record<Day, number>;
}[] = [
  {
    name: 'a page loaded again at once',
    events: [purchase('v 2026-03-10 10:00 1001'), purchase('v 2026-03-10 10:01 1001')],
    purchases: { '2026-03-10': 1 },
  },
  {
    name: 'in another session of the day',
    events: [purchase('v 2026-03-10 10:00 1001'), purchase('v 2026-03-10 18:00 1001')],
    purchases: { '2026-03-10': 1 },
  },
  {
    name: 'from the history, two days later',
    events: [purchase('v 2026-03-10 10:00 1001'), purchase('v 2026-03-12 10:00 1001')],
    purchases: { '2026-03-10': 1, '2026-03-12': 0 },
  },
  {
    name: 'thirty days later',
    events: [purchase('v 2026-03-10 10:00 1001'), purchase('v 2026-04-09 10:00 1001')],
    purchases: { '2026-03-10': 1, '2026-04-09': 0 },
  },
  {
    name: 'on another device',
    events: [purchase('v 2026-03-10 10:00 1001'), purchase('w 2026-03-11 10:00 1001')],
    purchases: { '2026-03-10': 1, '2026-03-11': 0 },
  },
  {
    name: 'over midnight',
    events: [purchase('v 2026-03-10 23:58 1001'), purchase('v 2026-03-11 00:05 1001')],
    purchases: { '2026-03-10': 1, '2026-03-11': 0 },
  },
  {
    name: 'two orders are two',
    events: [
      purchase('v 2026-03-10 10:00 1001'),
      purchase('v 2026-03-10 10:05 1002'),
      purchase('w 2026-03-12 10:05 1003'),
    ],
    purchases: { '2026-03-10': 2, '2026-03-12': 1 },
  },
  {
    name: 'a robot’s copy takes nothing away',
    events: [purchase('b 2026-03-10 09:00 1001', { is_bot: true }), purchase('v 2026-03-10 10:00 1001')],
    purchases: { '2026-03-10': 1 },
  },
  {
    name: 'one without a number is no order',
    events: [purchase('v 2026-03-10 10:00')],
    purchases: { '2026-03-10': 0 },
  },
];

test.each(cases)('$name', async ({ events, purchases }) => {
  expect(await counted(events)).toEqual(purchases);
});

test.each([
  ['b', 'a'],
  ['a', 'b'],
])('of events of one moment the lower id tells of an order, whichever is read first: %s, %s', async (...ids) => {
  const events = ids.map((event_id) => purchase(`v-${event_id} 2026-03-10 10:00 1001`, { event_id }));
  const told = await workshop.model('purchases', '2026-03-10', { web_events: events });
  expect(told.map((row) => [row['event_id'], row['visitor_id']])).toEqual([['a', 'v-a']]);
  // And so do sessions count it, where both were told on their days.
  const purchases = ids.map((event_id) => ({
    transaction_id: '1001',
    visitor_id: `v-${event_id}`,
    event_id,
    purchased_at: '2026-03-10 10:00:00.000',
  }));
  const sessions = await workshop.model('sessions', '2026-03-10', { web_events: events, purchases });
  expect(pick(sessions, 'visitor_id', 'purchases')).toEqual([
    ['v-a', 1],
    ['v-b', 0],
  ]);
});

test('the earlier event tells of an order, whatever its id; what is no purchase of a browser tells of none', async () => {
  const told = await workshop.model('purchases', '2026-03-10', {
    web_events: [
      purchase('v 2026-03-10 10:00 1001', { event_id: 'z' }),
      purchase('w 2026-03-10 11:00 1001', { event_id: 'a' }),
      purchase('v 2026-03-10 09:00 1001', { event_name: 'begin_checkout' }),
      purchase('v 2026-03-10 09:00 1001', { visitor_id: null }),
      purchase('v 2026-03-10 09:00 1001', { is_bot: true }),
      purchase('v 2026-03-10 09:00'),
    ],
  });
  expect(pick(told, 'transaction_id', 'visitor_id', 'event_id', 'purchased_at')).toEqual([
    ['1001', 'v', 'z', '2026-03-10 10:00:00.000'],
  ]);
});
