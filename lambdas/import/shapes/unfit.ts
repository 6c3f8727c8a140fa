import type { CellKind } from '../../transform/sheet-numbers.ts';
import type { Amounts } from '../amounts.ts';
import { micros } from '../amounts.ts';

/**
 * Cells of which the transform will refuse the row: what is no number, or less than nothing. It is told before anything
 * is landed.
 */
export class Unfit {
  readonly #found: string[] = [];

  /** @returns whether the number can stand; empty can */
  isFit(row: number, heading: string, text: string, amounts: Amounts, kind: CellKind): boolean {
    const read = amounts.read(text, kind);
    const number = read === '' ? 0n : micros(read);
    if (number !== undefined && number >= 0n) return true;
    this.#found.push(`row ${row}, “${heading}” is “${text}”`);
    return false;
  }

  /** Rows that are refused for a reason of their own. */
  add(row: number, why: string): void {
    this.#found.push(`row ${row}, ${why}`);
  }

  /** One sentence, where there is something to tell. */
  get notes(): string[] {
    const [first, ...others] = this.#found;
    if (first === undefined) return [];
    return [
      `${others.length + 1} ${others.length === 0 ? 'row is' : 'rows are'} going to be refused, and counts in no figure (the first: ${first}): write a number from 0, or leave the cell empty.`,
    ];
  }
}
