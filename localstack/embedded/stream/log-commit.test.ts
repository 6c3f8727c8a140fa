import { expect, test } from '@jest/globals';
import { type Frames, GroupCommit } from './log-commit.ts';

const frames = (shardId: string, first: bigint, text: string): Frames => ({
  shardId,
  first,
  frames: Buffer.from(text),
});

/** A commit whose appends are noted, and end when the test says so. */
function noted() {
  const log: string[] = [];
  const ends: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  const commits = new GroupCommit((shardId, first, all) => {
    log.push(`${shardId} ${first} ${all.map(String).join(' ')}`);
    return new Promise<void>((resolve, reject) => ends.push({ resolve, reject }));
  });
  const told = (name: string, promise: Promise<void>) =>
    promise.then(
      () => void log.push(`${name} done`),
      (error: unknown) => void log.push(`${name} ${String(error)}`),
    );
  return { commits, log, ends, told };
}
const turns = async () => {
  for (let turn = 0; turn < 30; turn += 1) await Promise.resolve();
};

test('puts of one moment share an append for each shard, and those that come meanwhile the next one', async () => {
  const { commits, log, ends, told } = noted();
  void told('p1', commits.add([frames('a', 1n, 'x'), frames('b', 2n, 'y')]));
  void told('p2', commits.add([frames('a', 3n, 'z')]));
  expect(log).toEqual([]);
  await turns();
  expect(log.splice(0)).toEqual(['a 1 x z', 'b 2 y']);
  void told('p3', commits.add([frames('b', 4n, 'u')]));
  void told('p4', commits.add([frames('b', 5n, 'v'), frames('a', 6n, 'w')]));
  ends[0]?.resolve();
  await turns();
  // A put is answered once all of it is durable, and no sooner than the others of its commit.
  expect(log).toEqual([]);
  ends[1]?.resolve();
  await turns();
  expect(log.splice(0)).toEqual(['b 4 u v', 'a 6 w', 'p1 done', 'p2 done']);
  ends[2]?.resolve();
  ends[3]?.resolve();
  await turns();
  expect(log.splice(0)).toEqual(['p3 done', 'p4 done']);
  // And one that comes later begins anew.
  void told('p5', commits.add([frames('a', 7n, 't')]));
  await turns();
  expect(log).toEqual(['a 7 t']);
});

test('what fails in one shard fails the puts that have records for it, by its own error', async () => {
  const { commits, log, ends, told } = noted();
  void told('p1', commits.add([frames('a', 1n, 'x')]));
  void told('p2', commits.add([frames('a', 2n, 'x'), frames('b', 3n, 'y')]));
  void told('p3', commits.add([frames('b', 4n, 'y')]));
  void told('p4', commits.add([frames('c', 5n, 'z')]));
  await turns();
  log.length = 0;
  ends[0]?.resolve();
  ends[1]?.reject(new Error('of b'));
  ends[2]?.reject(new Error('of c'));
  await turns();
  expect(log).toEqual(['p1 done', 'p2 Error: of b', 'p3 Error: of b', 'p4 Error: of c']);
});

test('who wants to be alone waits for the commits under way, one behind the other, and keeps the gate shut', async () => {
  const { commits, log, ends, told } = noted();
  expect(commits.gate).toBeUndefined();
  void told('put', commits.add([frames('a', 1n, 'x')]));
  let goOn = (): void => undefined;
  void told(
    'first',
    commits.alone(() => new Promise((resolve) => (log.push('first begins'), (goOn = resolve)))),
  );
  void told(
    'second',
    commits.alone(async () => void log.push(`second begins, gate ${commits.gate !== undefined}`)),
  );
  const gate = commits.gate;
  let isLifted = false;
  void gate?.then(() => (isLifted = true));
  await turns();
  expect(log.splice(0)).toEqual(['a 1 x']);
  ends[0]?.resolve();
  await turns();
  expect(log.splice(0)).toEqual(['put done', 'first begins']);
  expect([commits.gate === gate, isLifted]).toEqual([true, false]);
  goOn();
  await turns();
  expect(log.splice(0).toSorted()).toEqual(['first done', 'second begins, gate true', 'second done']);
  expect([commits.gate, isLifted]).toEqual([undefined, true]);
});

test('the gate opens also where what was done alone failed', async () => {
  const { commits, log, told } = noted();
  await told(
    'alone',
    commits.alone(() => Promise.reject(new Error('no'))),
  );
  expect(log).toEqual(['alone Error: no']);
  expect(commits.gate).toBeUndefined();
  await told(
    'again',
    commits.alone(async () => undefined),
  );
  expect(log).toEqual(['alone Error: no', 'again done']);
});
