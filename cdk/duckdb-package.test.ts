import { afterEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { home } from '../lambdas/shared/home.ts';
import { fetchPackages, lockOf, platforms } from './duckdb-package.ts';

const lockText = readFileSync(new URL('package-lock.json', home), 'utf8');

test.each(platforms)(
  'what is fetched for %s is what the lock file of the repository names, each with its checksum',
  (platform) => {
    const { manifest, lock } = lockOf(lockText, platform);
    const version = '1.5.5-r.5';
    expect(manifest.dependencies).toMatchObject({
      '@duckdb/node-api': version,
      '@duckdb/node-bindings': version,
      [`@duckdb/node-bindings-linux-${platform}`]: version,
    });
    const { '': _, ...packages } = lock.packages;
    expect(Object.keys(packages)).toHaveLength(4);
    for (const one of Object.values(packages))
      expect(one).toMatchObject({ integrity: expect.stringMatching(/^sha512-/) });
  },
);

test('a package without a checksum is refused', () => {
  expect(() => lockOf(lockText.replaceAll(/"integrity": "[^"]+",/g, ''), 'arm64')).toThrow('integrity');
});

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

/** A package of ours as npm packs it, the lock file that names it, and where to put it. */
function packed(integrityOf: (bytes: Buffer) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'sillage-package-'));
  folders.push(folder);
  mkdirSync(join(folder, 'package'));
  writeFileSync(join(folder, 'package', 'package.json'), JSON.stringify({ name: 'one', version: '1.0.0' }));
  execFileSync('npm', ['pack', '--silent', './package'], { cwd: folder });
  const resolved = 'file:../one-1.0.0.tgz';
  const manifest = { name: 'm', private: true, dependencies: { one: resolved } };
  const integrity = integrityOf(readFileSync(join(folder, 'one-1.0.0.tgz')));
  const lock = {
    name: 'm',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'm', dependencies: manifest.dependencies },
      'node_modules/one': { version: '1.0.0', resolved, integrity },
    },
  };
  const to = join(folder, 'to');
  mkdirSync(to);
  return { packages: { manifest, lock }, to };
}

const sha512 = (bytes: Buffer | string) => `sha512-${hash('sha512', bytes, 'base64')}`;

test('a package whose bytes are those of the lock file is taken', async () => {
  const { packages, to } = packed(sha512);
  await fetchPackages(packages, to);
  expect(existsSync(join(to, 'node_modules/one/package.json'))).toBe(true);
  expect(existsSync(join(to, 'package-lock.json'))).toBe(false);
});

test('a package with other bytes is refused', async () => {
  const { packages, to } = packed(() => sha512('other bytes'));
  await expect(fetchPackages(packages, to)).rejects.toThrow('EINTEGRITY');
  expect(existsSync(join(to, 'node_modules/one/package.json'))).toBe(false);
});
