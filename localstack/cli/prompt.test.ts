import { expect, test } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { QueryFailed, type Warehouse } from '../../lambdas/shared/ports/warehouse.ts';
import { interactive } from './prompt.ts';

const ctrlC = '\u0003';

/** Types chunk by chunk, each when the one before has been dealt with. @returns the statements that were asked, and all that was shown */
async function typing(...chunks: readonly string[]): Promise<{ asked: string[]; screen: string; answers: string; isOver: boolean }> {
  const asked: string[] = [];
  const warehouse: Warehouse = {
    query: (sql) => {
      asked.push(sql);
      return sql.includes('nope') ? Promise.reject(new QueryFailed('line 1:8: no such thing')) : Promise.resolve({ columns: [{ name: 'n', type: 'bigint' }], rows: [[asked.length]] });
    },
    close: () => Promise.resolve(),
  };
  const [input, screen, answers] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const [shown, answered] = [text(screen), text(answers)];
  let isOver = false;
  const over = interactive(warehouse, 'csv', { input, screen, answers }).finally(() => {
    isOver = true;
  });
  for (const chunk of chunks) {
    input.write(chunk);
    // Nothing here waits for the world outside: a few turns of the loop see all of it through.
    for (let turn = 0; turn < 20; turn++) await setImmediate();
  }
  const wasOver = isOver;
  input.end();
  await over;
  screen.end();
  answers.end();
  return { asked, screen: await shown, answers: await answered, isOver: wasOver };
}

test('a statement goes over lines up to its semicolon; words of one line need none; a mistake ends nothing', async () => {
  expect(await typing('SELECT 1\n', ' + 1; SELECT nope;\n', 'show tables\n', 'DESCRIBE orders\n', 'help\n', 'quit\n')).toEqual({
    asked: ['SELECT 1\n + 1', 'SELECT nope', 'show tables', 'DESCRIBE orders'], answers: 'n\n1\nn\n3\nn\n4\n', isOver: true,
    screen: expect.stringMatching(/line 1:8: no such thing\n[^]*DESCRIBE orders +the columns of a table/u),
  });
});

test.each(['quit', 'exit', 'EXIT ;', ' quit; '])('%j leaves', async (word) => expect(await typing(`${word}\n`)).toMatchObject({ asked: [], isOver: true }));

test('within a statement such words are part of it', async () => {
  expect(await typing('SELECT 1 AS\n', 'quit\n', ';\n', 'exit\n')).toMatchObject({ asked: ['SELECT 1 AS\nquit'], isOver: true });
});

test('the first Ctrl-C clears what was typed, the second leaves', async () => {
  expect(await typing('SELECT 1\n', `more${ctrlC}`, 'SELECT 2;\n', ctrlC)).toMatchObject({ asked: ['SELECT 2'], isOver: true });
  expect(await typing('SELECT 1\n', ctrlC, ctrlC)).toMatchObject({ asked: [], isOver: true });
  expect(await typing('SELECT 1\n', ctrlC)).toMatchObject({ asked: [], isOver: false });
});
