/** In which currency a sheet of influencers tells its fees, and the goods that were given beside them. */
import { currencyBeside } from '../currencies.ts';
import { folded } from '../folded.ts';
import { Refused } from '../refused.ts';
import type { Table } from '../table.ts';
import type { Filled } from './influencer-rows.ts';

/** The currency that the heading of a column names: those of other columns are of other amounts. */
export const inHeading = (table: Table, field: 'fee' | 'product_cost'): string | undefined =>
  /\b(?:eur|usd|gbp|chf)\b/.exec(folded(table.headingOf(field)))?.[0].toUpperCase();

/**
 * What is to be known of goods in a sheet whose fees are in another currency: they are the shop's own.
 * @throws Refused where their heading names another currency than EUR
 */
export function goodsNotes(
  table: Table,
  rows: readonly Filled[],
  currencyOfRow: ReadonlyMap<Filled, string>,
): string[] {
  const named = inHeading(table, 'product_cost');
  const dear = rows.filter(({ cell }) => /[1-9]/.test(cell('product_cost')));
  if (dear.length > 0 && named !== undefined && named !== 'EUR')
    throw new Refused(
      `“${table.headingOf('product_cost')}” is in ${named}, and what the shop's own goods cost is read in EUR, ` +
        'whatever a fee is paid in. Write it in EUR, with a heading that says no other.',
    );
  const row = dear.find(
    (one) =>
      named === undefined &&
      ![undefined, 'EUR'].includes(currencyOfRow.get(one)) &&
      currencyBeside(one.cell('product_cost')) === undefined,
  );
  return row === undefined
    ? []
    : [
        `“${table.headingOf('product_cost')}” is read in EUR, as the shop's own goods cost it, and fees are in ` +
          `${currencyOfRow.get(row)} (row ${row.row}). Where it is in that, too, write it in EUR.`,
      ];
}
