/** The market's web events as they come in now: the same people and the same dirt, at a steady pace. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { dayOf, isoDay } from './market/calendar.ts';
import type { World } from './market/world.ts';
import { lanesOf, renderLane } from './render-lane.ts';

/** A line as the collector would have written it at that moment. */
export interface LiveLine {
  /** When it is received, ms since 1970. */
  readonly at: number;
  readonly line: string;
}

/** At night there are more robots than people: a stream opens when the shop does. */
const opensAt = 'T10:00:00';

const moment = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})(Z|([+-])(\d{2}):(\d{2}))$/;

/** The moment so many ms later, by a clock of the same offset; any other text as it is. */
function shifted(text: string, ms: number): string {
  const [, local, zone, sign, hours, minutes] = moment.exec(text) ?? [];
  if (local === undefined || zone === undefined) return text;
  const offset = sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  return new Date(Date.parse(text) + ms + offset).toISOString().replace('Z', zone);
}

const receivedPattern = /"received_at":"([^"]+)"/;
const client = /"event_time":"([^"]+)"/;

/** The lines of the world's days, from its first one on, each lane in the order of reception. */
async function* lines(world: World): AsyncGenerator<string> {
  for (let day = dayOf(world.opens); ; day++) {
    for (let lane = 0; lane < lanesOf(world); lane++) {
      const { objects } = await renderLane({ world, sources: ['web'], day: isoDay(day), lane });
      for (const { body } of objects) {
        for (const line of (await promisify(gunzip)(body)).toString('utf8').split('\n')) if (line !== '') yield line;
      }
    }
  }
}

/**
 * `count` lines, `perMinute` a minute from `startAt` (ms) on. Each line's own times are moved with it, so that its
 * lateness and its clock's error stay; a malformed line goes as it is. The same world and start give the same lines.
 */
export async function* liveLines(
  world: World,
  { startAt, perMinute, count }: { readonly startAt: number; readonly perMinute: number; readonly count: number },
): AsyncGenerator<LiveLine> {
  const opens = `${world.opens}${opensAt}`;
  let sent = 0;
  for await (const line of lines(world)) {
    const received = receivedPattern.exec(line)?.[1];
    if (sent === 0 && (received === undefined || received < opens)) continue;
    if (sent === count) return;
    const at = Math.round(startAt + (sent * 60_000) / perMinute);
    sent += 1;
    const ms = received === undefined ? Number.NaN : at - Date.parse(received);
    yield {
      at,
      line: Number.isNaN(ms)
        ? line
        : line
            .replace(receivedPattern, (_, text: string) => `"received_at":"${shifted(text, ms)}"`)
            .replace(client, (_, text: string) => `"event_time":"${shifted(text, ms)}"`),
    };
  }
}
