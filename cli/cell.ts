import type { AnswerColumn, AnswerValue } from '../lambdas/shared/ports/warehouse.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';

/** Numbers stand to the right. */
export const isNumeric = (type: string): boolean => /^(bigint|integer|smallint|tinyint|double|real|decimal)/.test(type);

/** Amounts of money, by the naming of the schema documents. */
const isMoney = (name: string) => /(?:^|_)eur$/.test(name);

/** Two decimals, so that points stand below one another. */
const twoDecimals = new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A value in a cell: lists and rows as JSON, a double with at most six digits after the point. */
export function cell(value: AnswerValue | undefined, type = ''): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return visibleJson(value);
  if (typeof value === 'number' && type === 'double') return String(Number(value.toFixed(6)));
  return String(value);
}

/** A double as it is read: four digits after the point, two where there are many before it. */
const readable = (value: number) => String(Number(value.toFixed(Math.abs(value) >= 100 ? 2 : 4)));

/** A decimal to its last digit, without the zeros that its type alone adds: of `9.460000` two decimals are left. */
const withoutZeros = (text: string) => text.replace(/(\.\d\d\d*?)0+$/, '$1');

/**
 * The same as a person reads it in a table: money with two decimals, shares in per cent. A share is a column that the
 * lake declares to be one, and that the query took as it is: a name that somebody chose, as in `100.0 * sum(clicks) /
 * sum(impressions) AS ctr`, does not say whether it is of a hundred already.
 */
export function tableCell(value: AnswerValue | undefined, { name, type, unit }: AnswerColumn): string {
  if (value === null || value === undefined || !isNumeric(type)) return cell(value, type);
  const number = Number(value);
  if (!Number.isFinite(number)) return cell(value, type);
  if (unit === 'share') return `${twoDecimals.format(100 * number)} %`;
  if (isMoney(name)) return twoDecimals.format(number);
  return type === 'double' || type === 'real' ? readable(number) : withoutZeros(cell(value, type));
}
