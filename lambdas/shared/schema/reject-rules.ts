/** A rule that a raw record can break. A reason is `rule:subject`. */
export interface RejectRule {
  readonly rule: string;
  /** What stands behind the colon. */
  readonly subject: string;
  readonly meaning: string;
}

/** Every rule for which a raw record is refused; the table of the data dictionary, and what `sillage rejects --reason` knows. */
export const rejectRules: readonly RejectRule[] = [
  { rule: 'required', subject: 'column', meaning: 'A column that must have a value has none.' },
  { rule: 'type', subject: 'column or field', meaning: 'The text cannot be read as the type: a day that is none, a number with letters, 1.5 where only whole numbers are.' },
  { rule: 'min', subject: 'column', meaning: 'Below the smallest value.' },
  { rule: 'max', subject: 'column', meaning: 'Above the largest value.' },
  { rule: 'pattern', subject: 'column', meaning: 'Not written as it must be, as an `event_id` that is no UUID.' },
  { rule: 'accepted', subject: 'column', meaning: 'None of the listed values.' },
  { rule: 'no_rate', subject: '`currency`', meaning: 'No exchange rate of that currency in the ten days up to the record\'s own: put the ECB\'s CSV under `raw/reference/fx_rates/`.' },
  { rule: 'future', subject: 'field', meaning: 'Later than it can be: an event more than a day after its reception, a creation after the last update.' },
  { rule: 'too_old', subject: 'field', meaning: 'An event more than 35 days before its reception.' },
  { rule: 'range', subject: 'field', meaning: 'A report of several days in one record, as Meta gives without `time_increment=1`: its spend is of no one day.' },
  { rule: 'dimension', subject: 'dimension', meaning: 'The report is broken down by something over which its figures do not add up, or that Sillage does not know: pull it without that, or by another dimension.' },
  { rule: 'platform_error', subject: 'code and message', meaning: 'The platform answered with an error instead of a report: pull it again. What else is in the object is read.' },
  { rule: 'missing_page', subject: '`object`', meaning: 'A report comes in pages, and one of them is in no file of the folder: what is there is read, and is not the whole. Pull it again with all its pages.' },
  { rule: 'repeated_page', subject: '`document`', meaning: 'A page stands twice in one object; it is read once.' },
  { rule: 'partition', subject: '`dt`', meaning: 'Of another day than the one that the object\'s writer promised for all its records.' },
  { rule: 'malformed', subject: '`record` or `document`', meaning: 'No JSON object, a row of a CSV with more or fewer fields than its heading, or a document that is no JSON or CSV at all.' },
  { rule: 'shape', subject: '`document`', meaning: 'JSON, but not the platform\'s answer: the list of records is not where it stands there.' },
  { rule: 'unknown_column', subject: 'column', meaning: 'The CSV has a column that the feed does not know; the first such one is named.' },
  { rule: 'missing_column', subject: 'column', meaning: 'The CSV lacks a column of the feed; the first such one is named.' },
  { rule: 'not_utf8', subject: '`record` or `document`', meaning: 'Bytes that are no UTF-8: save or export it as UTF-8.' },
  { rule: 'too_long', subject: '`record`', meaning: 'A line of more than 1 MB.' },
  { rule: 'empty', subject: '`object`', meaning: 'The object holds nothing.' },
  { rule: 'truncated', subject: '`object`', meaning: 'The gzip ends too early; the lines before its end are read.' },
  { rule: 'corrupt', subject: '`object`', meaning: 'The gzip cannot be unpacked; the lines before the fault are read.' },
  { rule: 'row_count', subject: '`object`', meaning: 'Not as many records as the object\'s writer said that it wrote.' },
];
