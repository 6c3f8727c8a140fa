import { expect, test } from '@jest/globals';
import { askedTogether } from './asked-together.ts';

const asked: (readonly string[])[] = [];
const { query } = askedTogether({
  queryAll: (selects) => {
    asked.push(selects);
    return selects.includes('wrong')
      ? Promise.reject(new Error('no such table'))
      : Promise.resolve(selects.map((sql) => ({ columns: [], rows: [[sql]] })));
  },
});
const answerOf = async (sql: string) => (await query(sql)).rows[0]?.[0];

test('what is asked at one time is answered together, each by its own rows; what is asked later is not waited for', async () => {
  expect(await Promise.all(['a', 'b', 'a'].map(answerOf))).toEqual(['a', 'b', 'a']);
  expect(await answerOf('c')).toBe('c');
  expect(asked).toEqual([['a', 'b', 'a'], ['c']]);
});

test('what fails is told to all that were asked with it, and to no other', async () => {
  const [first, second] = await Promise.allSettled([query('d'), query('wrong')]);
  expect([first.status, second.status]).toEqual(['rejected', 'rejected']);
  expect(await answerOf('e')).toBe('e');
});
