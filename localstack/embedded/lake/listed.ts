import { hash, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { intoFolder } from './folders.ts';
import { tempPath } from './temp.ts';
import type { Version } from './sidecar.ts';

/**
 * What is kept: a line that tells what was forgotten before, and a line for each object: key, size, time and etag, with
 * tabs between them, which are in no key. Lines, since a schema would look at each of ten thousand tuples.
 */
const firstLine = (since: string) => `listed since ${since}`;
const stampOf = ({ size, mtimeNs }: Version) => `${size}\t${mtimeNs}\t`;

/** Below this many objects their notes are read as quickly. */
const worth = 64;

/** Where it lies what was found out of the objects, as long as no note is found wrong. */
export const memoryFolder = (root: string) => join(root, '.sillage', 'listed');
const forgottenPath = (root: string) => join(root, '.sillage', 'listed-since');

/**
 * What a listing found, kept for the next one: to read the note of each of ten thousand objects takes longer than all
 * else in a run that finds nothing new. Only a cache of notes: it may be removed at any time, and an entry of another
 * size or time counts as none.
 */
export class ListedEtags {
  readonly #root: string;
  readonly #path: string;
  readonly #since: string;
  /** By key, the rest of its line. */
  readonly #before: ReadonlyMap<string, string>;
  readonly #now = new Map<string, string>();
  #isNew = false;

  constructor(root: string, prefix: string) {
    this.#root = root;
    this.#path = join(memoryFolder(root), `${hash('md5', prefix)}.tsv`);
    this.#since = sinceWhen(root);
    this.#before = read(this.#path, this.#since);
  }

  /** The etag of this version of an object. */
  etagOf(key: string, version: Version): string | undefined {
    const stamp = stampOf(version);
    const known = this.#before.get(key);
    return known?.startsWith(stamp) === true ? known.slice(stamp.length) : undefined;
  }

  /** Takes note of what stands. */
  add(key: string, version: Version, etag: string): void {
    const line = `${stampOf(version)}${etag}`;
    this.#isNew ||= this.#before.get(key) !== line;
    this.#now.set(key, line);
  }

  /**
   * Keeps what was found for the next listing, where that has changed; nothing where a note was found wrong meanwhile.
   */
  async keep(): Promise<void> {
    if (
      this.#now.size < worth ||
      (!this.#isNew && this.#now.size === this.#before.size) ||
      sinceWhen(this.#root) !== this.#since
    )
      return;
    const temp = tempPath(this.#root);
    try {
      writeFileSync(temp, this.#text());
      await intoFolder(this.#path, () => renameSync(temp, this.#path));
    } finally {
      rmSync(temp, { force: true });
    }
  }

  #text(): string {
    return `${firstLine(this.#since)}\n${[...this.#now].map(([key, rest]) => `${key}\t${rest}\n`).join('')}`;
  }
}

function read(path: string, since: string): ReadonlyMap<string, string> {
  const kept = new Map<string, string>();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Missing: then each note is read, as the first time.
    return kept;
  }
  const [first, ...lines] = text.split('\n');
  // It ends with a new line, unless it was cut off.
  if (first !== firstLine(since) || lines.pop() !== '') return kept;
  for (const line of lines) {
    const end = line.indexOf('\t');
    kept.set(line.slice(0, end), line.slice(end + 1));
  }
  return kept;
}

/** Which listings still count: those that were made since this. */
function sinceWhen(root: string): string {
  let since = '';
  try {
    since = readFileSync(forgottenPath(root), 'utf8');
  } catch {
    // Nothing was ever forgotten.
  }
  return since;
}

/** Forgets all listings, those too that are being made: of some object the note was wrong. */
export function forgetListings(root: string): void {
  writeFileSync(forgottenPath(root), randomUUID());
  rmSync(memoryFolder(root), { recursive: true, force: true });
}
