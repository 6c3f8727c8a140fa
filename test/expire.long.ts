/** Raw events that are past their retention go, and every figure that was made from them stays. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { addDays } from '../lambdas/shared/days.ts';
import { loadCatalog, tableNamed } from '../lambdas/shared/schema/catalog.ts';
import { noteExpired } from '../lambdas/shared/slices/expirations.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { expire } from '../localstack/embedded/run/expire.ts';
import { run } from '../localstack/embedded/run/runner.ts';
import { verify } from '../localstack/embedded/run/verify.ts';
import { webEvent } from './small-lake.ts';
import { contents, done, folder, sillage } from './support-sillage.ts';

const [from, to] = ['2025-01-01', '2025-01-06'];
const { retentionDays = 0 } = tableNamed(loadCatalog(), 'raw_web_events');
/** The first three days are past it. */
const firstKept = addDays(from, 3);
const now = addDays(firstKept, retentionDays);
const expiredDays = [0, 1, 2].map((n) => addDays(from, n));

const root = folder('expire');
const lake = filesLake(root);
const unbuilt = `raw/web/events/dt=${from}/unbuilt.jsonl`;
let made: ReturnType<typeof contents>;
const isThere = (key: string) => existsSync(join(root, key));
/** Whether a raw event or a reject is of a day that is past it. */
const isExpired = (key: string) =>
  /^(?:raw\/web\/events|ops\/rejects)\//.test(key) && expiredDays.some((day) => key.includes(`dt=${day}/`));

async function keys(prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const key of lake.keys(prefix)) found.push(key);
  return found;
}

/** What a run that has nothing to do comes to. */
async function idleRun() {
  const { steps, checks, strangers, damaged, warnings } = await run(root);
  const failed = checks.filter(({ failures, severity }) => failures > 0 && severity === 'error');
  return { built: steps.flatMap(({ built, removed }) => [...built, ...removed]), failed, strangers, damaged, warnings };
}
const idle = { built: [], failed: [], strangers: [], damaged: [], warnings: [] };

beforeAll(async () => {
  const period = ['--start-date', from, '--end-date', to, '--events-per-day', '200', '--seed', '7'];
  await done(['generate', 'all', '--lake', root, ...period]);
  await run(root);
  made = contents(root, 'curated', 'marts');
  expect(Object.keys(made).length).toBeGreaterThan(60);
});

describe('a lake of which three days are past their retention', () => {
  test('is told what would go, and keeps it', async () => {
    const before = await keys('raw/');
    const events = (await expire(root, { isDry: true, now })).find(({ table }) => table === 'raw_web_events');
    expect(events).toMatchObject({
      before: firstKept,
      objects: before.filter(isExpired).length,
      unbuilt: [],
      needed: [],
    });
    expect(await keys('raw/')).toEqual(before);
  });

  test('whose expiry was killed midway is whole, and a run has nothing to do', async () => {
    await noteExpired(lake, new Map([['raw_web_events', firstKept]]));
    const [one = ''] = await keys(`raw/web/events/dt=${from}/`);
    await lake.delete(one);
    expect(await idleRun()).toEqual(idle);
    expect(contents(root, 'curated', 'marts')).toEqual(made);
  });

  test('loses them, and nothing else: no figure changes, and a run has nothing to do', async () => {
    const before = [...(await keys('raw/')), ...(await keys('ops/rejects/'))];
    expect(before.filter(isExpired).length).toBeGreaterThan(4);
    const told = await expire(root, { now });
    expect(told.map(({ table, objects }) => [table, objects > 0])).toEqual([
      ['raw_web_events', true],
      ['rejects', true],
    ]);
    expect([...(await keys('raw/')), ...(await keys('ops/rejects/'))]).toEqual(before.filter((key) => !isExpired(key)));
    expect(await idleRun()).toEqual(idle);
    expect(contents(root, 'curated', 'marts')).toEqual(made);
    expect(await verify(root)).toMatchObject({ damaged: [], missing: [], strangers: [] });
    expect((await expire(root, { now })).map(({ objects }) => objects)).toEqual([0, 0]);
  });

  test('does not remove what no table was made from', async () => {
    const late = webEvent(1, { event_time: `${from}T10:00:00.000Z`, received_at: `${from}T10:00:01.000Z` });
    await lake.put(unbuilt, `${JSON.stringify(late)}\n`);
    const [events] = await expire(root, { now });
    expect(events).toMatchObject({ objects: 0, unbuilt: [unbuilt] });
    expect(isThere(unbuilt)).toBe(true);
    // Nor does a run make the day again from it alone: it says that it is not counted.
    const { built, warnings } = await idleRun();
    expect([built, warnings]).toEqual([[], [expect.stringContaining(`records came late, in ${unbuilt}.`)]]);
    expect(contents(root, 'curated', 'marts')).toEqual(made);
    await lake.delete(unbuilt);
  });

  test('is not emptied of what could not be made again', async () => {
    const { code, stderr } = await sillage(['clean', '--lake', root, '--confirm', basename(root)]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('could not be made again')]);
    expect(contents(root, 'curated', 'marts')).toEqual(made);
  });

  test('says what has expired', async () => {
    const status: unknown = JSON.parse(await done(['status', '--lake', root, '--json']));
    expect(status).toMatchObject({ missing: [], expired: { raw_web_events: firstKept, rejects: firstKept } });
  });
});
