import { oldestDays } from '../event-time.ts';
import type { ColumnType } from './types.ts';

/** A fault as its words tell it. */
export interface Fault {
  /** The heading or field, as the file has it. */
  readonly field: string;
  readonly isSheet: boolean;
  /** What stands there, where it may be shown: nothing personal. */
  readonly value?: string | undefined;
  /** What was found beside it: a file's format, the first row of a sheet. */
  readonly found?: string | undefined;
  /** What the column is to hold, and its bounds. */
  readonly type?: ColumnType | undefined;
  readonly accepted?: readonly string[] | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Where the feed's files stand: `raw/crm/orders/`. */
  readonly prefix: string;
  /** Headings of a sheet's feed. */
  readonly headings: readonly string[];
}

/** A rule that a raw record can break. A reason is `rule:subject`. */
export interface RejectRule {
  readonly rule: string;
  /** What stands behind the colon. */
  readonly subject: string;
  readonly meaning: string;
  /** What is wrong and what to do, for who sent the file. */
  readonly words: (fault: Fault) => string;
}

const named = ({ field, isSheet }: Fault) => (isSheet ? `The column “${field}”` : `The field ${field}`);
const holds = (fault: Fault) => `${named(fault)} holds ${fault.value === undefined ? 'something' : `“${fault.value}”`}`;
const isWhole = (type: ColumnType | undefined) => type?.kind === 'int' || type?.kind === 'bigint';
const isNumber = (type: ColumnType | undefined) => isWhole(type) || type?.kind === 'decimal' || type?.kind === 'double';
const saveAgain = 'In Excel: File, Save as, “CSV UTF-8”. In Google Sheets: File, Download, CSV.';

function wanted({ type, isSheet }: Fault): string {
  switch (type?.kind) {
    case 'int':
    case 'bigint':
      return `a whole number. ${isSheet ? 'Write digits only, as 12500.' : 'Send digits only.'}`;
    case 'decimal':
    case 'double':
      return `a number. Write ${isSheet ? 'digits with a decimal comma or point, as 1234,50: no words, no formula.' : 'digits and a point, as 1234.50.'}`;
    case 'date':
      return `a day. Write it as ${isSheet ? '31/12/2025' : '2025-12-31'}.`;
    case 'timestamp':
      return 'a time. Write it as 2025-12-31T10:00:00+01:00, with its offset from UTC.';
    case 'boolean':
      return 'a choice. Send true or false (for consent, granted and denied are the same).';
    case 'array':
    case 'struct':
    case 'map':
      return 'a list whose parts can be read: numbers must be numbers.';
    case 'string':
    case undefined:
      return 'what belongs there.';
  }
}

/** How a feed of JSON wants its records. */
function jsonShape({ prefix }: Fault): string {
  const noun = prefix.split('/').at(-2) ?? '';
  if (prefix.startsWith('raw/crm/'))
    return (
      `Send what Shopify's Admin REST API answers, as JSON with one of the ${noun} a line (jq -c ".${noun}[]" ` +
      `page.json > ${noun}.jsonl); exports of the admin (CSV) and GraphQL have not all that is needed.`
    );
  if (prefix.startsWith('raw/web/'))
    return 'Send one event a line, each a JSON object (jq -c . file.json > events.jsonl).';
  return "Save the answer of the platform's reporting API just as it came.";
}

/**
 * Every rule for which a raw record is refused: for the data dictionary, for `sillage rejects --reason`, and for the
 * messages of rejects.
 */
export const rejectRules: readonly RejectRule[] = [
  {
    rule: 'required',
    subject: 'column',
    meaning: 'A column that must have a value has none.',
    words: (fault) =>
      fault.value !== undefined
        ? `${named(fault)} holds nothing that can be read as what belongs there. Put it right, and send the file again.`
        : `${named(fault)} is empty, and ${fault.isSheet ? 'every row' : 'every record'} needs it. Fill it in, ` +
          'and send the file again.',
  },
  {
    rule: 'type',
    subject: 'column or field',
    meaning:
      'The text cannot be read as the type: a day that is none, a number with letters, 1.5 where only whole ' +
      'numbers are.',
    words: (fault) => `${holds(fault)}, which is not ${wanted(fault)}`,
  },
  {
    rule: 'min',
    subject: 'column',
    meaning: 'Below the smallest value.',
    words: (fault) =>
      `${holds(fault)}; it cannot be less than ${fault.min ?? 0}. Put it right, and send the file again.`,
  },
  {
    rule: 'max',
    subject: 'column',
    meaning: 'Above the largest value.',
    words: (fault) =>
      `${holds(fault)}; it cannot be more than ` +
      `${fault.max ?? 0}.${fault.max === 1 ? ' Write ten per cent as 0,10 or 10 %.' : ' Put it right, and send the file again.'}`,
  },
  {
    rule: 'pattern',
    subject: 'column',
    meaning: 'Not written as it must be, as an `event_id` that is no UUID.',
    words: (fault) => `${holds(fault)}, which is not written as it must be (an event_id is a UUID).`,
  },
  {
    rule: 'accepted',
    subject: 'column',
    meaning: 'None of the listed values.',
    words: (fault) => `${holds(fault)}; it must be one of ${(fault.accepted ?? []).join(', ')}.`,
  },
  {
    rule: 'error_value',
    subject: 'column of a sheet',
    meaning:
      'An error of the spreadsheet (#N/A, #REF!, #VALEUR!), or a filler such as - or n/a where a figure must stand.',
    words: (fault) =>
      `${holds(fault)}, which is no value. Mend the formula, or leave the cell empty where it is not ` +
      `known${isNumber(fault.type) ? ', or write 0 where it is nothing' : ''}.`,
  },
  {
    rule: 'ambiguous',
    subject: 'column of a sheet',
    meaning:
      'A number such as 12.345 of which nothing in the sheet says whether its sign parts thousands or ' +
      'decimals, or a share of 1 beside shares of 10.',
    words: (fault) =>
      `${holds(fault)}, which can be read as two different numbers. ` +
      (isWhole(fault.type)
        ? 'Write it in digits only, as 12345.'
        : fault.max === 1
          ? 'Write it as 0,10 or 10 %.'
          : 'Write it without a sign between the thousands and with two decimals, as 12345,00.'),
  },
  {
    rule: 'abbreviated',
    subject: 'column of a sheet',
    meaning: 'A rounded number such as 125k or 1,2 M.',
    words: (fault) => `${holds(fault)}, a rounded number. Write it in full, as 125000.`,
  },
  {
    rule: 'currency',
    subject: 'column of a sheet',
    meaning: 'An amount with another currency beside it than the row says.',
    words: (fault) =>
      `${holds(fault)}, and the row, or the column, is in another currency. Write the amount without a sign, ` +
      'in that currency.',
  },
  {
    rule: 'day_order',
    subject: 'column of a sheet',
    meaning: 'A day such as 03/01/2025 in a sheet that has days with the month first.',
    words: (fault) =>
      `${holds(fault)}, and other days of the file have the month first: it can be two different days. Write ` +
      'days as 31/12/2025 or 2025-12-31 in the whole file.',
  },
  {
    rule: 'handle',
    subject: 'column of a sheet',
    meaning: 'No name of one account: neither a handle nor the link of its page.',
    words: (fault) =>
      `${holds(fault)}, which is not the handle of one account. Write it as on the platform, as lea.bio or @lea.bio.`,
  },
  {
    rule: 'several',
    subject: 'column of a sheet',
    meaning: 'Several promo codes in one cell.',
    words: (fault) =>
      `${holds(fault)}, which looks like several codes. One row has one code: give each other code a row of ` +
      'its own, with its own contract number and a fee of 0.',
  },
  {
    rule: 'no_rate',
    subject: '`currency`',
    meaning:
      "No exchange rate of that currency in the ten days up to the record's own: put the ECB's CSV under " +
      '`raw/reference/fx_rates/`.',
    words: (fault) =>
      `${holds(fault)}, a currency without an exchange rate in the ten days up to the record's own. Put the ` +
      `European Central Bank's CSV under raw/reference/fx_rates/; if it is no currency (EUR, CHF, GBP…), put ` +
      'it right.',
  },
  {
    rule: 'future',
    subject: 'field',
    meaning: 'Later than it can be: an event more than a day after its reception, a creation after the last update.',
    words: (fault) =>
      `${holds(fault)}, which is later than it can be: ` +
      (fault.field.startsWith('event')
        ? 'more than a day after the event was received. The clock of the sender is wrong.'
        : "it is after the record's last update (updated_at)."),
  },
  {
    rule: 'too_old',
    subject: 'field',
    meaning: `An event more than ${oldestDays} days before its reception.`,
    words: (fault) =>
      `${holds(fault)}, more than ${oldestDays} days before the event was received: its time is not believed.`,
  },
  {
    rule: 'range',
    subject: 'field',
    meaning:
      'A report of several days in one record, as Meta gives without `time_increment=1`: its spend is of no one day.',
    words: (fault) =>
      `${named(fault)} is another day than date_start: the report is of several days in one. Pull it again ` +
      'with time_increment=1.',
  },
  {
    rule: 'dimension',
    subject: 'dimension',
    meaning:
      'The report is broken down by something over which its figures do not add up, or that Sillage does not ' +
      'know: pull it without that, or by another dimension.',
    words: (fault) =>
      `The report is broken down by ${fault.field}, over which its figures do not add up, or which is not ` +
      'known here. Pull it again without that.',
  },
  {
    rule: 'platform_error',
    subject: 'code and message',
    meaning:
      'The platform answered with an error instead of a report: pull it again. What else is in the object is read.',
    words: (fault) => `The platform answered with an error instead of a report: ${fault.field}. Pull the report again.`,
  },
  {
    rule: 'missing_page',
    subject: '`object`',
    meaning:
      'A report comes in pages, and one of them is in no file of the folder: what is there is read, and is ' +
      'not the whole. Pull it again with all its pages.',
    words: (fault) =>
      `A page of the report is missing${fault.found === undefined ? '' : ` (${fault.found})`}: its figures ` +
      'are not whole. Pull it again with all its pages.',
  },
  {
    rule: 'repeated_page',
    subject: '`document`',
    meaning: 'A page stands twice in one object; it is read once.',
    words: () =>
      'A page of the report stands twice in the file; it was read once. There is nothing to do, unless ' +
      'another page should be in its place.',
  },
  {
    rule: 'partition',
    subject: '`dt`',
    meaning: "Of another day than the one that the object's writer promised for all its records.",
    words: () =>
      'The record is of another day than the folder of its file, though the program that wrote it promised ' +
      'one day. Mend that program.',
  },
  {
    rule: 'malformed',
    subject: '`record` or `document`',
    meaning:
      'No JSON object, a row of a CSV with more or fewer fields than its heading, or a document that is no ' +
      'JSON or CSV at all.',
    words: (fault) => {
      if (fault.isSheet)
        return fault.field === 'document'
          ? `The first row cannot be read: it must hold the headings ${fault.headings.join('; ')}.`
          : `The row does not fit the headings${fault.found === undefined ? '' : `: it has ${fault.found}`}. A ` +
              'separator may stand in a cell without quotes around it, or a cell is missing or too many.';
      if (fault.field === 'document')
        return (
          'The file is not the JSON that belongs ' +
          `here${fault.found === undefined ? '' : `; it begins with “${fault.found}”`}. ${jsonShape(fault)}`
        );
      return (
        'The line is not one whole JSON object: it is cut, holds two objects, or has what JSON does not know ' +
        `(NaN, a comma at the end, a comment, single quotes). ${fault.prefix.startsWith('raw/advertising/') ? '' : jsonShape(fault)}`
      ).trim();
    },
  },
  {
    rule: 'shape',
    subject: '`record` or `document`',
    meaning:
      "JSON, but of another shape than the feed's: GraphQL instead of REST, or a list of records that is not " +
      'where the platform puts it.',
    words: (fault) =>
      fault.field === 'record'
        ? `The record has the shape of Shopify's GraphQL API, which names things otherwise than REST. ${jsonShape(fault)}`
        : `The file is JSON, but not the answer of the platform's reporting API. ${jsonShape(fault)}`,
  },
  {
    rule: 'quotes',
    subject: '`record`',
    meaning:
      'A row of a sheet with a quotation mark that does not close, or that stands within a cell without ' +
      'quotes around it.',
    words: () =>
      'A quotation mark (") stands in the row where it cannot: within a cell that is not quoted, or without ' +
      'its second one. Take it out, or save the sheet from the spreadsheet, which writes it as "".',
  },
  {
    rule: 'total_line',
    subject: '`record`',
    meaning: 'A line that adds up others: it is no row of the table.',
    words: () =>
      'The row adds up the others (“Total”) and is left out. There is nothing to do; take it out of the ' +
      'export to be rid of this message.',
  },
  {
    rule: 'spreadsheet',
    subject: '`document`',
    meaning: "A spreadsheet's own file (.xlsx, .xls, .ods), which is no text.",
    words: (fault) =>
      `The file is ${fault.found ?? "a spreadsheet's own file"}, not text. ${fault.isSheet ? saveAgain : jsonShape(fault)}`,
  },
  {
    rule: 'no_heading',
    subject: '`document`',
    meaning: "The first row of a sheet has none of the feed's headings.",
    words: (fault) =>
      `The first row (${fault.found ?? ''}) has none of the headings that belong here: ` +
      `${fault.headings.join('; ')}. Put them in the first row, with semicolons, commas or tabs between the ` +
      'cells.',
  },
  {
    rule: 'unknown_column',
    subject: 'column',
    meaning: 'The CSV has a column that the feed does not know; the first such one is named.',
    words: (fault) =>
      `The column “${fault.found ?? fault.field}” is not known, so nothing of the file was read. Take it out, ` +
      `or name it as one of ${fault.headings.join('; ')}.`,
  },
  {
    rule: 'repeated_column',
    subject: 'column',
    meaning: 'Two columns of a sheet have one heading.',
    words: (fault) =>
      `Two columns are named “${fault.found ?? fault.field}”, so nothing of the file was read. Take one of them out.`,
  },
  {
    rule: 'missing_column',
    subject: 'column',
    meaning: 'The CSV lacks a column of the feed; the first such one is named.',
    words: (fault) =>
      `The column “${fault.field}” is missing, so nothing of the file was read. Its headings are: ` +
      `${fault.found ?? ''}. They must be ${fault.headings.join('; ')}.`,
  },
  {
    rule: 'not_utf8',
    subject: '`record` or `document`',
    meaning: 'Bytes that are no UTF-8: save or export it as UTF-8.',
    words: (fault) =>
      `${fault.field === 'document' ? 'The file' : 'The line'} is not written in ` +
      `UTF-8${fault.found === undefined ? '' : ` but in another encoding (${fault.found})`}. ${fault.isSheet ? saveAgain : 'Save it as UTF-8 (in PowerShell: -Encoding utf8).'}`,
  },
  {
    rule: 'too_long',
    subject: '`record` or `document`',
    meaning: 'A line of more than 1 MB, or a file of one JSON document of more than 256 MB.',
    words: (fault) =>
      fault.field === 'document'
        ? `The file is one JSON document of more than 256 MB. ${jsonShape(fault)}`
        : `The line is longer than 1 MB. ${fault.isSheet ? '' : jsonShape(fault)}`.trim(),
  },
  {
    rule: 'too_deep',
    subject: '`record` or `document`',
    meaning: 'JSON that is nested hundreds of levels deep: no platform sends it.',
    words: (fault) => `The JSON is nested hundreds of levels deep, as no platform sends it. ${jsonShape(fault)}`,
  },
  {
    rule: 'empty',
    subject: '`object`',
    meaning: 'The object holds nothing.',
    words: () => 'The file is empty. Send it again.',
  },
  {
    rule: 'truncated',
    subject: '`object`',
    meaning: 'The gzip ends too early; the lines before its end are read.',
    words: () => 'The gzip file ends too early: it was not copied whole. Send it again.',
  },
  {
    rule: 'corrupt',
    subject: '`object`',
    meaning: 'The gzip cannot be unpacked; the lines before the fault are read.',
    words: () => 'The gzip file is damaged. Send it again.',
  },
  {
    rule: 'row_count',
    subject: '`object`',
    meaning: "Not as many records as the object's writer said that it wrote.",
    words: (fault) =>
      'The file has not as many records as the program that wrote it ' +
      `said${fault.found === undefined ? '' : ` (${fault.found})`}: it was cut or changed. Send it again.`,
  },
];

const byName: ReadonlyMap<string, RejectRule> = new Map(rejectRules.map((rule) => [rule.rule, rule]));

/** A reason's two parts. */
export function partsOf(reason: string): { readonly rule: string; readonly subject: string } {
  const colon = reason.indexOf(':');
  return { rule: reason.slice(0, colon), subject: reason.slice(colon + 1) };
}

/** What a reason says to a person. @throws Error where the rule is not known */
export function inWords(rule: string, fault: Fault): string {
  const known = byName.get(rule);
  if (!known) throw new Error(`reject-rules.ts does not know the rule ${rule}.`);
  return known.words(fault);
}
