import { isDay, type Day } from '../shared/days.ts';
import { eventTimeFault } from '../shared/event-time.ts';

/** What `lived` in the transform's record.sql takes for a moment. */
const firstMs = Date.parse('1970-01-01T00:00:00Z');
const endMs = Date.parse('2100-01-01T00:00:00Z');

/**
 * The one way of writing a moment that every engine reads alike: SQL rounds microseconds, and 23:59:59.9995 falls on
 * the next day.
 */
const moment =
  /^(?<day>\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** Milliseconds; undefined where every reader finds no moment there; `unclear` where another one might. */
function read(value: unknown): number | 'unclear' | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' || !isDay(moment.exec(value)?.groups?.['day'] ?? '')) return 'unclear';
  const time = Date.parse(value);
  return time >= firstMs && time < endMs ? time : undefined;
}

/** The partition of an event. */
export interface EventDay {
  readonly day: Day;
  /** `dt` of `web_events.sql` is this day, or null: its object may promise `single-day`. */
  readonly isCertain: boolean;
}

const dayOf = (time: number): Day => new Date(time).toISOString().slice(0, 10);

/**
 * Where an event lands: on the UTC day of its own clock, as the generator's `partitionOf` and the `dt` of
 * `web_events.sql` have it, unless that is too far from `received_at` to be believed (`eventTimeFault`), whose day it
 * is then; where neither can be read, on the day of the record's arrival. A time written in another way than ISO 8601
 * with an offset is left to the transform, which looks into such objects.
 */
export function eventDay(event: Readonly<Record<string, unknown>>, arrivedAt: Date): EventDay {
  const own = read(event['event_time']);
  const received = read(event['received_at']);
  const isCertain = own !== 'unclear';
  if (typeof received !== 'number')
    return { day: dayOf(typeof own === 'number' ? own : arrivedAt.getTime()), isCertain };
  const isBelievable = typeof own === 'number' && eventTimeFault(own, received) === undefined;
  return { day: dayOf(isBelievable ? own : received), isCertain };
}
