import ora, { type Ora } from 'ora';
import { visible } from '../lambdas/shared/visible.ts';
import { say } from './say.ts';

/** Progress of long work on standard error: one line that moves on a terminal, a line a step in a pipe. */
export class Progress {
  #spinner: Ora | undefined;
  #step = '';
  readonly #startedAt = performance.now();

  /** Says how far a step is. */
  update(step: string, done: number, of: number, unit: string): void {
    const text = visible(`${step} ${done}/${of} ${unit}`);
    if (process.stderr.isTTY) {
      this.#spinner ??= ora({ stream: process.stderr }).start();
      this.#spinner.text = text;
    } else if (done === of && step !== this.#step) {
      this.#step = step;
      say(text);
    }
  }

  /** Ends a stretch of work with what it came to. */
  done(text: string): void {
    const line = visible(`${text} (${((performance.now() - this.#startedAt) / 1000).toFixed(1)} s)`);
    if (this.#spinner) this.#spinner.succeed(line);
    else say(line);
    this.#spinner = undefined;
  }

  /** Takes the moving line away, so that an error stands alone. */
  stop(): void {
    this.#spinner?.stop();
    this.#spinner = undefined;
  }
}
