import type { CellKind } from '../../transform/sheet-numbers.ts';
import type { Amounts } from '../amounts.ts';
import { micros } from '../amounts.ts';
import { isHandle } from '../deals.ts';

/** What parts the accounts of a cell that names several. */
const between = /\s*[,;/&+|\n]\s*|\s+(?:et|and|x|und)\s+/iu;

/** Cells of which the transform will refuse the row. It is told before anything is landed. */
export class Unfit {
  readonly #found: { readonly row: number; readonly why: string; readonly advice: string }[] = [];

  /** Whether a number can stand, which is none below nothing; empty can. Where it cannot, its row is told. */
  isFit(row: number, heading: string, text: string, amounts: Amounts, kind: CellKind): boolean {
    const read = amounts.read(text, kind);
    const number = read === '' ? 0n : micros(read);
    if (number !== undefined && number >= 0n) return true;
    // Left empty, an amount would be nothing.
    const advice =
      kind === 'money' ? 'write it as one number from 0' : 'write a number from 0, or leave the cell empty';
    this.add(row, `“${heading}” is “${text}”`, advice);
    return false;
  }

  /** Whether a cell names an account. */
  isHandle(row: number, heading: string, text: string): boolean {
    if (isHandle(text)) return true;
    const several = text.split(between).filter((one) => one !== '');
    if (several.length > 1 && several.every(isHandle)) {
      this.add(
        row,
        `“${heading}” is “${text}”, which names several`,
        'give each a row of its own, with its share of the fee',
      );
      return false;
    }
    this.add(
      row,
      `“${heading}” is “${text}”, which is no handle`,
      'write it as on the platform, as @lea.beaute, or add a column “Handle” beside it',
    );
    return false;
  }

  /** Whether a cell was read as a day. */
  isDay(row: number, heading: string, text: string, isDay: boolean): boolean {
    if (!isDay) this.add(row, `“${heading}” is “${text}”, which is no day`, 'write it as 15/04/2025');
    return isDay;
  }

  /** Whether a cell that every row needs says something. */
  isSaid(row: number, heading: string, text: string, advice: string): boolean {
    if (text === '') this.add(row, `“${heading}” is empty`, advice);
    return text !== '';
  }

  /** A row that is refused for a reason of its own. */
  add(row: number, why: string, advice: string): void {
    this.#found.push({ row, why, advice });
  }

  /** The rows that are refused. */
  get rows(): ReadonlySet<number> {
    return new Set(this.#found.map(({ row }) => row));
  }

  /** One sentence, where there is something to tell. */
  get notes(): string[] {
    const [first] = this.#found;
    if (first === undefined) return [];
    const rows = this.rows.size;
    return [
      `${rows} ${rows === 1 ? 'row is going to be refused, and counts' : 'rows are going to be refused, and count'} ` +
        `in no figure (the first: row ${first.row}, ${first.why}): ${first.advice}.`,
    ];
  }
}
