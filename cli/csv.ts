import { stringify } from 'csv-stringify/sync';
import { visible } from '../lambdas/shared/visible.ts';

/**
 * Where a spreadsheet would begin to compute: at the start of a cell, and behind a semicolon, at which half of Europe's
 * spreadsheets cut.
 */
const formulas = /(^|;)(?=[\s\p{Cf}"]*[=+\-@＝＋－＠])/gu;
const number = /^[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * A text as a cell that no spreadsheet runs and no terminal obeys: what would be a formula has an apostrophe before it.
 */
export function withoutFormula(text: string): string {
  return number.test(text) ? text : visible(text).replaceAll(formulas, "$1'");
}

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
