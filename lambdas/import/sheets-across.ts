/** Sheets that go on to the right: a column for each month, or for each influencer. What is read has one row for each. */
import { isMonth } from './dates.ts';
import { folded } from './folded.ts';

/** What may stand beside the month: its year, and what was paid. */
const beside = /^(?:\d{2,4}|budgets?|cachets?|fees?|montants?|couts?|costs?|spend|depenses?|paid|paye|ht|eur|usd|gbp)$/;

/** Whether a heading names one month: `Janvier 2025`, `Budget janv.`. */
function isOfMonth(heading: string): boolean {
  const words = folded(heading).split(' ');
  return words.filter(isMonth).length === 1 && words.every((word) => isMonth(word) || beside.test(word));
}

const quoted = (cells: readonly string[]) => cells.map((cell) => `“${cell.trim()}”`).join(', ');

/** Why such a sheet is not read, by the cells of a row; undefined where it is none. */
export function whyAcross(cells: readonly string[]): string | undefined {
  const months = cells.filter((cell) => isOfMonth(cell));
  if (months.length >= 2)
    return (
      `It has a column for each month (${quoted(months.slice(0, 3))}), and what is read has a row for each. Of ` +
      'influencers, make one row of each month in which one was paid, with the columns “Pseudo”, “Cachet”, “Date” ' +
      'and “Code”; what channels cost by month is entered in marketing_costs of shop.json.'
    );
  const handles = cells.filter((cell) => /^\s*@[\p{L}\p{N}._-]+\s*$/u.test(cell));
  return handles.length >= 2
    ? `It has a column for each influencer (${quoted(handles.slice(0, 3))}), and what is read has a row for each: ` +
        'turn it (copy it, and paste it transposed), with the headings “Pseudo”, “Cachet”, “Date” and “Code” above.'
    : undefined;
}
