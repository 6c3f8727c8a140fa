import { setTimeout as pause } from 'node:timers/promises';
import { LockHeld } from '../localstack/embedded/lake/lock.ts';
import { say } from './say.ts';

/** How often a lock is tried again, ms. */
const everyMs = 200;

/**
 * Works once nobody else of this machine has the lake's lock, such as a run of the live loop, and says for whom it
 * waits. Ctrl-C ends the waiting.
 * @throws LockHeld where a process of another machine has it: whether that still runs cannot be known, so a person must
 * look
 */
export async function afterOthers<T>(work: () => Promise<T>): Promise<T> {
  for (let told = 0; ;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LockHeld) || error.isElsewhere) throw error;
      if (error.pid !== told) say(`Process ${error.pid} is bringing this lake up to date: waiting for it to end`);
      told = error.pid;
      await pause(everyMs);
    }
  }
}
