import { expect, test } from '@jest/globals';
import type { AnswerRow, StreamedAnswer, Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { tellingHowToKnow, tellingUnknown } from './unknown-texts.ts';

const sum = { name: 's', type: 'double' };
const inBatches = (rows: readonly AnswerRow[]): StreamedAnswer => ({
  columns: [sum],
  rows: (async function* () {
    yield rows;
  })(),
});

/** What is told beside the answer of a question to a lake that has the channel Email alone. */
async function toldOf(sql: string, rows: readonly AnswerRow[], telling: typeof tellingUnknown = tellingUnknown) {
  const told: string[] = [];
  const warehouse = telling<Pick<Warehouse, 'stream' | 'query'>>(
    {
      stream: async () => inBatches(rows),
      query: async (asked: string) => ({
        columns: [{ name: asked.startsWith('SELECT DISTINCT') ? 'value' : 'found', type: 'varchar' }],
        rows: asked.includes("'Foo'") ? [] : [['Email']],
      }),
    },
    (note) => told.push(note),
  );
  const answer = await warehouse.stream(sql, { timeoutMs: 1000 });
  const found: AnswerRow[] = [];
  for await (const batch of answer.rows) found.push(...batch);
  expect(found).toEqual(rows);
  return told;
}

const of = (channel: string) => `SELECT sum(spend_eur) AS s FROM marketing_daily WHERE channel = '${channel}'`;

test('a name that stands nowhere is told beside an answer without a figure, and what there is in its place', async () => {
  const note =
    "No row of marketing_daily has the channel 'Foo', so nothing was found, which is not 0. There are: Email.";
  expect(await toldOf(of('Foo'), [[null]])).toEqual([note]);
  expect(await toldOf(of('Foo'), [])).toEqual([note]);
  // What is there may be 0, and what has a figure needs no word.
  expect(await toldOf(of('Email'), [[0]])).toEqual([]);
  expect(await toldOf(of('Foo'), [[12.5]])).toEqual([]);
});

test('what a real Trino answers, and is not read here, needs no word', async () => {
  expect(await toldOf(`${of('Foo')} MATCH_RECOGNIZE (…)`, [])).toEqual([]);
});

test('where a question costs money, it is told what to ask', async () => {
  const note =
    "The answer has no figure but 0. If no row of marketing_daily has the channel 'Email', nothing was found, which is " +
    'not 0. This query, which costs a scan, tells what there is: SELECT DISTINCT channel FROM marketing_daily';
  expect(await toldOf(of('Email'), [[null]], tellingHowToKnow)).toEqual([note]);
  expect(await toldOf(of('Email'), [[12.5]], tellingHowToKnow)).toEqual([]);
  expect(await toldOf('SELECT 0 AS s', [[0]], tellingHowToKnow)).toEqual([]);
});
