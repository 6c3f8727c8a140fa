import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Step } from '../../../lambdas/pipeline.ts';
import { Places, sideBySide, takeSteps } from './side-by-side.ts';

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

describe('steps', () => {
  const step = (table: string, ...after: string[]): Step => ({
    name: 'model',
    table,
    after: after.map((name) => `model ${name}`),
    attempts: 1,
  });

  test('each once, after all that it comes after, and never more at a time than may be', async () => {
    const some = fc
      .array(fc.array(fc.nat(19), { maxLength: 4 }), { maxLength: 20 })
      .map((all) => all.map((after, i) => step(`${i}`, ...after.filter((j) => j < i).map(String))));
    await fc.assert(
      fc.asyncProperty(some, fc.integer({ min: 1, max: 4 }), async (steps, workers) => {
        const ended: string[] = [];
        let [now, most] = [0, 0];
        await takeSteps(steps, workers, async ({ name, table, after }) => {
          expect(after.filter((one) => !ended.includes(one))).toEqual([]);
          most = Math.max(most, ++now);
          for (let turns = Number(table) % 3; turns >= 0; turns--) await later();
          now--;
          ended.push(`${name} ${table}`);
        });
        expect(ended.toSorted()).toEqual(steps.map(({ name, table }) => `${name} ${table}`).toSorted());
        expect(most).toBeLessThanOrEqual(workers);
      }),
      { seed: 20_261_127, numRuns: 100 },
    );
  });

  test('those that do not need each other are at work together', async () => {
    let open: (() => void) | undefined;
    const both = new Promise<void>((resolve) => (open = resolve));
    const ended: (string | undefined)[] = [];
    await takeSteps([step('a'), step('b'), step('c', 'a', 'b')], 2, async ({ table }) => {
      if (table === 'b') open?.();
      await both;
      ended.push(table);
    });
    expect(ended.at(-1)).toBe('c');
  });

  test('after a failure nothing is begun, what was begun ends first, and the first failure is told', async () => {
    const ended: (string | undefined)[] = [];
    const taken = takeSteps([step('bad'), step('slow'), step('next'), step('last', 'bad')], 2, async ({ table }) => {
      await later();
      if (table === 'bad') throw new Error('the first');
      await later();
      ended.push(table);
      throw new Error('the second');
    });
    await expect(taken).rejects.toThrow('the first');
    expect(ended).toEqual(['slow']);
  });

  test('a step that is not of this run is not waited for; those that wait for each other are told', async () => {
    const taken: (string | undefined)[] = [];
    const take = async ({ table }: Step) => void taken.push(table);
    await takeSteps([step('a', 'elsewhere')], 2, take);
    expect(taken).toEqual(['a']);
    await expect(takeSteps([step('x', 'y'), step('y', 'x')], 2, take)).rejects.toThrow('model x, model y wait');
    await takeSteps([], 2, take);
  });
});

test('places are given in the order in which they are asked for, and given back by what fails', async () => {
  const places = new Places(2);
  const begun: number[] = [];
  const works = [0, 1, 2, 3].map((i) =>
    places.take(async () => {
      begun.push(i);
      await later();
      if (i === 1) throw new Error('a failure');
      return i;
    }),
  );
  expect(begun).toEqual([0, 1]);
  expect(await Promise.allSettled(works)).toMatchObject([
    { value: 0 },
    { reason: { message: 'a failure' } },
    { value: 2 },
    { value: 3 },
  ]);
  expect(begun).toEqual([0, 1, 2, 3]);
});
