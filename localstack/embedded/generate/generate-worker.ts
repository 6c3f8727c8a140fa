/** A worker thread of `generate-in-parallel.ts`: renders the lanes it is sent, one after the other. */
import { parentPort } from 'node:worker_threads';
import type { LaneRequest } from '../../../lambdas/generate/generate.ts';
import { renderLane } from '../../../lambdas/generate/render-lane.ts';
import type { Answer } from './generate-in-parallel.ts';

async function answer(request: LaneRequest): Promise<Answer> {
  try {
    return { part: await renderLane(request) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

let last = Promise.resolve();

async function serve(before: Promise<void>, request: LaneRequest): Promise<void> {
  await before;
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(await answer(request));
}

parentPort?.on('message', (request: LaneRequest) => {
  last = serve(last, request);
});
