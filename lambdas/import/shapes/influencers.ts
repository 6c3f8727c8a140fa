import { createHash } from 'node:crypto';
import { Amounts, fromMicros, micros } from '../amounts.ts';
import { currencyBeside, currencyNamed } from '../currencies.ts';
import { CurrencySums } from '../currency-sums.ts';
import { NoRecords, Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { DaySpan, LeftOuts, type Converted, type ImportContext, type Shape, type Total } from '../shape.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import { commissionsOf } from './commissions.ts';
import { currencyHeading } from './currency-headings.ts';
import { DealStates } from './deal-states.ts';
import { dealsAgain } from './deals-again.ts';
import { goodsNotes, inHeading } from './goods-given.ts';
import { otherColumns, withAccounts, withNetAmounts } from './influencer-columns.ts';
import { writeRoster } from './influencer-roster.ts';
import { dayWriter, filledRows, headingsOf, platformOf, type Filled } from './influencer-rows.ts';
import { promoCodeOf } from './promo-codes.ts';
import { repeated, repeatsOf } from './repeats.ts';
import { Unfit } from './unfit.ts';
import { unreadCells } from './unread-cells.ts';
import { unfitDeals } from './unfit-deals.ts';

const inCurrency = (names: string) =>
  new RegExp(`^(?:${names})(?: (?:en |in )?(?<currency>eur|usd|gbp|chf))?(?: (?:ht|ttc|net|brut|gross))?$`);

/** What spreadsheets of influencers call things, in French and English. */
const fields = {
  id: /^(?:id(?: contrat)?|deal id|contract id|(?:n|no|numero)(?: de)? contrat|contrat|deal|ref(?:erence)?)$/,
  handle:
    /^(?:pseudos?|handles?|influenceu(?:r|se)s?|influenceur euse|influencers?|createu(?:r|rice)s?|creators?|(?:nom du )?compte|account(?: name)?|(?:user|nick)name|nom d utilisateur|profil|profile|talent|(?:(?:compte|pseudo|profil|handle|account) )?(?:instagram|insta|tiktok|youtube)|createu(?:r|rice) de contenu)$/,
  name: /^(?:nom|name|prenom(?: et)? nom|nom prenom|full name)$/,
  platform: /^(?:plate ?forme|platform|reseau(?: social)?|network|canal|channel|social network)$/,
  followers: /^(?:(?:nb|nbre|nombre)? ?(?:d |de )?(?:abonnes|followers|subscribers)(?: count)?|audience|communaute)$/,
  tier: /^(?:palier|tier|categorie|taille)$/,
  signed_on: /^(?:inscrit le|inscription|signed (?:up|on)|joined)$/,
  fee: inCurrency(
    '(?:cachet|fees?|remuneration|budget|prix|tarif|montant|couts?|costs?|honoraires|price|amount|paid|paye)(?: ' +
      '(?:total|collab(?:oration)?|partenariat|influenceu(?:r|se)|paye|paid|verse|regle|facture|reel|prevu|negocie|final))?',
  ),
  currency: currencyHeading,
  product_cost: inCurrency(
    'couts? (?:des |de )?produits?|product costs?|couts? (?:des )?cadeaux|gifting(?: costs?)?|valeur (?:des )?produits?|product value|produits offerts',
  ),
  // Also with what it is of: `Commission (% du CA HT)`, `Commission on net sales`.
  commission:
    /^(?:taux (?:de )?|% ?(?:de )?)?commission(?: rate)?(?: (?:en |in )?(?:%|pour ?cent(?:age)?|percent(?:age)?))?(?: (?:(?:sur |on |of |du |des |de )?(?:les? |the )?(?:net |gross )?(?:ca|chiffre d affaires|ventes|sales|revenue|turnover|orders|commandes)(?: (?:ht|net(?:te)?s?|brute?s?|hors retours|after returns|excl(?:uding)? vat))*))?$/,
  commission_on: /^(?:commission (?:sur|on)|assiette commission|base commission)$/,
  code: /^(?:codes?(?: promo(?:tionnel)?| de reduction| promo influenceu(?:r|se))?|promo ?codes?|discount codes?|coupon)$/,
  link: /^(?:liens?(?: tracke| trace| de tracking| utm)?|tracked link|tracking link|links?|urls?)$/,
  campaign: /^(?:campagne|campaign|operation|utm campaign)$/,
  state:
    /^(?:statuts?|status|etats?|state|avancement)(?: (?:du |de la |of )?(?:contrat|deal|collab(?:oration)?|partenariat|contract))?$/,
  start:
    /^(?:date(?: de| du)?(?: (?:contrat|debut|signature|publication|post|collab(?:oration)?|partenariat|campagne))?|debut (?:de |du )?(?:contrat|partenariat|campagne|collab(?:oration)?)|contract date|start(?: date)?|debut|date debut|posted|signe le)$/,
  end: /^(?:(?:date(?: de)? )?fin(?: (?:de |du )?(?:contrat|partenariat|campagne|collab(?:oration)?))?|end(?: date)?|valable jusqu au|until)$/,
};

/** What a heading of commissions says where they are of what the shop kept, returns taken off. */
const ofKept = /\b(?:net(?:te)?s?|hors retours|after returns)\b/;

/** An id of what makes a deal one, where the sheet has none. */
function dealIds(): (parts: readonly string[]) => string {
  const seen = new Map<string, number>();
  return (parts) => {
    const id = createHash('sha256')
      .update(JSON.stringify(parts.map((part) => folded(part))))
      .digest('hex')
      .slice(0, 12);
    const times = (seen.get(id) ?? 0) + 1;
    seen.set(id, times);
    return times === 1 ? id : `${id}-${times}`;
  };
}

/** ISO 4217 of a row. */
function currencyOf(table: Table, { cell }: Filled, { options, shop }: ImportContext, notes: Set<string>): string {
  const written = cell('currency');
  if (written !== '') return currencyNamed(written);
  const own = currencyBeside(cell('fee')) ?? inHeading(table, 'fee') ?? options.currency;
  if (own !== undefined) return own;
  notes.add(
    `It does not name the currency of the fees: ${shop.currency} is taken, the shop's. Add a column ` +
      '“Currency”, or say --currency.',
  );
  return shop.currency;
}

/**
 * The deals that count: of rows that are equal in every cell one does, unless the sheet's own total says that all do.
 */
function countedDeals(
  table: Table,
  rows: readonly Filled[],
  totals: readonly Row[],
  leftOut: LeftOuts,
): readonly Filled[] {
  const found = new Set(repeatsOf(rows));
  if (found.size === 0) return rows;
  const [sum] = feeTotals(table, rows, totals, new Map()).totals;
  if (sum?.own !== undefined && sum.own === sum.imported) return rows;
  for (const { row } of found) leftOut.add(repeated, row);
  return rows.filter((row) => !found.has(row));
}

/** Columns of counts that need not be read. */
const counted = /^(?:vues?|views?|impressions?|portee|reach|likes?|j aime|commentaires?|comments?|abonnes|followers)$/;

/** What a deal costs, of one table: its columns are written by the same hand, also those of followers and views. */
function pricesOf(table: Table, rows: readonly Filled[]): Amounts {
  const amounts = new Amounts(table.language);
  const counts = table.heading.written.flatMap((heading, at) => (counted.test(folded(heading)) ? [at] : []));
  for (const { cell, cells } of rows) {
    for (const field of ['fee', 'product_cost']) amounts.learn(cell(field), 'money');
    for (const text of [cell('followers'), ...counts.map((at) => cells[at]?.trim() ?? '')])
      amounts.learn(text, 'count');
  }
  return amounts;
}

/**
 * An amount as it is landed: of one whose sign may part thousands or decimals this table decides, and nobody behind it
 * does so again.
 */
function landedAmount(amounts: Amounts, text: string): string {
  const number = /[.,]\d{3}(?!\d)/.test(text) ? micros(amounts.read(text, 'money')) : undefined;
  if (number === undefined) return text || '0';
  const written = fromMicros(number);
  return /\.\d{3}$/.test(written) ? `${written}0` : written;
}

/** Fees with VAT, by their heading: how much of it is VAT, it does not tell. */
function vatNote(table: Table, field: 'fee' | 'product_cost'): string[] {
  return table.has(field) && /\b(?:ttc|toutes taxes|incl(?:uding|usive)?|brutto)\b/.test(folded(table.headingOf(field)))
    ? [
        `“${table.headingOf(field)}” is with VAT, and Sillage counts costs without: it is taken whole. Where ` +
          `the VAT is deducted, give a column without it (“${table.headingOf(field).replace(/ttc/i, 'HT')}”).`,
      ]
    : [];
}

/** Deals of which nothing tells what they cost: no fee, no products, no commission. An empty cell may be a fee to come. */
function freeDeals(table: Table, rows: readonly Filled[], amounts: Amounts): string[] {
  // A row without a name of its own is a further one of the deal above it.
  const isUntold = ({ cell, written }: Filled) =>
    written('handle') !== '' &&
    ['fee', 'product_cost', 'commission'].every((field) => amounts.read(cell(field), 'money') === '');
  const free = rows.filter(isUntold);
  const [first] = free;
  if (first === undefined) return [];
  const one = free.length === 1;
  return [
    `${free.length} ${one ? 'deal has' : 'deals have'} no “${table.headingOf('fee')}” (the first: row ` +
      `${first.row}, ${first.cell('handle')}), and ${one ? 'costs' : 'cost'} nothing. Where something was paid, ` +
      'or is going to be, write it; else write 0, or “gifted”.',
  ];
}

/** What the fees come to, against the sheet's own total where they are of one currency. */
function feeTotals(
  table: Table,
  rows: readonly Filled[],
  totals: readonly Row[],
  currencyOfRow: ReadonlyMap<Filled, string>,
  amounts = pricesOf(table, rows),
): { totals: Total[]; notes: string[] } {
  const feeOf = ({ cell }: Filled) => micros(amounts.read(cell('fee'), 'money')) ?? 0n;
  const currencies = [...new Set(currencyOfRow.values())];
  if (currencies.length > 1) {
    const sums = new CurrencySums();
    for (const row of rows) sums.add('fees', feeOf(row), currencyOfRow.get(row));
    return { totals: sums.totals, notes: [] };
  }
  const sum = rows.reduce((all, row) => all + feeOf(row), 0n);
  const own = totals.flatMap((row) => micros(amounts.read(table.cell(row, 'fee'), 'money')) ?? []);
  // Where each month has one of its own, and the sheet none, they add up to it.
  const ofAll = own.reduce((all, one) => all + one, 0n);
  const nearest = [...own, ...(own.length > 1 ? [ofAll] : [])].find((one) => one === sum) ?? own.at(-1);
  const unit = currencies.map((currency) => ` ${currency}`).join('');
  return {
    totals: [
      {
        what: 'fees',
        imported: fromMicros(sum) + unit,
        ...(nearest !== undefined && { own: fromMicros(nearest) + unit }),
      },
    ],
    notes: [
      ...(nearest === undefined || nearest === sum
        ? []
        : [`Its own total of fees is ${fromMicros(nearest)}, its rows that count add up to ${fromMicros(sum)}.`]),
      ...(amounts.guess === undefined
        ? []
        : [
            `“${amounts.guess.text}” is read as ${fromMicros(micros(amounts.guess.read) ?? 0n)}, by the ` +
              'language of its headings. If that is wrong, write it without a sign for thousands.',
          ]),
      ...(amounts.byCounts === undefined
        ? []
        : [
            `“${amounts.byCounts.text}” is read as ${amounts.byCounts.read}: the sign that parts the ` +
              'thousands of counts does so in amounts.',
          ]),
    ],
  };
}

/** What one post costs: of how many a deal is, it does not tell. */
const each =
  /\b(?:par|per|pour chaque|each) (?:posts?|publications?|stor(?:y|ies)|videos?|reels?|contenus?|contents?)\b|\bunit(?:aire|y|ary)?\b/;

async function convertDeals(table: Table, context: ImportContext): Promise<Converted> {
  if (each.test(folded(table.headingOf('fee'))))
    throw new Refused(
      `“${table.headingOf('fee')}” is what one post costs, and a deal may have several. Add a column “Fee” ` +
        'with what was paid in all.',
    );
  if (!table.has('start'))
    throw new NoRecords(
      'It has fees, but no column with the day of the contract or the post: a cost needs a day. Add a column “Date”.',
    );
  const leftOut = new LeftOuts();
  const notes = new Set<string>();
  const { rows: all, totals, merged } = await filledRows(table, leftOut);
  const states = new DealStates(context.options.states);
  const rows = countedDeals(table, all, totals, leftOut).filter(({ row, cell }) => {
    const counts = states.counts(cell('state'));
    if (!counts) leftOut.add('by its state the deal did not come about', row);
    return counts;
  });
  states.assertKnown();
  const prices = pricesOf(table, rows);
  const commissions = commissionsOf(
    table,
    rows.map(({ cell }) => cell('commission')),
  );
  const day = dayWriter(table, rows, ['start', 'end', 'signed_on'], context, notes);
  const nextId = dealIds();
  const days = new DaySpan();
  const currencies = new Map<Filled, string>();
  await context.documents.cells('influencers/deals', table.heading.row, headingsOf('raw_influencer_deals'), true);
  for (const one of rows) {
    const { cell } = one;
    const [platform, currency, start] = [
      platformOf(table, one, notes),
      currencyOf(table, one, context, notes),
      day(cell('start')),
    ];
    currencies.set(one, currency);
    if (start.day !== undefined) days.add(start.day);
    if (one.written('fee') !== cell('fee'))
      notes.add(
        `“${one.written('fee')}” is read as ` +
          `${cell('fee')}${cell('fee') === '0' ? ': goods were given in place of a fee, and what they cost is a column of its own (“Coût produits”)' : ''}.`,
      );
    const code = promoCodeOf(cell('code'));
    if (code !== cell('code'))
      notes.add(`“${cell('code')}” is read as ${code === '' ? 'no code' : `the code ${code}`}.`);
    const id = cell('id') || nextId([cell('handle'), platform, start.written, cell('code'), cell('campaign')]);
    await context.documents.cells('influencers/deals', one.row, [
      id,
      cell('handle'),
      platform,
      landedAmount(prices, cell('fee')),
      currency,
      landedAmount(prices, cell('product_cost')),
      cell('commission') === '' ? '0' : commissions.landed(cell('commission')),
      code,
      cell('link'),
      cell('campaign'),
      start.written,
      day(cell('end')).written,
      cell('commission_on') || (ofKept.test(folded(table.headingOf('commission'))) ? 'net' : ''),
    ]);
  }
  const unfit = unfitDeals(table, rows, {
    prices,
    shareOf: commissions.shareOf,
    isDay: (text) => day(text).day !== undefined,
    isIn: (row, text) => [undefined, currencies.get(row)].includes(currencyBeside(text)),
  });
  const fit = rows.filter(({ row }) => !unfit.rows.has(row));
  const ofRoster = new Unfit();
  const influencers = table.has('followers')
    ? await writeRoster(table, rows, day, context, { notes, unfit: ofRoster })
    : 0;
  if (fit.length === 0 && rows.length > 0) throw new Refused(`None of its deals could count. ${unfit.notes.join(' ')}`);
  const sums = feeTotals(table, fit, totals, currencies, prices);
  if (merged > 0)
    notes.add(
      merged === 1
        ? '1 row has no name of its own and counts for the influencer above it, as merged cells do.'
        : `${merged} rows have no name of their own and count for the influencer above them, as merged cells do.`,
    );
  if (!table.has('followers'))
    notes.add(
      'It has no column with followers, so no roster is made: who influencers are is told by another sheet, ' +
        'or the API.',
    );
  if (!table.has('code') && !table.has('link'))
    notes.add('It has neither a code nor a link, so no order can be told to be of an influencer.');
  return {
    currencies: [...new Set(fit.flatMap((row) => currencies.get(row) ?? []))],
    days: days.range,
    rows: rows.length + leftOut.all.reduce((sum, { rows: count }) => sum + count, 0),
    leftOut: leftOut.all,
    totals: [
      { what: 'deals', imported: String(fit.length) },
      ...(influencers > 0 ? [{ what: 'influencers', imported: String(influencers) }] : []),
      ...sums.totals,
    ],
    notes: [
      ...notes,
      ...otherColumns(table, rows),
      ...unreadCells(table, fit),
      ...states.notes,
      ...commissions.notes,
      ...vatNote(table, 'fee'),
      ...vatNote(table, 'product_cost'),
      ...goodsNotes(table, fit, currencies),
      ...sums.notes,
      ...dealsAgain(table, fit, {
        prices,
        dayOf: (text) => day(text).day,
        platformIn: (row) => platformOf(table, row, new Set()),
      }),
      ...freeDeals(table, fit, prices),
      ...unfit.notes,
      ...ofRoster.notes.map((note) => `Of the roster: ${note}`),
    ],
  };
}

async function convertRoster(table: Table, context: ImportContext): Promise<Converted> {
  const leftOut = new LeftOuts();
  const notes = new Set<string>();
  const { rows } = await filledRows(table, leftOut);
  const unfit = new Unfit();
  const day = dayWriter(table, rows, ['signed_on', 'start'], context, notes);
  const influencers = await writeRoster(table, rows, day, context, { notes, unfit });
  for (const { row, cell } of rows) if (cell('followers') === '') leftOut.add('it tells no followers', row);
  if (influencers === 0 && unfit.rows.size > 0)
    throw new Refused(`None of its influencers could count. ${unfit.notes.join(' ')}`);
  return {
    currencies: [],
    rows: rows.length,
    leftOut: leftOut.all,
    totals: [{ what: 'influencers', imported: String(influencers) }],
    notes: [...notes, ...unfit.notes],
  };
}

/** A column of handles or of their pages is who it is about, whatever stands above it. */
const byValue = {
  handle: /^(?:@[\p{L}\p{N}._-]+|(?:https?:\/\/)?(?:www\.)?(?:instagram|tiktok|youtube)\.com\/\S+)$/iu,
};

/** Who is paid: no report of advertisements tells it, though sheets of influencers may have clicks and a CPM as these do. */
const certain = /^(?:pseudos?|handles?|influenceu(?:r|se)s?|influenceur euse|influencers?|createu(?:r|rice)s?|createu(?:r|rice) de contenu)$/; // prettier-ignore

/** What reports of advertisements tell, and no spreadsheet of influencers. */
const foreign = /^(?:clicks|clics|klicks|cpc|cpm|ctr|impr|spend|amount spent.*|montant depense.*|lineitem .*)$/;

/**
 * A spreadsheet of what influencers are paid, as people keep it: one row a deal. Where it tells their followers it is
 * the roster too.
 */
export const influencerDeals: Shape = {
  name: 'influencer-deals-sheet',
  source: 'Influencers',
  report: 'deals',
  fields,
  byValue,
  needs: ['handle', 'fee'],
  foreign,
  certain,
  settled: async (table) => withNetAmounts(await withAccounts(table)),
  convert: convertDeals,
};

/** A spreadsheet of who they are. */
export const influencerRoster: Shape = {
  name: 'influencer-roster-sheet',
  source: 'Influencers',
  report: 'roster',
  fields,
  byValue,
  needs: ['handle', 'followers'],
  foreign,
  certain,
  settled: withAccounts,
  convert: convertRoster,
};
