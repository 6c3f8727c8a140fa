import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Lake, LakeObject } from '../shared/ports/lake.ts';
import type { Table } from '../shared/schema/catalog.ts';
import { unpack, type Unpacked } from './unpack.ts';

/** What the writer of a raw object promised in its metadata. */
export interface Promised {
  /** Number of records; undefined for an object that a person put there. */
  readonly rows: number | undefined;
  /** All its records belong to the day of its partition. */
  readonly singleDay: boolean;
}

/** A raw object as a plain local file, one record a line. */
export interface RawFile extends Unpacked {
  readonly key: string;
  readonly path: string;
  readonly feed: Table;
}

/** The raw objects that a run has unpacked, each once, until they are dropped. */
export class RawObjects {
  readonly #lake: Lake;
  readonly #scratch: string;
  readonly #files = new Map<string, Promise<RawFile>>();

  constructor(lake: Lake, scratch: string) {
    this.#lake = lake;
    this.#scratch = scratch;
  }

  /** Where the plain files are; the rest of a path is the object's key, each part URL-encoded so that no glob can hide in it. */
  get folder(): string {
    return join(this.#scratch, 'raw', '/');
  }

  async promised(object: LakeObject): Promise<Promised> {
    const metadata = (await this.#lake.head(object.key))?.metadata ?? {};
    const rows = Number(metadata['rows'] ?? Number.NaN);
    return { rows: Number.isSafeInteger(rows) && rows >= 0 ? rows : undefined, singleDay: metadata['single-day'] === 'true' };
  }

  /** The object as a plain file. @throws ObjectNotFound where it vanished meanwhile */
  async file(key: string, feed: Table, expected: number | undefined): Promise<RawFile> {
    const known = this.#files.get(key);
    if (known) return known;
    const file = this.#unpack(key, feed, expected);
    this.#files.set(key, file);
    return file;
  }

  async #unpack(key: string, feed: Table, expected: number | undefined): Promise<RawFile> {
    const path = this.folder + key.split('/').map((part) => encodeURIComponent(part).replaceAll('*', '%2A')).join('/');
    await mkdir(dirname(path), { recursive: true });
    const source = await this.#lake.localPath(key, join(this.#scratch, 'download'));
    return { ...await unpack(source, feed, path, expected), key, path, feed };
  }

  /** Gives the disk back that these objects took. */
  async drop(keys: Iterable<string>): Promise<void> {
    for (const key of keys) {
      const file = await this.#files.get(key)?.catch(() => undefined);
      this.#files.delete(key);
      if (file) await rm(file.path, { force: true });
    }
  }
}
