/**
 * What was imported, taken out or set since the last run over everything: figures are still as they were before. So it is
 * after an import without a run, one that was killed before its run, or a setting of the shop that was changed.
 */
import { allImports, allUndone } from '../../../lambdas/import/land.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { experimentsKey } from '../../../lambdas/shared/shop/experiments.ts';
import { profileKey, readProfile } from '../../../lambdas/shared/shop/profile.ts';
import { expirations, hasExpired } from '../../../lambdas/shared/slices/expirations.ts';
import { keyOfInput } from '../../../lambdas/shared/slices/ledger-inputs.ts';
import { profileInputs } from '../../../lambdas/shared/slices/profile-inputs.ts';
import { withLake, type Workspace } from './workspace.ts';

/** Names that are told of each kind. */
const most = 5;

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
  const waiting = new Set<string>();
  for await (const { file, parts, taken_back: emptied = [] } of allImports(lake)) {
    for (const key of parts.flatMap(({ documents }) => documents)) {
      const input = await stands(key);
      if (input !== undefined && !made.has(input)) waiting.add(file);
    }
    if (await isStillCounted(emptied)) waiting.add(file);
  }
  for await (const { file, taken_back: emptied = [] } of allUndone(lake))
    if (await isStillCounted(emptied)) waiting.add(`${file} (taken out)`);
  return [...waiting].toSorted();

  // A document without records is made of by no slice any more.
  async function isStillCounted(documents: readonly string[]): Promise<boolean> {
    for (const key of documents) {
      const input = keys.has(key) ? await stands(key) : undefined;
      if (input !== undefined && !made.has(input)) return true;
    }
    return false;
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

/** What a lake that was built lacks until the next run, in a sentence for each kind. */
export async function waitingForRun(lake: Lake, flag: string): Promise<string[]> {
  return withLake(lake, async (workspace) => {
    const made = await workspace.ledger.madeFrom(['raw/', `${profileKey}#`, experimentsKey]);
    if (made.length === 0) return [];
    const [files, parts] = [
      await waitingFiles(workspace, new Set(made)),
      await waitingParts(workspace, new Set(made.filter((input) => !input.startsWith('raw/')))),
    ];
    const how = `Figures are still as they were before: sillage run${flag}`;
    return [
      ...(files.length > 0
        ? [`${listed(files)} ${files.length === 1 ? 'waits' : 'wait'} for a run since the import. ${how}`]
        : []),
      ...(parts.length > 0
        ? [
            `${listed(parts)} of the shop's profile ${parts.length === 1 ? 'was' : 'were'} changed since the last run. ${how}`,
          ]
        : []),
    ];
  });
}
