import { expect, test } from '@jest/globals';
import { contentOf } from '../../../lambdas/generate/generated.ts';
import { memoryLake } from '../../../lambdas/shared/ports/memory-lake.ts';
import { generateInParallel } from './generate-in-parallel.ts';

/** Two lanes a day: the day is split over the workers. */
const request = { seed: 21, eventsPerDay: 50_001, initialCustomers: 50, from: '2026-08-09', to: '2026-08-09' };

async function made(workers: number): Promise<Record<string, string>> {
  const lake = memoryLake();
  await generateInParallel(lake, request, { workers });
  return contentOf(lake);
}

test('no worker, one and two write the same bytes', async () => {
  const alone = await made(0);
  expect(
    Object.keys(alone).filter((key) => key.includes('received-2026-08-09') && key.includes('dt=2026-08-09')),
  ).toHaveLength(2);
  expect(await made(1)).toEqual(alone);
  expect(await made(2)).toEqual(alone);
});

test('a bad request is refused before any work', async () => {
  await expect(generateInParallel(memoryLake(), { ...request, from: '2026-08-10' }, { workers: 1 })).rejects.toThrow(
    /from must not be after to/,
  );
});
