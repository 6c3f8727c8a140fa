import { afterEach, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { handler, landHandler } from './handler.ts';
import { sampleEvent } from './samples.ts';

const batch = sampleEvent([
  {
    data: JSON.stringify({
      event_id: 'e',
      event_time: '2025-03-30T00:00:01.000Z',
      received_at: '2025-03-30T00:00:02.000Z',
      ip: '192.0.2.44',
    }),
    sequenceNumber: '49600',
    arrivedAt: '2025-03-30T00:00:03.000Z',
  },
]);
const invoke = (of: unknown, event: unknown): Promise<unknown> =>
  typeof of === 'function'
    ? Promise.resolve(Reflect.apply(of, undefined, [event, {}]))
    : Promise.reject(new Error('It is no function.'));

afterEach(() => {
  jest.restoreAllMocks();
});

test('lands the batch, says how much it was and nothing personal, and opens the lake once', async () => {
  const said: unknown[] = [];
  jest.spyOn(console, 'info').mockImplementation((line) => said.push(JSON.parse(String(line))));
  const lake = memoryLake();
  const open = jest.fn(() => lake);
  const own = landHandler(open);
  await invoke(own, batch);
  await invoke(own, batch);
  const keys: string[] = [];
  for await (const { key } of lake.list('')) keys.push(key);
  expect(keys).toEqual(['raw/web/events/dt=2025-03-30/stream-shardId-000000000000-49600.jsonl.gz']);
  const line = { level: 'INFO', message: 'landed a batch', records: 1, events: 1, landed: 1, rejected: 0, objects: 1 };
  expect(said).toEqual([line, line]);
  expect(open).toHaveBeenCalledTimes(1);
});

test('where the lake fails, so does the invocation: the batch is delivered again', async () => {
  const broken = { ...memoryLake(), put: () => Promise.reject(new Error('The bucket is gone.')) };
  await expect(
    invoke(
      landHandler(() => broken),
      batch,
    ),
  ).rejects.toThrow('The bucket is gone.');
});

test('what is no batch of Kinesis is an error, and so is a bucket that nobody named', async () => {
  await expect(invoke(landHandler(memoryLake), { Records: [{ s3: {} }] })).rejects.toThrow(z.ZodError);
  for (const given of [{}, { LAKE_BUCKET: '' }]) {
    jest.replaceProperty(process, 'env', given);
    await expect(invoke(handler, batch)).rejects.toThrow('LAKE_BUCKET');
  }
});
