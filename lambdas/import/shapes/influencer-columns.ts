/** Which of several columns tells whom a row is about, and what a deal costs. */
import { Amounts, micros } from '../amounts.ts';
import { currencyNamed } from '../currencies.ts';
import { isHandle } from '../deals.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { folded } from '../folded.ts';
import { isTotal } from '../totals.ts';
import type { Cell, Table } from '../table.ts';

/** Headings of accounts; the others of their field may be of persons. */
const ofAccounts =
  /\b(?:pseudos?|handles?|user ?names?|nickname|nom d utilisateur|comptes?|insta(?:gram)?|tik ?tok|you ?tube)\b/;
const address = /^@|\b(?:instagram|tiktok|youtube)\.com\//i;

/** How sure it is that a column is of accounts: by what stands in it, then by its heading. */
function certainty(heading: string, texts: readonly string[]): number {
  const areMost = (isOne: (text: string) => boolean) => texts.filter((text) => isOne(text)).length > texts.length / 2;
  if (areMost((text) => address.test(text))) return 3;
  if (!areMost(isHandle)) return 0;
  return ofAccounts.test(folded(heading)) ? 2 : 1;
}

/** How sure it is of each column that may name accounts that it does, the surest first. */
function accountColumns(table: Table, rows: readonly Row[]): { readonly at: number; readonly sure: number }[] {
  const texts = new Map<number, { readonly heading: string; readonly texts: string[] }>();
  for (const row of rows.filter((one) => !isTotal(one)))
    for (const { at, heading, text } of table.allOf(row, 'handle')) {
      const column = texts.get(at) ?? { heading, texts: [] };
      texts.set(at, column);
      if (text !== '') column.texts.push(text);
    }
  return Array.from(texts, ([at, column]) => ({ at, sure: certainty(column.heading, column.texts) })).toSorted(
    (a, b) => b.sure - a.sure,
  );
}

/**
 * The accounts that a row names: a sheet may have one column for each platform. Of columns that are surely of accounts
 * the others tell persons, and no account.
 */
export function accountsIn(table: Table, rows: readonly Row[]): (row: Row) => readonly Cell[] {
  const columns = accountColumns(table, rows);
  const sure = new Set(columns.filter((one) => one.sure >= 2).map(({ at }) => at));
  const own = table.heading.columns.get('handle');
  return (row) =>
    table.allOf(row, 'handle').filter(({ at, text }) => text !== '' && (sure.size === 0 ? at === own : sure.has(at)));
}

/** The table with the column read that most surely names accounts: beside it may stand one of persons. */
export async function withAccounts(table: Table): Promise<Table> {
  if (!table.heading.rivals.has('handle')) return table;
  const rows: Row[] = [];
  for await (const row of table.rows()) rows.push(row);
  const [surest] = accountColumns(table, rows);
  return surest === undefined ? table : table.readingOf('handle', surest.at);
}

const net = /\b(?:ht|hors taxes?|net|excl(?:uding)?)\b/;
const gross = /\b(?:ttc|toutes taxes|brut|gross|incl(?:uding|usive)?)\b/;

/** That it was paid, or when: such a column may have no amount. */
const paid = /^(?:paye|paid)$/;
const saysNoAmount = (text: string) => !/\d/.test(text) || /^\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}\b/.test(text);

/** Of amounts with and without VAT those without are read, wherever they stand; of a fee and whether it was paid, the fee. */
export function withNetAmounts(table: Table): Table {
  return ['fee', 'product_cost'].reduce((read, field) => {
    const { written, rivals } = table.heading;
    const [amount] = rivals.get(field) ?? [];
    if (amount !== undefined && paid.test(folded(table.headingOf(field)))) return read.readingOf(field, amount);
    const other = (rivals.get(field) ?? []).find((at) => net.test(folded(written[at] ?? '')));
    return other !== undefined && gross.test(folded(table.headingOf(field))) ? read.readingOf(field, other) : read;
  }, table);
}

/** Fields of a deal, of which one column is read; those that are paid come first. */
const single = ['fee', 'currency', 'product_cost', 'commission', 'code', 'link', 'start', 'end', 'followers'];
const isPaid = new Set(single.slice(0, 4));

/**
 * What is to be known of columns that mean the same and say something else.
 * @throws Refused where it is what a deal costs, or a cell is empty where the other column has something
 */
export function otherColumns(table: Table, rows: readonly Row[]): string[] {
  return single.flatMap((field) => {
    const amounts = new Amounts(table.language);
    for (const row of rows) for (const { text } of table.allOf(row, field)) amounts.learn(text, 'money');
    const compared = (text: string) =>
      field === 'currency' ? currencyNamed(text) : String(micros(amounts.read(text, 'money')) ?? folded(text));
    const isOfNet = net.test(folded(table.headingOf(field)));
    for (const row of rows) {
      const [own, ...others] = table.allOf(row, field);
      const other = others.find(
        ({ heading, text }) =>
          text !== '' &&
          compared(text) !== compared(own?.text ?? '') &&
          // With VAT it is another figure; where the one without is empty, it is what was paid.
          !(isOfNet && gross.test(folded(heading)) && (own?.text !== '' || !/[1-9]/.test(text))) &&
          !(paid.test(folded(heading)) && saysNoAmount(text)),
      );
      if (own === undefined || other === undefined) continue;
      const differ =
        `“${own.heading}” and “${other.heading}” mean the same, and row ${row.row} has ` +
        `${own.text === '' ? 'nothing' : `“${own.text}”`} and “${other.text}”`;
      const choose = `--map "${other.heading}=${field}"`;
      if (own.text === '' || isPaid.has(field))
        throw new Refused(
          `${differ}: which of them counts cannot be known. Say it, as ${choose} or --map ` +
            `"${own.heading}=${field}", or fill in one column alone.`,
        );
      return [`${differ}: the former is read. Where the latter is meant, say ${choose}.`];
    }
    return [];
  });
}
