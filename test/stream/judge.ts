/** Judges many schedules at once: each by what landed, all of them by what one transform makes of it. */
import { dirname } from 'node:path';
import { expect } from '@jest/globals';
import type { Engine } from '../../lambdas/shared/duckdb.ts';
import { smallLake } from '../small-lake.ts';
import { expectAllLanded } from './oracle.ts';
import { run } from './run.ts';
import type { Schedule } from './schedule.ts';

/** What happened in the runs: schedules in which nothing happens would prove nothing. */
export interface Seen {
  runs: number;
  deaths: number;
  calls: number;
  events: number;
  givenUp: number;
  damaged: number;
}

export const nothingSeen = (): Seen => ({ runs: 0, deaths: 0, calls: 0, events: 0, givenUp: 0, damaged: 0 });

/** Runs the schedules, each with a machine of its own, then the embedded transform over what landed of them all. */
export async function expectAllBuilt(engine: Engine, schedules: readonly Schedule[], seen = nothingSeen()): Promise<void> {
  const small = await smallLake(engine);
  try {
    const ids: string[] = [];
    /** Raw objects of all runs, put together as gzip allows where they say the same about themselves: each was judged alone. */
    const objects = new Map<string, { bodies: Buffer[]; rows: number; metadata: Record<string, string> }>();
    let [lines, unclean] = [0, 0];
    for (const [i, planned] of schedules.entries()) {
      const ran = await run(planned, i * 10_000);
      const raw = await expectAllLanded(ran, planned);
      ids.push(...raw.ids);
      lines += raw.lines.length;
      unclean += raw.unclean;
      for await (const { key } of ran.lake.list('raw/web/events/')) {
        const { rows, ...metadata } = (await ran.lake.head(key))?.metadata ?? {};
        const place = `${dirname(key)}/${Object.values(metadata).join('-')}.jsonl.gz`;
        const object = objects.get(place) ?? { bodies: [], rows: 0, metadata };
        object.bodies.push(await ran.lake.get(key));
        object.rows += Number(rows);
        objects.set(place, object);
      }
      seen.runs++;
      seen.deaths += ran.deaths;
      seen.calls += ran.calls;
      seen.events += ran.acknowledged.length;
      seen.givenUp += ran.givenUp;
      seen.damaged += ran.damage.length > 0 ? 1 : 0;
    }
    for (const [key, { bodies, rows, metadata }] of objects) await small.lake.put(key, Buffer.concat(bodies), { metadata: { ...metadata, rows: String(rows) } });
    const { built } = await small.transform('web_events');
    const sum = (count: (one: (typeof built)[number]) => number) => built.reduce((total, one) => total + count(one), 0);
    expect({ in: sum((one) => one.rowsIn), out: sum((one) => one.rowsOut), rejected: sum((one) => one.rejected), duplicates: sum((one) => one.duplicates) })
      .toEqual({ in: lines, out: ids.length, rejected: unclean, duplicates: lines - ids.length - unclean });
    const rows = await small.rows('web_events');
    expect(rows.map((row) => String(row['event_id'])).toSorted()).toEqual(ids.toSorted());
    expect(rows.filter((row) => String(row['client_at']).slice(0, 10) !== row['dt'])).toEqual([]);
  } finally {
    await small.dispose();
  }
}
