import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays } from '../shared/days.ts';
import { answered, convertNative, recogniseJson } from './answers.ts';
import { containerOf, type Container } from './container.ts';
import { Documents, type LandedDocument } from './documents.ts';
import { unwrapped } from './envelopes.ts';
import { ga4Parquet } from './ga4-parquet.ts';
import type { JsonShape } from './json-shape.ts';
import type { Said } from './said.ts';
import { isSnowplow, snowplow } from './snowplow.ts';
import { recognise, type Recognised } from './recognise.ts';
import { gunzipFile } from './gunzip.ts';
import { NoRecords, Refused } from './refused.ts';
import { csvSheet, type Sheet } from './rows.ts';
import type { Converted, ImportContext, ImportOptions } from './shape.ts';
import type { GivenHeadings } from './heading.ts';
import { encodingOf } from './text.ts';
import { entriesOf, isOds, isWorkbook, sheetsOf, workbookLimit } from './workbook.ts';

/** A file to be imported. */
export interface FileToImport {
  /** As the person knows it. */
  readonly name: string;
  readonly path: string;
  /** When it was written, by its own time. */
  readonly exportedAt: Date;
}

/** How a file is read, and where what is made of it is written meanwhile. */
export interface UnderstandOptions extends ImportOptions {
  readonly scratch: string;
  readonly shop: ImportContext['shop'];
  /** The name of a shape: it is to be this one. */
  readonly feed?: string | undefined;
  /** What headings mean that are known by no other name. */
  readonly headings?: GivenHeadings | undefined;
}

/** What was understood of one table of a file. */
export interface Part extends Converted {
  readonly shape: string;
  readonly source: string;
  readonly report: string;
  /** Of a workbook. */
  readonly sheet?: string | undefined;
  /** By heading, the field that it is read as. */
  readonly mapped: Readonly<Record<string, string>>;
  /** Headings that nothing is read of. */
  readonly ignored: readonly string[];
  readonly records: number;
  readonly documents: readonly LandedDocument[];
}

/** A file that was imported, or is to be. */
export interface Named {
  /** SHA-256 of its bytes. */
  readonly hash: string;
  readonly file: string;
}

/** What a sheet of influencers' deals is to others. */
export interface Versions {
  /** Those that count no more. */
  readonly replaces: readonly Named[];
  /** The one that counts in place of it. */
  readonly replacedBy?: Named;
  /** A person said that it stands beside others that are like it. */
  readonly adds?: boolean;
}

/** A file that was understood: what it is, and what is to be landed of it. Nothing is yet. */
export interface Understood {
  readonly file: FileToImport;
  /** SHA-256 of its bytes. */
  readonly hash: string;
  readonly bytes: number;
  readonly format: string;
  readonly parts: readonly Part[];
  readonly versions?: Versions;
  /** What a person said of how it is read. */
  readonly said?: Said;
  /** It was imported before, and read in another way. */
  readonly again?: boolean;
  /** It was imported before, and something that was made of it is gone. */
  readonly lost?: boolean;
  /** Sheets that are not imported, and why. */
  readonly passedOver: readonly { readonly sheet: string; readonly why: string }[];
}

export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex');
}

/** The tables in a file, and how it is written. @throws Refused */
async function sheetsIn(
  path: string,
  container: Container,
  currency: string,
): Promise<{ readonly sheets: readonly Sheet[]; readonly format: string }> {
  if (container === 'zip') {
    const { size } = await stat(path);
    if (size > workbookLimit)
      throw new Refused('It is a workbook that is too large to be opened. Save its sheet as CSV in UTF-8.');
    const bytes = await readFile(path);
    if (!isWorkbook(entriesOf(bytes)))
      throw new Refused('It is a zip file within another. Unpack it and import what is in it.');
    return { sheets: await sheetsOf(bytes, currency), format: isOds(entriesOf(bytes)) ? 'ODS' : 'XLSX' };
  }
  if (container !== 'text') throw new Refused(`It is a ${container} file, and no table.`);
  const encoding = await encodingOf(path);
  const sheet = await csvSheet(path, encoding);
  const parted =
    new Map([
      [',', 'commas'],
      [';', 'semicolons'],
      ['\t', 'tabs'],
    ]).get(sheet.delimiter) ?? sheet.delimiter;
  return { sheets: [sheet], format: `CSV, ${encoding.name}, ${parted}` };
}

/** Knows each sheet: those that are no report are passed over where another is one. @throws Refused where none is */
async function recognised(
  sheets: readonly Sheet[],
  { feed, headings = new Map() }: UnderstandOptions,
): Promise<{ known: Recognised[]; passedOver: { sheet: string; why: string }[] }> {
  const known: Recognised[] = [];
  const passedOver: { sheet: string; why: string }[] = [];
  let refused: Refused | undefined;
  for (const sheet of sheets) {
    try {
      const found = await recognise(sheet, headings, feed);
      known.push(...found.known);
      if (found.passedOver !== undefined) passedOver.push({ sheet: sheet.name ?? '', why: found.passedOver });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refused ??= error;
      passedOver.push({ sheet: sheet.name ?? '', why: error.message });
    }
  }
  if (known.length === 0) throw refused ?? new Refused('It holds no sheet.');
  return { known, passedOver };
}

const compact = (moment: Date) => moment.toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** A file on its way: where its parts are written, and how its documents are called. */
interface Work {
  readonly file: FileToImport;
  /** The file unpacked, where it is packed. */
  readonly path: string;
  readonly folder: string;
  readonly hash: string;
  readonly options: UnderstandOptions;
}

const dayOf = ({ exportedAt }: FileToImport) => exportedAt.toISOString().slice(0, 10);
const nameOf = ({ file, hash }: Work) => `import-${compact(file.exportedAt)}-${hash.slice(0, 16)}`;

/** What is said of a table whose letters are broken: it is imported, since its figures are right. */
const brokenNote = (around: string) =>
  `Letters in it are broken (“${around}”): something read it in another encoding and saved it. Its names are ` +
  'not those of other files. Download it again, and import it unopened.';

/** What is said of rows that a workbook strikes through, or does not show: no cell says whether they hold. */
async function shownNotes(table: Recognised['table']): Promise<string[]> {
  // A CSV has no such rows: it is not read a second time.
  if (table.name === undefined) return [];
  const [struck, hidden]: [number[], number[]] = [[], []];
  let isHiddenSheet = false;
  for await (const { row, isStruck, hidden: how } of table.rows()) {
    if (isStruck === true) struck.push(row);
    if (how === 'row') hidden.push(row);
    isHiddenSheet ||= how === 'sheet';
  }
  const told = (rows: readonly number[], how: string) =>
    rows.length === 1
      ? `1 row is ${how} (the first is row ${rows[0]}), and counts as the others do. Where that means that it ` +
        'does not hold, delete it'
      : `${rows.length} rows are ${how} (the first is row ${rows[0]}), and count as the others do. Where that ` +
        'means that they do not hold, delete them';
  return [
    ...(struck.length > 0
      ? [`${told(struck, 'struck through')}; of influencers, say it in a column “Statut”, as “annulé”.`]
      : []),
    ...(hidden.length > 0 ? [`${told(hidden, 'hidden, by a filter or by hand')}.`] : []),
    ...(isHiddenSheet
      ? [`Its sheet “${table.name ?? ''}” is hidden, and counts as the others do. Where it does not hold, delete it.`]
      : []),
  ];
}

/** The tables of a file as parts. @throws Refused */
async function tables(work: Work, sheets: readonly Sheet[]): Promise<Pick<Understood, 'parts' | 'passedOver'>> {
  const { file, options } = work;
  const { known, passedOver } = await recognised(sheets, options);
  const parts: Part[] = [];
  let first: NoRecords | undefined;
  for (const [at, { shape, table }] of known.entries()) {
    const name = `${nameOf(work)}${known.length > 1 ? `-${at + 1}` : ''}`;
    const documents = new Documents(join(work.folder, String(at)), { name, file: file.name, day: dayOf(file) });
    let converted: Converted;
    try {
      converted = await shape.convert(table, {
        options,
        shop: options.shop,
        file: file.name,
        exportedAt: file.exportedAt,
        documents,
      });
    } catch (error) {
      if (!(error instanceof NoRecords) || known.length === 1) throw error;
      first ??= error;
      passedOver.push({ sheet: table.name ?? '', why: error.message });
      continue;
    }
    const mapped = [...table.heading.columns].map(
      ([field, column]) => [table.heading.written[column] ?? '', field] as const,
    );
    const broken = table.broken();
    parts.push({
      ...converted,
      notes: [...converted.notes, ...(await shownNotes(table)), ...(broken === undefined ? [] : [brokenNote(broken)])],
      shape: shape.name,
      source: shape.source,
      report: shape.report,
      sheet: table.name,
      mapped: Object.fromEntries(mapped),
      ignored: table.ignored.filter((heading) => shape.others?.test(heading) !== true),
      records: documents.records,
      documents: await documents.finish(),
    });
  }
  if (parts.length === 0 && first !== undefined) throw first;
  return { parts, passedOver };
}

/** What a file of records is made into, by a shape that is not known by headings. */
async function ofRecords(work: Work, path: string, native: JsonShape): Promise<Part> {
  const { file, folder, options } = work;
  const { name: shape, source, report, isNative = false } = native;
  // What has the ids of the platform's own interface is of that door, not of the admin's exports.
  const name = isNative ? `api-${nameOf(work)}` : nameOf(work);
  const documents = new Documents(folder, { name, file: file.name, day: dayOf(file) });
  const made = await native.convert(path, documents, { exportedAt: file.exportedAt, options, shop: options.shop });
  const [records, landed] = [documents.records, await documents.finish()];
  return { ...made, shape, source, report, mapped: {}, ignored: [], records, documents: landed };
}

/** A JSON file as one part: what a platform's own interface answered is landed as it is. @throws Refused */
async function answer(work: Work): Promise<Part> {
  const { file, folder, options } = work;
  await mkdir(folder, { recursive: true });
  const { path, isOfSyncs } = await unwrapped(work.path, join(folder, 'unwrapped.jsonl'));
  const native = await recogniseJson(path, options.feed);
  if ('convert' in native) return ofRecords(work, path, native);
  if (isOfSyncs && native.feed.startsWith('advertising/'))
    throw new Refused(
      'It is what a connector noted of a report at each sync, and a day that was corrected may be in it ' +
        'several times. Export the finished table, or ask the platform itself.',
    );
  const whole = native.bare === undefined ? path : join(folder, 'answered.json');
  if (native.bare !== undefined) await answered(path, native.bare, whole);
  const { records, landed, ...told } = await convertNative(whole, native, join(folder, 'unpacked.txt'), options);
  const original = join(folder, 'original');
  await copyFile(landed, original);
  const key = `raw/${native.feed}/dt=${dayOf(file)}/${nameOf(work)}.json`;
  const { name: shape, source, report } = native;
  return {
    ...told,
    shape,
    source,
    report,
    mapped: {},
    ignored: [],
    records,
    documents: [{ key, path: original, metadata: {}, records }],
  };
}

/** The file unpacked, where it is a gzip. @throws Refused for one that was cut, or blows up */
async function plainFile(path: string, container: Container, folder: string): Promise<string> {
  if (container !== 'gzip') return path;
  const target = join(folder, 'unpacked');
  await mkdir(folder, { recursive: true });
  await gunzipFile(path, target);
  return target;
}

/**
 * Reads a file whole, and says what it is: its records are written to the scratch folder, ready to be landed.
 * @param known the file's hash, where the caller has it
 * @throws Refused with what it is and what to do; what was written to the scratch folder is then good for nothing
 */
export async function understand(file: FileToImport, options: UnderstandOptions, known?: string): Promise<Understood> {
  const packed = await containerOf(file.path);
  const hash = known ?? (await hashOf(file.path));
  const folder = join(options.scratch, hash.slice(0, 16));
  const path = await plainFile(file.path, packed, folder);
  const container = packed === 'gzip' ? await containerOf(path) : packed;
  const work: Work = { file, path, folder, hash, options };
  const bytes = (await stat(file.path)).size;
  if (container === 'json')
    return checked({ file, hash, bytes, format: 'JSON', parts: [await answer(work)], passedOver: [] });
  const apart =
    container === 'parquet' ? ga4Parquet : container === 'text' && (await isSnowplow(path)) ? snowplow : undefined;
  if (apart !== undefined)
    return checked({
      file,
      hash,
      bytes,
      format: container === 'parquet' ? 'Parquet' : 'TSV',
      parts: [await ofRecords(work, path, apart)],
      passedOver: [],
    });
  const { sheets, format } = await sheetsIn(path, container, options.shop.currency);
  return checked({ file, hash, bytes, format, ...(await tables(work, sheets)) });
}

/** Before it nothing was sold or advertised by the tools that are read; a spreadsheet shows an empty day as 1900. */
const earliest = '2005-01-01';
/** How many days ahead of its sheet a deal may be agreed. */
const longestAhead = 730;

/**
 * A day after the file was written is no day of what has happened: its days are read in the wrong order, or were
 * changed. Deals are agreed ahead, but not by years.
 */
function withOddDaysTold({ exportedAt }: FileToImport, part: Part): Part {
  if (part.days === undefined) return part;
  const { from, to } = part.days;
  const written = exportedAt.toISOString().slice(0, 10);
  // Somewhere it is a day later than in UTC.
  const last = addDays(written, part.shape.startsWith('influencer') ? longestAhead : 1);
  const odd = [...(to > last ? [to] : []), ...(from < earliest && part.shape !== 'ecb-rates-csv' ? [from] : [])];
  if (odd.length === 0) return part;
  const note =
    `It was written on ${written}, and tells of ${odd.join(' and of ')}: are its days read in the wrong order ` +
    '(--dates), or was one changed?';
  return { ...part, notes: [note, ...part.notes] };
}

/** @throws Refused where there is nothing to be landed */
function checked({ parts, ...rest }: Understood): Understood {
  const understood = { ...rest, parts: parts.map((part) => withOddDaysTold(rest.file, part)) };
  const [reason] = understood.parts.flatMap(({ leftOut }) => leftOut);
  if (understood.parts.every(({ records }) => records === 0))
    throw new Refused(
      reason !== undefined && ['JSON', 'Parquet', 'TSV'].includes(understood.format)
        ? `None of its records is kept. The first: ${reason.why}.`
        : 'It has headings, and no row below them that is a record. Was a filter set, or a period without data?',
    );
  return understood;
}
