import { dayAt } from '../shared/day-numbers.ts';
import type { Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { allImports } from './land.ts';

/** Feeds of which an export has but a part of the day on which it is made. */
const feeds = ['raw/crm/orders/', 'raw/web/events/'];

/**
 * The shop's day on which the newest export of orders or visits was made: where it is the last day of the lake, it was
 * not over, and a part of a day looks like a bad one. Undefined where none was imported.
 */
export async function exportedDay(lake: Lake, timeZone: string): Promise<Day | undefined> {
  const moments: string[] = [];
  for await (const { exported_at: at, parts } of allImports(lake))
    if (parts.some(({ documents }) => documents.some((key) => feeds.some((feed) => key.startsWith(feed)))))
      moments.push(at);
  const newest = moments.toSorted().at(-1);
  return newest === undefined ? undefined : dayAt(new Date(newest), timeZone);
}
