import type { Amounts } from '../amounts.ts';
import { instantOf } from '../dates.ts';
import type { Row } from '../rows.ts';
import type { Table } from '../table.ts';

/** Cents of an amount; undefined where it is none. */
export function cents(text: string, amounts: Amounts): number | undefined {
  const read = /^-?\d+(?:\.\d+)?$/.test(text) ? text : amounts.read(text, 'money');
  if (!/^-?\d+(?:\.\d+)?$/.test(read)) return undefined;
  return Math.round(Number(read) * 100);
}

export const fromCents = (amount: number): string => (amount / 100).toFixed(2);

/**
 * Parts of an amount, in whole cents, by weights: what rounding leaves goes to the largest remainders. All to the first
 * where no part has a weight.
 */
export function shared(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, one) => all + one, 0);
  if (sum === 0) return weights.map((_, at) => (at === 0 ? total : 0));
  const exact = weights.map((weight) => (total * weight) / sum);
  const parts = exact.map((part) => Math.floor(part));
  let rest = total - parts.reduce((all, one) => all + one, 0);
  const byRemainder = exact.map((part, at) => ({ at, remainder: part - Math.floor(part) }));
  byRemainder.sort((a, b) => b.remainder - a.remainder || a.at - b.at);
  for (const { at } of byRemainder) {
    if (rest === 0) break;
    parts[at] = (parts[at] ?? 0) + 1;
    rest--;
  }
  return parts;
}

/** `2025-03-10 10:00:00 +0100`, as the admin's exports write a time; undefined for anything else. */
export function momentOf(text: string): string | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.\d+)? ?(?:(Z|UTC)|([+-]\d{2}):?(\d{2}))$/.exec(text);
  if (!parts) return undefined;
  const [, day, time, zulu, hours, minutes] = parts;
  const moment = `${day}T${time}${zulu === undefined ? `${hours}:${minutes}` : 'Z'}`;
  return instantOf(moment) === undefined ? undefined : moment;
}

/**
 * The id of a variant that an export does not give: by its SKU, else by its name. Products and order lines of the
 * exports have both in common, and so meet.
 */
export const variantId = (sku: string, name: string): string => (sku === '' ? `name:${name}` : `sku:${sku}`);

/** The codes in cells: a cell may name several, and several cells may name one. */
export const codesIn = (cells: readonly string[]): string[] => [
  ...new Set(
    cells.flatMap((cell) => cell.split(/[,;|\n]/).flatMap((code) => (code.trim() === '' ? [] : [code.trim()]))),
  ),
];

/** What Excel puts before a cell that is to stay a text: the admin's exports write a post code as `'75011`. */
export const unquoted = (cell: string): string => cell.replace(/^'(?=[\d+])/u, '');

/** Whether a cell says no: a spreadsheet writes `false` in capitals and in its own language, a workbook as 0. */
export const isFalse = (cell: string): boolean => /^(?:false|faux|falsch|falso|onwaar|0)$/iu.test(cell);

/** Headings that a table of Shopify's has in every language of the admin: they are not translated. */
export const exactly = (heading: string): RegExp => new RegExp(`^${heading}$`);

/**
 * Rows that stand one below the other and have one name: an order with its items, a product with its variants and
 * pictures.
 */
export async function* groupsBy(
  table: Table,
  field: string,
  goesOn: (row: Row) => boolean = () => false,
): AsyncGenerator<Row[]> {
  let rows: Row[] = [];
  let name: string | undefined;
  for await (const row of table.rows()) {
    const own = table.cell(row, field);
    if (own === '' && name !== undefined && name !== '' && goesOn(row)) {
      rows.push(row);
      continue;
    }
    if (own !== name && rows.length > 0) {
      yield rows;
      rows = [];
    }
    name = own;
    rows.push(row);
  }
  if (rows.length > 0) yield rows;
}
