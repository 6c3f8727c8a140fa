/** The worker thread of `landing-thread.ts`: lands what is in the stream until it is asked to close. */
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { startLanding } from './landing.ts';
import type { Said } from './landing-thread.ts';

const asked = z.union([z.object({ landed: z.number() }), z.object({ close: z.literal(true) })]);

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
const say = (said: Said) => parentPort?.postMessage(said);

const landing = startLanding(z.object({ root: z.string() }).parse(workerData).root, {
  onLanded: (landed) => say({ landed }),
  onProblem: (error) =>
    say({
      problem:
        error instanceof Error
          ? { name: error.name, message: error.message }
          : { name: 'Error', message: String(error) },
    }),
});

async function answer(message: unknown): Promise<void> {
  const ask = asked.parse(message);
  if ('landed' in ask) {
    // Stopped before: whoever asked hears of it from the end of this thread.
    await landing.landed().then(
      () => say({ done: ask.landed }),
      () => undefined,
    );
    return;
  }
  await landing.close();
  parentPort?.close();
}

parentPort?.on('message', (message: unknown) => {
  void answer(message);
});
