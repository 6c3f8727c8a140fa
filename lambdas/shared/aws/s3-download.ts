import { hash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type LakeObject, ObjectNotFound } from '../ports/lake.ts';
import { isCondition } from './s3-errors.ts';

/** How a download looks at an object, and gets exactly the version that it saw. */
export interface Source {
  head(key: string): Promise<LakeObject | undefined>;
  fetch(key: string, etag: string): Promise<Readable>;
}

/** An object may be replaced between the look and the download; more often than this it hardly is. */
const mostAttempts = 5;

/** A name for one version of one object. It ends as the key does, for readers that go by `.gz` or `.parquet`. */
function fileName({ key, etag }: LakeObject): string {
  const end = basename(key)
    .replaceAll(/[^\w.=-]/gu, '_')
    .slice(-100);
  return `${hash('sha256', `${key}\n${etag}`).slice(0, 24)}-${end}`;
}

async function isThere(path: string, size: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.size === size;
}

/** Downloads an object into `scratch`, once for each of its versions, and gives the path. @throws ObjectNotFound */
export async function download(location: string, key: string, scratch: string, source: Source): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const object = await source.head(key);
    if (object === undefined) throw new ObjectNotFound(key, location);
    const path = join(scratch, fileName(object));
    if (await isThere(path, object.size)) return path;
    await mkdir(scratch, { recursive: true });
    const temp = `${path}.${randomUUID()}.part`;
    try {
      await pipeline(await source.fetch(key, object.etag), createWriteStream(temp, { flags: 'wx' }));
      await rename(temp, path);
      return path;
    } catch (error) {
      if (!isCondition(error) || attempt === mostAttempts) throw error;
    } finally {
      await rm(temp, { force: true });
    }
  }
}
