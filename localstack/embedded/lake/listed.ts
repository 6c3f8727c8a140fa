import { hash, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { intoFolder } from './folders.ts';
import { tempPath } from './temp.ts';
import type { Version } from './sidecar.ts';

/** Etags, each with the size and the time of the file that it is of; `since` tells what was forgotten before. */
const Listed = z.object({
  since: z.string(),
  etags: z.array(z.tuple([z.string(), z.number(), z.string(), z.string()])),
});

type Entry = readonly [key: string, size: number, mtimeNs: string, etag: string];

/** Below this many objects their notes are read as quickly. */
const worth = 64;

const folderOf = (root: string) => join(root, '.sillage', 'listed');
const forgottenPath = (root: string) => join(root, '.sillage', 'listed-since');

/**
 * What a listing found, kept for the next one: to read the note of each of ten thousand objects takes longer than all else in a run
 * that finds nothing new. Only a cache of notes: it may be removed at any time, and an entry of another size or time counts as none.
 */
export class ListedEtags {
  readonly #root: string;
  readonly #path: string;
  readonly #since: string;
  readonly #before: ReadonlyMap<string, Entry>;
  readonly #now = new Map<string, Entry>();
  #isNew = false;

  constructor(root: string, prefix: string) {
    this.#root = root;
    this.#path = join(folderOf(root), `${hash('md5', prefix)}.json`);
    this.#since = sinceWhen(root);
    this.#before = read(this.#path, this.#since);
  }

  /** The etag of this version of an object. */
  etagOf(key: string, { size, mtimeNs }: Version): string | undefined {
    const known = this.#before.get(key);
    return known?.[1] === size && known[2] === mtimeNs ? known[3] : undefined;
  }

  /** Takes note of what stands. */
  add(key: string, { size, mtimeNs }: Version, etag: string): void {
    this.#isNew ||= this.etagOf(key, { size, mtimeNs }) !== etag;
    this.#now.set(key, [key, size, mtimeNs, etag]);
  }

  /** Keeps what was found for the next listing, where that has changed; nothing where a note was found wrong meanwhile. */
  async keep(): Promise<void> {
    if (
      this.#now.size < worth ||
      (!this.#isNew && this.#now.size === this.#before.size) ||
      sinceWhen(this.#root) !== this.#since
    )
      return;
    const temp = tempPath(this.#root);
    try {
      await intoFolder(temp, () =>
        writeFileSync(temp, JSON.stringify({ since: this.#since, etags: [...this.#now.values()] }), {
          flag: 'wx',
          mode: 0o600,
        }),
      );
      await intoFolder(this.#path, () => renameSync(temp, this.#path), 0o700);
    } finally {
      rmSync(temp, { force: true });
    }
  }
}

function read(path: string, since: string): ReadonlyMap<string, Entry> {
  try {
    const listed = Listed.parse(JSON.parse(readFileSync(path, 'utf8')));
    return new Map(listed.since === since ? listed.etags.map((entry) => [entry[0], entry]) : []);
  } catch {
    // Missing, or broken: then each note is read, as the first time.
    return new Map();
  }
}

/** Which listings still count: those that were made since this. */
function sinceWhen(root: string): string {
  try {
    return readFileSync(forgottenPath(root), 'utf8');
  } catch {
    // Nothing was ever forgotten.
    return '';
  }
}

/** Forgets all listings, those too that are being made: of some object the note was wrong. */
export function forgetListings(root: string): void {
  writeFileSync(forgottenPath(root), randomUUID());
  rmSync(folderOf(root), { recursive: true, force: true });
}
