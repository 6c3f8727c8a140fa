import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { codeOf } from './errors.ts';
import { intoFolder, pruneFolders } from './folders.ts';
import { tempPath } from './temp.ts';

/** What tells two states of a file apart without reading it. */
export interface Version {
  readonly size: number;
  /** Nanoseconds, as decimal text: JSON has no integers of that size. */
  readonly mtimeNs: string;
}

const Note = z.object({
  etag: z.string(),
  size: z.number(),
  mtimeNs: z.string(),
  metadata: z.record(z.string(), z.string()),
});

/** What is known of one version of an object beyond its bytes. */
export type Note = Readonly<z.infer<typeof Note>>;

const Notes = z.array(Note);

/**
 * Small JSON files that stand in for what a plain file cannot carry: etag and metadata.
 *
 * `meta` is written by writers only. `etags` caches what readers computed for files that came by hand; it is apart,
 * so that no reader ever overwrites a writer's note.
 */
export type Shelf = 'meta' | 'etags';

/** A note's file begins with a dot, as no folder does: `a` and `a.json/b` do not get in each other's way. */
function sidecarPath(root: string, shelf: Shelf, key: string): string {
  return join(root, '.sillage', shelf, dirname(key), `.${basename(key)}.json`);
}

// All calls here are synchronous: on files this small they take 20 µs, and ten times that through the thread pool.

/** What is noted of a key. A broken sidecar counts as none. */
function notesOf(root: string, shelf: Shelf, key: string): readonly Note[] {
  try {
    return Notes.parse(JSON.parse(readFileSync(sidecarPath(root, shelf, key), 'utf8')));
  } catch {
    return [];
  }
}

const isOf = (note: Note, version: Version) => note.size === version.size && note.mtimeNs === version.mtimeNs;

/** The note of exactly this version, if there is one. */
export function readNote(root: string, shelf: Shelf, key: string, version: Version): Note | undefined {
  return notesOf(root, shelf, key).find((note) => isOf(note, version));
}

/** Replaces the sidecar at once with notes of the versions that may stand under the key now. */
export async function writeNotes(root: string, shelf: Shelf, key: string, notes: readonly Note[]): Promise<void> {
  const path = sidecarPath(root, shelf, key);
  const temp = tempPath(root);
  try {
    writeFileSync(temp, JSON.stringify(notes));
    await intoFolder(path, () => renameSync(temp, path));
  } finally {
    rmSync(temp, { force: true });
  }
}

/**
 * Forgets what is noted of one version of a key, whose bytes are not those that were noted; other versions keep theirs.
 */
export async function forgetNote(root: string, key: string, version: Version): Promise<void> {
  for (const shelf of ['meta', 'etags'] as const) {
    const notes = notesOf(root, shelf, key);
    const others = notes.filter((note) => !isOf(note, version));
    if (others.length < notes.length) await writeNotes(root, shelf, key, others);
  }
}

/** Forgets what is noted of a key. */
export function dropNotes(root: string, key: string): void {
  for (const shelf of ['meta', 'etags'] as const) {
    const path = sidecarPath(root, shelf, key);
    try {
      rmSync(path);
      pruneFolders(path, join(root, '.sillage', shelf));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
    }
  }
}
