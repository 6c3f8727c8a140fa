import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sideBySide } from './table-steps.ts';

/** Lets what else is due go on. */
const later = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('batches worked on side by side', () => {
  test('each once, and never more at a time than there are workers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.integer({ min: 1, max: 5 }), async (count, workers) => {
        const done: number[] = [];
        let [now, most] = [0, 0];
        await sideBySide(
          Array.from({ length: count }, (_, i) => i),
          workers,
          async (i) => {
            most = Math.max(most, ++now);
            await later();
            now--;
            done.push(i);
          },
        );
        expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
        expect(most).toBe(Math.min(workers, count));
      }),
      { seed: 20_260_105, numRuns: 50 },
    );
  });

  test('after a failure nothing is begun, what was begun ends first, and the first failure is told', async () => {
    const begun: string[] = [];
    const ended: string[] = [];
    const work = async (name: string): Promise<void> => {
      begun.push(name);
      await later();
      if (name === 'bad') throw new Error('the first');
      await later();
      await later();
      ended.push(name);
      if (name === 'slow') throw new Error('the second');
    };
    await expect(sideBySide(['slow', 'bad', 'c', 'd', 'e'], 2, work)).rejects.toThrow('the first');
    expect([begun, ended]).toEqual([['slow', 'bad'], ['slow']]);
  });

  test('nothing to do is done', async () => {
    await expect(sideBySide([], 3, () => Promise.reject(new Error('never')))).resolves.toBeUndefined();
  });
});
