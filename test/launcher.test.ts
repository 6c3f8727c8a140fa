import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { folder } from './support-sillage.ts';

const repository = join(import.meta.dirname, '..');
const house = folder('launcher');
const cache = join(house, '.cache', 'bundle');

for (const name of ['bin', 'cli', 'dashboard', 'lambdas', 'localstack', 'tracker']) mkdirSync(join(house, name));
copyFileSync(join(repository, 'bin/sillage.mjs'), join(house, 'bin/sillage.mjs'));
symlinkSync(join(repository, 'node_modules'), join(house, 'node_modules'));
writeFileSync(join(house, 'package.json'), '{ "type": "module" }');
writeFileSync(join(house, 'package-lock.json'), '{}');

const workers = ['generate/generate-worker', 'live/landing-worker'];
for (const worker of workers) {
  mkdirSync(join(house, 'localstack/embedded', dirname(worker)), { recursive: true });
  writeFileSync(join(house, 'localstack/embedded', `${worker}.ts`), 'export const works: boolean = true;\n');
}

/** A program of two modules that says a word. */
function says(word: string): void {
  writeFileSync(join(house, 'lambdas/word.ts'), `export const word: string = '${word}';\n`);
  writeFileSync(
    join(house, 'bin/sillage.ts'),
    "import { word } from '../lambdas/word.ts';\nconsole.log(word, process.argv[2]);\n",
  );
}

function launched(): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(house, 'bin/sillage.mjs'), 'asked'], {
    encoding: 'utf8',
  });
  return status === 0 ? stdout : stderr;
}

test('the sources are bundled once; a change of any makes a new bundle, and those of yesterday go then', () => {
  says('first');
  expect(launched()).toBe('first asked\n');
  const [first = ''] = readdirSync(cache);
  const entries = ['sillage', ...workers.map((worker) => basename(worker))];
  expect(readdirSync(join(cache, first))).toEqual(expect.arrayContaining(entries.map((name) => `${name}.mjs`)));
  expect(launched()).toBe('first asked\n');
  expect(readdirSync(cache)).toEqual([first]);

  says('second, and longer');
  expect(launched()).toBe('second, and longer asked\n');
  expect(readdirSync(cache)).toHaveLength(2);

  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(cache, first), yesterday, yesterday);
  expect(launched()).toBe('second, and longer asked\n');
  expect(readdirSync(cache)).toHaveLength(2);
  says('third of them all');
  expect(launched()).toBe('third of them all asked\n');
  expect(readdirSync(cache)).toHaveLength(2);
  expect(readdirSync(cache)).not.toContain(first);
});

test('where no bundle can be kept, the sources are read as they are', () => {
  rmSync(join(house, '.cache'), { recursive: true, force: true });
  writeFileSync(join(house, '.cache'), 'a file where the folder should be');
  says('unbundled');
  expect(launched()).toBe('unbundled asked\n');
});
