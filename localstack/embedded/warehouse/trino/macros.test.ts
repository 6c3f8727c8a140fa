import { expect, test } from '@jest/globals';
import { macrosText } from '../sandbox.ts';

/** Each macro's name, and the names that its text calls: not in comments, nor in texts, nor of the engine's own. */
const macros = macrosText
  .replaceAll(/--.*$/gm, '')
  .replaceAll(/'(?:''|[^'])*'/g, "''")
  .split(/^CREATE MACRO /m)
  .slice(1)
  .map((sql) => ({
    name: /^\w+/.exec(sql)?.[0] ?? '',
    calls: [...sql.matchAll(/(?<![\w.])(\w+)\(/g)].map(([, called = '']) => called),
  }));

test('a macro calls only those that are made before it: with what a query needs, no other may come in', () => {
  const made = new Set<string>();
  const late: string[] = [];
  const names = new Set(macros.map(({ name }) => name));
  for (const { name, calls } of macros) {
    made.add(name);
    late.push(
      ...calls.filter((called) => names.has(called) && !made.has(called)).map((called) => `${name} calls ${called}`),
    );
  }
  expect(macros.length).toBeGreaterThan(190);
  expect(late).toEqual([]);
});

test('a macro is made once', () => {
  expect(new Set(macros.map(({ name }) => name)).size).toBe(macros.length);
});
