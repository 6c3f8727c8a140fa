import stringWidth from 'string-width';
import { visible } from '../lambdas/shared/visible.ts';

/** A column is made no wider than this: a longer cell stands out of it in its own line, and pads no other. */
const widest = 200;

/** The columns of a terminal that a text takes, as far as they matter. */
const widthOf = (text: string) => (text.length > 4 * widest ? widest : Math.min(widest, stringWidth(text)));

/** Lays rows out under their headings: a column is as wide as what it has shown so far, so that a table of any length can be shown page by page. */
export class Columns {
  readonly #headings: readonly string[];
  readonly #rightAligned: readonly boolean[];
  #widths: readonly number[];
  #isBegun = false;

  constructor(headings: readonly string[], rightAligned: readonly boolean[]) {
    this.#headings = headings.map(visible);
    this.#rightAligned = rightAligned;
    this.#widths = this.#headings.map((heading) => widthOf(heading));
  }

  /** A line for each row; before those of the first page the headings, and the rule below them. */
  page(rows: readonly (readonly string[])[]): string {
    const shown = rows.map((row) => row.map(visible));
    this.#widen(shown);
    const head = this.#isBegun
      ? []
      : [this.#line(this.#headings), this.#widths.map((width) => '─'.repeat(width + 2)).join('──')];
    this.#isBegun = true;
    return [...head, ...shown.map((row) => this.#line(row))].map((line) => `${line}\n`).join('');
  }

  #widen(rows: readonly (readonly string[])[]): void {
    this.#widths = this.#widths.map((width, i) =>
      rows.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), width),
    );
  }

  #line(cells: readonly string[]): string {
    const padded = cells.map((text, i) => {
      const space = ' '.repeat(Math.max(0, (this.#widths[i] ?? 0) - widthOf(text)));
      return ` ${this.#rightAligned[i] ? space + text : text + space} `;
    });
    return padded.join('  ').trimEnd();
  }
}

/** Rows with headings, numbers to the right. What strangers wrote is made visible here. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  rightAligned: readonly boolean[],
): string {
  return new Columns(headings, rightAligned).page(rows).trimEnd();
}
