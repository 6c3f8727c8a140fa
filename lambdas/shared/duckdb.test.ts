import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  literal,
  openEngine,
  parquetFiles,
  pathLiteral,
  targetLiteral,
  textOf,
  type Engine,
  type Session,
} from './duckdb.ts';
import { LakeUnavailable } from './ports/lake.ts';

const home = mkdtempSync(join(tmpdir(), 'sillage-duckdb-'));
let engine: Engine;
let session: Session;
beforeAll(async () => {
  engine = await openEngine({ threads: 1, memoryMb: 200, spill: join(home, 'spill') });
  session = await engine.connect();
});
afterAll(() => {
  session.close();
  engine.close();
  rmSync(home, { recursive: true, force: true });
});

/** Every character of ASCII that a name may hold. */
const ascii = Array.from({ length: 127 }, (_, i) => String.fromCodePoint(i + 1)).filter(
  (character) => character !== '/',
);
const names = [
  ...ascii.map((character) => `x${character}y`),
  'l[1]',
  '[',
  ']',
  '[]',
  '[!a]',
  '[^a]',
  '[a-z]',
  '[[]1]',
  '[*]',
  '*',
  '**',
  '?',
  '{a,b}',
  '{uuid}',
  '~',
  '~root',
  '$HOME',
  '.hidden',
  '...',
  ' ',
  ' x ',
  '-x',
  '--',
  'a;b',
  '\\',
  '\\x41',
  '%2F',
  '%00',
  'a=b',
  'a=2025-01-01',
  '_record=x',
  'filename=x',
  'dt=2025-01-01',
  'file:',
  's3:',
  'http:',
  "it's",
  '"q"',
  'été',
  'e\u0301te\u0301',
  '日本',
  '😀',
  '👩‍👩‍👧',
  '\u00A0',
  '\u200B',
  '\u202Egpj',
  '\u2028',
  '\uFEFF',
  '\uFFFD',
  ascii.join('').replace('\\', ''),
  'é'.repeat(120),
  'x'.repeat(240),
];

/**
 * What a pattern could take for the name: each of its special characters replaced by another, and its classes by one of
 * their own.
 */
const decoys = (name: string) =>
  ['a', '1', '', 'zz']
    .flatMap((other) => [name.replaceAll(/[*?[]/g, other), name.replaceAll(/\[([^\]]*)\]/g, other)])
    .filter((decoy) => decoy !== '' && decoy !== name && !/^\.{1,2}$/.test(decoy));

function write(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const lines = (...paths: readonly string[]) =>
  session.rows(
    `SELECT line, path FROM read_csv([${paths.map(pathLiteral).join(', ')}], columns = {'line': 'VARCHAR'}, ` +
      `delim = chr(1), quote = '', escape = '', header = false, auto_detect = false, filename = 'path', ` +
      'hive_partitioning = false)',
  );

describe('the path of a file means this file', () => {
  test.each(names)('%j as a folder and as a file', async (name) => {
    const mine = mkdtempSync(join(home, 'one-'));
    const paths = [join(mine, 'folders', name, 'a.txt'), join(mine, 'files', `${name}.txt`)];
    for (const [i, path] of paths.entries()) write(path, `${i}\n`);
    for (const decoy of decoys(name)) {
      write(join(mine, 'folders', decoy, 'a.txt'), 'a decoy\n');
      write(join(mine, 'files', `${decoy}.txt`), 'a decoy\n');
    }
    const expected = paths.map((path, i) => ({ line: String(i), path }));
    expect(await lines(...paths)).toEqual(expected);
    for (const [i, path] of paths.entries()) {
      expect(await lines(path)).toEqual([expected[i]]);
      const parquet = `${path}.parquet`;
      await session.run(`COPY (SELECT ${literal(path)} AS path) TO ${targetLiteral(parquet)} (FORMAT parquet)`);
      expect(existsSync(parquet)).toBe(true);
      expect(await session.rows(`SELECT * FROM ${parquetFiles([parquet])}`)).toEqual([{ path }]);
      expect(
        await session.rows(`SELECT sum(num_rows) AS n FROM parquet_file_metadata(${pathLiteral(parquet)})`),
      ).toEqual([{ n: '1' }]);
    }
  });

  test('whatever it is called, and however many stand beside it', async () => {
    const character = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('*', '?', '[', ']', '!', '^', '-', 'a', 'b', '.') },
      { weight: 1, arbitrary: fc.constantFrom(...ascii, 'é', '😀') },
    );
    const name = fc
      .array(character, { minLength: 1, maxLength: 5 })
      .map((all) => all.join(''))
      .filter((one) => !/^\.{1,2}$/.test(one) && !one.includes('\\'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { minLength: 2, maxLength: 6 }), async (all) => {
        const mine = mkdtempSync(join(home, 'many-'));
        const paths = all.map((one, i) => write(join(mine, one, `${one}.txt`), `${i}\n`));
        for (const [i, path] of paths.entries()) expect(await lines(path)).toEqual([{ line: String(i), path }]);
        expect(await lines(...paths)).toHaveLength(all.length);
      }),
      { numRuns: 60 },
    );
  });

  test('is no column, whatever its folders are called', async () => {
    const path = join(home, 'n=7', 'dt=2020-01-01', 'a.parquet');
    mkdirSync(dirname(path), { recursive: true });
    await session.run(`COPY (SELECT 1 AS n, DATE '2025-01-31' AS dt) TO ${targetLiteral(path)} (FORMAT parquet)`);
    expect(await session.rows(`SELECT * FROM ${parquetFiles([path])}`)).toEqual([{ n: 1, dt: '2025-01-31' }]);
  });

  test.each(['~/a', 'file:/a', 's3:/a', './a'])('is absolute: %s begins in the working folder', (path) => {
    expect(pathLiteral(path)).toBe(literal(join(process.cwd(), path)));
    expect(targetLiteral(path)).toBe(literal(join(process.cwd(), path)));
  });

  test.each(['/l\\[1]/a', '/a\\b/c?', '/*/a\\'])(
    'or is refused in words, where a backslash would be a slash: %s',
    (path) => {
      expect(() => pathLiteral(path)).toThrow(LakeUnavailable);
      expect(() => pathLiteral(path)).toThrow(/a backslash together with \*, \? or \[/u);
      expect(targetLiteral(path)).toBe(literal(path));
    },
  );
});

test.each(['l[1]', 'a*', 'a?', "it's", 'a\nb', 'a\\b', 'k=v', '😀'])(
  'what does not fit in memory goes to the folder of this name: %j',
  async (name) => {
    const spill = join(home, 'spills', name);
    mkdirSync(spill, { recursive: true });
    const small = await openEngine({ threads: 1, memoryMb: 30, spill });
    const one = await small.connect();
    await one.run(
      'SET preserve_insertion_order = false; CREATE TEMP TABLE t AS SELECT range AS n, md5(CAST(range AS ' +
        'VARCHAR)) AS text FROM range(1500000)',
    );
    const files = await one.rows('SELECT path FROM duckdb_temporary_files()');
    one.close();
    small.close();
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter(({ path }) => dirname(textOf(path)) !== spill)).toEqual([]);
  },
);
