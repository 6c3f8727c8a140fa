import { hash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
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

/** One version of one object. */
type Version = Pick<LakeObject, 'key' | 'etag'>;

/** A name for one version of one object. It ends as the key does, for readers that go by `.gz` or `.parquet`. */
function fileName({ key, etag }: Version): string {
  const end = basename(key)
    .replaceAll(/[^\w.=-]/gu, '_')
    .slice(-100);
  return `${hash('sha256', `${key}\n${etag}`).slice(0, 24)}-${end}`;
}

/** A download has its name once it is whole. */
const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Downloads one version of an object into `scratch`, once, and gives the path.
 * @throws what S3 says where the object has another version by now
 */
export async function downloadVersion(
  version: Version,
  scratch: string,
  source: Pick<Source, 'fetch'>,
): Promise<string> {
  const path = join(scratch, fileName(version));
  if (await isThere(path)) return path;
  await mkdir(scratch, { recursive: true });
  const temp = `${path}.${randomUUID()}.part`;
  // Opened first: a stream that opens its file itself may make it after the download broke off and was cleared away.
  const file = await open(temp, 'wx');
  try {
    await pipeline(await source.fetch(version.key, version.etag), file.createWriteStream());
    await rename(temp, path);
    return path;
  } finally {
    await file.close();
    await rm(temp, { force: true });
  }
}

/** Downloads an object into `scratch`, once for each of its versions, and gives the path. @throws ObjectNotFound */
export async function download(location: string, key: string, scratch: string, source: Source): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const object = await source.head(key);
    if (object === undefined) throw new ObjectNotFound(key, location);
    try {
      return await downloadVersion(object, scratch, source);
    } catch (error) {
      if (!isCondition(error) || attempt === mostAttempts) throw error;
    }
  }
}
