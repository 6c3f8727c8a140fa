import { setTimeout as pause } from 'node:timers/promises';
import { LockHeld } from '../localstack/embedded/lake/lock.ts';
import { runPipeline } from './run.ts';

/** Waits for another run to end, such as that of a "sillage up" which was killed a moment ago, and then runs: who serves is not in a hurry. */
export async function runInTurn(root: string): Promise<{ ok: boolean }> {
  for (let told = 0; ;) {
    try {
      return await runPipeline(root);
    } catch (error) {
      // Whether a process of another machine still runs cannot be known: a person must look.
      if (!(error instanceof LockHeld) || error.isElsewhere) throw error;
      if (error.pid !== told)
        process.stderr.write(`Process ${error.pid} is bringing this lake up to date: waiting for it to end\n`);
      told = error.pid;
      await pause(200);
    }
  }
}
