import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { LimitReached, QueryFailed } from '../lambdas/shared/ports/warehouse.ts';
import { interactive } from './prompt.ts';

const ctrlC = '\u0003';

/**
 * Types chunk by chunk, each when the one before has been dealt with.
 * @returns the statements that were asked, and all that was shown
 */
async function typing(...chunks: readonly string[]): Promise<{ asked: string[]; screen: string; isOver: boolean }> {
  const asked: string[] = [];
  const answer = async (sql: string, signal: AbortSignal) => {
    asked.push(sql);
    if (sql.includes('nope')) throw new QueryFailed('line 1:8: no such \u001b[31mthing');
    if (sql.includes('much')) throw new LimitReached('time', 'The query was ended: it took longer than 600 s.');
    // As an engine that works until it is told to end.
    if (sql.includes('for ever')) await once(signal, 'abort').then(() => signal.throwIfAborted());
  };
  const [input, screen] = [new PassThrough(), new PassThrough()];
  const shown = text(screen);
  let isOver = false;
  const over = interactive(answer, { input, screen }).finally(() => {
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
  return { asked, screen: await shown, isOver: wasOver };
}

test('a statement goes over lines up to its semicolon; words of one line need none; a mistake ends nothing', async () => {
  expect(
    await typing('SELECT 1\n', ' + 1; SELECT nope;\n', 'show tables\n', 'DESCRIBE orders\n', 'help\n', 'quit\n'),
  ).toEqual({
    asked: ['SELECT 1\n + 1', 'SELECT nope', 'show tables', 'DESCRIBE orders'],
    isOver: true,
    screen: expect.stringMatching(/line 1:8: no such \\x1b\[31mthing\n[^]*DESCRIBE orders +the columns of a table/u),
  });
});

test.each(['quit', 'exit', 'EXIT ;', ' quit; '])('%j leaves', async (word) =>
  expect(await typing(`${word}\n`)).toMatchObject({ asked: [], isOver: true }),
);

test('within a statement such words are part of it', async () => {
  expect(await typing('SELECT 1 AS\n', 'quit\n', ';\n', 'exit\n')).toMatchObject({
    asked: ['SELECT 1 AS\nquit'],
    isOver: true,
  });
});

test('the first Ctrl-C clears what was typed, the second leaves', async () => {
  expect(await typing('SELECT 1\n', `more${ctrlC}`, 'SELECT 2;\n', ctrlC)).toMatchObject({
    asked: ['SELECT 2'],
    isOver: true,
  });
  expect(await typing('SELECT 1\n', ctrlC, ctrlC)).toMatchObject({ asked: [], isOver: true });
  expect(await typing('SELECT 1\n', ctrlC)).toMatchObject({ asked: [], isOver: false });
});

test('Ctrl-C ends the query under way, and with it what waits behind it on the line; then it is as before', async () => {
  const { asked, screen, isOver } = await typing('SELECT for ever; SELECT 2;\n', ctrlC, 'SELECT 3;\n');
  expect({ asked, isOver }).toEqual({ asked: ['SELECT for ever', 'SELECT 3'], isOver: false });
  expect(screen).toContain('Ended.\n');
  expect(await typing('SELECT for ever;\n', ctrlC, ctrlC)).toMatchObject({ asked: ['SELECT for ever'], isOver: true });
});

test('a limit that was reached is told with what can be done, and ends nothing else', async () => {
  expect(await typing('SELECT much;\n', 'SELECT 2;\n')).toMatchObject({
    asked: ['SELECT much', 'SELECT 2'],
    isOver: false,
    screen: expect.stringMatching(/longer than 600 s\. Ask for less .* --timeout\.\n/u),
  });
});

test('what is called back from the history has no control characters, and its tabs are spaces', async () => {
  const up = '\u001b[A';
  const { asked } = await typing("SELECT '\u009b2J'\t;\n", `${up}\n`);
  expect(asked).toEqual(["SELECT '\u009b2J'", String.raw`SELECT '\x9b2J'`]);
});

test('\\d lists the tables, \\d of a table its columns; they need no semicolon', async () => {
  expect((await typing('\\d\n', '\\d orders\n', '\\q\n')).asked).toEqual(['SHOW TABLES', 'DESCRIBE orders']);
});

test('a statement of several lines comes back whole, without its comments; one with a quoted line end line by line', async () => {
  const up = '\u001b[A';
  expect((await typing('SELECT 1 -- one\n', "  + 2, 'a  b'\n", ';\n', `${up}\n`, 'quit\n')).asked).toEqual([
    "SELECT 1 -- one\n  + 2, 'a  b'",
    "SELECT 1 + 2, 'a  b'",
  ]);
  expect((await typing("SELECT 'a\n", "b';\n", `${up}${up}\n`, `${up}${up}\n`, 'quit\n')).asked).toEqual([
    "SELECT 'a\nb'",
    "SELECT 'a\nb'",
  ]);
});

test('Tab completes the name of a table, and of a column of it', async () => {
  expect((await typing('SELECT 1 FROM funnel_dai\t', '\n', 'WHERE view_ra\t', ';\n', 'quit\n')).asked).toEqual([
    'SELECT 1 FROM funnel_daily\nWHERE view_rate',
  ]);
});
