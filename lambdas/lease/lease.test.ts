import { beforeEach, describe, expect, test } from '@jest/globals';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { leaseKey } from '../shared/schema/ops-keys.ts';
import { begin, end, hold, LeaseLost } from './lease.ts';

const minute = 60_000;
const start = new Date('2025-01-06T05:00:00Z');
const later = (minutes: number) => new Date(start.getTime() + minutes * minute);

let lake: Lake;
beforeEach(() => {
  lake = memoryLake();
});

describe('the lease of the lake', () => {
  test('is one execution’s, until it gives it back', async () => {
    expect(await begin(lake, 'a', start)).toMatchObject({ held: false });
    expect(await begin(lake, 'b', later(1))).toEqual({ held: true });
    await end(lake, 'b');
    expect(await begin(lake, 'b', later(2))).toEqual({ held: true });
    await end(lake, 'a');
    expect(await begin(lake, 'b', later(3))).toMatchObject({ held: false });
  });

  test('is given again to who asks again, with the same run', async () => {
    const first = await begin(lake, 'a', start);
    expect(await begin(lake, 'a', later(1))).toEqual(first);
  });

  test('of a dead execution can be taken, and then it is lost to the dead one', async () => {
    await begin(lake, 'a', start);
    expect(await begin(lake, 'b', later(19))).toEqual({ held: true });
    expect(await begin(lake, 'b', later(21))).toMatchObject({ held: false });
    await expect(hold(lake, 'a', later(21))).rejects.toThrow(LeaseLost);
    await end(lake, 'a');
    await hold(lake, 'b', later(22));
  });

  test('is held for 15 minutes more by whoever begins to work', async () => {
    await begin(lake, 'a', start);
    for (let minutes = 0; minutes <= 120; minutes += 7) {
      await hold(lake, 'a', later(minutes));
      expect(await begin(lake, 'b', later(minutes + 15))).toEqual({ held: true });
    }
  });

  test('goes to one of many who ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, (_, i) => begin(lake, `execution ${i}`, start)));
    expect(asked.filter(({ held }) => !held)).toHaveLength(1);
  });

  test('is renewed once by many who work at once, and lost to none of them', async () => {
    await begin(lake, 'a', start);
    await Promise.all(Array.from({ length: 8 }, () => hold(lake, 'a', later(10))));
    expect(await begin(lake, 'b', later(29))).toEqual({ held: true });
  });

  test('whose object is no lease is taken by the next who asks', async () => {
    await lake.put(leaseKey, 'nonsense');
    expect(await begin(lake, 'a', start)).toMatchObject({ held: false });
  });
});
