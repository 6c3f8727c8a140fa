import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { brokenGzip } from '../shared/gzip.ts';
import { Refused } from './refused.ts';

/** Longest file that is unpacked, bytes. */
export const unpackedLimit = 8 * 2 ** 30;

/** Unpacks a gzip into a file. @throws Refused where it ends early, or does not end */
export async function gunzipFile(path: string, target: string): Promise<void> {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > unpackedLimit) done(new Refused('It is a gzip that unpacks to more than 8 GB. Export it in parts.'));
      else done(null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), counted, createWriteStream(target));
  } catch (error) {
    if (brokenGzip(error) === undefined) throw error;
    throw new Refused('It is a gzip that is damaged or was cut short: download it again.', { cause: error });
  }
}
