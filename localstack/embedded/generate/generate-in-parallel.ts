/** `generate` on all cores: lanes are rendered by worker threads, this thread writes what they made. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { generate, planDays } from '../../../lambdas/generate/generate.ts';
import type {
  GenerateOptions,
  GenerateRequest,
  GenerateSummary,
  LanePart,
  LaneRequest,
} from '../../../lambdas/generate/generate.ts';
import { worldOf } from '../../../lambdas/generate/market/world.ts';
import type { Lake } from '../../../lambdas/shared/ports/lake.ts';

/** Beside this file, in the sources and in the bundle. */
const thread = new URL('generate-worker.mjs', import.meta.url);
/** Starting workers takes longer than generating so many events in place. */
const worthWorkers = 120_000;
/** Lanes that wait beside those in work, so that no worker stands idle while objects are written. */
const waiting = 2;
/** A lane's lines are kept outside the heap: what is left needs little of it. */
const workerLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 24 };

/** What a worker answers. */
export type Answer = { readonly part: LanePart } | { readonly error: string };

/** One worker and the lanes that were given to it, answered in order. */
class LaneWorker {
  readonly #worker: Worker;
  readonly #waiting: { readonly resolve: (part: LanePart) => void; readonly reject: (error: Error) => void }[] = [];

  constructor() {
    this.#worker = new Worker(thread, {
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: workerLimits,
    });
    this.#worker.on('message', (answer: Answer) => {
      const asked = this.#waiting.shift();
      if ('error' in answer) asked?.reject(new Error(answer.error));
      else asked?.resolve(answer.part);
    });
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', (code) => this.#fail(new Error(`A generating worker ended with code ${code}.`)));
  }

  get load(): number {
    return this.#waiting.length;
  }

  render(request: LaneRequest): Promise<LanePart> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      this.#worker.postMessage(request);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

export interface ParallelOptions extends Pick<GenerateOptions, 'onProgress'> {
  /** Worker threads; as many as cores by default, 0 for none. */
  readonly workers?: number;
}

/**
 * The same bytes as `generate` writes, sooner.
 *
 * @throws BadRequest when the request is not possible in this lake
 */
export async function generateInParallel(
  lake: Lake,
  request: GenerateRequest,
  { workers, onProgress }: ParallelOptions = {},
): Promise<GenerateSummary> {
  const eventsPerDay = request.eventsPerDay ?? (await worldOf(lake))?.eventsPerDay ?? 5000;
  const days = planDays(request.from, request.to).length;
  const count = workers ?? (days * eventsPerDay < worthWorkers ? 0 : availableParallelism());
  const progress = onProgress && { onProgress };
  if (count === 0) return generate(lake, request, { ...progress });

  const pool = Array.from({ length: count }, () => new LaneWorker());
  try {
    return await generate(lake, request, {
      ...progress,
      inFlight: count + waiting,
      renderLane: (lane) => pool.reduce((best, worker) => (worker.load < best.load ? worker : best)).render(lane),
    });
  } finally {
    await Promise.all(pool.map((worker) => worker.end()));
  }
}
