import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { filesLake } from '../lake/files-lake.ts';
import { lakeDestination } from '../event-source-mapping/failed.ts';
import { openLogReader } from '../stream/log-reader.ts';
import { openLogStream } from '../stream/log-stream.ts';
import { startCollecting } from './collecting.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sillage-collecting-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function post(url: string, count: number): Promise<string[]> {
  const events = Array.from({ length: count }, () => ({
    event_id: randomUUID(),
    event_name: 'page_view',
    event_time: new Date().toISOString(),
    visitor_id: 'v',
    page: { url: 'https://shop.example/', referrer: '', title: '' },
    consent: { analytics: true, ads: true },
  }));
  const answer = await fetch(`${url}/collect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  expect(answer.status).toBe(200);
  return events.map(({ event_id }) => event_id);
}

async function landed(): Promise<string[]> {
  const lake = filesLake(root);
  const ids: string[] = [];
  for await (const { key } of lake.list('raw/web/events/')) {
    for (const line of gunzipSync(await lake.get(key))
      .toString()
      .trimEnd()
      .split('\n'))
      ids.push(z.object({ event_id: z.string() }).parse(JSON.parse(line)).event_id);
  }
  return ids.toSorted();
}

/** A log with one event of two and a half days ago. */
async function oldLog(): Promise<void> {
  const then = Date.now() - 60 * 3_600_000;
  const log = await openLogStream(root, { name: 'web-events', shards: 2, now: () => then });
  await log.put([
    {
      data: Buffer.from(
        JSON.stringify({
          event_id: 'e',
          event_time: new Date(then).toISOString(),
          received_at: new Date(then).toISOString(),
        }),
      ),
      partitionKey: 'v',
    },
  ]);
  await log.close();
  const folder = join(root, '.sillage/streams/web-events');
  for (const name of await readdir(folder, { recursive: true }))
    await utimes(join(folder, name), then / 1000, then / 1000);
}

async function logged(): Promise<number> {
  const log = openLogReader(root, { name: 'web-events' });
  const batches = await Promise.all((await log.shards()).map(({ shardId }) => log.read(shardId, undefined, 100)));
  return batches.reduce((sum, { records }) => sum + records.length, 0);
}

test('what is posted lands, and is told; closing lands the rest', async () => {
  const told: number[] = [];
  const problems: unknown[] = [];
  const collecting = await startCollecting(root, {
    port: 0,
    onLanded: ({ events }) => told.push(events),
    onProblem: (error) => problems.push(error),
  });
  const first = await post(collecting.url, 20);
  await collecting.landed();
  expect(await landed()).toEqual(first.toSorted());
  const second = await post(collecting.url, 30);
  await collecting.close();
  expect(await landed()).toEqual([...first, ...second].toSorted());
  expect(told.reduce((sum, events) => sum + events, 0)).toBe(50);
  expect(problems).toEqual([]);
});

test('a lake that takes nothing: closing ends all the same, and the next start lands what was acknowledged', async () => {
  const problems: unknown[] = [];
  const first = await startCollecting(root, { port: 0, onProblem: (error) => problems.push(error) });
  await mkdir(join(root, 'raw'), { recursive: true });
  await writeFile(join(root, 'raw/web'), 'a file where a folder should be');
  const ids = await post(first.url, 10);
  await first.close();
  expect(problems.length).toBeGreaterThan(0);
  await rm(join(root, 'raw/web'));
  const second = await startCollecting(root, { port: 0, onProblem: (error) => problems.push(error) });
  await second.landed();
  await second.close();
  expect(await landed()).toEqual(ids.toSorted());
});

test('one process takes events for a lake', async () => {
  const first = await startCollecting(root, { port: 0, onProblem: () => undefined });
  await expect(startCollecting(root, { port: 0, onProblem: () => undefined })).rejects.toThrow(/is in use/u);
  await first.close();
});

test('what landed is known while more comes in without a pause', async () => {
  const collecting = await startCollecting(root, { port: 0, onProblem: () => undefined });
  const first = await post(collecting.url, 5);
  const over = new AbortController();
  const posting = (async () => {
    while (!over.signal.aborted) {
      await post(collecting.url, 5);
      await sleep(10);
    }
  })();
  await collecting.landed();
  expect(await landed()).toEqual(expect.arrayContaining(first));
  over.abort();
  await posting;
  await collecting.close();
});

test('what was acknowledged before a long weekend lands after it', async () => {
  await oldLog();
  const problems: unknown[] = [];
  const collecting = await startCollecting(root, { port: 0, onProblem: (error) => problems.push(error) });
  await collecting.landed();
  await collecting.close();
  expect([await landed(), problems]).toEqual([['e'], []]);
});

test('what has landed goes from the log after its time', async () => {
  await oldLog();
  expect(await logged()).toBe(1);
  const problems: unknown[] = [];
  const collecting = await startCollecting(root, {
    port: 0,
    trimEvery: 20,
    onProblem: (error) => problems.push(error),
  });
  while ((await logged()) > 0) await sleep(20);
  await collecting.close();
  expect([await logged(), await landed(), problems]).toEqual([0, ['e'], []]);
});

test('what has not landed stays in the log, however old it is', async () => {
  await oldLog();
  await mkdir(join(root, 'raw'), { recursive: true });
  await writeFile(join(root, 'raw/web'), 'a file where a folder should be');
  let refuse: (error: unknown) => void;
  const refused = new Promise<unknown>((resolve) => {
    refuse = resolve;
  });
  const collecting = await startCollecting(root, { port: 0, trimEvery: 20, onProblem: (error) => refuse(error) });
  expect(String(await refused)).toContain('raw/web stands where its folder must be');
  await sleep(100);
  await collecting.close();
  expect(await logged()).toBe(1);
});

test('a batch that was given up lands at the next start; one that cannot stays where it is, and is named', async () => {
  const lake = filesLake(root);
  const data = Buffer.from(
    JSON.stringify({ event_id: 'e', event_time: '2026-01-05T10:00:00.000Z', received_at: '2026-01-05T10:00:00.100Z' }),
  );
  await lakeDestination(
    lake,
    'land',
  )({
    stream: 'web-events',
    shardId: 'shardId-000000000000',
    records: [{ data, partitionKey: 'v', sequenceNumber: '7', arrivedAt: new Date('2026-01-05T10:00:00.200Z') }],
    condition: 'RetryAttemptsExhausted',
    invocations: 11,
    failedAt: new Date('2026-01-05T11:00:00Z'),
  });
  await lake.put('raw/failed/land/broken.json', 'no JSON');
  const problems: string[] = [];
  const collecting = await startCollecting(root, { port: 0, onProblem: (error) => problems.push(String(error)) });
  await collecting.landed();
  await collecting.close();
  expect(await landed()).toEqual(['e']);
  const left: string[] = [];
  for await (const { key } of lake.list('raw/failed/')) left.push(key);
  expect(left).toEqual(['raw/failed/land/broken.json']);
  expect(problems).toEqual([expect.stringContaining('raw/failed/land/broken.json could not be landed again')]);
});
