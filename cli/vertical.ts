import stringWidth from 'string-width';
import { visible } from '../lambdas/shared/visible.ts';
import { cutTo, wrapped } from './cut.ts';

/** A name takes no more, and no more than half of the terminal. */
const widestName = 40;
/** A value has at least as much, however narrow the terminal. */
const leastRoom = 8;

/** Rows one below the other, a line a column: for rows that are wider than the terminal. Texts are shown whole. */
export class Records {
  readonly #names: readonly string[];
  readonly #width: number | undefined;
  readonly #nameWidth: number;
  #row = 0;

  /** @param width columns of the terminal; undefined where nothing limits a line */
  constructor(names: readonly string[], width: number | undefined) {
    this.#names = names.map(visible);
    this.#width = width;
    this.#nameWidth = Math.min(
      widestName,
      Math.floor((width ?? Infinity) / 2) - 3,
      Math.max(0, ...this.#names.map((name) => stringWidth(name))),
    );
  }

  page(rows: readonly (readonly string[])[]): string {
    return rows
      .flatMap((row) => [
        this.#rule(),
        ...row.flatMap((value, i) => this.#lines(cutTo(this.#names[i] ?? '', this.#nameWidth), visible(value))),
      ])
      .map((line) => `${line}\n`)
      .join('');
  }

  #rule(): string {
    this.#row += 1;
    const head = `─ ${this.#row} `;
    return head + '─'.repeat(Math.max(2, Math.min(this.#width ?? 60, 60) - head.length));
  }

  #lines(name: string, value: string): string[] {
    const room = this.#width === undefined ? Infinity : Math.max(leastRoom, this.#width - this.#nameWidth - 3);
    return wrapped(value, room).map((text, line) =>
      ` ${line === 0 ? name + ' '.repeat(Math.max(0, this.#nameWidth - stringWidth(name))) : ' '.repeat(this.#nameWidth)}  ${text}`.trimEnd(),
    );
  }
}
