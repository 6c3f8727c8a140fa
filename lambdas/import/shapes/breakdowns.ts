/** What a report is broken down by besides what is read of it: parts that add up, or the whole again and again. */
import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import { anyOf, numbers, type NumberField } from './report-row.ts';

/**
 * Of all platforms, what one person has several of, or each type of which has the whole: interests, audiences, ways of
 * targeting, what a company's people are. A platform's own are its field `repeats_whole`.
 */
const wholes = anyOf(
  'targeting (?:type|value|name|category)',
  '(?:type|valeur) de ciblage',
  '(?:general |purchase )?interests?(?: (?:category|categories|name))?',
  '(?:categorie de )?centres? d interets?',
  'interessen?(?:kategorie)?',
  '(?:custom |target )?audiences?(?: (?:name|type|segment|segments))?',
  'zielgruppen?',
  'behaviou?rs?',
  'hashtags?',
  '(?:job|member|company) (?:title|function|seniority|industry|size|name|county|country|region)s?',
  '(?:audience )?affinit(?:y|ies)',
  'goals?',
  '(?:click|asset|ad extension|conversion|goal) (?:type|name|action|id|category|source)',
  '(?:categorie|source) de (?:la )?conversion',
  'conversion ?(?:s ?)?(?:kategorie|quelle)',
);

/** Of which each value has a part, or which tell of what a row is: they need not be read. */
const parts = new RegExp(
  String.raw`\b(?:${[
    'age|alter|gender|sexe?|geschlecht|country|pays|land|regions?|city|ville|stadt|dma|market|state',
    'province|postal|device|appareil|gerat|os|operating|platform|plateforme|plattform|placement',
    'emplacement|position|top|network|reseau|netzwerk|hour|heure|stunde|time|date|day|week|month',
    'language|langue|sprache|status|statut|delivery|format|name|nom|id|url|link|headline|title|titre',
    'titel|description|text|label|creative|ad|annonce|anzeige|image|video|publisher|domain|site|app',
    'type|bid|strategy|budget|currency|objective|pricing|schedule|start|end|subject|list|tags?',
    'winning|asset group|groupe de composants|landing|destination|zielseite',
  ].join('|')})\b`,
);

/** @throws Refused where each row of the report has the whole of what others have */
export function refuseRepeatedWholes(table: Table): void {
  const heading = table.has('repeats_whole')
    ? table.headingOf('repeats_whole')
    : table.ignored.find((one) => wholes.test(folded(one)));
  if (heading !== undefined)
    throw new Refused(
      `It is broken down by “${heading}”, over which “${table.headingOf('spend')}” does not add up: it would ` +
        'count several times. Export it without that.',
    );
}

/** A number, also with a currency or a sign beside it. */
const isNumber = (text: string) => /^\D{0,4}\d[\d.,\s'’]*\D{0,4}$/u.test(text) || !/\p{L}/u.test(text);

/** Whether a field tells what a row came to, and not what it is of: results are no number that is read. */
const isFigure = (field: string) => field === 'results' || Object.hasOwn(numbers, field);

/** The columns of the fields that say what a row is of. */
const identityIn = ({ heading: { columns } }: Table): number[] =>
  [...columns].flatMap(([field, at]) => (isFigure(field) ? [] : [at]));

/** What is to be known of rows that only a column tells apart of which nobody knows whether its parts add up. */
export function toldApart(table: Table, rows: readonly Row[]): string[] {
  const read = identityIn(table);
  const known = new Set(table.heading.columns.values());
  const unread = table.heading.written.flatMap((heading, at) =>
    heading === '' || known.has(at) || parts.test(folded(heading)) ? [] : [at],
  );
  if (unread.length === 0) return [];
  const firsts = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify(read.map((at) => row.cells[at]?.trim()));
    const first = firsts.get(key);
    firsts.set(key, first ?? row);
    const at = unread.find((one) => {
      const [a, b] = [first ?? row, row].map(({ cells }) => cells[one]?.trim() ?? '');
      return a !== b && !isNumber(`${a}`) && !isNumber(`${b}`);
    });
    if (at !== undefined)
      return [
        `Rows of one campaign and day are told apart by “${table.heading.written[at]}” (row ${row.row}), and ` +
          'are added up. If each has the whole of it, take the file out again (sillage import --undo FILE), and ' +
          'export it without that.',
      ];
  }
  return [];
}

/** So often seen, two parts of one thing do not come to the same by chance. */
const often = 100;

/**
 * What is to be known of rows of one campaign and day that have the same figures each: whatever they are told apart by, each
 * has the whole, as connectors repeat what was spent beside each kind of conversion.
 */
export function toldTwice(
  table: Table,
  rows: readonly Row[],
  figureIn: (row: Row, field: NumberField) => bigint,
): string[] {
  const fields = ['spend', 'impressions', 'clicks'] as const;
  const read = identityIn(table);
  const firsts = new Map<string, Row>();
  let example: { readonly first: Row; readonly row: Row } | undefined;
  for (const row of rows) {
    if (figureIn(row, 'spend') === 0n || figureIn(row, 'impressions') < BigInt(often) * 1_000_000n) continue;
    const key = JSON.stringify(read.map((at) => row.cells[at]?.trim()));
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    else if (fields.some((field) => figureIn(row, field) !== figureIn(first, field))) return [];
    else example ??= { first, row };
  }
  if (example === undefined) return [];
  const { first, row } = example;
  const known = new Set(table.heading.columns.values());
  const cellsAt = (at: number) => [first, row].map(({ cells }) => cells[at]?.trim() ?? '');
  const differing = [...table.heading.written.keys()].filter(
    (at) => table.heading.written[at] !== '' && !known.has(at) && cellsAt(at)[0] !== cellsAt(at)[1],
  );
  const by = differing.find((at) => !cellsAt(at).some(isNumber)) ?? differing[0];
  return by === undefined
    ? []
    : [
        `Rows of one campaign and day have the same “${table.headingOf('spend')}” each (row ${first.row} and ` +
          `row ${row.row}, which “${table.heading.written[by]}” tells apart), and are added up. It is likely ` +
          'that each has the whole of it: then take the file out again (sillage import --undo FILE), and export ' +
          'it without that.',
      ];
}

/**
 * What is to be known of rows that no column tells apart, with other figures: parts of a day of which the column was taken
 * out, or a day as it was told before and after it was corrected.
 */
export function toldAgain(table: Table, rows: readonly Row[]): string[] {
  const ofFigures = new Set([...table.heading.columns].flatMap(([field, at]) => (isFigure(field) ? [at] : [])));
  const read = new Set(table.heading.columns.values());
  const telling = table.heading.written.map(
    (heading, at) => read.has(at) || (heading !== '' && parts.test(folded(heading))),
  );
  const firsts = new Map<string, Row>();
  let [again, example]: [number, [Row, Row] | undefined] = [0, undefined];
  for (const row of rows) {
    const key = JSON.stringify(
      row.cells.map((cell, at) => (!ofFigures.has(at) && (telling[at] === true || !isNumber(cell.trim())) ? cell.trim() : '')), // prettier-ignore
    );
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, row);
    else {
      again++;
      example ??= [first, row];
    }
  }
  return example === undefined
    ? []
    : [
        `${again} ${again === 1 ? 'row tells' : 'rows tell'} of a campaign and day that a row above tells of, ` +
          `too, with other figures (row ${example[1].row} and row ${example[0].row}), and they are added up. If ` +
          'the later one corrects the earlier, as in a sheet to which each update is appended, take the file ' +
          'out again (sillage import --undo FILE), and import it with one row of each day.',
      ];
}
