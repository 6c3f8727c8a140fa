import { chmodSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { link, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import type { KeyRecord } from '../../../lambdas/transform/key-record.ts';
import { newSecret, pseudonymKey, type PseudonymKey } from '../../../lambdas/transform/pseudonyms.ts';
import { codeOf, explain } from '../lake/errors.ts';
import { intoFolder } from '../lake/folders.ts';
import { tempPath } from '../lake/temp.ts';

/**
 * Makes the key whole or not at all: a torn one would stay, and give every person other pseudonyms. The first of two
 * processes wins.
 */
async function make(root: string, path: string): Promise<void> {
  const temp = tempPath(root);
  try {
    await intoFolder(temp, () => writeFile(temp, newSecret(), { flag: 'wx', mode: 0o600, flush: true }));
    await link(temp, path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw explain(root, error);
  } finally {
    await rm(temp, { force: true });
  }
}

/** What the lake is to its key. */
export interface KeyOptions {
  /** Slices stand that were made with a key. */
  readonly hasSlices: boolean;
  readonly record: KeyRecord | undefined;
  /** Takes another key than before, or makes one. */
  readonly isNew?: boolean | undefined;
  readonly onWarning?: (line: string) => void;
}

const variable = 'SILLAGE_PSEUDONYM_KEY';
const remedy =
  `If the old key is lost for good, "sillage run --new-key" makes another, or takes that of ${variable}, and ` +
  'builds every slice anew: pseudonyms that left the lake before then match none of the new ones';

const keyPath = (root: string) => join(root, '.sillage', 'pseudonym.key');

/**
 * The key in the lake's own file; undefined where there is none.
 * @throws LakeUnavailable where it is cut, or cannot be read
 */
function keyInFile(root: string, onWarning: (line: string) => void = () => undefined): PseudonymKey | undefined {
  const path = keyPath(root);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw explain(
      root,
      codeOf(error) === 'EISDIR'
        ? new LakeUnavailable(
            `The pseudonym key ${path} is a folder. Put the key back from a backup, or set ${variable}.`,
            { cause: error },
          )
        : error,
    );
  }
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) onWarning(closed(path, found.mode));
  try {
    return pseudonymKey(text);
  } catch (error) {
    throw new LakeUnavailable(
      `The pseudonym key ${path} is ${text === '' ? 'empty' : `cut: it has ${text.length} characters`}. Put ` +
        `it back from a backup, or set ${variable}. ${remedy}.`,
      { cause: error },
    );
  }
}

/** Takes a key away from those who are not its owner. @returns the words for it */
function closed(path: string, mode: number): string {
  const was =
    `${path} could be read by others (mode ${(mode & 0o777).toString(8)}); who has the key can link pseudonyms ` +
    'with people';
  try {
    chmodSync(path, 0o600);
    return `${was}. It is its owner's alone now.`;
  } catch {
    return `${was}. Make it its owner's alone: chmod 600 ${path}`;
  }
}

/** Puts the lake's own key file aside, under a name that tells which key it holds. */
function setAside(root: string): void {
  const path = keyPath(root);
  if (!existsSync(path)) return;
  let name = 'unreadable';
  try {
    name = keyInFile(root)?.fingerprint ?? name;
  } catch (error) {
    if (!(error instanceof LakeUnavailable)) throw error;
  }
  renameSync(path, `${path}.${name}`);
}

/** Why a key is not the lake's, and where the right one may be. */
function otherKey(root: string, key: PseudonymKey, record: KeyRecord, isGiven: boolean): LakeUnavailable {
  let own: PseudonymKey | undefined;
  try {
    own = isGiven ? keyInFile(root) : undefined;
  } catch {
    own = undefined;
  }
  const from = isGiven ? variable : keyPath(root);
  const where = !isGiven
    ? `Set ${variable} as for the runs before, or put the lake's key file back from a backup`
    : own?.fingerprint === record.fingerprint
      ? `The lake's own key is in ${keyPath(root)}: unset ${variable}`
      : `Set ${variable} to the key of the runs before`;
  return new LakeUnavailable(
    `Nothing was done: the pseudonyms of the lake in ${root} were made with another key (check value ` +
      `${record.fingerprint}) than that of ${from} (${key.fingerprint}). ${where}. ${remedy}.`,
  );
}

/**
 * The lake's pseudonym key: SILLAGE_PSEUDONYM_KEY, or one that is made once and kept beside the lake's own notes,
 * readable by its owner alone. Another key makes other pseudonyms, so it is taken only where that is asked for.
 * @throws LakeUnavailable where slices stand and the key is gone, or is another
 */
export async function pseudonymSecret(
  root: string,
  { hasSlices, record, isNew = false, onWarning }: KeyOptions,
  env = process.env,
): Promise<PseudonymKey> {
  const given = env[variable]?.trim() ?? '';
  if (given !== '') {
    const key = keyGiven(given);
    if (record !== undefined && record.fingerprint !== key.fingerprint && hasSlices && !isNew)
      throw otherKey(root, key, record, true);
    return key;
  }
  if (isNew) return anotherKey(root, record, onWarning);
  const own = keyInFile(root, onWarning);
  if (own !== undefined) {
    if (record !== undefined && record.fingerprint !== own.fingerprint && hasSlices)
      throw otherKey(root, own, record, false);
    return own;
  }
  if (hasSlices) {
    throw new LakeUnavailable(
      `Nothing was done: the key of the lake's pseudonyms is gone. ${keyPath(root)} is not there, and ` +
        `${variable} is not set. Put the file back from a backup, or set ${variable}. ${remedy}.`,
    );
  }
  return madeKey(root, onWarning);
}

function keyGiven(given: string): PseudonymKey {
  try {
    return pseudonymKey(given);
  } catch (error) {
    throw new LakeUnavailable(`${variable} is no key: it has ${given.length} characters, and a key has at least 16.`, {
      cause: error,
    });
  }
}

/** The key in the file where it is another than before, else one that is made. */
async function anotherKey(
  root: string,
  record: KeyRecord | undefined,
  onWarning?: (line: string) => void,
): Promise<PseudonymKey> {
  try {
    const own = keyInFile(root, onWarning);
    if (own !== undefined && record !== undefined && own.fingerprint !== record.fingerprint) return own;
  } catch (error) {
    if (!(error instanceof LakeUnavailable)) throw error;
  }
  setAside(root);
  return madeKey(root, onWarning);
}

async function madeKey(root: string, onWarning: (line: string) => void = () => undefined): Promise<PseudonymKey> {
  await make(root, keyPath(root));
  onWarning(
    `The key of the lake's pseudonyms was made, in ${keyPath(root)}. Keep a copy apart from the lake: without ` +
      'it, what comes later cannot be linked with what stands.',
  );
  const key = keyInFile(root);
  if (key === undefined)
    throw new LakeUnavailable(`The pseudonym key ${keyPath(root)} vanished while it was made. Run again.`);
  return key;
}
