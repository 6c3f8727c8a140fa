/** A sheet of what products cost, as people keep it: an SKU and its cost a row, and from which day it holds. */
import { Amounts } from '../amounts.ts';
import { Dates } from '../dates.ts';
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { LeftOuts, type Converted, type ImportContext, type Shape } from '../shape.ts';
import { isTotalAlone } from '../totals.ts';
import type { Table } from '../table.ts';
import { localMoment } from '../time-zones.ts';
import { currencyHeading } from './currency-headings.ts';
import { packNotes } from './packs.ts';
import { writtenInAnother } from './shop-currency.ts';
import { cents, fromCents, unquoted } from './shopify-cells.ts';

const fields = {
  sku: /^(?:(?:variant |product )?sku|ugs|ref(?:erence)?(?: (?:du )?produit)?|product reference|(?:code )?article|artikelnummer)$/,
  cost: /^(?:couts?|costs?|cogs|(?:unit|product|landed) costs?|cost (?:price|per (?:item|unit))|couts? (?:unitaire|produit|de revient)|prix (?:d achat|de revient|de gros)(?: unitaire)?|(?:purchase|buying|wholesale) price|einkaufspreis|herstellkosten|selbstkosten)(?: (?:ht|hors taxes?|net|netto|(?:tax )?excl(?:uded)?|ex vat|ex tax))?(?: (?<currency>(?!ttc|vat|tax|tva|net)[a-z]{3}))?(?: ht)?$/,
  from: /^(?:valid from|from|effective (?:date|from)|date d (?:effet|application)|valable (?:a partir du|depuis(?: le)?)|a partir du|depuis(?: le)?|gultig ab|ab)$/,
  currency: currencyHeading,
};

/** What stands in orders, stock, reports and products of a shop system: there a cost is another thing, or read otherwise. */
const foreign =
  /^(?:(?:order|commande|customer|client|campaign|campagne|lineitem|bestell|facture|invoice|rechnung)\b.*|date|datum|libelle|quantity|qty|quantite|qte|menge|email|impressions?|clicks|clics|handle|pseudo|influenceu(?:r|se)|type|parent|total)$/;

/** The day from which the cost of a row holds: that of its column, else the file's. */
function momentsIn(
  table: Table,
  rows: readonly Row[],
  { options, exportedAt, shop }: ImportContext,
  notes: Set<string>,
) {
  const dates = new Dates(options.dates, table.language);
  for (const row of rows) dates.learn(table.cell(row, 'from'));
  if (dates.ambiguous !== undefined || dates.isMixed)
    throw new Refused(
      `“${dates.ambiguous ?? table.headingOf('from')}” may be two days: say --dates dmy where the day stands ` +
        'first, or --dates mdy where the month does.',
    );
  if (dates.halfTurned !== undefined) throw new Refused(`${dates.halfTurned} Write them all in one way.`);
  for (const note of dates.notes) notes.add(note);
  return (row: Row): string => {
    const text = table.cell(row, 'from');
    if (text === '') return exportedAt.toISOString();
    const day = dates.read(text);
    if (day === undefined)
      throw new Refused(`In row ${row.row}, “${table.headingOf('from')}” is “${text}”, which is no day. Write it as 15/04/2025.`); // prettier-ignore
    return localMoment(day, '00:00:00', shop.timeZone);
  };
}

/** Reads what a row costs, in cents; undefined where it says nothing. @throws Refused for what is no amount from 0 */
function costsIn(table: Table, rows: readonly Row[], currency: string): (row: Row) => number | undefined {
  const amounts = new Amounts(table.language);
  for (const row of rows) amounts.learn(table.cell(row, 'cost'), 'money');
  return (row) => {
    const text = table.cell(row, 'cost');
    if (amounts.read(text, 'money') === '') return undefined;
    const other = writtenInAnother(table, row, 'cost', currency);
    if (other !== undefined)
      throw new Refused(
        `${other}, and costs are read in the shop's currency, ${currency}. Write them in ${currency}; or, if ` +
          `the shop's currency is another: sillage shop --set currency=…`,
      );
    const cost = amounts.isOpen(text, 'money') ? undefined : cents(text, amounts);
    if (cost === undefined || cost < 0)
      throw new Refused(
        `In row ${row.row}, “${table.headingOf('cost')}” is “${text}”, which is no amount from 0. Write it as ` +
          'a number, or leave it empty where it is not known.',
      );
    return cost;
  };
}

async function convert(table: Table, context: ImportContext): Promise<Converted> {
  const rows: Row[] = [];
  for await (const row of table.rows()) rows.push(row);
  const leftOut = new LeftOuts();
  const notes = new Set<string>();
  const [costIn, momentIn] = [costsIn(table, rows, context.shop.currency), momentsIn(table, rows, context, notes)];
  /** By SKU and moment. */
  const told = new Map<string, { readonly row: number; readonly cost: number }>();
  const skus = new Set<string>();
  for (const row of rows) {
    const sku = unquoted(table.cell(row, 'sku'));
    if (isTotalAlone(sku)) {
      leftOut.add('a totals row', row.row);
      continue;
    }
    const cost = costIn(row);
    if (sku === '' || cost === undefined) {
      leftOut.add(sku === '' ? 'no SKU' : 'no cost', row.row);
      continue;
    }
    const from = momentIn(row);
    const before = told.get(JSON.stringify([sku, from]));
    if (before !== undefined && before.cost !== cost)
      throw new Refused(
        `${sku} has two costs, in rows ${before.row} and ${row.row} (${fromCents(before.cost)} and ` +
          `${fromCents(cost)}). Give each variant an SKU of its own; where a cost changed, add a column “Valid ` +
          'from” with the day from which each holds.',
      );
    told.set(JSON.stringify([sku, from]), { row: row.row, cost });
    if (before !== undefined) continue;
    skus.add(sku);
    await context.documents.anyDay('crm/inventory_items', row.row, {
      id: `sheet:${sku}`,
      sku,
      cost: fromCents(cost),
      updated_at: from,
    });
  }
  if (told.size === 0) throw new Refused(`None of its rows has an SKU and a “${table.headingOf('cost')}”.`);
  return {
    currencies: [],
    rows: rows.length,
    leftOut: leftOut.all,
    totals: [
      { what: 'SKUs', imported: String(skus.size) },
      { what: 'costs', imported: String(told.size) },
    ],
    notes: [
      ...notes,
      ...(await packNotes(table)),
      ...(table.has('from')
        ? []
        : [
            'Each cost holds from the day of this file, and the first that is known of an SKU for all days ' +
              'before. Where costs changed, add a column “Valid from”.',
          ]),
    ],
  };
}

export const costSheet: Shape = {
  name: 'cost-sheet',
  source: 'Costs',
  report: 'what products cost, by SKU (your own sheet)',
  fields,
  needs: ['sku', 'cost'],
  foreign,
  convert,
};
