import { describe, expect, test } from '@jest/globals';
import { askedBeside } from './asked-beside.ts';

describe('beside files that are written', () => {
  const made = ['one.parquet', 'two.parquet'];
  const copies = made.map((path) => ({ path, select: `SELECT '${path}' AS path`, orderBy: [] }));
  const beside = () => {
    const told = (sql: string) => ({ columns: [], rows: [[sql]] });
    const [first, alone]: [string[], string[]] = [[], []];
    const asking = askedBeside(
      {
        queryAll: (selects) => {
          alone.push(...selects);
          return Promise.resolve(selects.map(told));
        },
        answerAll: (selects, asked) => {
          first.push(...selects);
          return {
            answers: selects.includes('wrong')
              ? Promise.reject(new Error('no such table'))
              : Promise.resolve(selects.map(told)),
            copied: (async function* each() {
              for (const copy of asked) yield { ...copy, rows: 1 };
            })(),
          };
        },
      },
      copies,
    );
    const written = async () => {
      const all: string[] = [];
      for await (const { path } of asking.copied) all.push(path);
      return all;
    };
    return { query: asking.query, written, first, alone };
  };

  test('what is asked at once is answered with them, and what is asked later is not', async () => {
    const { query, written, first, alone } = beside();
    const [a, b, files] = await Promise.all([query('a'), query('b'), written()]);
    const later = await query('c');
    expect([a, b, later].map(({ rows }) => rows[0]?.[0])).toEqual(['a', 'b', 'c']);
    expect({ files, first, alone }).toEqual({ files: made, first: ['a', 'b'], alone: ['c'] });
  });

  test('they are written where nothing is asked, too', async () => {
    expect(await beside().written()).toEqual(made);
  });

  test('what fails is told to all that were asked', async () => {
    const { query } = beside();
    const asked = await Promise.allSettled([query('a'), query('wrong')]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
