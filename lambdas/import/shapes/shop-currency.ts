import { currencyNamed, isIn } from '../currencies.ts';
import type { Row } from '../rows.ts';
import type { Table } from '../table.ts';

/**
 * Where and how an amount is written that is not in the shop's currency: a sign beside it, its column of currencies or its
 * heading may say so. Undefined where it is in it.
 */
export function writtenInAnother(table: Table, row: Row, field: string, currency: string): string | undefined {
  const text = table.cell(row, field);
  const told = table.cell(row, 'currency') || table.heading.currency || '';
  const named = told === '' || (told === '$' && isIn('$1', currency)) ? currency : currencyNamed(told);
  if (isIn(text, currency) && named === currency) return undefined;
  return `In row ${row.row}, “${table.headingOf(field)}” is “${text}”${told === '' ? '' : ` ${named}`}`;
}
