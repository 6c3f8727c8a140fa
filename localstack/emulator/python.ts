import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { home } from '../../lambdas/shared/home.ts';
import { ministackMissing, ministackVersion } from './ministack.ts';

const execute = promisify(execFile);

/** DuckDB for Python, by which the emulator's Athena computes. */
const duckdbVersion = '2.0.1';

/**
 * A Python of the repository's own that has the emulator; made once, from PyPI.
 * @throws Error where there is no Python 3.10 or newer, or no network
 */
export async function pythonWithMinistack(say: (line: string) => void): Promise<string> {
  const folder = fileURLToPath(new URL('.cache/ministack', home));
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  if (existsSync(python) && ministackMissing(python) === undefined) return python;
  say(`Installing ministack ${ministackVersion} from PyPI into .cache/ministack …`);
  try {
    await execute('python3', ['-m', 'venv', folder]);
    const packages = [`ministack==${ministackVersion}`, `duckdb==${duckdbVersion}`];
    await execute(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  } catch (error) {
    throw new Error(
      `The emulator could not be installed: it needs Python 3.10 or newer with venv, and a network once. ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  return python;
}
