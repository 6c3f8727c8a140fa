/** What columns that are not read say of deals that count: that they cost more, or did not come about. */
import { Amounts, micros } from '../amounts.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import { saysVoid } from './deal-states.ts';
import type { Filled } from './influencer-rows.ts';

/** Of what a deal costs; not of what it brought, of how well, or of what is left to pay. */
const costs =
  /\b(?:frais|fees?|honoraires|couts?|costs?|total|commissions?|droits|rights|usage|boost\p{L}*|sponsor\p{L}*|whitelisting|production|agence|agency|agentur|lizenz\p{L}*|remuneration|cachet|depenses?|spend)\b/u;
const noCosts =
  /%|\b(?:tva|vat|mwst|ttc|brutto|gross|ca|ventes?|sales|revenue|chiffre|turnover|umsatz|cp[mcae]|cac|emv|ro[ai]s?|par|per|pro|unit\p{L}*|rest\p{L}*|remaining|prevu\p{L}*|max\p{L}*|vues?|views?|impressions?|portee|reach|likes?|abonnes|followers|commandes?|orders?|posts?|publications?|stor(?:y|ies)|reels?|contenus?|clics?|clicks?|engagements?|pct|taux|rate|jours?|days?|date|note|type|pays|paid|payee?s?|versee?s?)\b/u;

/** Whose names may hold any word. */
const ofPersons =
  /\b(?:nom|name|prenom|contact|e ?mail|agent\p{L}*|adresse|address|ville|city|pays|country|tel\p{L}*|phone|iban|siret)\b/u;

/** A decision under which a no is one against the deal. */
const decided = /\b(?:valide\p{L}*|confirme\p{L}*|accepte\p{L}*|signe\p{L}*|approved|confirmed|accepted|signed|go)\b/u;
const isNo = (text: string) => /^(?:non|no|nein|faux|false|ko|✗|❌)$/iu.test(text);

interface Unread {
  readonly at: number;
  readonly heading: string;
  readonly name: string;
}

function unreadColumns(table: Table): Unread[] {
  const { written, columns, rivals } = table.heading;
  const read = new Set([...columns.values(), ...[...rivals.values()].flat()]);
  return written.flatMap((heading, at) =>
    heading === '' || read.has(at) ? [] : [{ at, heading, name: folded(heading) }],
  );
}

/** Notes of amounts that may be costs, and are in no deal's. */
function otherCosts(table: Table, rows: readonly Filled[], columns: readonly Unread[]): string[] {
  const amounts = new Amounts(table.language);
  const amountOf = (text: string) => micros(amounts.read(text, 'money')) ?? 0n;
  for (const { cells, cell } of rows)
    for (const text of [cell('fee'), ...columns.map(({ at }) => cells[at] ?? '')]) amounts.learn(text.trim(), 'money');
  const found = columns.flatMap(({ at, heading, name }) => {
    if (!costs.test(name) || noCosts.test(name)) return [];
    const row = rows.find(({ cells, cell }) => {
      const amount = amountOf(cells[at]?.trim() ?? '');
      return amount > 0n && amount !== amountOf(cell('fee'));
    });
    return row === undefined ? [] : [`“${heading}” (row ${row.row}: ${row.cells[at]?.trim() ?? ''})`];
  });
  return found.length === 0
    ? []
    : [
        `What a deal costs is its “${table.headingOf('fee')}”; not counted is ${found.join(', ')}. Where that ` +
          'was paid too, let one column have all of it, and say which: --map "HEADING=fee".',
      ];
}

/** Goods that were given, and what they sell for: no cost, but a sign that there was one. */
const given =
  /\b(?:dotations?|gift(?:s|ed|ing)?|cadeaux?|pvp|rrp|retail|warenwert|(?:valeur|value|wert|prix) (?:.* )?(?:produits?|products?|produkte?|boutique|public|shop|offert\p{L}*))\b/u;
const noGoods = /\b(?:codes?|cartes?|cards?|links?|liens?|noms?|names?|ref\p{L}*|sku|suivi|tracking|date|note)\b/u;

/** Notes of the value of goods in place of what they cost: in a column that is not read, or in the one that is. */
function values(table: Table, rows: readonly Filled[], columns: readonly Unread[]): string[] {
  if (table.has('product_cost')) {
    const heading = table.headingOf('product_cost');
    return /\b(?:valeur|value)\b/.test(folded(heading)) && rows.some(({ cell }) => /[1-9]/.test(cell('product_cost')))
      ? [
          `“${heading}” is read as what the goods cost the shop. Where it is what they sell for, their cost ` +
            'is less: give that in its place, in a column “Coût produits”.',
        ]
      : [];
  }
  const amounts = new Amounts(table.language);
  for (const { cells } of rows) for (const { at } of columns) amounts.learn(cells[at]?.trim() ?? '', 'money');
  return columns
    .flatMap(({ at, heading, name }) => {
      const text = (cells: readonly string[]) => cells[at]?.trim() ?? '';
      const row = rows.find(({ cells }) => (micros(amounts.read(text(cells), 'money')) ?? 0n) > 0n);
      return row === undefined || !given.test(name) || noGoods.test(name)
        ? []
        : [
            `Goods were given (“${heading}”, row ${row.row}: ${text(row.cells)}), and what they cost is not ` +
              'counted. Add it in a column “Coût produits”; where this is their cost, and not what they sell ' +
              `for, say --map "${heading}=product_cost".`,
          ];
    })
    .slice(0, 1);
}

/** Notes of cells by which a deal that counts did not come about. */
function remarks(rows: readonly Filled[], columns: readonly Unread[]): string[] {
  const found = rows.flatMap(({ row, cells }) => {
    const one = columns.find(({ at, name }) => {
      const text = cells[at]?.trim() ?? '';
      return (!ofPersons.test(name) && saysVoid(text)) || (decided.test(name) && isNo(text));
    });
    return one === undefined ? [] : [`row ${row}, “${one.heading}”: “${cells[one.at]?.trim().slice(0, 60) ?? ''}”`];
  });
  const [first] = found;
  return first === undefined
    ? []
    : [
        `${found.length} ${found.length === 1 ? 'deal counts' : 'deals count'} of which another column seems ` +
          `to say that nothing came of it (${first}). Where that is so, say it in a column “Statut”, as ` +
          '“annulé”.',
      ];
}

/** A heading above what a fee is for each of, and such a unit. */
const ofUnits =
  /\b(?:par|per|pro|je|unite|unit|base|basis|frequence|frequency|periodicite|facturation|billing|(?:type|mode|modele) (?:de |d )?(?:tarif\p{L}*|cachet|remuneration|paiement)|(?:fee|price|pricing|rate|payment) (?:type|model|basis))\b/u;
const unit =
  /^(?<each>par|per|pro|je|each|chaque|\/)?\s*(?:mois|months?|monat|semaines?|weeks?|jours?|days?|posts?|publications?|contenus?|stor(?:y|ies)|reels?|videos?|unites?|units?|pieces?|mensuel(?:le)?|monthly|hebdo(?:madaire)?|weekly)$/u;

/** Notes of a fee that may be for each post or month: it counts once. */
function units(table: Table, rows: readonly Filled[], columns: readonly Unread[]): string[] {
  return columns
    .flatMap(({ at, heading, name }) => {
      const row = rows.find(({ cells, cell }) => {
        const text = cells[at]?.trim() ?? '';
        const found = unit.exec(text.startsWith('/') ? `/${folded(text)}` : folded(text));
        return (
          /[1-9]/.test(cell('fee')) && found !== null && (ofUnits.test(name) || found.groups?.['each'] !== undefined)
        );
      });
      return row === undefined
        ? []
        : [
            `“${table.headingOf('fee')}” seems to be for each one (“${heading}”, row ${row.row}: ` +
              `${row.cells[at]?.trim() ?? ''}), and counts once a row: write what the whole deal costs, or a row for each.`,
          ];
    })
    .slice(0, 1);
}

const withVat =
  /^(?:ttc|(?:toutes taxes|tva|taxes?) (?:comprises?|incluses?)|(?:avec|with|incl(?:uding|usive)?|inkl(?:usive)?) (?:tva|vat|tax|mwst|ust)|(?:vat|tax) incl(?:uded|usive)?|brutto|gross)$/u;
/** A heading that asks whether VAT is in an amount, under which a cell says yes. */
const asksForVat = /\b(?:ttc|(?:tva|vat|tax|mwst|ust)(?: \S+)? (?:incl\p{L}*|inkl\p{L}*|comprise))\b/u;
const isYes = /^(?:oui|yes|ja|vrai|true|x|1|✓|✔|✅)$/iu;

/** Notes of fees that have VAT in them, as a column says that is not read. */
function taxed(rows: readonly Filled[], columns: readonly Unread[]): string[] {
  return columns
    .flatMap(({ at, heading, name }) => {
      const found = rows.filter(({ cells, cell }) => {
        const text = cells[at]?.trim() ?? '';
        return (
          /[1-9]/.test(cell('fee')) &&
          (withVat.test(folded(text)) || (asksForVat.test(name) && !/\bh ?t\b/.test(name) && isYes.test(text)))
        );
      });
      const [first] = found;
      return first === undefined
        ? []
        : [
            `${found.length} ${found.length === 1 ? 'fee is' : 'fees are'} with VAT by “${heading}” (the first: ` +
              `row ${first.row}, “${first.cells[at]?.trim() ?? ''}”), and Sillage counts costs without: ` +
              `${found.length === 1 ? 'it is' : 'they are'} taken whole. Where the VAT is deducted, write what ` +
              'was paid without it.',
          ];
    })
    .slice(0, 1);
}

/** What is to be known of the columns that are not read. */
export function unreadCells(table: Table, rows: readonly Filled[]): string[] {
  const columns = unreadColumns(table);
  return [
    ...otherCosts(table, rows, columns),
    ...units(table, rows, columns),
    ...taxed(rows, columns),
    ...values(table, rows, columns),
    ...remarks(rows, columns),
  ];
}
