import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mutantOf, type Mutant } from './mutant.ts';
import { isAccepted, mutantsOf, mutate, readAccepted, sampled, type Verdict } from './mutate.ts';
import { rooms, sourcesOf, testsOf } from './rooms.ts';
import { intervalOf, scoreOf } from './score.ts';
import { sqlEdits } from './sql-edits.ts';
import { typescriptEdits } from './typescript-edits.ts';

const checkout = resolve(import.meta.dirname, '../..');

/** What becomes of a text by each of its edits. */
const changed = (source: string, edits: ReturnType<typeof sqlEdits>) =>
  edits.map((edit) => mutantOf('', source, edit).source);

const typescript: readonly (readonly [source: string, mutants: readonly string[]])[] = [
  ['f(a < b);', [';', 'f(a <= b);', 'f(a >= b);']],
  ['const é = a === 35;', ['const é = a !== 35;', 'const é = a === 36;', 'const é = a === 34;']],
  ['x = a && !b;', [';', 'x = a || !b;', 'x = a && b;']],
  ['x = a ?? 0;', [';', 'x = a && 0;', 'x = a ?? 1;', 'x = a ?? (-1);']],
  ['if (a) throw new E();', ['if (!(a)) throw new E();', 'if (a) ;']],
  ['if (!a) f();', ['if (a) f();', 'if (!a) ;']],
  ['function f() { return a; }', ['function f() { return undefined; }']],
  ['class A { #m() { return a; } }', ['class A { #m() { return undefined; } }']],
  ['x = { get b() { return c; } };', [';', 'x = { get b() { return undefined; } };']],
  ['const f = (a: 1 | 2) => a as string;', ['const f = (a: 1 | 2) => undefined;']],
  ["const t = ['a', ''];", ['const t = [];', "const t = ['', ''];"]],
  ["const t = 'a' + b;", ["const t = '' + b;"]],
  ['const t = `a${b}`;', ['const t = ``;']],
  ['for (;;) { if (a) break; i += 1; }', [
    'for (;;) { if (!(a)) break; i += 1; }', 'for (;;) { if (a) ; i += 1; }', 'for (;;) { if (a) break; ; }',
    'for (;;) { if (a) break; i -= 1; }', 'for (;;) { if (a) break; i += 2; }', 'for (;;) { if (a) break; i += 0; }',
  ]], // prettier-ignore
  ["import { a } from 'b';\ntype A = 'c' | 3;", []],
];

test.each(typescript)('the mutants of TypeScript `%s`', (source, mutants) => {
  expect(changed(source, typescriptEdits(source)).toSorted()).toEqual(mutants.toSorted());
});

const sql: readonly (readonly [source: string, mutants: readonly string[]])[] = [
  ['SELECT a FROM t WHERE a = 1', [
    'SELECT a FROM t WHERE true', 'SELECT a FROM t WHERE a <> 1', 'SELECT a FROM t WHERE a = 2', 'SELECT a FROM t WHERE a = 0',
  ]], // prettier-ignore
  ['ON (a AND b < c) OR d', [
    'ON (b < c) OR d', 'ON (a OR b < c) OR d', 'ON (a) OR d', 'ON (a AND b <= c) OR d', 'ON (a AND b < c) AND d',
  ]], // prettier-ignore
  ['WHEN a BETWEEN b AND c', []],
  ['CASE WHEN a THEN b END', ['CASE WHEN false THEN b END']],
  ['CASE a WHEN b THEN c END', []],
  ['OVER (PARTITION BY a, b ORDER BY c DESC, d) AS e', [
    'OVER (PARTITION BY b ORDER BY c DESC, d) AS e', 'OVER (PARTITION BY a ORDER BY c DESC, d) AS e',
    'OVER (PARTITION BY a, b ORDER BY d) AS e', 'OVER (PARTITION BY a, b ORDER BY c , d) AS e',
    'OVER (PARTITION BY a, b ORDER BY c DESC) AS e', 'OVER (PARTITION BY a, b ORDER BY c DESC, d DESC) AS e',
  ]], // prettier-ignore
  ['a LEFT JOIN b CROSS JOIN c JOIN d', ['a JOIN b CROSS JOIN c JOIN d', 'a LEFT JOIN b CROSS JOIN c LEFT JOIN d']],
  ['a IS NULL OR NOT b', ['a IS NOT NULL OR NOT b', 'a IS NULL AND NOT b', 'a IS NULL OR b']],
  ['SELECT * FROM a UNION ALL SELECT b.* FROM b UNION SELECT c - d FROM c', [
    'SELECT * FROM a UNION SELECT b.* FROM b UNION SELECT c - d FROM c',
    'SELECT * FROM a UNION ALL SELECT b.* FROM b UNION ALL SELECT c - d FROM c',
    'SELECT * FROM a UNION ALL SELECT b.* FROM b UNION SELECT c + d FROM c',
  ]], // prettier-ignore
  [
    "min(coalesce(lower(a), '')) -- a = 1",
    ["max(coalesce(lower(a), '')) -- a = 1", 'min((lower(a))) -- a = 1', "min(coalesce((a), '')) -- a = 1"],
  ],
  [
    "CAST(a AS decimal(18,2)) - INTERVAL '30' DAY",
    ["CAST(a AS decimal(18,2)) + INTERVAL '30' DAY", "CAST(a AS decimal(18,2)) - INTERVAL '31' DAY"],
  ],
  ["a IN ('it''s = 1')", ["a IN ('')"]],
];

test.each(sql)('the mutants of SQL `%s`', (source, mutants) => {
  const plain = (text: string) => text.replaceAll(/\s+/gu, ' ').replaceAll(/ (?=[),])|(?<=\() /gu, '');
  expect(changed(source, sqlEdits(source)).map(plain).toSorted()).toEqual(mutants.map(plain).toSorted());
});

test('a sample is the same for one seed, another for another, and of each file by its size', () => {
  const strata = [10, 0, 300, 690].map((size, file) => Array.from({ length: size }, (_, n) => `${file}.${n}`));
  const sample = sampled(strata, 100, 7);
  expect(sampled(strata, 100, 7)).toEqual(sample);
  expect(sampled(strata, 100, 8)).not.toEqual(sample);
  const sizes = [0, 2, 3].map((file) => sample.filter((one) => one.startsWith(`${file}.`)).length);
  expect(sizes).toEqual([1, 30, 69]);
  expect(new Set(sample).size).toBe(100);
  expect(sampled(strata, 2000, 7).toSorted()).toEqual(strata.flat().toSorted());
});

test('a score is of the mutants that count', () => {
  const verdicts: Verdict[] = ['killed', 'endless', 'killed', 'survived', 'accepted', 'invalid'];
  expect([scoreOf(verdicts), scoreOf(['accepted'])]).toEqual([
    { killed: 3, of: 4 },
    { killed: 0, of: 0 },
  ]);
});

/** From published tables of the exact binomial interval. */
test.each([
  [20, 20, 0.8316, 1],
  [0, 10, 0, 0.3085],
  [5, 10, 0.1871, 0.8129],
  [38, 40, 0.8308, 0.9939],
])('%d of %d hits are a share from %d to %d', (hits, of, low, high) => {
  const interval = intervalOf(hits, of);
  expect(interval[0]).toBeCloseTo(low, 4);
  expect(interval[1]).toBeCloseTo(high, 4);
});

describe('this checkout', () => {
  test('has sources in every room, and tests that see each', () => {
    for (const [name, room] of Object.entries(rooms)) {
      const statements = sourcesOf(checkout, room).filter((file) => file.endsWith('.sql'));
      expect([name, sourcesOf(checkout, room).length > 2]).toEqual([name, true]);
      for (const file of statements) expect([file, testsOf(checkout, file, room).length > 0]).toEqual([file, true]);
    }
  });

  test('has no test of statements that any change of their text fails', () => {
    const { transform } = rooms;
    if (transform === undefined) throw new Error('There is no room of the transform.');
    expect(
      ['money.sql', 'customers.sql', 'select-columns.ts'].map((file) =>
        testsOf(checkout, `lambdas/transform/${file}`, transform).includes('lambdas/transform/select-columns.test.ts'),
      ),
    ).toEqual([false, false, true]);
  });

  test('has every survivor that was accepted, and none beside', () => {
    const byFile = new Map<string, Mutant[]>();
    for (const one of readAccepted()) {
      const mutants = byFile.get(one.file) ?? mutantsOf(checkout, one.file);
      byFile.set(one.file, mutants);
      expect([one, mutants.some((mutant) => isAccepted(mutant, one))]).toEqual([one, true]);
    }
  });
});

/** A module with its test, which leaves a few things untried. */
const toy = {
  'room/old.ts': `/** Whether something is older than it may be. */
export const isOld = (days: number) => days > 35;
`,
  'room/count.ts': `export function countTo(end: number): number {
  let count = 0;
  while (count < end) count++;
  return count;
}
`,
  'room/lone.ts': 'export const lone = 7;\n',
  'room/room.test.ts': `import { expect, test } from '@jest/globals';
import { countTo } from './count.ts';
import { isOld } from './old.ts';
test('old', () => expect([isOld(34), isOld(37)]).toEqual([false, true]));
test('count', () => expect(countTo(3)).toBe(3));
`,
};

/** A checkout of these files. */
function checkoutOf(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'sillage-toy-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  for (const name of ['package.json', 'jest.config.mjs']) cpSync(join(checkout, name), join(root, name));
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, '.gitignore'), 'node_modules\n');
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  return root;
}

describe('a toy', () => {
  let root: string;
  beforeAll(() => {
    root = checkoutOf(toy);
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('loses what no test finds, keeps its files, and a loop without an end is found', async () => {
    const verdicts = await mutate({
      root,
      room: { sources: ['room'], tests: ['room'] },
      sample: 100,
      seed: 1,
      accepted: [
        {
          file: 'room/count.ts',
          before: 'let count = 0;',
          after: 'let count = (-1);',
          reason: 'It counts up to the same end.',
        },
      ],
      graceSeconds: 2,
    });
    const byVerdict = (wanted: Verdict) =>
      [...verdicts].flatMap(([{ after }, verdict]) => (verdict === wanted ? [after] : [])).toSorted();
    expect(byVerdict('survived')).toEqual([
      'export const isOld = (days: number) => days > 34;',
      'export const isOld = (days: number) => days > 36;',
      'export const isOld = (days: number) => days >= 35;',
      'export const lone = 6;',
      'export const lone = 8;',
      'let count = 1;',
    ]);
    expect(byVerdict('accepted')).toEqual(['let count = (-1);']);
    expect(byVerdict('endless')).toEqual(['while (count < end) ;', 'while (count < end) count--;']);
    expect(byVerdict('killed')).toHaveLength(verdicts.size - 9);
    for (const [name, text] of Object.entries(toy)) expect(readFileSync(join(root, name), 'utf8')).toBe(text);
  });

  test('whose tests fail by themselves is refused', async () => {
    writeFileSync(join(root, 'room/old.ts'), toy['room/old.ts'].replace('days >', 'days <'));
    const room = { sources: ['room/old.ts'], tests: ['room'] };
    await expect(mutate({ root, room, sample: 1, seed: 1, accepted: [] })).rejects.toThrow(
      'The tests fail without any change',
    );
  });
});

/** Statements, and what runs them: of each test file it is told whether it can stay loaded. */
const statements = {
  'athena/sums.sql': `WITH RECURSIVE n AS (
  SELECT 0 AS i
  UNION ALL
  SELECT i + 1 FROM n
  WHERE i < 2
)
SELECT max(i) + 1
FROM n
`,
  'athena/read.ts': `import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
export async function read(): Promise<number | undefined> {
  const connection = await (await DuckDBInstance.create()).connect();
  const reader = await connection.runAndReadAll(readFileSync(new URL('sums.sql', import.meta.url), 'utf8'));
  return reader.getRowObjectsJS().map((row) => Number(Object.values(row)[0]))[0];
}
`,
  // The hooks run each time; what an each of them gives is told apart.
  'athena/sums.test.ts': `import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { read } from './read.ts';
let opened = 0;
let sum: number | undefined;
beforeAll(() => void (opened += 1));
afterAll(() => void (opened -= 1));
describe('sums', () => {
  beforeEach(async () => void (sum = await read()));
  test.each([[0, 5], [1, 4]])('are between %d and %d', (from, to) => {
    expect(opened).toBe(1);
    expect(sum ?? from + 1).toBeGreaterThan(from);
    expect(sum ?? from + 1).toBeLessThan(to);
  });
});
`,
  // It passes once only in one process, so that it can only be asked in one of its own.
  'athena/others.test.ts': `import { expect, test } from '@jest/globals';
import { read } from './read.ts';
let runs = 0;
test('sums once', async () => {
  runs += 1;
  expect([runs, await read()]).toEqual([1, 3]);
});
`,
};

test('tests of a statement stay loaded, and those that cannot are asked as Jest does', async () => {
  const root = checkoutOf(statements);
  const told: (readonly [after: string, Verdict, test: string | undefined])[] = [];
  try {
    await mutate({
      root,
      room: { sources: ['athena/sums.sql'], tests: ['athena'] },
      sample: 100,
      seed: 1,
      accepted: [],
      graceSeconds: 4,
      onVerdict: ({ after }, verdict, by) => told.push([after, verdict, by]),
    });
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  expect(told.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
    ['SELECT 1 AS i', 'survived', undefined],
    ['SELECT i + 0 FROM n', 'endless', 'athena/sums.test.ts'],
    ['SELECT i + 2 FROM n', 'survived', undefined],
    ['SELECT i - 1 FROM n', 'endless', 'athena/sums.test.ts'],
    ['SELECT max(i) + 0', 'killed', 'athena/others.test.ts'],
    ['SELECT max(i) + 2', 'killed', 'athena/sums.test.ts'],
    ['SELECT max(i) - 1', 'killed', 'athena/sums.test.ts'],
    ['SELECT min(i) + 1', 'killed', 'athena/sums.test.ts'],
    ['UNION', 'survived', undefined],
    ['WHERE i < 1', 'killed', 'athena/others.test.ts'],
    ['WHERE i < 3', 'killed', 'athena/sums.test.ts'],
    ['WHERE i <= 2', 'killed', 'athena/sums.test.ts'],
    ['WHERE true', 'endless', 'athena/sums.test.ts'],
  ]);
});
