/** A process that loads test files once, and runs them as often as it is asked. */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { z } from 'zod';
import { collected, runBlock } from './kept-globals.ts';

register('./kept-hooks.mjs', import.meta.url);

const blocks = new Map<string, Awaited<ReturnType<typeof collected>>>();

/** Loads a test file where it is not yet, and runs it where that is asked. @returns what failed */
async function answer(path: string, isRun: boolean): Promise<string | undefined> {
  try {
    const block = blocks.get(path) ?? (await collected(() => import(pathToFileURL(path).href)));
    blocks.set(path, block);
    if (isRun) await runBlock(block);
  } catch (error) {
    return inspect(error);
  }
}

const request = z.strictObject({ path: z.string(), isRun: z.boolean() });

async function reply(message: unknown): Promise<void> {
  const { path, isRun } = request.parse(message);
  const begin = process.cpuUsage();
  const failure = await answer(path, isRun);
  const { user, system } = process.cpuUsage(begin);
  process.send?.({ failure, cpuSeconds: (user + system) / 1e6 });
}

process.on('message', (message) => void reply(message));
// It goes with the one that asks.
process.on('disconnect', () => process.exit());
