import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { addDays } from '../lambdas/shared/days.ts';
import type { Finding } from './smoke-judges.ts';

/**
 * Test events of one smoke test: a page that no shop has tells them from others, and the bot that sends them keeps them
 * out of the marts.
 */
export interface TestEvents {
  /** Path of the page that they are all of: `/sillage-smoke/…`. */
  readonly path: string;
  /** UTC day of them all. */
  readonly day: string;
  readonly body: string;
  readonly count: number;
}

/** Who sends the test events: a bot, by its own words, so that no session and no figure of the shop counts it. */
export const testUserAgent = 'SillageSmokeTest/1.0 (bot)';

/** Makes the test events, as the tracker would send them from a page of the shop. */
export function testEvents(origin: string, now: Date, count = 20): TestEvents {
  const path = `/sillage-smoke/${now.toISOString().replaceAll(/[-:.]/gu, '')}`;
  const events = Array.from({ length: count }, () => ({
    event_id: randomUUID(),
    event_name: 'page_view',
    event_time: now.toISOString(),
    visitor_id: 'sillage-smoke-test',
    page: { url: `${origin}${path}`, title: 'Sillage smoke test' },
    consent: { analytics: true, ads: false },
  }));
  return { path, day: now.toISOString().slice(0, 10), body: JSON.stringify({ events }), count };
}

/** What a smoke test does with a deployment. */
export interface Deployment {
  /** Posts a body as a page of the shop does. */
  readonly post: (body: string) => Promise<{ readonly status: number; readonly body: string }>;
  readonly lake: Pick<Lake, 'list' | 'get'>;
  /** Starts an execution over everything, and waits for its end. @returns how it ended, and why */
  readonly execute: () => Promise<{ readonly status: string; readonly cause?: string }>;
  readonly warehouse: Pick<Warehouse, 'query'>;
}

/** How long the events may take to land, and between two looks, ms. */
export interface Patience {
  readonly longest: number;
  readonly between: number;
}

/** How many of the events have landed. A retry of the stream may land them twice, so their ids are counted. */
async function landed({ lake }: Deployment, { path, day }: TestEvents, read: Set<string>, ids: Set<string>) {
  for await (const { key } of lake.list(`raw/web/events/dt=${day}/`)) {
    if (read.has(key)) continue;
    const bytes = await lake.get(key);
    const lines = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8').split('\n');
    for (const line of lines) {
      const id = line.includes(path) ? /"event_id":"(?<id>[^"]+)"/u.exec(line)?.groups?.['id'] : undefined;
      if (id !== undefined) ids.add(id);
    }
    read.add(key);
  }
  return ids.size;
}

/** Objects that were there before are not looked into. */
async function keysBefore({ lake }: Deployment, { day }: TestEvents): Promise<Set<string>> {
  const found = new Set<string>();
  for await (const { key } of lake.list(`raw/web/events/dt=${day}/`)) found.add(key);
  return found;
}

/** One thing that a smoke test does. @returns what is wrong, and what to do; undefined where nothing is */
type Step = readonly [about: string, run: () => Promise<string | undefined>];

function stepsOf(deployed: Deployment, events: TestEvents, patience: Patience): readonly Step[] {
  const { path, day, count, body } = events;
  let before = new Set<string>();
  return [
    [
      `${count} events are taken by the collector`,
      async () => {
        before = await keysBefore(deployed, events);
        const answer = await deployed.post(body);
        if (answer.status === 200 && answer.body.includes(`"accepted":${count}`)) return undefined;
        return `It answered ${answer.status}: ${answer.body} Look at the log of collect.`;
      },
    ],
    [
      'they are landed in the lake',
      async () => {
        const until = performance.now() + patience.longest;
        const ids = new Set<string>();
        for (;;) {
          const found = await landed(deployed, events, before, ids);
          if (found === count) return undefined;
          if (performance.now() > until)
            return `${found} of ${count} are, after ${patience.longest / 1000} s. Look at the log of land.`;
          await sleep(patience.between);
        }
      },
    ],
    [
      'an execution over everything succeeds',
      async () => {
        const { status, cause } = await deployed.execute();
        if (status === 'SUCCEEDED') return undefined;
        return `It ended as ${status}: ${cause ?? 'no cause was told'} docs/operations.md, "Alarm: a run failed".`;
      },
    ],
    [
      'Athena finds them in curated web_events',
      async () => {
        // A day around, since what is of midnight may be of either.
        const days = `dt BETWEEN DATE '${addDays(day, -1)}' AND DATE '${addDays(day, 1)}'`;
        const sql =
          `SELECT count(DISTINCT event_id) AS found, count(*) AS kept FROM web_events WHERE ${days} AND ` +
          `page_path = '${path}' AND is_bot`;
        const { rows } = await deployed.warehouse.query(sql);
        const [found, kept] = (rows[0] ?? []).map(Number);
        if (found === count && kept === count) return undefined;
        return (
          `It finds ${found ?? 0} of ${count}, in ${kept ?? 0} rows. Look for them in ops/rejects, then at the ` +
          `table's partition of ${day}.`
        );
      },
    ],
  ];
}

/**
 * Sends events through the whole of a deployment, a step after the other; after one that fails, the others are not
 * known.
 */
export async function journey(
  deployed: Deployment,
  events: TestEvents,
  patience: Patience,
  tell: (finding: Finding) => void,
): Promise<void> {
  let failed: string | undefined;
  for (const [about, run] of stepsOf(deployed, events, patience)) {
    if (failed !== undefined) {
      tell({ state: 'not known', about, says: `It was not tried, since before it: ${failed}` });
      continue;
    }
    const says = await run().catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    tell(says === undefined ? { state: 'ok', about } : { state: 'failed', about, says });
    if (says !== undefined) failed = about;
  }
}
