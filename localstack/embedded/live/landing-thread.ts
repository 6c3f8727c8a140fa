/** `land` in a thread of its own: unpacking, packing and writing must not keep a post waiting for its answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Landed } from '../../../lambdas/land/land.ts';
import { backoff } from '../event-source-mapping/delivery.ts';
import { closingPatience, type Landing, type LandingListener } from './landing.ts';

/** What the thread says: an error has no class there that would survive the way. */
export type Said =
  | { readonly landed: Landed }
  | { readonly problem: { readonly name: string; readonly message: string } }
  /** All is landed that was in the stream at this question. */
  | { readonly done: number };

interface Question {
  readonly resolve: () => void;
  readonly reject: () => void;
}

/** Beside this file, in the sources and in the bundle. */
const thread = new URL('landing-worker.mjs', import.meta.url);
/** A batch takes some megabytes: a young generation of Node's own size would only let garbage lie longer. */
const threadLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 24 };
/** What a thread is given beyond the patience that it has itself, ms: after that it hangs. */
const closingGrace = 5000;

/**
 * Lands what is in the stream of the lake in `root`, in a thread of its own. A thread that ends without being asked is
 * told, and another goes on from its checkpoints: what was under way is landed again, over itself.
 */
export function startLandingThread(
  root: string,
  { onLanded, onProblem }: LandingListener,
  module: URL = thread,
): Landing {
  const closing = new AbortController();
  const questions = new Map<number, Question>();
  let asked = 0;
  let worker: Worker | undefined;

  const ask = (id: number) => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    worker?.postMessage({ landed: id });
  };

  const hear = (said: Said) => {
    if ('landed' in said) onLanded(said.landed);
    else if ('problem' in said) onProblem(Object.assign(new Error(said.problem.message), { name: said.problem.name }));
    else {
      questions.get(said.done)?.resolve();
      questions.delete(said.done);
    }
  };

  /** Runs one thread to its end. */
  const runThread = async (): Promise<void> => {
    const started = new Worker(module, {
      workerData: { root },
      resourceLimits: threadLimits,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    worker = started;
    started.on('message', hear).on('error', onProblem);
    // Also those that another thread has not answered.
    for (const id of questions.keys()) ask(id);
    await new Promise<void>((resolve) => {
      started.once('exit', () => resolve());
    });
    worker = undefined;
  };

  const running = (async () => {
    for (let failures = 1; !closing.signal.aborted; failures++) {
      const startedAt = performance.now();
      await runThread();
      if (closing.signal.aborted) return;
      onProblem(new Error('The thread that lands the events has ended; another goes on from where it was.'));
      // One that worked for a while is no thread that cannot start.
      if (performance.now() - startedAt > backoff(Infinity)) failures = 0;
      await sleep(backoff(failures), undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();

  return {
    landed: () =>
      new Promise((resolve, reject) => {
        const stopped = new Error('The landing was stopped before all had landed.');
        if (closing.signal.aborted) return reject(stopped);
        questions.set(++asked, { resolve, reject: () => reject(stopped) });
        ask(asked);
      }),
    async close() {
      const open = worker;
      closing.abort();
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      open?.postMessage({ close: true });
      const hung = sleep(closingPatience + closingGrace, 'hung', { ref: false });
      if ((await Promise.race([running, hung])) === 'hung') {
        onProblem(new Error('The thread that lands the events did not end when it was asked to.'));
        await open?.terminate();
      }
      for (const { reject } of questions.values()) reject();
      questions.clear();
    },
  };
}
