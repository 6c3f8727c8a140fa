/** What a run over a bucket asks of S3: every request is paid, and a run of the stream has one every five minutes. */
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from '@jest/globals';
import { joinSettled } from '../lambdas/join/join.ts';
import { begin } from '../lambdas/lease/lease.ts';
import { buildModel } from '../lambdas/model/build-model.ts';
import { plan } from '../lambdas/plan/plan.ts';
import { s3Lake } from '../lambdas/shared/aws/s3-lake.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { StepEvent, StepPorts } from '../lambdas/shared/step-ports.ts';
import { buildTransform } from '../lambdas/transform/build-transform.ts';
import { pseudonymKey } from '../lambdas/transform/pseudonyms.ts';
import { countedS3, type CountedS3 } from './counted-s3.ts';
import { catalog, secret, uuid, webEvent } from './small-lake.ts';

const key = pseudonymKey(secret);
const objectsOfDay = 24;

let s3: CountedS3;
let lake: Lake;
let ports: StepPorts;
let told: StepEvent;

/** Lands an object, as `land` does: of ten events, one of which is bad. */
const land = (n: number) =>
  lake.put(
    `raw/web/events/dt=2025-01-05/stream-${String(n).padStart(4, '0')}.jsonl.gz`,
    gzipSync(Array.from({ length: 10 }, (_, i) => `${JSON.stringify(webEvent(n * 10 + i, i === 9 ? { event_name: 'bad' } : { event_id: uuid(n * 10 + i) }))}\n`).join('')), // prettier-ignore
    { metadata: { rows: '10', 'single-day': 'true', producer: 'land' } },
  );

/** Plans a table, and builds it. @returns what was asked of S3 by each, as `GetObject raw` with its count */
async function step(name: 'transform' | 'model', table: string) {
  s3.taken();
  const { batches } = await plan(ports, { ...told, step: name, table }, () => Promise.resolve(key));
  const planned = counted(s3.taken());
  for (const batch of batches) {
    const event = { ...told, table, batch };
    await (name === 'transform' ? buildTransform(ports, event, key) : buildModel(ports, event));
  }
  return { batches: batches.length, planned, built: counted(s3.taken()) };
}

/**
 * Requests by operation and zone; those of the ledger, the lease and the plans are the same whatever the lake holds.
 */
function counted(all: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const one of all) {
    const [, operation = '', zone = ''] = /^(\w+) (raw|curated|marts|ops\/rejects)\b/u.exec(one) ?? [];
    if (operation !== '') counts[`${operation} ${zone}`] = (counts[`${operation} ${zone}`] ?? 0) + 1;
  }
  return counts;
}

beforeAll(async () => {
  // The clock of S3 is a little behind: what was written by a run is not taken for another hand's.
  s3 = countedS3(() => new Date(Date.now() - 1000));
  lake = s3Lake({ bucket: 'lake', client: s3.client });
  ports = { lake, catalog, warn: () => undefined };
  const begun = await begin(lake, 'test');
  if (begun.held) throw new Error('The lease is held.');
  told = { run: begun.run, execution: 'test' };
  for (let n = 0; n < objectsOfDay; n++) await land(n);
});

test('a landed object is looked at once, when it is new, and read by one request; a day that grows reads no other again', async () => {
  const first = await step('transform', 'web_events');
  expect(first).toEqual({
    batches: 1,
    planned: { 'ListObjectsV2 raw': 1, 'ListObjectsV2 curated': 1, 'HeadObject raw': objectsOfDay },
    built: { 'GetObject raw': objectsOfDay, 'PutObject curated': 1, 'PutObject ops/rejects': 1 },
  });
  await land(objectsOfDay);
  const second = await step('transform', 'web_events');
  expect(second).toEqual({
    batches: 1,
    // One listing tells of the rejects of all days.
    planned: { 'ListObjectsV2 raw': 1, 'ListObjectsV2 curated': 1, 'HeadObject raw': 1 },
    // The new object, and what stands of the day.
    built: {
      'GetObject raw': 1,
      'GetObject curated': 1,
      'HeadObject ops/rejects': 1,
      'GetObject ops/rejects': 1,
      'PutObject curated': 1,
      'PutObject ops/rejects': 1,
    },
  });
});

test('a plan looks at no rejects one by one', async () => {
  expect(await step('transform', 'web_events')).toEqual({
    batches: 0,
    planned: { 'ListObjectsV2 raw': 1, 'ListObjectsV2 curated': 1, 'ListObjectsV2 ops/rejects': 1 },
    built: {},
  });
});

test('a model reads each of its inputs by one request', async () => {
  expect(await step('model', 'sessions')).toEqual({
    batches: 1,
    planned: { 'ListObjectsV2 marts': 1 },
    built: { 'GetObject curated': 1, 'PutObject marts': 1 },
  });
});

test('what was joined is one request for ten or more', async () => {
  s3.taken();
  const { parts, objects } = await joinSettled(ports, new Date(Date.now() + 3_600_000));
  expect([parts, objects]).toEqual([objectsOfDay + 1, 1]);
  const { planned, built } = await step('transform', 'web_events');
  expect([planned['HeadObject raw'], built['GetObject raw']]).toEqual([1, 1]);
});

test('an input that is another by now is not taken for the one that was planned', async () => {
  await land(99);
  const { batches } = await plan(ports, { ...told, step: 'transform', table: 'web_events' }, () =>
    Promise.resolve(key),
  );
  await lake.put('raw/web/events/dt=2025-01-05/stream-0099.jsonl.gz', gzipSync('{}\n'));
  const [batch = 0] = batches;
  await expect(buildTransform(ports, { ...told, table: 'web_events', batch }, key)).rejects.toMatchObject({
    name: 'InputsChanged',
    message: expect.stringContaining('stream-0099.jsonl.gz has not the bytes that are recorded of it'),
  });
});
