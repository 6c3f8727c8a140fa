import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Watch } from './watch.ts';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const lasting =
  <T>(ms: number, value: T) =>
  () =>
    new Promise<T>((resolve) => {
      setTimeout(() => resolve(value), ms);
    });

/** An engine that lets go at the n-th interrupt. */
function deafFor(times: number): {
  readonly interrupt: () => void;
  readonly work: () => Promise<never>;
  readonly count: () => number;
} {
  let count = 0;
  let letGo: (error: Error) => void = () => undefined;
  return {
    interrupt() {
      count += 1;
      if (count > times) letGo(new Error('INTERRUPT Error: Interrupted!'));
    },
    work: () =>
      new Promise((_, reject) => {
        letGo = reject;
      }),
    count: () => count,
  };
}

describe('a watch', () => {
  test('counts the time of the engine, not of its reader', async () => {
    const watch = new Watch({ timeoutMs: 1000 }, () => undefined);
    for (const turn of [1, 2, 3]) {
      const done = watch.during(lasting(300, turn));
      await jest.advanceTimersByTimeAsync(300);
      expect(await done).toBe(turn);
      await jest.advanceTimersByTimeAsync(100_000);
    }
    const late = watch.during(lasting(300, 4)).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(300);
    expect(await late).toMatchObject({ name: 'LimitReached', limit: 'time' });
  });

  test('tells an engine that forgets an interrupt again', async () => {
    const engine = deafFor(3);
    const watch = new Watch({ timeoutMs: 1000 }, engine.interrupt);
    const ended = watch.during(engine.work).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(1400);
    expect(await ended).toMatchObject({ name: 'LimitReached' });
    expect(watch.unended).toBeUndefined();
    const told = engine.count();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(engine.count()).toBe(told);
  });

  test('waits no longer for an engine that hears nothing, and says that it still works', async () => {
    const stop = new AbortController();
    const watch = new Watch({ signal: stop.signal }, () => undefined);
    const ended = watch.during(lasting(60_000, 'late')).catch((error: unknown) => error);
    stop.abort(new Error('enough'));
    await jest.advanceTimersByTimeAsync(5000);
    expect(await ended).toEqual(new Error('enough'));
    let isOver = false;
    void watch.unended?.finally(() => {
      isOver = true;
    });
    await jest.advanceTimersByTimeAsync(50_000);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(isOver).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('leaves no timer behind, and lets what fails by itself fail', async () => {
    const watch = new Watch({ timeoutMs: 1000, signal: new AbortController().signal }, () => undefined);
    await expect(watch.during(() => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
    expect(jest.getTimerCount()).toBe(0);
  });
});
