/** Rows of one sheet that tell of one deal: of one influencer, on one day, with one code. */
import type { Amounts } from '../amounts.ts';
import { micros } from '../amounts.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import type { Filled } from './influencer-rows.ts';
import { promoCodeOf } from './promo-codes.ts';

/** A column that tells what was made for it: two of one day may each have a fee of its own. */
const ofWhat =
  /\b(?:formats?|types?|nature|contenus?|contents?|livrables?|deliverables?|prestations?|posts?|publications?|medias?|supports?|descriptions?|objet|libelle|produits?|products?|paiements?|payments?|echeances?|factures?|invoices?)\b/;

/** What tells two deals apart though all that is read of them is the same. */
function apartBy(table: Table): (row: Filled) => string {
  const columns = table.heading.written.flatMap((heading, at) => (ofWhat.test(folded(heading)) ? [at] : []));
  return ({ cells }) => JSON.stringify(columns.map((at) => folded(cells[at] ?? '')));
}

/** What is to be known of deals that cost something twice: the later row may correct the earlier. */
export function dealsAgain(
  table: Table,
  rows: readonly Filled[],
  {
    prices,
    dayOf,
    platformIn,
  }: {
    readonly prices: Amounts;
    readonly dayOf: (text: string) => string | undefined;
    readonly platformIn: (row: Filled) => string;
  },
): string[] {
  const apart = apartBy(table);
  const firsts = new Map<string, Filled>();
  let [count, example]: [number, readonly [Filled, Filled] | undefined] = [0, undefined];
  for (const row of rows) {
    const { cell } = row;
    if (cell('id') !== '' || (micros(prices.read(cell('fee'), 'money')) ?? 0n) === 0n) continue;
    const key = JSON.stringify([
      folded(cell('handle')),
      platformIn(row),
      dayOf(cell('start')),
      folded(promoCodeOf(cell('code'))),
      folded(cell('campaign')),
      apart(row),
    ]);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    else {
      count++;
      example ??= [first, row];
    }
  }
  if (example === undefined) return [];
  const [first, again] = example;
  return [
    `${count} ${count === 1 ? 'row tells' : 'rows tell'} of an influencer, a day and a code that a row above tells ` +
      `of, too (rows ${first.row} and ${again.row}: ${first.cell('handle')}, ${first.cell('fee')} and ` +
      `${again.cell('fee')}), and each counts. Where the later corrects the earlier, delete the earlier; where both ` +
      'were paid, add a column “Ref” with an id of each.',
  ];
}
