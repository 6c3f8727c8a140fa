import { fromMicros, micros, type Amounts } from '../amounts.ts';
import { CurrencySums } from '../currency-sums.ts';
import { isShort } from '../restated.ts';
import type { Row } from '../rows.ts';
import type { Total } from '../shape.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import { numbers, type ReportRow } from './report-row.ts';

/** Google's totals of the whole account: what is filtered out is in it, too. */
const isOfAccount = ({ cells }: Row) => /^(?:total|gesamt) (?:account|compte|konto)$/.test(folded(cells[0] ?? ''));

/**
 * The sums of a report against those of its own totals: of several, the one that fits, for a page adds up parts of it
 * too. Reports of keywords see a part of an account: it is no total of theirs.
 */
export function totalsOf(
  table: Table,
  rows: readonly ReportRow[],
  totalRows: readonly Row[],
  amounts: Amounts,
): { totals: Total[]; notes: string[] } {
  const notes: string[] = [];
  const currencies = [...new Set(rows.map(({ currency }) => currency))];
  const unit = currencies.length === 1 ? ` ${currencies[0]}` : '';
  const totals = (['spend', 'sends', 'impressions', 'clicks'] as const).flatMap((field): Total[] => {
    if (!table.has(field)) return [];
    if (field === 'spend' && currencies.length > 1) {
      // A total row that adds them up says nothing.
      const sums = new CurrencySums();
      for (const { spend, currency } of rows) sums.add(field, micros(spend) ?? 0n, currency);
      return sums.totals;
    }
    const imported = rows.reduce((sum, row) => sum + (micros(row[field]) ?? 0n), 0n);
    const totalOf = (row: Row) => micros(amounts.read(table.cell(row, field), numbers[field]));
    const isView = rows.some((row) => row.isView);
    const own = totalRows.filter((row) => !isView || !isOfAccount(row)).flatMap((row) => totalOf(row) ?? []);
    const nearest = own.find((one) => one === imported) ?? own.at(-1);
    const shown = (amount: bigint) => (field === 'spend' ? `${fromMicros(amount)}${unit}` : fromMicros(amount, 0));
    if (nearest !== undefined && nearest !== imported)
      notes.push(
        `Its own total of “${table.headingOf(field)}” is ${shown(nearest)}, its rows add up to ` +
          `${shown(imported)}. Were rows filtered out or removed before the export?`,
      );
    const whole = isView ? undefined : totalRows.filter(isOfAccount).flatMap((row) => totalOf(row) ?? [])[0];
    if (field === 'spend' && nearest === imported && whole !== undefined && isShort(imported, whole))
      notes.push(
        `The account spent ${shown(whole)} in that time, by its own total; this report has ${shown(imported)} ` +
          'of it. Were campaigns filtered out? Then show all of them, also those that were paused or removed, ' +
          'and download it again.',
      );
    return [{ what: field, imported: shown(imported), ...(nearest !== undefined && { own: shown(nearest) }) }];
  });
  return { totals, notes };
}
