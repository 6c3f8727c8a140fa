import { visible } from '../lambdas/shared/visible.ts';
import { cutTo } from './cut.ts';
import { say } from './say.ts';

/** The stretch of a longer work that is told here: its share of the whole runs from one to the other. */
export interface Stretch {
  /** When the whole began, by `performance.now()`. */
  readonly startedAt: number;
  readonly from: number;
  readonly to: number;
}

/** How far a step is. */
export interface Done {
  /** What is at work: "transform web_events". */
  readonly step: string;
  /** Of `of` units; 0 of 0 where nothing is counted. */
  readonly done: number;
  readonly of: number;
  readonly unit: string;
  /** Of the work, 0 to 1; undefined where it is not known. */
  readonly share?: number | undefined;
}

/** Before that much of the time and of the work is over, what is left would be a guess. */
const fromMs = 2000;
const fromShare = 0.05;

/** The time that is left, in words: by what the work took until now. */
export function leftInWords(elapsedMs: number, share: number): string | undefined {
  if (elapsedMs < fromMs || share < fromShare || share >= 1) return undefined;
  const seconds = ((elapsedMs / 1000) * (1 - share)) / share;
  if (seconds < 60)
    return `about ${Math.max(1, Math.round(seconds < 10 ? seconds : seconds / 5) * (seconds < 10 ? 1 : 5))} s left`;
  return `about ${Math.round(seconds / 60)} min left`;
}

/** Goes to the beginning of the line, and empties it. */
const emptied = '\r\u001B[2K';

/**
 * Progress of long work on standard error: one line that moves on a terminal, a line a step in a pipe. The terminal
 * itself stays as it is: one in raw mode, or with handlers of signals to restore it, would not end at Ctrl-C.
 */
export class Progress {
  #isShown = false;
  #step = '';
  readonly #startedAt = performance.now();
  readonly #stretch: Stretch;

  constructor(stretch?: Stretch) {
    this.#stretch = stretch ?? { startedAt: this.#startedAt, from: 0, to: 1 };
  }

  /** Says how far a step is, how much of all that is, and how long the rest may take. */
  update({ step, done, of, unit, share }: Done): void {
    const text = visible(of === 0 ? step : `${step} ${done}/${of} ${unit}`);
    if (process.stderr.isTTY) {
      const line = [text, ...this.#whole(share)].join(' · ');
      process.stderr.write(emptied + cutTo(line, (process.stderr.columns || 80) - 1));
      this.#isShown = true;
    } else if (of > 0 && done === of && step !== this.#step) {
      this.#step = step;
      say(text);
    }
  }

  /** Ends a stretch of work with what it came to. */
  done(text: string): void {
    this.stop();
    say(
      `${process.stderr.isTTY ? '✔ ' : ''}${visible(text)} ` +
        `(${((performance.now() - this.#startedAt) / 1000).toFixed(1)} s)`,
    );
  }

  /** Takes the moving line away, so that an error stands alone. */
  stop(): void {
    if (this.#isShown) process.stderr.write(emptied);
    this.#isShown = false;
  }

  #whole(share: number | undefined): string[] {
    if (share === undefined) return [];
    const { startedAt, from, to } = this.#stretch;
    const whole = from + (to - from) * share;
    const left = leftInWords(performance.now() - startedAt, whole);
    return [`${Math.floor(whole * 100)} %`, ...(left === undefined ? [] : [left])];
  }
}
