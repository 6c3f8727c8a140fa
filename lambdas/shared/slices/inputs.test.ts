import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memoryLake } from '../ports/memory-lake.ts';
import { type Lake, ObjectNotFound } from '../ports/lake.ts';
import { Inputs, InputsChanged } from './inputs.ts';

/** A lake in which the bytes of an object are no longer those that it noted; to verify it sets the note right. */
async function damagedLake(key: string): Promise<{ readonly lake: Lake; readonly etag: string }> {
  const lake = memoryLake();
  const { etag } = await lake.put(key, 'as written');
  const noted = await lake.head(key);
  await lake.put(key, 'as found');
  let isSetRight = false;
  return {
    etag,
    lake: {
      ...lake,
      head: async (of) => (isSetRight ? lake.head(of) : noted),
      verify: async (of) => {
        isSetRight = true;
        await new Promise((done) => setImmediate(done));
        return lake.verify(of);
      },
    },
  };
}

const damageOf = async (inputs: Inputs, key: string, etag: string): Promise<readonly boolean[]> => {
  const error: unknown = await inputs.verify([{ key, etag }]).catch((caught: unknown) => caught);
  return error instanceof InputsChanged ? error.inputs.map(({ isDamage }) => isDamage) : [];
};

test('all who ask for a damaged input are told that it is damage, whoever asked first', async () => {
  const { lake, etag } = await damagedLake('a/x');
  const inputs = new Inputs(lake, []);
  expect(await Promise.all([1, 2, 3].map(() => damageOf(inputs, 'a/x', etag)))).toEqual([[true], [true], [true]]);
  expect(await damageOf(inputs, 'a/x', etag)).toEqual([true]);
  // The note is right now: another look sees a change and no damage.
  inputs.lookAgain();
  expect(await damageOf(inputs, 'a/x', etag)).toEqual([false]);
});

test('what has changed is an error that names it, and how many more there are', async () => {
  const lake = memoryLake();
  const keys = ['a/x', 'a/y', 'a/z'];
  for (const key of keys) await lake.put(key, 'as found');
  const { etag = '' } = (await lake.head('a/z')) ?? {};
  const verify = (...inputs: readonly [string, string][]) =>
    new Inputs(lake, [{ key: 'shop', etag: '1' }]).verify(inputs.map(([key, of]) => ({ key, etag: of })));
  await expect(verify(['a/z', etag], ['shop', '1'])).resolves.toBeUndefined();
  await expect(verify(['a/x', 'old'])).rejects.toMatchObject({
    name: 'InputsChanged',
    message: 'a/x has not the bytes that are recorded of it.',
    inputs: [{ key: 'a/x', etag: 'old', found: etag, isDamage: false }],
  });
  await expect(verify(['a/gone', '1'], ['a/z', etag], ['a/y', 'old'])).rejects.toMatchObject({
    message: 'a/gone has not the bytes that are recorded of it (and 1 more).',
    inputs: [
      { key: 'a/gone', found: undefined, isDamage: false },
      { key: 'a/y', found: etag },
    ],
  });
});

test('an object is verified once, and one that this run has just written not at all', async () => {
  const memory = memoryLake();
  const verified: string[] = [];
  const lake: Lake = {
    ...memory,
    verify(key) {
      verified.push(key);
      return memory.verify(key);
    },
  };
  const [old, made] = [await lake.put('a/old', 'x'), await lake.put('a/made', 'y')];
  const inputs = new Inputs(lake, []);
  inputs.made(made.key, made.etag);
  for (let n = 0; n < 2; n++) {
    await inputs.verify([old, made, old]);
    expect(verified).toEqual(['a/old']);
    inputs.lookAgain();
  }
  await expect(inputs.verify([{ key: made.key, etag: 'another' }])).rejects.toThrow(InputsChanged);
});

describe('of a lake that vouches for its etags', () => {
  /** An object that was verified as it was, and is another by the time it is read, or gone. */
  const readAfter = async (change: (lake: Lake) => Promise<unknown>) => {
    const lake: Lake = { ...memoryLake(), vouches: true };
    const { etag } = await lake.put('a/x', 'as planned');
    const inputs = new Inputs(lake, []);
    await inputs.verify([{ key: 'a/x', etag }]);
    await change(lake);
    return { etag, lake, read: inputs.localPath('a/x', folder) };
  };
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'inputs-'))));
  afterAll(() => rm(folder, { recursive: true }));

  test('what was verified is read', async () => {
    const { read } = await readAfter(async () => undefined);
    expect(await readFile(await read, 'utf8')).toBe('as planned');
  });

  test('what was changed in between is told with what it is now, and is no damage', async () => {
    const { etag, lake, read } = await readAfter((of) => of.put('a/x', 'as found'));
    await expect(read).rejects.toMatchObject({
      name: 'InputsChanged',
      inputs: [{ key: 'a/x', etag, found: (await lake.head('a/x'))?.etag, isDamage: false }],
    });
  });

  test('what is gone is told as the lake tells it', async () => {
    const { read } = await readAfter((of) => of.delete('a/x'));
    await expect(read).rejects.toThrow(ObjectNotFound);
  });
});
