import { afterAll } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';

export const repository = join(import.meta.dirname, '..');

/** Lakes of tests share a key, so that their pseudonyms, and with them their bytes, can be compared. */
export const environment = { ...process.env, SILLAGE_PSEUDONYM_KEY: '5e'.repeat(32), SILLAGE_LAKE: '', NO_COLOR: '1' };

/** Reads one command line a message, runs it by the program's own main, and says what it came to. */
const program = `
  const { main } = await import(${JSON.stringify(join(repository, 'cli/program.ts'))});
  process.on('message', async (args) => {
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) process[name].write = (text) => { said[name] += text; return true; };
    process.exitCode = undefined;
    try {
      process.send({ code: await main(['node', 'sillage', ...args]), ...said });
    } catch (error) {
      process.send({ code: -1, stdout: said.stdout, stderr: said.stderr + error.stack });
    }
  });
  process.once('disconnect', () => process.exit());
  process.send('ready');`;

const Outcome = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
export type Outcome = z.infer<typeof Outcome>;

/** One for a test file: most commands take less time than their process takes to start. */
let commander: Promise<ChildProcess> | undefined;
let last: Promise<unknown> = Promise.resolve();

async function started(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
    cwd: repository,
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await heard(child);
  return child;
}

/** The next message of a process. @throws Error where it ends without one */
async function heard(child: ChildProcess): Promise<unknown> {
  const over = new AbortController();
  const end = once(child, 'exit', { signal: over.signal }).then(() => {
    commander = undefined;
    throw new Error(`The process that runs the commands ended with ${child.signalCode ?? child.exitCode}.`);
  });
  try {
    const given: readonly unknown[] = await Promise.race([once(child, 'message', { signal: over.signal }), end]);
    return given[0];
  } finally {
    over.abort();
    end.catch(() => undefined);
  }
}

async function one(args: readonly string[]): Promise<Outcome> {
  commander ??= started();
  const child = await commander;
  const answer = heard(child);
  child.send(args);
  return Outcome.parse(await answer);
}

/**
 * Runs several command lines one after the other, all in one process, by the program's own main: that saves the start
 * of each.
 */
export async function inTurn(...commands: readonly (readonly string[])[]): Promise<Outcome[]> {
  const before = last;
  const outcomes = (async () => {
    await before;
    const found: Outcome[] = [];
    for (const args of commands) found.push(await one(args));
    return found;
  })();
  last = outcomes.catch(() => undefined);
  return outcomes;
}

afterAll(async () => {
  (await commander)?.disconnect();
});
