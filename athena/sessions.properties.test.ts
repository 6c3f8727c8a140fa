import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { addDays } from '../lambdas/shared/days.ts';
import { tableNamed } from '../lambdas/shared/schema/catalog.ts';
import { catalog, grouped, number, openWorkshop, pick, text, type Row, type Workshop } from './fixture.ts';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(() => workshop.close());

/** One event of a random visitor. */
interface Beat {
  readonly visitor: string;
  readonly id: string;
  readonly at: number;
  readonly source: string | null;
  readonly bot: boolean;
  readonly name: string;
  readonly order: string;
  /** From a payment page. */
  readonly back: boolean;
}

interface Plain {
  readonly visitor: string;
  readonly start: number;
  readonly end: number;
  readonly events: number;
  readonly source: string;
  readonly purchases: number;
}

const minute = 60_000;
const zero = Date.parse('2026-03-08T00:00:00Z');
const iso = (at: number): string => new Date(at).toISOString().replace('T', ' ').replace('Z', '');
const midnightOf = (at: number): number => at - (at % 86_400_000);

/** The sessions of a stream by one walk through each visitor's events: no windows, no days, no SQL. */
function sessionize(beats: readonly Beat[]): Plain[] {
  const visitors = grouped(
    beats.filter(({ bot }) => !bot),
    ({ visitor }) => visitor,
  );
  return [...visitors.values()].flatMap((all) => {
    const stream = all.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    const sessions: Beat[][] = [];
    let source: string | null = null;
    // Whether the visitor paused on the day of `previous`, midnight included; a day without any is filled.
    let previous: Beat | undefined;
    let idle = true;
    let filled = false;
    for (const beat of stream) {
      const patience = beat.back ? 240 * minute : 30 * minute;
      const newDay = previous === undefined || midnightOf(previous.at) !== midnightOf(beat.at);
      if (newDay) {
        filled = previous !== undefined && midnightOf(beat.at) - midnightOf(previous.at) === 86_400_000 && !idle;
        idle = beat.at - midnightOf(beat.at) > patience;
      } else if (previous !== undefined && beat.at - previous.at > patience) idle = true;
      const paused = previous === undefined || beat.at - previous.at > patience || (newDay && filled);
      if (paused) source = null;
      if (paused || (beat.source !== null && source !== null && beat.source !== source)) sessions.push([]);
      source = beat.source ?? source;
      sessions.at(-1)?.push(beat);
      previous = beat;
    }
    return sessions.map((session) => ({
      visitor: session[0]?.visitor ?? '',
      start: session[0]?.at ?? 0,
      end: session.at(-1)?.at ?? 0,
      events: session.length,
      source: session.find((beat) => beat.source !== null)?.source ?? '(direct)',
      purchases: new Set(session.filter(({ name }) => name === 'purchase').map(({ order }) => order)).size,
    }));
  });
}

const gap = fc.oneof(
  fc.constantFrom(0, 1, 30 * minute - 1, 30 * minute, 30 * minute + 1, 240 * minute, 240 * minute + 1),
  fc.integer({ min: 0, max: 40 * minute }),
  fc.integer({ min: 0, max: 20 * 60 * minute }),
);
const beat = fc.record({
  wait: gap,
  source: fc.option(fc.constantFrom('google', 'facebook', 'newsletter'), { freq: 2 }),
  bot: fc.integer({ min: 0, max: 20 }).map((n) => n === 0),
  name: fc.constantFrom('page_view', 'view_item', 'purchase'),
  order: fc.constantFrom('1', '2'),
  back: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
});
const stream = fc.record({
  from: fc.integer({ min: 0, max: 30 * 60 * minute }),
  beats: fc.array(beat, { minLength: 1, maxLength: 40 }),
});
/** Somebody, or something, that never pauses for longer than half an hour: for days. */
const restless = fc.record({
  from: fc.integer({ min: 0, max: 24 * 60 * minute }),
  beats: fc.array(
    fc.record({
      wait: fc.integer({ min: 15 * minute, max: 30 * minute }),
      source: fc.constant(null),
      bot: fc.constant(false),
      name: fc.constant('page_view'),
      order: fc.constant('1'),
      back: fc.constant(false),
    }),
    { minLength: 60, maxLength: 260 },
  ),
});
const world = fc
  .tuple(fc.array(stream, { minLength: 1, maxLength: 25 }), fc.array(restless, { maxLength: 2 }))
  .map(([some, few]) =>
    [...some, ...few].flatMap(({ from, beats }, v): Beat[] => {
      let at = zero + from;
      // Ids do not follow time.
      return beats.map(({ wait, ...rest }, n) => ({
        ...rest,
        visitor: `v${v}`,
        id: `${String((n * 7919) % 1000).padStart(3, '0')}-${v}-${n}`,
        at: (at += wait),
      }));
    }),
  );

const rowOf = ({ visitor, id, at, source, bot, name, order, back }: Beat): Row => ({
  event_id: id,
  event_name: name,
  visitor_id: visitor,
  is_bot: bot,
  is_return: back,
  page_path: '/',
  device: 'mobile',
  event_at: iso(at),
  transaction_id: name === 'purchase' ? order : null,
  source,
  channel: source === null ? null : 'Referral',
  medium: source === null ? null : 'referral',
});

/** Each day's slice, from what stands in its window of the schema. */
async function slices(beats: readonly Beat[]): Promise<Row[]> {
  const rows = beats.map(rowOf);
  const days = [...new Set(rows.map((row) => text(row, 'event_at').slice(0, 10)))];
  const { from, to } = tableNamed(catalog, 'sessions').reads.find(({ table }) => table === 'web_events') ?? {
    from: 0,
    to: 0,
  };
  const found = await Promise.all(
    days.map((of) =>
      workshop.model('sessions', of, {
        web_events: rows.filter(
          (row) => text(row, 'event_at') >= addDays(of, from) && text(row, 'event_at') < addDays(of, to + 1),
        ),
      }),
    ),
  );
  return found.flat();
}

describe('on random streams', () => {
  // Not made smaller: each try costs a second, and a limit of time would say how busy the machine is.
  const parameters = { numRuns: 8, seed: 20_260_310, endOnFailure: true };

  test('the slices together are what one walk through each visitor’s events finds', async () => {
    await fc.assert(
      fc.asyncProperty(world, async (beats) => {
        const found = await slices(beats);
        const expected = sessionize(beats);
        expect(pick(found, 'visitor_id', 'started_at', 'ended_at', 'events', 'source', 'purchases')).toEqual(
          pick(
            expected.map((s): Row => ({
              visitor_id: s.visitor,
              started_at: iso(s.start),
              ended_at: iso(s.end),
              events: s.events,
              source: s.source,
              purchases: s.purchases,
            })),
            'visitor_id',
            'started_at',
            'ended_at',
            'events',
            'source',
            'purchases',
          ),
        );
        // They partition the events: none lost at a midnight, none counted in two slices.
        expect(found.reduce((sum, row) => sum + number(row, 'events'), 0)).toBe(beats.filter(({ bot }) => !bot).length);
        expect(new Set(found.map((row) => row['session_id'])).size).toBe(found.length);
      }),
      parameters,
    );
  });

  test('the order of the rows does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.array(fc.nat(), { minLength: 10, maxLength: 97 }), async (beats, dice) => {
        const rows = beats.map(rowOf);
        const shuffled = rows
          .map((row, n) => ({ row, key: dice[n % dice.length] ?? 0 }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ row }) => row);
        const names = Object.keys((await workshop.model('sessions', '2026-03-09', { web_events: rows }))[0] ?? {});
        const [one, other] = await Promise.all(
          [rows, shuffled].map((web_events) => workshop.model('sessions', '2026-03-09', { web_events })),
        );
        expect(pick(one ?? [], ...names)).toEqual(pick(other ?? [], ...names));
      }),
      { ...parameters, numRuns: 4 },
    );
  });
});
