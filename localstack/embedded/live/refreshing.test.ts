import { expect, test } from '@jest/globals';
import { startRefreshing } from './refreshing.ts';

/** A refresh that ends when it is told. */
function steps() {
  const open: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const slept: number[] = [];
  const problems: unknown[] = [];
  let started = 0;
  const loop = startRefreshing({
    refresh: () =>
      new Promise((resolve, reject) => {
        started++;
        open.push({ resolve, reject });
      }),
    patienceMs: 7,
    onProblem: (error) => problems.push(error),
    sleep: async (ms) => {
      slept.push(ms);
    },
  });
  const turn = () =>
    new Promise((resolve) => {
      setImmediate(resolve);
    });
  return {
    loop,
    slept,
    problems,
    turn,
    started: () => started,
    end: (error?: Error) => (error ? open.shift()?.reject(error) : open.shift()?.resolve()),
  };
}

test('requests while a refresh is under way are one more refresh', async () => {
  const { loop, turn, started, end } = steps();
  await loop.settled();
  loop.request();
  loop.request();
  expect(started()).toBe(1);
  for (let i = 0; i < 5; i++) loop.request();
  let settled = false;
  const settling = (async () => {
    await loop.settled();
    settled = true;
  })();
  end();
  await turn();
  expect([started(), settled]).toEqual([2, false]);
  end();
  await settling;
  await turn();
  expect(started()).toBe(2);
  loop.request();
  expect(started()).toBe(3);
  end();
  await loop.stop();
});

test('a refresh that fails is told and tried again, and settles nothing', async () => {
  const { loop, slept, problems, turn, started, end } = steps();
  loop.request();
  const settling = loop.settled();
  end(new Error('no disk'));
  await turn();
  expect([started(), slept, problems]).toEqual([2, [7], [new Error('no disk')]]);
  end();
  await settling;
});

test('stopped, it ends the refresh under way and begins no other', async () => {
  const { loop, started, end, turn } = steps();
  loop.request();
  loop.request();
  const stopped = loop.stop();
  end();
  await stopped;
  loop.request();
  await turn();
  expect(started()).toBe(1);
});
