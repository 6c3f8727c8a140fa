import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { home } from '../../lambdas/shared/home.ts';
import { ask } from './client.ts';
import { differences } from './compare.ts';
import { lakes, onDuckdb, server } from './surroundings.ts';

/** The page's questions with their queries. */
const questions = [
  ...readFileSync(new URL('docs/analysts.md', home), 'utf8').matchAll(/^### (\d+\. .+)\n\n```sql\n([\s\S]*?)\n```$/gm),
].map(([, question = '', sql = '']) => ({ question, sql }));

test('the page has ten', () => {
  expect(questions.map(({ question }) => Number.parseInt(question, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

describe.each(lakes)('on the lake $name', ({ name }) => {
  test.each(questions)('$question', async ({ sql }) => {
    // The embedded engine refuses what is not portable.
    const duckdb = await onDuckdb(name, (warehouse) => warehouse.query(sql));
    expect(duckdb.rows.length).toBeGreaterThan(0);
    expect(differences(await ask(server, name, sql), duckdb, { ordered: true })).toEqual([]);
  });
});
