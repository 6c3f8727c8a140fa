import { describe, expect, test } from '@jest/globals';
import { analystsQuestions } from '../../cdk/questions.ts';
import { ask } from '../../localstack/trino/client.ts';
import { differences } from './compare.ts';
import { lake } from './lake.ts';
import { areViewsAsked, onDuckdb, server } from './surroundings.ts';

const questions = analystsQuestions();

test('the page has ten', () => {
  expect(questions.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

(areViewsAsked ? describe : describe.skip)('the answers', () => {
  test.each(questions)('$number. $question', async ({ sql }) => {
    // The embedded engine refuses what is not portable.
    const duckdb = await onDuckdb((warehouse) => warehouse.query(sql));
    expect(duckdb.rows.length).toBeGreaterThan(0);
    expect(differences(await ask(server, lake, sql), duckdb, { ordered: true })).toEqual([]);
  });
});
