import { hash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LakeUnavailable, type Lake, type LakeObject } from '../shared/ports/lake.ts';
import type { Table } from '../shared/schema/table.ts';
import { isGzip } from '../shared/gzip.ts';
import type { Problem } from './line-writer.ts';
import { unpack, type Unpacked } from './unpack.ts';

/** What the writer of a raw object promised in its metadata. */
export interface Promised {
  /** Number of records; undefined for an object that a person put there. */
  readonly rows: number | undefined;
  /** All its records belong to the day of its partition. */
  readonly singleDay: boolean;
}

/** A raw object as a local file, one record a line. */
export interface RawFile extends Unpacked {
  readonly key: string;
  readonly path: string;
  readonly feed: Table;
  /** It is the object itself, on its writer's word that it holds so many whole lines; the batch counts them. */
  readonly onTrust: boolean;
}

/** A raw file and whether its writer promised that all its records belong to its partition's day. */
export interface BatchFile extends RawFile {
  readonly singleDay: boolean;
}

/** A raw object that is to be read. */
export interface RawObject extends Promised {
  readonly key: string;
  readonly feed: Table;
}

/** Whether the file has some of the pages of a report that has others. */
export const isPart = ({ pages }: RawFile): boolean =>
  pages !== undefined && (pages.isFollowed || pages.isFirst === false);

/**
 * The pages that are missing around those of a file. A report's pages may stand in files of their own, in the order of
 * their names, in one folder.
 */
export function missingPages(file: RawFile, files: readonly RawFile[]): Problem[] {
  if (!isPart(file)) return [];
  const report = files.filter(({ feed, key }) => feed === file.feed && dirname(key) === dirname(file.key));
  const at = report.indexOf(file);
  const [before, after] = [report[at - 1], report[at + 1]];
  const [own, last, next] = [file.pages, before?.pages, after?.pages];
  const isApart = own?.from !== undefined && last?.to !== undefined && own.from !== last.to + 1;
  const missing =
    own?.isFirst === false && (!last?.isFollowed || isApart)
      ? [
          isApart && last.isFollowed
            ? 'pages between it and the file before it are not here'
            : 'the pages before it are not here',
        ]
      : own?.isFollowed && (!next || next.isFirst === true)
        ? ['it names a next page, which is not here']
        : [];
  return missing.map((record) => ({ line: file.lines + 1, reason: 'missing_page:object', record, found: record }));
}

/**
 * Works on files that may be taken on trust; where that fails, once more on the same objects unpacked: what their
 * writer promised may not be what they hold, and then every line must be looked at.
 */
export async function trusting<T>(
  load: (trust: boolean) => Promise<readonly BatchFile[]>,
  work: (files: readonly BatchFile[]) => Promise<T>,
): Promise<T> {
  const files = await load(true);
  if (!files.some((file) => file.onTrust)) return work(files);
  try {
    return await work(files);
  } catch (error) {
    if (error instanceof LakeUnavailable) throw error;
    return work(await load(false));
  }
}

/** The raw objects that a step has unpacked, each once, until all that were expected to read them have. */
export class RawObjects {
  readonly #lake: Pick<Lake, 'head' | 'localPath'>;
  readonly #scratch: string;
  readonly #files = new Map<string, Promise<RawFile>>();
  /** How many more will read an object. */
  readonly #readers = new Map<string, number>();

  constructor(lake: Pick<Lake, 'head' | 'localPath'>, scratch: string) {
    this.#lake = lake;
    // As the engine names the files that it reads.
    this.#scratch = resolve(scratch);
  }

  async promised(object: LakeObject): Promise<Promised> {
    const metadata = (await this.#lake.head(object.key))?.metadata ?? {};
    const rows = Number(metadata['rows'] ?? Number.NaN);
    return {
      rows: Number.isSafeInteger(rows) && rows >= 0 ? rows : undefined,
      singleDay: metadata['single-day'] === 'true',
    };
  }

  /**
   * The object as a file that SQL can read: itself where its writer promised its lines, else unpacked and looked at
   * byte by byte.
   * @throws ObjectNotFound where it vanished meanwhile
   */
  async file(key: string, feed: Table, expected: number | undefined, trust = true): Promise<RawFile> {
    if (!trust) return this.#unpacked(key, feed, expected);
    const source = await this.#lake.localPath(key, join(this.#scratch, 'download'));
    const isPlainJsonl = expected !== undefined && expected > 0 && feed.format?.kind === 'jsonl';
    if (isPlainJsonl && (await isGzip(source)) === source.endsWith('.gz')) {
      return { key, path: source, feed, onTrust: true, lines: expected, records: expected, problems: [] };
    }
    return this.#unpacked(key, feed, expected);
  }

  /** The objects as such files, each by what its writer promised: on trust, or each looked at. */
  load(objects: readonly RawObject[]): (trust: boolean) => Promise<BatchFile[]> {
    return async (trust) => {
      const files: BatchFile[] = [];
      for (const { key, feed, rows, singleDay } of objects)
        files.push({ ...(await this.file(key, feed, rows, trust)), singleDay });
      return files;
    };
  }

  async #unpacked(key: string, feed: Table, expected: number | undefined): Promise<RawFile> {
    const known = this.#files.get(key);
    if (known) return known;
    const file = this.#unpack(key, feed, expected);
    this.#files.set(key, file);
    return file;
  }

  async #unpack(key: string, feed: Table, expected: number | undefined): Promise<RawFile> {
    // A key may be longer than the name of a file; the ending says that it is no gzip.
    const path = join(this.#scratch, 'raw', `${hash('md5', key)}.txt`);
    await mkdir(dirname(path), { recursive: true });
    const source = await this.#lake.localPath(key, join(this.#scratch, 'download'));
    return { ...(await unpack(source, feed, path, expected)), key, path, feed, onTrust: false };
  }

  /** One more will read these objects. */
  expect(keys: Iterable<string>): void {
    for (const key of keys) this.#readers.set(key, (this.#readers.get(key) ?? 0) + 1);
  }

  /** One has read these objects: gives back the disk that those took which nobody else is expected to read. */
  async release(keys: Iterable<string>): Promise<void> {
    for (const key of keys) {
      const left = (this.#readers.get(key) ?? 1) - 1;
      this.#readers.set(key, left);
      if (left > 0) continue;
      const file = await this.#files.get(key)?.catch(() => undefined);
      this.#files.delete(key);
      if (file) await rm(file.path, { force: true });
    }
  }
}
