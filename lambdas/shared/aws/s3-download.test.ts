import { expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { downloadVersion } from './s3-download.ts';

test.each([
  ['is refused', () => Promise.reject(new Error('as the test says'))],
  ['breaks off at once', () => Promise.resolve(Readable.from(['half']).destroy(new Error('as the test says')))],
])('a download that %s leaves no file', async (_, fetch) => {
  const scratch = await mkdtemp(join(tmpdir(), 'sillage-download-'));
  try {
    let meanwhile: string[] = [];
    const download = downloadVersion({ key: 'a', etag: 'e' }, scratch, {
      async fetch() {
        meanwhile = await readdir(scratch);
        return await fetch();
      },
    });
    await expect(download).rejects.toThrow('as the test says');
    // Were it made later, a busy machine would make it after it was cleared away.
    expect(meanwhile).toEqual([expect.stringMatching(/\.part$/u)]);
    expect(await readdir(scratch)).toEqual([]);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});
