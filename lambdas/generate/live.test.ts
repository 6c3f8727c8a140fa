import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { worldDefaults, type World } from './market/world.ts';
import { liveLines, type LiveLine } from './live.ts';

const world: World = {
  seed: 7,
  opens: '2026-05-04',
  eventsPerDay: 2000,
  initialCustomers: 200,
  dirt: 1,
  ...worldDefaults,
};
const startAt = Date.parse('2026-05-04T22:10:00.250Z');

async function take(over: Partial<World> = {}, count = 1500, perMinute = 600): Promise<LiveLine[]> {
  const found: LiveLine[] = [];
  for await (const line of liveLines({ ...world, ...over }, { startAt, perMinute, count })) found.push(line);
  return found;
}

const Event = z.object({
  event_id: z.string(),
  event_name: z.string(),
  event_time: z.string(),
  received_at: z.string(),
  visitor_id: z.string().nullable(),
});

function read({ line }: LiveLine): z.infer<typeof Event> | undefined {
  try {
    return Event.safeParse(JSON.parse(line)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

describe('live lines', () => {
  test('so many, at an even pace, each received when it is sent', async () => {
    const found = await take();
    expect(found.map(({ at }) => at)).toEqual(Array.from({ length: 1500 }, (_, i) => startAt + 100 * i));
    const events = found.flatMap((one) => read(one) ?? []);
    expect(events.length).toBeGreaterThan(1450);
    const told = found.filter(({ line }) => /"received_at":"[^"]+"/.test(line));
    expect(told.length).toBeGreaterThan(1450);
    expect(told.filter(({ at, line }) => !line.includes(`"received_at":"${new Date(at).toISOString()}"`))).toEqual([]);
  });

  test("the dirt of the market is in it: late events, retries, broken lines; a client's lateness and offset stay", async () => {
    const found = await take({}, 6000);
    const events = found.flatMap((one) => read(one) ?? []);
    const lateness = events
      .map((event) => Date.parse(event.received_at) - Date.parse(event.event_time))
      .filter((ms) => !Number.isNaN(ms));
    expect(lateness.filter((ms) => ms > 60_000).length).toBeGreaterThan(0);
    expect(lateness.filter((ms) => ms >= 0 && ms < 5000).length).toBeGreaterThan(0.9 * lateness.length);
    expect(new Set(events.map((event) => event.event_id)).size).toBeLessThan(events.length);
    expect(found.length - events.length).toBeGreaterThan(0);
    expect(events.some((event) => event.event_time.endsWith('+02:00'))).toBe(true);
  });

  test('clean where no dirt is asked for', async () => {
    const events = (await take({ dirt: 0 })).map(read);
    expect(new Set(events.map((event) => event?.event_id)).size).toBe(1500);
  });

  test('one seed, one stream; it goes on when the day is over', async () => {
    const [once, again, other] = [await take(), await take(), await take({ seed: 8 })];
    expect(again).toEqual(once);
    expect(other.map(({ line }) => line)).not.toEqual(once.map(({ line }) => line));
    expect(await take({ eventsPerDay: 100 }, 500)).toHaveLength(500);
  });
});
