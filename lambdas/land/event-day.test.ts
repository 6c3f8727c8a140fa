import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isoDay } from '../generate/market/calendar.ts';
import { partitionOf } from '../generate/web/wire.ts';
import { openEngine, type Engine, type Session } from '../shared/duckdb.ts';
import { home } from '../shared/home.ts';
import { knowingNames } from '../transform/names.ts';
import { decode } from './decode.ts';
import { eventDay } from './event-day.ts';

const arrivedAt = new Date('2025-03-31T12:00:00Z');

/** The transform's own SELECT over lines of our own. */
let engine: Engine;
let session: Session;
beforeAll(async () => {
  engine = await openEngine({ threads: 2, memoryMb: 600, spill: join(tmpdir(), 'sillage-event-day') });
  session = knowingNames(await engine.connect());
  await session.run('CREATE TEMP TABLE lines (place INTEGER, line VARCHAR)');
  await session.run(
    "CREATE TEMP VIEW raw_web_events AS SELECT line AS _record, { 'file': place, 'day': NULL::DATE, " +
      "'is_single_day': false } AS _at FROM lines",
  );
});
afterAll(() => {
  session.close();
  engine.close();
});

/** `dt` of each line by `web_events.sql`. */
async function partitionsInSql(lines: readonly string[]): Promise<(string | null)[]> {
  await session.run('TRUNCATE lines');
  const appender = await session.connection.createAppender('lines');
  for (const [place, line] of lines.entries()) {
    appender.appendInteger(place);
    appender.appendVarchar(line);
    appender.endRow();
  }
  appender.closeSync();
  const select = readFileSync(new URL('lambdas/transform/web_events.sql', home), 'utf8');
  const rows = await session.rows(
    `SELECT _at.file AS place, CAST(dt AS VARCHAR) AS dt FROM (${select}) ORDER BY place`,
  );
  return rows.map(({ dt }) => (typeof dt === 'string' ? dt : null));
}

const dayMs = 86_400_000;
const received = Date.parse('2025-03-30T00:00:00Z');
const pad = (number: number, length = 2) => String(number).padStart(length, '0');

/** Times around all the limits: midnights, a day ahead, 35 days behind, the ends of what a shop can have lived. */
const time = fc.oneof(
  fc
    .integer({ min: -40, max: 4 })
    .chain((days) => fc.integer({ min: -2, max: 2 }).map((ms) => received + days * dayMs + ms)),
  fc.integer({ min: received - 50 * dayMs, max: received + 5 * dayMs }),
  fc.constantFrom(
    -1,
    0,
    1,
    Date.parse('2100-01-01T00:00:00Z') - 1,
    Date.parse('2100-01-01T00:00:00Z'),
    Date.parse('0020-01-01T00:00:00Z'),
  ),
);

/** The moment in an offset of its own and with as many digits. */
const written = fc
  .tuple(
    time,
    fc.integer({ min: -14 * 60, max: 14 * 60 + 59 }),
    fc.integer({ min: 0, max: 6 }),
    fc.constantFrom('T', 'T', 'T', ' ', 't'),
    fc.constantFrom('999', '000', '500'),
  )
  .map(([ms, offset, digits, separator, micros]) => {
    const local = new Date(ms + offset * 60_000).toISOString();
    const fraction = digits === 0 ? '' : `.${`${local.slice(20, 23)}${micros}`.slice(0, digits)}`;
    const zone =
      offset === 0
        ? 'Z'
        : `${offset < 0 ? '-' : '+'}${pad(Math.trunc(Math.abs(offset) / 60))}:${pad(Math.abs(offset) % 60)}`;
    return `${local.slice(0, 10)}${separator}${local.slice(11, 19)}${fraction}${zone}`;
  });

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  '',
  ' ',
  'yesterday',
  'infinity',
  'epoch',
  'now',
  1743292800000,
  true,
  {},
  [],
  '2025-03-29',
  '2025-03-29T10:00:00',
  '2025-3-9T10:00:00Z',
  '2025-02-30T10:00:00Z',
  '2025-02-29T10:00:00Z',
  '2025-03-29T24:00:00Z',
  '2025-03-29T23:59:60Z',
  '2025-03-29T23:60:00Z',
  '2025-13-01T00:00:00Z',
  '2025-00-01T00:00:00Z',
  '2025-03-00T00:00:00Z',
  '20255-03-29T10:00:00Z',
  '+002025-03-29T10:00:00Z',
  '-002025-03-29T10:00:00Z',
  '2025-03-29T10:00:00+15:00',
  '2025-03-29T10:00:00+0100',
  '2025-03-29T10:00:00+01',
  '2025-03-29T23:30:00-00:00',
  '2025-03-29T10:00:00 Europe/Paris',
  '2025-03-29T10:00:00Z ',
  ' 2025-03-29T10:00:00Z',
  '2025-03-29T10:00:00z',
  '٢٠٢٥-03-29T10:00:00Z',
  '2025-03-29T10:00:00.1234567Z',
  '0000-01-01T00:00:00Z',
  'Sat, 29 Mar 2025 10:00:00 GMT',
);
const value = fc.oneof({ weight: 3, arbitrary: written }, { weight: 2, arbitrary: odd });

/**
 * The line of an event: as JSON.stringify writes it, with a field twice, with names in other letters, or not as one
 * object.
 */
const line = fc
  .tuple(
    value,
    value,
    fc.constantFrom('plain', 'plain', 'plain', 'spaced', 'twice', 'twice escaped', 'case', 'surrogate', 'list', 'cut'),
    value,
  )
  .map(([own, at, form, other]) => {
    const event = { event_id: 'x', event_time: own, received_at: at };
    const text = JSON.stringify(event);
    switch (form) {
      case 'spaced':
        return JSON.stringify(event, undefined, 2);
      case 'twice':
        return text.replace(/^\{/, () => `{"event_time":${JSON.stringify(other ?? null)},`);
      case 'twice escaped':
        return text.replace(/^\{/, () => `{"event_t\\u0069me":${JSON.stringify(other ?? null)},`);
      case 'case':
        return JSON.stringify({ Event_Time: own, EVENT_TIME: other, received_at: at });
      case 'surrogate':
        return JSON.stringify({ ...event, page: { title: '\uD83D' } });
      case 'list':
        return `[${text}]`;
      case 'cut':
        return text.slice(0, -1);
      case 'plain':
        return text;
    }
  });

describe('the day on which an event lands', () => {
  test('is dt of web_events.sql, or dt is null, wherever it is said to be certain', async () => {
    let certain = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 2000, maxLength: 2000 }), async (lines) => {
        const decoded = lines.flatMap((text) => {
          const one = decode(Buffer.from(text), arrivedAt);
          return 'line' in one ? [one] : [];
        });
        const inSql = await partitionsInSql(decoded.map((one) => one.line));
        expect(inSql).toHaveLength(decoded.length);
        const wrong = decoded.flatMap(({ line: text, partition: { day, isCertain } }, i) =>
          isCertain && inSql[i] !== null && inSql[i] !== day ? [{ text, day, inSql: inSql[i] }] : [],
        );
        certain += decoded.filter((one) => one.partition.isCertain).length;
        expect(wrong.slice(0, 10)).toEqual([]);
        // What is wrong is listed whole: thousands of lines are not worth shrinking.
      }),
      { numRuns: 20, endOnFailure: true },
    );
    // A promise that is never made would always hold.
    expect(certain).toBeGreaterThan(3000);
  });

  test('is certain for what the collector stores, and is the generator’s partition', () => {
    fc.assert(
      fc.property(fc.integer({ min: -60 * dayMs, max: 5 * dayMs }), fc.integer({ min: 0, max: dayMs }), (ago, ms) => {
        const at = received + ms;
        const event = {
          event_time: new Date(at + ago).toISOString().replace('Z', '+00:00'),
          received_at: new Date(at).toISOString(),
        };
        expect(eventDay(event, arrivedAt)).toEqual({ day: isoDay(partitionOf(at + ago, at)), isCertain: true });
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    [
      'its own, of another day than it was received on',
      { event_time: '2025-03-29T23:30:00.000-02:00', received_at: '2025-03-29T23:00:00.000Z' },
      '2025-03-30',
      true,
    ],
    [
      'its own, 35 days old to the millisecond',
      { event_time: '2025-02-23T00:00:00.000Z', received_at: '2025-03-30T00:00:00.000Z' },
      '2025-02-23',
      true,
    ],
    [
      'of its reception, a millisecond older',
      { event_time: '2025-02-22T23:59:59.999Z', received_at: '2025-03-30T00:00:00.000Z' },
      '2025-03-30',
      true,
    ],
    [
      'its own, a day ahead to the millisecond',
      { event_time: '2025-03-31T00:00:00.000Z', received_at: '2025-03-30T00:00:00.000Z' },
      '2025-03-31',
      true,
    ],
    [
      'of its reception, a millisecond further',
      { event_time: '2025-03-31T00:00:00.001Z', received_at: '2025-03-30T00:00:00.000Z' },
      '2025-03-30',
      true,
    ],
    ['its own where no reception is told', { event_time: '2024-01-01T00:00:00Z' }, '2024-01-01', true],
    ['of its reception where it has no time', { received_at: '2025-03-30T00:00:00.000Z' }, '2025-03-30', true],
    ['of its arrival where it has neither', {}, '2025-03-31', true],
    [
      'of its reception, and the transform’s to find, where its time is written in another way',
      { event_time: '2025-03-29 10:00', received_at: '2025-03-30T00:00:00.000Z' },
      '2025-03-30',
      false,
    ],
  ])('is %s', (_, event, day, isCertain) => {
    expect(eventDay(event, arrivedAt)).toEqual({ day, isCertain });
  });
});
