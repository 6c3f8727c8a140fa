/**
 * Test files that a process keeps loaded. What they test is read anew at each call where it is SQL, so that for
 * another text of it nothing has to be loaded again: it takes tenths of a second where Jest takes three.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { z } from 'zod';
import { watched, type Limit, type Trial } from './trial.ts';
import type { Cost, Costs } from './unchanged.ts';

const reply = z.strictObject({ failure: z.string().optional(), cpuSeconds: z.number() });

export class KeptTests {
  readonly #root: string;
  /** Of each test file what it takes without any change; nothing where it cannot be kept. */
  readonly #costs = new Map<string, Cost | undefined>();
  /** What has told a mutant from the original. */
  readonly #killers = new Set<string>();
  #child: ChildProcess | undefined;
  #loaded = new Set<string>();

  /** @param root the copy of the checkout */
  constructor(root: string) {
    this.#root = root;
  }

  get costs(): Costs {
    return this.#costs;
  }

  #process(): ChildProcess {
    if (this.#child?.connected === true) return this.#child;
    this.#loaded = new Set();
    this.#child = fork(join(import.meta.dirname, 'kept-process.ts'), {
      cwd: this.#root,
      detached: true,
      execArgv: ['--import', 'tsx', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    return this.#child;
  }

  async #ask(test: string, isRun: boolean, limit: Limit): Promise<Trial> {
    const child = this.#process();
    const watch = watched(child.pid ?? 0, limit);
    const ended = new AbortController();
    try {
      child.send({ path: join(this.#root, test), isRun });
      const [message]: unknown[] = await Promise.race([
        once(child, 'message', ended),
        once(child, 'exit', ended).then(() => [{ failure: 'Its process has ended.', cpuSeconds: 0 }]),
      ]);
      const { failure = '', cpuSeconds } = reply.parse(message);
      const status = watch.isEndless() ? 'endless' : failure === '' ? 'passed' : 'failed';
      return {
        status,
        cpuSeconds,
        idleSeconds: watch.idleSeconds(),
        output: failure,
        ...(failure !== '' && { failed: test }),
      };
    } finally {
      ended.abort();
      watch.end();
    }
  }

  /**
   * What a test file takes without any change, or nothing where it cannot be kept: where it does not load here, or
   * does not pass twice. Only to be asked while no mutant stands, and before it is run.
   */
  async costOf(test: string): Promise<Cost | undefined> {
    const unlimited = { cpuSeconds: Infinity, idleSeconds: Infinity };
    if (!this.#costs.has(test)) {
      const trials = [await this.#ask(test, true, unlimited), await this.#ask(test, true, unlimited)];
      this.#costs.set(test, trials.every(({ status }) => status === 'passed') ? trials[1] : undefined);
    } else if (!this.#loaded.has(test) || this.#child?.connected !== true) await this.#ask(test, false, unlimited);
    this.#loaded.add(test);
    return this.#costs.get(test);
  }

  async run(test: string, limit: Limit): Promise<Trial> {
    const trial = await this.#ask(test, true, limit);
    if (trial.status !== 'passed') this.#killers.add(test);
    return trial;
  }

  /** @throws Error where a test that told a mutant from the original fails without any change, too */
  async check(): Promise<void> {
    for (const test of this.#killers) {
      const { status, output } = await this.#ask(test, true, { cpuSeconds: Infinity, idleSeconds: Infinity });
      if (status !== 'passed') throw new Error(`${test} fails without any change where it is run again:\n${output}`);
    }
  }

  close(): void {
    if (this.#child?.connected === true) this.#child.disconnect();
  }
}
