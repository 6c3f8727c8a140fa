import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { home } from '../../../lambdas/shared/home.ts';
import { intoFolder } from '../lake/folders.ts';
import { memoryFolder } from '../lake/listed.ts';
import { tempPath } from '../lake/temp.ts';
import type { RunOptions, RunSummary } from './run-summary.ts';

/**
 * A run that found nothing new says so for all that it looked at. It keeps a digest of that; where the next run finds
 * the same, nothing is planned: to plan ten thousand slices takes longer than to look at the files. Only a cache: it
 * may be removed at any time.
 */

/** What a run depends on beside the lake's objects: its key, and the code. The rest of its own folder are caches. */
const own = '.sillage';
const keyFile = `${own}/pseudonym.key`;
const inTheHouse = ['bin', 'cli', 'lambdas', 'localstack', 'athena', 'glue-schemas', 'package-lock.json'];

/** A file younger than this may still change without its time changing, where a file system's clock is coarse. */
const settledMs = 2_000;

export interface LakeState {
  readonly digest: string;
  /** Nothing of the lake changed shortly before. */
  readonly isAtRest: boolean;
}

/** Adds path, size and time of change of all that stands under a path. @returns the latest change, ms */
function addAll(hash: Hash, path: string, name: string): number {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  if (found === undefined) return 0;
  // The time of the inode: unlike that of the content, nobody sets it.
  hash.update(`${name}\0${found.mode}\0${found.isDirectory() ? '' : `${found.size}\0${found.ctimeNs}`}\n`);
  if (!found.isDirectory()) return Number(found.ctimeMs);
  let latest = 0;
  for (const entry of readdirSync(path).sort()) latest = Math.max(latest, addAll(hash, `${path}/${entry}`, entry));
  return latest;
}

/** The state of a lake before a run; undefined where not all of it may be looked at. */
export function stateOf(
  root: string,
  { publishes = false }: Pick<RunOptions, 'publishes'> = {},
  now = new Date(),
): LakeState | undefined {
  const hash = createHash('sha256');
  // The days on which a stream's day is closed, and what was fresh is late.
  hash.update(
    `${now.toISOString().slice(0, 10)}\0${process.version}\0${process.env['SILLAGE_PSEUDONYM_KEY'] ?? ''}\0${publishes}\n`,
  );
  try {
    for (const name of inTheHouse) addAll(hash, fileURLToPath(new URL(name, home)), name);
    const inTheLake = [
      ...readdirSync(root)
        .filter((name) => name !== own)
        .sort(),
      keyFile,
    ];
    const latest = Math.max(...inTheLake.map((name) => addAll(hash, join(root, name), name)));
    return { digest: hash.digest('hex'), isAtRest: now.getTime() - latest > settledMs };
  } catch {
    // A folder is closed, or vanished meanwhile: the run will say so where it matters.
    return undefined;
  }
}

/** What a run that found nothing new told. */
export type Settled = Omit<RunSummary, 'runId' | 'seconds' | 'damaged' | 'inbox'>;

const step = z.strictObject({
  step: z.string(),
  table: z.string(),
  slices: z.number(),
  built: z.array(z.never()),
  removed: z.array(z.never()),
  outdated: z.array(z.never()).optional(),
});
const check = z.strictObject({
  run_id: z.string(),
  check_name: z.string(),
  table_name: z.string(),
  severity: z.enum(['error', 'warning']),
  failures: z.number(),
  checked: z.number(),
  checked_at: z.iso.datetime().transform((text) => new Date(text)),
});
const kept = z.strictObject({
  digest: z.string(),
  settled: z.strictObject({
    steps: z.array(step),
    checks: z.array(check),
    publication: z
      .strictObject({
        state: z.enum(['published', 'unchanged', 'withheld']),
        failedChecks: z.number(),
        files: z.number(),
        bytes: z.number(),
        filesWritten: z.number(),
      })
      .optional(),
    unread: z.array(z.strictObject({ key: z.string(), reason: z.string() })),
    refusedFiles: z.array(z.strictObject({ key: z.string(), message: z.string(), isImport: z.boolean() })),
    strangers: z.array(z.string()),
    warnings: z.array(z.string()),
  }),
});

const pathOf = (root: string) => join(memoryFolder(root), 'settled.json');

/** What the last run told, if it found nothing new and nothing has changed since. */
export function settledAt(root: string, state: LakeState | undefined): Settled | undefined {
  if (state === undefined) return undefined;
  try {
    const { digest, settled } = kept.parse(JSON.parse(readFileSync(pathOf(root), 'utf8')));
    return digest === state.digest ? settled : undefined;
  } catch {
    // Missing, or broken: all is planned.
    return undefined;
  }
}

/** Keeps what a run told that began in this state, where it found nothing new and nothing was damaged. */
export async function keepSettled(
  root: string,
  state: LakeState | undefined,
  summary: Omit<RunSummary, 'seconds' | 'inbox'>,
) {
  const { steps, checks, publication, unread, refusedFiles, strangers, warnings, damaged } = summary;
  const isNew =
    publication?.state === 'published' || steps.some(({ built, removed }) => built.length + removed.length > 0);
  if (state?.isAtRest !== true || isNew || damaged.length > 0) return;
  const temp = tempPath(root);
  const text = JSON.stringify({
    digest: state.digest,
    settled: { steps, checks, publication, unread, refusedFiles, strangers, warnings },
  });
  try {
    await intoFolder(temp, () => writeFileSync(temp, text, { flag: 'wx', mode: 0o600 }));
    await intoFolder(pathOf(root), () => renameSync(temp, pathOf(root)), 0o700);
  } catch {
    // Only a cache: a lake that is full can still be run.
  } finally {
    rmSync(temp, { force: true });
  }
}
