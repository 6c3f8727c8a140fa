import { stepName, type Step } from '../../../lambdas/pipeline.ts';

/**
 * Works on items side by side. A failure keeps the others from beginning another item, and is thrown once all have
 * ended: nobody writes to a lake, or asks an engine, that the caller has closed.
 */
export async function sideBySide<T>(
  items: readonly T[],
  workers: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      if (failure) return;
      await work(item);
    }
  };
  const watched = (): Promise<void> =>
    worker().catch((error: unknown) => {
      failure ??= { error };
    });
  await Promise.all(Array.from({ length: workers }, watched));
  if (failure) throw failure.error;
}

/**
 * Takes steps side by side, each once all that it comes after have ended, the earlier ones first. A failure is as in
 * `sideBySide`.
 * @throws Error where a step comes after one that never ends
 */
export async function takeSteps(
  steps: readonly Step[],
  workers: number,
  take: (step: Step) => Promise<void>,
): Promise<void> {
  const waiting = new Map(steps.map((step) => [stepName(step), step]));
  const atWork = new Set<string>();
  let failure: { readonly error: unknown } | undefined;
  const isReady = ({ after }: Step) => after.every((name) => !waiting.has(name) && !atWork.has(name));
  const takeOne = async (name: string, step: Step): Promise<void> => {
    waiting.delete(name);
    atWork.add(name);
    try {
      await take(step);
    } catch (error) {
      failure ??= { error };
    }
    atWork.delete(name);
    await takeReady();
  };
  const takeReady = async (): Promise<void> => {
    const taken: Promise<void>[] = [];
    for (const [name, step] of waiting) {
      if (failure !== undefined || atWork.size === workers) break;
      if (isReady(step)) taken.push(takeOne(name, step));
    }
    await Promise.all(taken);
  };
  await takeReady();
  if (failure !== undefined) throw failure.error;
  if (waiting.size > 0) throw new Error(`${[...waiting.keys()].join(', ')} wait for each other.`);
}

/** So many works at a time, whoever asks. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** Works as soon as a place is free, in the order in which it was asked. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((given) => this.#waiting.push(given));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
