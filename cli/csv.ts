import { stringify } from 'csv-stringify/sync';
import { withoutFormula } from '../lambdas/shared/formulas.ts';
import { visible } from '../lambdas/shared/visible.ts';

/** A text as a cell that no spreadsheet runs and no terminal obeys. */
export const safeCell = (text: string): string => withoutFormula(visible(text));

/** Lines of CSV, as RFC 4180 has them, with a line feed at the end of each. */
export function csvLines(rows: readonly (readonly (string | null)[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    {
      // Some readers end a line at a carriage return too, and all pass over a line that is empty, and a byte order mark
      // that comes first.
      quoted_match: /\r|^\ufeff/,
      quoted_empty: rows[0]?.length === 1,
    },
  );
}
