import { visible } from '../lambdas/shared/visible.ts';
import { pieces } from './statements.ts';

/**
 * A statement of several lines as one line. Comments go, quoted texts stay.
 * @returns undefined where a quoted text itself has a line end: in one line it would be another text
 */
function oneLine(statement: string): string | undefined {
  const parts = [...statement.matchAll(pieces)].map(([piece]) => (/^(?:--|\/\*|\s)/.test(piece) ? ' ' : piece));
  if (parts.some((part) => part.includes('\n'))) return undefined;
  return parts
    .filter((part, i) => part !== ' ' || parts[i - 1] !== ' ')
    .join('')
    .trim();
}

/**
 * What comes back of a line: neither control characters that were pasted in with it, nor tabs, which would ask for a
 * completion.
 */
const harmless = (line: string) => visible(line.replaceAll('\t', ' '));

/**
 * What the arrow keys of the prompt call back: each statement whole, however many lines it had, and the lines of the
 * one that is typed.
 */
export class History {
  static readonly size = 200;
  /** The array that readline looks at, the newest first. */
  #kept: string[] = [];
  #whole: string[] = [];
  #open: string[] = [];

  /** Takes the array that readline has just added a line to. */
  keepIn(kept: string[]): void {
    this.#kept = kept;
    if (kept[0] !== undefined) kept[0] = harmless(kept[0]);
  }

  /** Adds a line, the statements that it ended, and what stands behind them. */
  add(line: string, ended: readonly string[], rest: string): void {
    this.#open.push(line);
    if (ended.length > 0) {
      const whole = ended.map(oneLine);
      const isTold = whole.every((one) => one !== undefined);
      const entries = isTold && this.#open.length > 1 ? [`${whole.join('; ')};`] : this.#open;
      for (const entry of entries) if (entry !== this.#whole[0]) this.#whole.unshift(entry);
      this.#open = rest.trim() === '' ? [] : [rest.trim()];
    }
    this.#write();
  }

  /** The statement that was begun is given up: its lines stay. */
  begin(): void {
    this.#whole.unshift(...this.#open.toReversed());
    this.#open = [];
    this.#write();
  }

  #write(): void {
    this.#whole = this.#whole.slice(0, History.size);
    const lines = [...this.#open.toReversed(), ...this.#whole].filter((line) => line.trim() !== '');
    this.#kept.splice(0, this.#kept.length, ...lines.map(harmless));
  }
}
