import { expect, jest, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { landHandler } from './handler.ts';
import { deployedMapping, landMapping } from './mapping.ts';
import { sampleEvent } from './samples.ts';

test('the mapping takes the answer of land for what it is: it names no records', async () => {
  jest.spyOn(console, 'info').mockImplementation(() => undefined);
  const answer: unknown = await Reflect.apply(landHandler(memoryLake), undefined, [sampleEvent([]), {}]);
  jest.restoreAllMocks();
  expect(answer).toBeUndefined();
  // Else an answer without a list would pass for one that has a list without names.
  expect(landMapping.reportsItemFailures).toBe(false);
});

test('a try begins where the one before it began, so that it overwrites the same objects', () => {
  // In several lanes the checkpoint stands before what other lanes have done already: those records would land in other
  // batches.
  expect(landMapping.parallelizationFactor).toBe(1);
  expect(landMapping.bisectOnError).toBe(true);
});

/**
 * Kinesis keeps records for 24 hours at least, and Lambda has these limits ("Lambda parameters for Amazon Kinesis Data
 * Streams event source mappings").
 */
test('it is within the limits of Lambda, and gives nothing up that the stream still has', () => {
  expect(landMapping.batchSize).toBeLessThanOrEqual(10_000);
  expect(landMapping.batchingWindowSeconds).toBeLessThanOrEqual(300);
  expect(landMapping.maximumRetries).toBeGreaterThan(0);
  expect(landMapping.maximumRecordAgeSeconds).toBe(24 * 60 * 60);
});

test('on AWS the window or its 6 MB end a batch, and never a number of records before them', () => {
  expect(deployedMapping(60)).toEqual({ ...landMapping, batchSize: 10_000, batchingWindowSeconds: 60 });
});
