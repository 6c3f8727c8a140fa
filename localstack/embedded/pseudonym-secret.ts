import { existsSync } from 'node:fs';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newSecret, pseudonymKey, type PseudonymKey } from '../../lambdas/transform/pseudonyms.ts';
import { codeOf, explain } from './files/errors.ts';
import { intoFolder } from './files/folders.ts';
import { tempPath } from './files/temp.ts';

/** Makes the key whole or not at all: a torn one would stay, and give every person other pseudonyms. The first of two processes wins. */
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

/**
 * The lake's pseudonym key: SILLAGE_PSEUDONYM_KEY, or one that is made once and kept beside the lake's own notes, readable by
 * its owner alone. Another key makes other pseudonyms, so every slice with any is built again.
 */
export async function pseudonymSecret(root: string, env = process.env): Promise<PseudonymKey> {
  const given = env['SILLAGE_PSEUDONYM_KEY'];
  if (given !== undefined && given !== '') return pseudonymKey(given);
  const path = join(root, '.sillage', 'pseudonym.key');
  if (!existsSync(path)) await make(root, path);
  return pseudonymKey((await readFile(path, 'utf8')).trim());
}
