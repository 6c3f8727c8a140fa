import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newSecret, pseudonymKey, type PseudonymKey } from '../../lambdas/transform/pseudonyms.ts';

/**
 * The lake's pseudonym key: SILLAGE_PSEUDONYM_KEY, or one that is made once and kept beside the lake's own notes, readable by
 * its owner alone. Another key makes other pseudonyms, so every slice with any is built again.
 */
export async function pseudonymSecret(root: string, env = process.env): Promise<PseudonymKey> {
  const given = env['SILLAGE_PSEUDONYM_KEY'];
  if (given !== undefined && given !== '') return pseudonymKey(given);
  const folder = join(root, '.sillage');
  const path = join(folder, 'pseudonym.key');
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(path, newSecret(), { flag: 'wx', mode: 0o600 });
    await chmod(path, 0o600);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return pseudonymKey((await readFile(path, 'utf8')).trim());
}
