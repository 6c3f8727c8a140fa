/** The lines of gzipped JSON Lines: taken apart, counted, packed anew. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, gunzipSync } from 'node:zlib';
import { gzipLevel } from '../shared/gzip.ts';

const newline = 10;
/** What one part may unpack to, bytes: several times what an invocation of `land` can bring. */
const plainLimit = 16 * 2 ** 20;

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, at + 1)) lines++;
  return lines;
}

/** The whole lines of JSON Lines; undefined where they are not just so many, or the gzip is none. */
export function wholeLines(body: Buffer, rows: number, isGzip: boolean): Buffer | undefined {
  let plain: Buffer;
  try {
    plain = isGzip ? gunzipSync(body, { maxOutputLength: plainLimit }) : body;
  } catch {
    return undefined;
  }
  return plain.at(-1) === newline && countLines(plain) === rows ? plain : undefined;
}

/** How many lines, and what their bytes are. */
export interface Counted {
  readonly rows: number;
  readonly sha256: string;
}

/** Counts the lines of a gzip that is too large for memory. @throws the error of zlib, or of what is read */
export async function countPacked(body: Readable): Promise<Counted> {
  const digest = createHash('sha256');
  let rows = 0;
  await pipeline(body, createGunzip(), async (plain: AsyncIterable<Buffer>) => {
    for await (const bytes of plain) {
      digest.update(bytes);
      rows += countLines(bytes);
    }
  });
  return { rows, sha256: digest.digest('hex') };
}

/** Packs lines into one gzip as they come. One member: some readers stop behind the first. */
export class Packer {
  readonly #gzip = createGzip({ level: gzipLevel });
  readonly #digest = createHash('sha256');
  readonly #chunks: Buffer[] = [];
  readonly #ended: Promise<void>;
  #rows = 0;

  constructor() {
    this.#gzip.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#ended = new Promise((resolve, reject) => {
      this.#gzip.once('end', resolve).once('error', reject);
    });
  }

  get rows(): number {
    return this.#rows;
  }

  async add(lines: Buffer): Promise<void> {
    this.#digest.update(lines);
    this.#rows += countLines(lines);
    await new Promise<void>((resolve, reject) => {
      this.#gzip.write(lines, (error) => (error ? reject(error) : resolve()));
    });
  }

  async end(): Promise<Counted & { readonly body: Buffer }> {
    this.#gzip.end();
    await this.#ended;
    return { rows: this.#rows, sha256: this.#digest.digest('hex'), body: Buffer.concat(this.#chunks) };
  }
}
