import stringWidth from 'string-width';
import { visible } from '../lambdas/shared/visible.ts';
import { cutTo, wrapped } from './cut.ts';

/**
 * Where the width is not limited, a column is made no wider than this: a longer cell stands out of it in its own line,
 * and pads no other.
 */
const widest = 200;
/** To fit, a column of texts is cut down to this, and no further. */
const narrowest = 12;
const gap = '  ';

/** The columns of a terminal that a text takes, as far as they matter. */
const widthOf = (text: string) => (text.length > 4 * widest ? widest : Math.min(widest, stringWidth(text)));

/** What a table is laid out by. */
export interface Layout {
  readonly rightAligned: readonly boolean[];
  /** Columns of the terminal; undefined where nothing limits a line, as in a file. */
  readonly width?: number | undefined;
  /** Shows the last column whole, over several lines, in place of cutting it. */
  readonly wrapsLast?: boolean;
}

/**
 * Lays rows out under their headings: a column is as wide as what it has shown so far, so that a table of any length
 * can be shown page by page.
 */
export class Columns {
  readonly #headings: readonly string[];
  readonly #layout: Layout;
  #widths: readonly number[];
  #isBegun = false;
  /** Whether a text was cut. */
  isCut = false;

  constructor(headings: readonly string[], layout: Layout) {
    this.#headings = headings.map(visible);
    this.#layout = layout;
    this.#widths = this.#headings.map((heading) => widthOf(heading));
  }

  /** Whether the rows can be shown in the width, with their numbers whole. */
  fits(rows: readonly (readonly string[])[]): boolean {
    const { width } = this.#layout;
    return (
      width === undefined ||
      this.#fitted(
        rows.map((row) => row.map(visible)),
        width,
      ) !== undefined
    );
  }

  /** A line for each row; before those of the first page the headings, and the rule below them. */
  page(rows: readonly (readonly string[])[]): string {
    const shown = rows.map((row) => row.map(visible));
    const { width } = this.#layout;
    const isFirst = !this.#isBegun;
    this.#isBegun = true;
    // Once lines have been shown to fit, they stay as they are.
    if (width === undefined) this.#widths = this.#grown(shown);
    else if (isFirst) this.#widths = this.#fitted(shown, width) ?? this.#grown(shown);
    const head = isFirst
      ? [...this.#headingLines(), gap[0] + this.#widths.map((size) => '─'.repeat(size)).join('──')]
      : [];
    return [...head, ...shown.flatMap((row) => this.#lines(row))].map((line) => `${line}\n`).join('');
  }

  #grown(rows: readonly (readonly string[])[]): number[] {
    return this.#widths.map((width, i) => rows.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), width));
  }

  /**
   * The widths with which a line fits: headings of several words go over several lines, then the widest texts are cut.
   * Undefined where no line fits.
   */
  #fitted(rows: readonly (readonly string[])[], width: number): number[] | undefined {
    const fitted = this.#grown(rows);
    const { rightAligned } = this.#layout;
    let over = fitted.reduce((sum, one) => sum + one + gap.length, -1) - width;
    const spare = fitted.map((one, i) => {
      const words = Math.max(...(this.#headings[i] ?? '').split(' ').map(widthOf));
      return one - rows.reduce((most, row) => Math.max(most, widthOf(row[i] ?? '')), words);
    });
    while (over > 0 && Math.max(...spare) > 0) {
      const at = spare.indexOf(Math.max(...spare));
      const less = Math.min(over, spare[at] ?? 0);
      fitted[at] = (fitted[at] ?? 0) - less;
      spare[at] = 0;
      over -= less;
    }
    while (over > 0) {
      const most = Math.max(...fitted.filter((_, i) => rightAligned[i] !== true));
      const at = fitted.findIndex((one, i) => one === most && rightAligned[i] !== true);
      if (at === -1 || most <= narrowest) return undefined;
      // Down to the next widest, or as far as it takes.
      const next = Math.max(narrowest, ...fitted.filter((one, i) => one < most && rightAligned[i] !== true));
      const less = Math.min(over, Math.max(1, most - next));
      fitted[at] = most - less;
      over -= less;
    }
    return fitted;
  }

  /** The headings, at the foot of as many lines as the longest takes. */
  #headingLines(): string[] {
    const cells = this.#headings.map((heading, i) =>
      this.#layout.width === undefined ? [heading] : wrapped(heading, this.#widths[i] ?? narrowest),
    );
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      this.#line(cells.map((lines) => lines[line - height + lines.length] ?? '')),
    );
  }

  #lines(cells: readonly string[]): string[] {
    const last = cells.length - 1;
    const whole =
      this.#layout.wrapsLast === true && this.#layout.width !== undefined
        ? wrapped(cells[last] ?? '', this.#widths[last] ?? narrowest)
        : [cells[last] ?? ''];
    return whole.map((text, line) => this.#line([...cells.slice(0, -1).map((one) => (line === 0 ? one : '')), text]));
  }

  #line(cells: readonly string[]): string {
    const { rightAligned, width } = this.#layout;
    const padded = cells.map((text, i) => {
      const size = this.#widths[i] ?? 0;
      const isCut = width !== undefined && rightAligned[i] !== true && widthOf(text) > size;
      if (isCut) this.isCut = true;
      const cut = isCut ? cutTo(text, size) : text;
      const space = ' '.repeat(Math.max(0, size - widthOf(cut)));
      return rightAligned[i] ? space + cut : cut + space;
    });
    return ` ${padded.join(gap)}`.trimEnd();
  }
}

/** Rows with headings, numbers to the right. What strangers wrote is made visible here. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[], layout: Layout): string {
  return new Columns(headings, layout).page(rows).trimEnd();
}

/**
 * A table that is dealt over several where its columns do not fit beside each other with their texts whole, each with the
 * first column, which says what a row is.
 */
export function foldedTable(headings: readonly string[], rows: readonly (readonly string[])[], layout: Layout): string {
  const of = <T>(all: readonly T[], places: readonly number[]) => places.flatMap((at) => all.slice(at, at + 1));
  // What is aligned to the right is not cut.
  const isWhole = (places: readonly number[]) =>
    new Columns(of(headings, places), { ...layout, rightAligned: places.map(() => true) }).fits(
      rows.map((row) => of(row, places)),
    );
  const parts: number[][] = [];
  for (let at = 1; at < headings.length; at++) {
    const last = parts.at(-1);
    if (last !== undefined && isWhole([...last, at])) last.push(at);
    else parts.push([0, at]);
  }
  return parts
    .map((places) =>
      table(
        of(headings, places),
        rows.map((row) => of(row, places)),
        { ...layout, rightAligned: of(layout.rightAligned, places) },
      ),
    )
    .join('\n\n');
}
