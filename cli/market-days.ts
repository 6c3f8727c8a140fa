import type { Source } from '../lambdas/generate/generate.ts';
import { worldOf } from '../lambdas/generate/market/world.ts';
import { addDays, type Day, type DayRange } from '../lambdas/shared/days.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';

/** A new market has as many days. */
const marketDays = 90;

/** The last whole day, UTC. */
export const yesterday = (): Day => addDays(new Date().toISOString().slice(0, 10), -1);

/** The days of a new market: it ends yesterday, so that "the last 28 days" have an answer. */
export const newMarket = (): DayRange => ({ from: addDays(yesterday(), 1 - marketDays), to: yesterday() });

/** What of a source tells which days were generated. Live events and orders of the demo shop have other names. */
const generated: Readonly<Record<Source, { readonly prefix: string; readonly day: RegExp }>> = {
  web: { prefix: 'raw/web/events/', day: /\/received-(?<day>\d{4}-\d{2}-\d{2})-part-/ },
  crm: { prefix: 'raw/crm/orders/', day: /\/dt=(?<day>\d{4}-\d{2}-\d{2})\/export\./ },
  advertising: { prefix: 'raw/advertising/meta_ads/', day: /\/pulled-(?<day>\d{4}-\d{2}-\d{2})\./ },
  influencers: { prefix: 'raw/influencers/', day: /\/export-(?<day>\d{4}-\d{2}-\d{2})\./ },
};

async function lastDay(lake: Lake, source: Source): Promise<Day | undefined> {
  const { prefix, day } = generated[source];
  let last: Day | undefined;
  for await (const key of lake.keys(prefix)) {
    const found = day.exec(key)?.groups?.['day'];
    if (found !== undefined && (last === undefined || found > last)) last = found;
  }
  return last;
}

/**
 * The days that bring sources of the lake's market up to yesterday: of a new market all of its days; of one that is
 * there, those after the last that each source has. A day that is generated again has the same bytes.
 */
export async function daysUntilYesterday(
  lake: Lake,
  sources: readonly Source[],
  opens: Day | undefined,
): Promise<DayRange> {
  const world = await worldOf(lake);
  if (world === undefined) return { ...newMarket(), ...(opens !== undefined && { from: opens }) };
  const next: Day[] = [];
  for (const source of sources) {
    const last = await lastDay(lake, source);
    next.push(last === undefined ? world.opens : addDays(last, 1));
  }
  return { from: next.toSorted()[0] ?? world.opens, to: yesterday() };
}

/** The last day of the lake's market; undefined where it holds none. */
export async function marketEnd(lake: Lake): Promise<Day | undefined> {
  return (await worldOf(lake)) === undefined ? undefined : lastDay(lake, 'crm');
}
