/**
 * What was imported, taken out or set since the last run over everything: figures are still as they were before. So it is
 * after an import without a run, one that was killed before its run, or a setting of the shop that was changed.
 */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { allImports, allUndone } from '../../../lambdas/import/land.ts';
import { LakeUnavailable, type Lake, type LakeObject } from '../../../lambdas/shared/ports/lake.ts';
import { loadCatalog, tableNamed } from '../../../lambdas/shared/schema/catalog.ts';
import { checkedRun, importsPrefix, ledgerRun } from '../../../lambdas/shared/schema/ops-keys.ts';
import { experimentsKey } from '../../../lambdas/shared/shop/experiments.ts';
import { profileKey, readProfile } from '../../../lambdas/shared/shop/profile.ts';
import { expirations, hasExpired } from '../../../lambdas/shared/slices/expirations.ts';
import { keyOfInput } from '../../../lambdas/shared/slices/ledger-inputs.ts';
import { profileInputs } from '../../../lambdas/shared/slices/profile-inputs.ts';
import { isFolder } from '../lake/at-work.ts';
import { isClosed } from '../lake/errors.ts';
import { sideBySide } from './side-by-side.ts';
import { withLake, type Workspace } from './workspace.ts';

/** Names that are told of each kind. */
const most = 5;

/** Documents that are looked at together. */
const atOnce = 16;

const listed = (names: readonly string[]) =>
  names.slice(0, most).join(', ') + (names.length > most ? `, and ${names.length - most} more` : '');

/** Files whose documents stand otherwise than the slices were made from them. */
async function waitingFiles({ lake, catalog }: Workspace, made: ReadonlySet<string>): Promise<string[]> {
  const keys = new Set(Array.from(made, keyOfInput));
  const expired = await expirations(lake, catalog);
  const feeds = [...catalog.values()].filter(({ zone }) => zone === 'raw');
  const isGone = (key: string) => feeds.some((feed) => key.startsWith(feed.prefix) && hasExpired(expired, feed, key));
  const stands = async (key: string) => {
    const etag = isGone(key) ? undefined : (await lake.head(key))?.etag;
    return etag === undefined ? undefined : `${key}@${etag}`;
  };
  // Where a document stands that some file has made: what is asked of a bucket goes side by side.
  const documents: { readonly key: string; readonly file: string }[] = [];
  for await (const { file, parts, taken_back: emptied = [] } of allImports(lake)) {
    const own = parts.flatMap((part) => part.documents);
    documents.push(...[...own, ...emptied.filter(isCounted)].map((key) => ({ key, file })));
  }
  for await (const { file, taken_back: emptied = [] } of allUndone(lake))
    documents.push(...emptied.filter(isCounted).map((key) => ({ key, file: `${file} (taken out)` })));
  const waiting = new Set<string>();
  await sideBySide(documents, atOnce, async ({ key, file }) => {
    const input = waiting.has(file) ? undefined : await stands(key);
    if (input !== undefined && !made.has(input)) waiting.add(file);
  });
  return [...waiting].toSorted();

  // A document without records is made of by no slice any more.
  function isCounted(key: string): boolean {
    return keys.has(key);
  }
}

/** Parts of the shop's profile from another value of which slices were made. */
async function waitingParts({ lake }: Workspace, made: ReadonlySet<string>): Promise<string[]> {
  const { profile } = await readProfile(lake);
  return profileInputs(profile).flatMap(({ key, etag }) =>
    [...made].some((input) => keyOfInput(input) === key && input !== `${key}@${etag}`)
      ? [key === experimentsKey ? key : key.slice(profileKey.length + 1)]
      : [],
  );
}

/** What a lake that was built lacks until the next run. */
interface Waiting {
  readonly files: readonly string[];
  readonly parts: readonly string[];
}

const nothing: Waiting = { files: [], parts: [] };

const waitingIn = (lake: Lake): Promise<Waiting> =>
  withLake(lake, async (workspace) => {
    const made = await workspace.ledger.madeFrom(['raw/', `${profileKey}#`, experimentsKey]);
    if (made.length === 0) return nothing;
    return {
      // Of files, who may not look into what was imported is told nothing.
      files: await waitingFiles(workspace, new Set(made)).catch((error: unknown) => {
        if (isClosed(error)) return [];
        throw error;
      }),
      parts: await waitingParts(workspace, new Set(made.filter((input) => !input.startsWith('raw/')))),
    };
  });

function inSentences({ files, parts }: Waiting, nameFiles: (files: readonly string[]) => string, how: string) {
  return [
    ...(files.length > 0
      ? [`${nameFiles(files)} ${files.length === 1 ? 'waits' : 'wait'} for a run since the import. ${how}`]
      : []),
    ...(parts.length > 0
      ? [
          `${listed(parts)} of the shop's profile ${parts.length === 1 ? 'was' : 'were'} changed since the ` +
            `last run. ${how}`,
        ]
      : []),
  ];
}

const asBefore = (flag: string) => `Figures are still as they were before: sillage run${flag}`;

/** What a lake that was built lacks until the next run, in a sentence for each kind. */
export async function waitingForRun(lake: Lake, flag: string): Promise<string[]> {
  return inSentences(await waitingIn(lake), listed, asBefore(flag));
}

/** A bucket's clock is not that of who runs. */
const clocksDifferMs = 5 * 60_000;

/**
 * When an object was put where it stands. A file that was copied or moved back has a time of its own that may be old: a
 * folder knows when it came.
 */
async function cameAt(lake: Lake, { key, lastModified }: Pick<LakeObject, 'key' | 'lastModified'>) {
  const came = isFolder(lake) ? await stat(join(lake.location, key)).catch(() => undefined) : undefined;
  return Math.max(lastModified.getTime(), came?.ctimeMs ?? 0);
}

/** A file is named anew this much after it was written: so every write here ends. */
const renamedWithinMs = 1000;

/** Whether something was deleted at the top of a lake's folder: the folder is younger than all that stands in it. */
async function hasLostSince(lake: Lake, since: number): Promise<boolean> {
  if (!isFolder(lake)) return false;
  const changed = (await stat(lake.location)).mtimeMs;
  if (changed < since) return false;
  const born = await Promise.all(
    (await readdir(lake.location)).map((name) =>
      stat(join(lake.location, name)).then(
        ({ birthtimeMs }) => birthtimeMs,
        () => 0,
      ),
    ),
  );
  return born.every((one) => changed > one + renamedWithinMs);
}

/**
 * Whether anything was imported, taken out or set since the last run began. It looks at no document, so that whoever
 * asks a lake many questions may ask this, too.
 */
async function isTouchedSinceRun(lake: Lake): Promise<boolean> {
  const catalog = loadCatalog();
  let last = '';
  for (const { prefix } of ['pipeline_runs', 'check_results'].map((name) => tableNamed(catalog, name)))
    for await (const key of lake.keys(prefix)) {
      const run = ledgerRun(key) ?? checkedRun(key) ?? '';
      if (run > last) last = run;
    }
  if (last === '') return false;
  const began = Date.parse(last.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z'));
  const since = began - (isFolder(lake) ? 0 : clocksDifferMs);
  for (const key of [profileKey, experimentsKey]) {
    const head = await lake.head(key);
    if (head !== undefined && (await cameAt(lake, head)) >= since) return true;
  }
  if (await hasLostSince(lake, since)) return true;
  for await (const object of lake.list(importsPrefix)) if ((await cameAt(lake, object)) >= since) return true;
  return false;
}

/**
 * What waits for a run, for whoever answers from a lake: the sentences of `waitingForRun` where anything was touched since
 * the last run began. Who may not read what was imported is told nothing of it.
 * @param isForStrangers counts files: a person may stand in the name of one
 */
export async function waitingOfAnswer(lake: Lake, flag: string, isForStrangers = false): Promise<string[]> {
  try {
    if (!(await isTouchedSinceRun(lake))) return [];
    const counted = ({ length }: readonly string[]) => `${length} imported ${length === 1 ? 'file' : 'files'}`;
    return inSentences(await waitingIn(lake), isForStrangers ? counted : listed, asBefore(flag));
  } catch (error) {
    if (error instanceof LakeUnavailable) return [];
    throw error;
  }
}
