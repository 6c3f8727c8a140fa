/** Ctrl-C as a key of a real terminal, in every phase of the commands that take long. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { skipped } from './skipped.ts';
import { done, folder, leftovers } from './support-sillage.ts';
import { ctrlC, hasTerminal, inTerminal } from './terminal.ts';

const lake = folder('terminal');
const dates = ['--start-date', '2025-01-01', '--end-date', '2025-01-04'];
/** Of events enough to be still at work when the key comes. */
const days = ['generate', 'all', ...dates, '--events-per-day', '300'];
const [generated, opened, mine] = [folder('terminal-days'), folder('terminal-up'), folder('terminal-import')];
const exported = join(folder('terminal-export'), 'orders_export.csv');

interface Phase {
  readonly name: string;
  readonly args: () => readonly string[];
  /** What the terminal shows when the phase has begun. */
  readonly begun: RegExp;
  /** Of work that shows nothing: how long it is left to begin, ms. No verdict hangs on it. */
  readonly silent?: number;
  /** Is typed first, and then waited for. */
  readonly typed?: readonly [keys: string, shown: RegExp];
  /** After Ctrl-C: what is waited for, and typed then. */
  readonly after?: readonly [shown: RegExp, keys: string];
  /** What is said at its end. */
  readonly says?: RegExp;
  /** 0 where Ctrl-C is the way to end it. */
  readonly code: number;
}

const endless =
  'SELECT count(*) FROM web_events a, web_events b, web_events c, web_events d WHERE a.event_id < b.event_id';

const phases: readonly Phase[] = [
  {
    name: 'generate, while it works',
    args: () => ['generate', 'all', '--start-date', '2025-01-01', '--end-date', '2025-12-31', '--lake', generated],
    begun: /generate \d+\/365 days/u,
    code: 130,
  },
  {
    name: 'up, while it generates',
    args: () => ['up', '--port', '0', '--lake', opened],
    begun: /generate \d+\/90 days/u,
    code: 130,
  },
  { name: 'run, while it builds', args: () => ['run', '--lake', lake], begun: /(?:transform|model) \w+/u, code: 130 },
  {
    name: 'up, while it builds',
    args: () => ['up', '--port', '0', '--lake', lake],
    begun: /(?:transform|model) \w+/u,
    code: 130,
  },
  {
    name: 'import, at its question',
    args: () => ['import', exported, '--lake', mine],
    begun: /\[y\/N\] /u,
    says: /Ended: nothing was imported\./u,
    code: 130,
  },
  {
    name: 'import, while it builds',
    args: () => ['import', exported, '--lake', mine],
    begun: /\[y\/N\] /u,
    typed: ['y\r', /(?:transform|model) \w+/u],
    says: /the files are in the lake and kept, and figures may lack them yet\. Go on with: sillage run --lake/u,
    code: 130,
  },
  { name: 'clean, at its question', args: () => ['clean', '--lake', lake], begun: /to go on: /u, code: 130 },
  { name: 'up, while it serves', args: () => ['up', '--port', '0', '--lake', lake], begun: /Ctrl-C ends it/u, code: 0 },
  {
    name: 'query, while the engine works',
    args: () => ['query', endless, '--lake', lake],
    begun: /^/u,
    silent: 2000,
    code: 130,
  },
  {
    name: 'the prompt, while the engine works',
    args: () => ['query', '--lake', lake],
    begun: /sillage> /u,
    typed: [`${endless};\r`, /a\.event_id/u],
    silent: 1000,
    after: [/Ended\./u, 'quit\r'],
    code: 0,
  },
  {
    name: 'the prompt, before anything was typed',
    args: () => ['query', '--lake', lake],
    begun: /sillage> /u,
    code: 0,
  },
];

test('a terminal is here, or may be missing', () => {
  const why = '"script" of util-linux is not there: apt-get install bsdutils';
  expect(hasTerminal ? 0 : skipped('Ctrl-C in a terminal', why, { couldBeMade: true })).toBe(0);
});

(hasTerminal ? describe : describe.skip)('Ctrl-C', () => {
  beforeAll(async () => {
    await done([...days, '--lake', lake]);
    copyFileSync(new URL('../lambdas/import/samples/orders_export.csv', import.meta.url), exported);
  });

  test.each(phases)('ends $name', async ({ args, begun, silent = 0, typed, after, says = /^/u, code }) => {
    const terminal = inTerminal(args());
    await terminal.until(begun);
    if (typed) {
      terminal.type(typed[0]);
      await terminal.until(typed[1]);
    }
    await pause(silent);
    terminal.type(ctrlC);
    if (after) {
      await terminal.until(after[0]);
      terminal.type(after[1]);
    }
    expect({ code: await terminal.code, shown: terminal.shown() }).toMatchObject({
      code,
      shown: expect.stringMatching(says) as unknown,
    });
  });

  test('leaves a lake that the next run completes', async () => {
    await done(['run', '--lake', lake]);
    expect(leftovers(lake)).toEqual([]);
  });
});
