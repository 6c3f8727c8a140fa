import { unzipSync } from 'fflate';
import { Parser } from 'saxen';
import { isIn } from './currencies.ts';
import { Refused } from './refused.ts';
import { sheetOf, type Row, type Sheet } from './rows.ts';

/** Longest table that is opened, bytes unpacked. */
const limit = 100 * 2 ** 20;
/** More cells than a sheet has columns of: a repeated cell without end is a style, or a bomb. */
const mostColumns = 16_384;

interface Cell {
  readonly repeated: number;
  readonly value: string | undefined;
  /** What stands for its texts where a program wrote none. */
  readonly written: string;
  readonly isCovered: boolean;
  readonly isUncalculated: boolean;
  texts: string[];
}

/** What stands in a cell whose formula fails; its value may be written as 0. */
const failed = /^(?:#(?:REF|DIV\/0|VALUE|NAME|N\/A|NUM|NULL)[!?]?|Err:\d+)/i;

const count = (text: string | undefined) => Math.max(1, Number.parseInt(text ?? '1', 10) || 1);

/**
 * What a cell holds: a number or a day as the file has it, not as it is shown; behind an amount its currency, where
 * that is another than the shop's.
 */
function valueOf(attributes: Readonly<Record<string, string>>, currency: string | undefined): string | undefined {
  const type = attributes['office:value-type'];
  if (type === 'date') return attributes['office:date-value']?.replace(/T00:00:00(?:\.0+)?$/, '');
  if (type === 'boolean') return attributes['office:boolean-value'];
  const number = attributes['office:value'];
  if (number === undefined) return undefined;
  const own = type === 'currency' ? attributes['office:currency'] : undefined;
  const sign = own === undefined || currency === undefined || isIn(`1 ${own}`, currency) ? '' : ` ${own}`;
  // Three decimals alone could be thousands.
  return `${/^-?\d+\.\d{3}$/.test(number) ? `${number}0` : number}${sign}`;
}

/** Reads the tables of an OpenDocument's content, element by element. */
class Tables {
  readonly sheets: { name: string; rows: Row[] }[] = [];
  readonly #currency: string | undefined;
  /** Formulas that have a value, and where the first is that has none. */
  #valued = 0;
  #unvalued: string | undefined;
  #row = 0;
  #repeatedRows = 1;
  #cells: string[] = [];
  #cell: Cell | undefined;
  #isInText = false;
  /** Within a comment on a cell, which is no part of it. */
  #isInNote = false;
  /** Styles of sheets that are not seen, and the one that is read. */
  readonly #hiding = new Set<string>();
  #style = '';
  #hidden: Row['hidden'];
  #isHiddenSheet = false;

  /** @param currency the shop's */
  constructor(currency: string | undefined) {
    this.#currency = currency;
  }

  open(name: string, attributes: () => Record<string, string>): void {
    if (name === 'style:style') this.#style = attributes()['style:name'] ?? '';
    else if (name === 'style:table-properties' && attributes()['table:display'] === 'false')
      this.#hiding.add(this.#style);
    else if (name === 'table:table') {
      const own = attributes();
      this.sheets.push({ name: own['table:name'] ?? '', rows: [] });
      this.#isHiddenSheet = this.#hiding.has(own['table:style-name'] ?? '');
      this.#row = 0;
    } else if (name === 'table:table-row') {
      const own = attributes();
      this.#repeatedRows = count(own['table:number-rows-repeated']);
      const isSeen = (own['table:visibility'] ?? 'visible') === 'visible';
      this.#hidden = this.#isHiddenSheet ? 'sheet' : isSeen ? undefined : 'row';
      this.#cells = [];
    } else if (name === 'table:table-cell' || name === 'table:covered-table-cell') {
      const own = attributes();
      this.#cell = {
        repeated: count(own['table:number-columns-repeated']),
        value: valueOf(own, this.#currency),
        written: own['office:string-value'] ?? '',
        isCovered: name === 'table:covered-table-cell',
        isUncalculated: own['table:formula'] !== undefined && own['office:value-type'] === undefined,
        texts: [],
      };
      if (own['table:formula'] !== undefined && own['office:value-type'] !== undefined) this.#valued++;
    } else if (name === 'office:annotation') this.#isInNote = true;
    else if (name === 'text:p' && this.#cell && !this.#isInNote) {
      this.#cell.texts.push('');
      this.#isInText = true;
    } else if (name === 'text:s' && this.#cell) this.text(' '.repeat(count(attributes()['text:c'])));
    else if (name === 'text:line-break') this.text('\n');
    else if (name === 'text:tab') this.text(' ');
  }

  text(text: string): void {
    const texts = this.#cell?.texts;
    if (this.#isInText && texts && texts.length > 0) texts.push((texts.pop() ?? '') + text);
  }

  close(name: string): void {
    if (name === 'text:p') this.#isInText = false;
    else if (name === 'office:annotation') this.#isInNote = false;
    else if (name === 'table:table-cell' || name === 'table:covered-table-cell') this.#closeCell();
    else if (name === 'table:table-row') this.#closeRow();
  }

  #closeCell(): void {
    const {
      repeated = 1,
      value,
      written = '',
      isCovered = false,
      isUncalculated = false,
      texts = [],
    } = this.#cell ?? {};
    const shown = texts.join('\n') || written;
    if (isUncalculated && shown === '') this.#unvalued ??= `row ${this.#row + 1}`;
    // What a merged cell lies over is not seen.
    const text = isCovered ? '' : failed.test(shown) ? shown : (value ?? shown);
    for (let n = 0; n < Math.min(repeated, mostColumns - this.#cells.length); n++) this.#cells.push(text);
    this.#cell = undefined;
  }

  /** @throws Refused where formulas have no values: what wrote the file did not calculate */
  assertCalculated(): void {
    if (this.#unvalued !== undefined && this.#valued === 0)
      throw new Refused(
        `Its formulas have no values (the first is in ${this.#unvalued}): a program wrote it, and did not ` +
          'calculate. Open it in LibreOffice, save it, and import it again.',
      );
  }

  #closeRow(): void {
    const last = this.#cells.findLastIndex((cell) => cell !== '');
    const cells = this.#cells.slice(0, last + 1);
    // An empty row that is repeated to the sheet's end says nothing.
    if (last >= 0) {
      if (this.#repeatedRows > mostColumns)
        throw new Refused('It is an .ods sheet with a row that is repeated without end. Save it as CSV in UTF-8.');
      for (let n = 1; n <= this.#repeatedRows; n++)
        this.sheets.at(-1)?.rows.push({ row: this.#row + n, cells, ...(this.#hidden && { hidden: this.#hidden }) });
    }
    this.#row += this.#repeatedRows;
  }
}

/**
 * The sheets of an OpenDocument table (.ods): of a formula its last value, of a merged cell its first part.
 * @throws Refused
 */
export function odsSheets(bytes: Uint8Array, currency?: string): Sheet[] {
  const tables = new Tables(currency);
  let failure: unknown;
  try {
    const files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (name === 'content.xml' && originalSize > limit)
          throw new Refused('It is an .ods table that is too large to be opened. Save its sheet as CSV in UTF-8.');
        return name === 'content.xml';
      },
    });
    const parser = new Parser();
    parser.on('openTag', (name, attributes) => tables.open(name, attributes));
    parser.on('text', (text, decode) => tables.text(decode(text)));
    parser.on('closeTag', (name) => tables.close(name));
    parser.on('error', (error) => {
      failure ??= error;
    });
    parser.parse(Buffer.from(files['content.xml'] ?? []).toString('utf8'));
  } catch (error) {
    failure ??= error;
  }
  if (failure instanceof Refused) throw failure;
  if (failure !== undefined || tables.sheets.length === 0)
    throw new Refused(
      'It is an .ods table that is damaged, or has a password: open it in LibreOffice and save it as .xlsx.',
      {
        cause: failure,
      },
    );
  tables.assertCalculated();
  return tables.sheets.map(({ name, rows }) => sheetOf(name, rows));
}
