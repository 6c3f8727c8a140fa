import * as z from 'zod';
import { dayOfKey, type Day } from '../shared/days.ts';
import { textOf, type Json, type Session } from '../shared/duckdb.ts';
import { parquetRows } from '../shared/parquet-rows.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { placeOf, type Part } from '../shared/schema/parts.ts';
import { rejectsKey } from '../shared/schema/ops-keys.ts';
import type { Slice, SliceName } from '../shared/slices/staleness.ts';
import { inPlaces, numberedLines, type PlacedFile } from './batch-lines.ts';
import { explainer, maskedTexts, oneAField } from './reject-messages.ts';
import { missingPages, type BatchFile } from './raw-objects.ts';

/** A record that is refused. */
export interface Reject {
  readonly feed: string;
  readonly object: string;
  readonly line: number;
  readonly reasons: readonly string[];
  /** The reasons in words, in their order. */
  readonly messages: readonly string[];
  readonly record: string;
  /** It reached SQL. */
  readonly staged: boolean;
}

interface Found extends Omit<Reject, 'messages'> {
  readonly day: Day;
  readonly file: BatchFile;
  readonly found?: string | undefined;
}

/** The rejects of each day: what could not be unpacked, and what broke a rule, with its line and in words. */
export async function collectRejects(
  session: Session,
  table: Table,
  slices: readonly Slice[],
  files: readonly BatchFile[],
  stage: string,
): Promise<Map<Day, Reject[]>> {
  const all: Found[] = [];
  const part = slices[0]?.part;
  const isFirst = placeOf(part).index === 0;
  for (const file of files) {
    const day = dayOfKey(file.key);
    // Of a day that is cut, the first part tells what never reached SQL.
    if (table.rowsPerRecord === 'some' || day === undefined || !isFirst) continue;
    for (const { line, reason, record, found } of [...file.problems, ...missingPages(file, files)]) {
      all.push({
        day,
        file,
        feed: file.feed.name,
        object: file.key,
        line,
        reasons: [reason],
        record,
        staged: false,
        found,
      });
    }
  }
  for (const row of await brokenRows(session, table, files, stage, part)) {
    const file = files[Number(row['_file']) - 1];
    if (!file) continue;
    const reasons = Array.isArray(row['_reasons']) ? row['_reasons'].map(textOf) : [];
    all.push({
      day: textOf(row['day']),
      file,
      feed: file.feed.name,
      object: file.key,
      line: Number(row['line']),
      reasons: oneAField(table, file, reasons),
      record: textOf(row['_record']),
      staged: true,
    });
  }
  const days = new Map<Day, Reject[]>(slices.map((slice) => [slice.day, []]));
  const explain = await explainer(
    session,
    table,
    all.map(({ file, record, reasons }) => ({ file, record, reasons })),
  );
  const told = all.map(({ day, file, found, ...reject }) => ({
    day,
    reject: { ...reject, messages: reject.reasons.map((reason) => explain(file, reason, reject.record, found)) },
  }));
  // A platform's error, or the name of a dimension, may name people too: only the record itself is kept as it came.
  const masked = await maskedTexts(
    session,
    told.flatMap(({ reject }) => [...reject.reasons, ...reject.messages]),
  );
  const without = (texts: readonly string[]) => texts.map((one) => masked.get(one) ?? '');
  for (const { day, reject } of told)
    days.get(day)?.push({ ...reject, reasons: without(reject.reasons), messages: without(reject.messages) });
  return days;
}

const operator = z.object({
  name: z.string(),
  get children() {
    return z.array(operator);
  },
});
const explained = z.tuple([operator]);

/** Operators that give the rows in the order in which they took them. */
const inOrder = new Set(['CREATE_TABLE_AS', 'PROJECTION', 'FILTER', 'READ_CSV']);

/**
 * Lines that are read again sooner than the statement that staged them is planned again, which takes up to a second.
 */
const fewLines = 100_000;

/** Whether the engine keeps the order of what it reads: on several threads it has an operator of its own for that. */
async function keepsOrder(session: Session, stage: string): Promise<boolean> {
  const [plan] = await session.rows(`EXPLAIN (FORMAT json) ${stage}`);
  const [root] = explained.parse(JSON.parse(textOf(plan?.['explain_value'])));
  const isKept = ({ name, children }: z.output<typeof operator>): boolean =>
    inOrder.has(name.trim()) && children.every(isKept);
  return root.name === 'BATCH_CREATE_TABLE_AS' || isKept(root);
}

/**
 * The staged rows that broke a rule, each with the line of its record. Where every line of a file became one row, in
 * the order of the lines, a row's place tells its line. In other files lines are counted afterwards: to number them all
 * would cost the batch its parallel reading.
 */
async function brokenRows(
  session: Session,
  table: Table,
  files: readonly BatchFile[],
  stage: string,
  part: Part | undefined,
): Promise<Record<string, Json>[]> {
  const places = new Set(
    (await session.rows('SELECT DISTINCT _file FROM staged WHERE _reasons IS NOT NULL')).map((row) =>
      Number(row['_file']),
    ),
  );
  const affected = inPlaces(files).filter((file) => places.has(file.place));
  if (affected.length === 0) return [];
  const isLong = affected.reduce((sum, { lines }) => sum + lines, 0) > fewLines;
  const isInOrder = isLong && part === undefined && table.rowsPerRecord === 'one' && (await keepsOrder(session, stage));
  const isTold = (file: PlacedFile) => isInOrder && file.lines === file.records;
  return [
    ...(await rowsByPlace(session, affected.filter(isTold))),
    ...(await rowsByText(
      session,
      affected.filter((file) => !isTold(file)),
    )),
  ];
}

/** The broken rows of files of which each line is a row, in order. */
async function rowsByPlace(session: Session, files: readonly PlacedFile[]): Promise<Record<string, Json>[]> {
  if (files.length === 0) return [];
  return session.rows(`SELECT CAST(_slice AS VARCHAR) AS day, _file, s.rowid - before + 1 AS line, _record, _reasons
    FROM staged AS s JOIN (SELECT _file, min(rowid) AS before FROM staged GROUP BY _file) USING (_file)
    WHERE _reasons IS NOT NULL AND list_contains([${files.map((file) => file.place).join(', ')}], _file)`);
}

/**
 * The broken rows of other files, found again by their texts. Equal lines of a file gave equal rows, which they share
 * out evenly.
 */
async function rowsByText(session: Session, files: readonly PlacedFile[]): Promise<Record<string, Json>[]> {
  if (files.length === 0) return [];
  await session.run(`CREATE OR REPLACE TEMP TABLE broken AS
    SELECT *, row_number() OVER (PARTITION BY _file, _record ORDER BY _slice, _reasons) AS nth
    FROM (SELECT _slice, _file, _record, _reasons FROM staged WHERE _reasons IS NOT NULL)
    WHERE list_contains([${files.map((file) => file.place).join(', ')}], _file)`);
  const rows = await session.rows(`WITH found AS (
      SELECT _file, _record, list(line ORDER BY line) AS lines FROM (${numberedLines(files)})
      SEMI JOIN broken USING (_file, _record) GROUP BY ALL)
    SELECT CAST(_slice AS VARCHAR) AS day, _file, lines[1 + (nth - 1) % len(lines)] AS line, _record, _reasons
    FROM broken JOIN found USING (_file, _record) ORDER BY ALL`);
  await session.run('DROP TABLE broken');
  return rows;
}

/** Replaces the slice's rejects whole; a slice without any has no object. */
export async function writeRejects(
  lake: Lake,
  catalog: Catalog,
  table: Table,
  { day, part }: SliceName,
  rejects: readonly Reject[],
): Promise<void> {
  const key = rejectsKey(catalog, table, day, part);
  if (rejects.length === 0) return lake.delete(key);
  const rows = rejects
    .toSorted((a, b) => (a.object < b.object ? -1 : a.object > b.object ? 1 : a.line - b.line))
    .map(({ feed, object, line, reasons, messages, record }) => ({
      table_name: table.name,
      feed,
      object,
      line,
      reasons,
      messages,
      record,
      dt: new Date(day),
    }));
  await lake.put(key, await parquetRows(tableNamed(catalog, 'rejects'), rows), {
    metadata: { rows: String(rows.length) },
  });
}
