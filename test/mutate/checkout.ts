import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

/** A copy of the checkout, in which mutants are made: nothing is ever changed in place. */
export function copyCheckout(root: string): { readonly root: string; readonly files: string[]; remove(): void } {
  // What git ignores (the lake of `npm start`, its node_modules) may be large, and no test needs it.
  const names = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  const copy = mkdtempSync(join(tmpdir(), 'sillage-mutate-'));
  const files = names.split('\0').filter((name) => name !== '' && existsSync(join(root, name)));
  for (const name of files) cpSync(join(root, name), join(copy, name), { recursive: true, force: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const remove = () => rmSync(copy, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  return {
    root: copy,
    files,
    remove() {
      process.off('exit', remove);
      remove();
    },
  };
}

/** The files at these paths of a checkout, or under them. */
export function filesUnder(root: string, paths: readonly string[]): string[] {
  return paths.flatMap((path) =>
    statSync(join(root, path)).isDirectory()
      ? readdirSync(join(root, path), { withFileTypes: true, recursive: true })
          .filter((entry) => entry.isFile())
          .map((entry) => relative(root, join(entry.parentPath, entry.name)))
          .toSorted()
      : [path],
  );
}
