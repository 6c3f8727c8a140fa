import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import type { Table } from '../shared/schema/table.ts';
import { readAnswer } from './answers.ts';
import { foreignDocument } from './foreign-format.ts';
import { brokenGzip, hasGzipMagic, isTooLong } from '../shared/gzip.ts';
import { documentLimit, LineWriter, type Problem } from './line-writer.ts';
import type { Pages } from './pages.ts';
import { unpackJson } from './unpack-json.ts';
import { unpackSheet } from './unpack-sheet.ts';

/** An object as plain text: one JSON record a line, an empty line where a problem stood. */
export interface Unpacked {
  /** Lines of the plain file, the empty ones too. */
  readonly lines: number;
  readonly records: number;
  readonly problems: readonly Problem[];
  /** Of a report that comes in pages: what these are of it. */
  readonly pages?: Pages | undefined;
  /** Of a sheet: its headings as they are written, by the names of their columns. */
  readonly headings?: ReadonlyMap<string, string> | undefined;
}

type Besides = Pick<Unpacked, 'pages' | 'headings'>;

async function unpackAnswer(text: string, feed: Table, writer: LineWriter): Promise<Besides> {
  const { records, problem, pages } = readAnswer(feed.name, text);
  for (const record of records) await writer.line(Buffer.from(JSON.stringify(record)));
  if (problem)
    await writer.problem(
      problem.reason,
      problem.record,
      problem.reason === 'missing_page:object' ? problem.record : undefined,
    );
  return { pages };
}

/**
 * Turns one raw object, as its source sent it, into one JSON record a line in the file `target`. Lines of JSON Lines
 * are copied as they are: whether they are JSON is SQL's to judge. Gzip is known by its first bytes. An object that
 * ends early gives its whole lines and one problem; `expected` is the count that its writer promised.
 * @throws the error of the file system
 */
export async function unpack(
  source: string,
  feed: Table,
  target: string,
  expected: number | undefined,
): Promise<Unpacked> {
  const out = createWriteStream(target);
  // A full disk: the next write, or `finished`, throws it; without a listener it would end the process.
  out.on('error', () => undefined);
  const writer = new LineWriter(out);
  let besides: Besides;
  try {
    besides = await unpackInto(writer, source, feed, expected);
  } finally {
    out.end();
  }
  await finished(out);
  return { lines: writer.lineCount, records: writer.records, problems: writer.problems, ...besides };
}

async function unpackInto(
  writer: LineWriter,
  source: string,
  feed: Table,
  expected: number | undefined,
): Promise<Besides> {
  const format = feed.format ?? ({ kind: 'jsonl', delimiter: ',' } as const);
  let besides: Besides = {};
  // A report of a day on which nothing was spent has no records, and says so; an object without a byte says nothing.
  let saysNothing: boolean;
  if (format.kind === 'jsonl') saysNothing = !(await unpackJson(source, feed, writer, expected !== undefined));
  else {
    const text = await documentText(await readFile(source), writer);
    saysNothing = text === undefined || text.trim() === '';
    if (text !== undefined && !saysNothing) {
      besides =
        format.kind === 'json'
          ? await unpackAnswer(text, feed, writer)
          : { headings: await unpackSheet(text, feed, format.delimiter, writer) };
    }
  }
  const seen = writer.records + writer.problems.length;
  if (seen === 0 && saysNothing && expected !== 0) await writer.problem('empty:object', '');
  else if (
    expected !== undefined &&
    seen !== expected &&
    writer.problems.every((p) => !/:(?:object|document)$|_column:/.test(p.reason))
  ) {
    const counts = `${expected} records were written, ${seen} are there`;
    await writer.problem('row_count:object', counts, counts);
  }
  return besides;
}

async function documentText(bytes: Buffer, writer: LineWriter): Promise<string | undefined> {
  if (bytes.length === 0) return undefined;
  let plain = bytes;
  try {
    if (hasGzipMagic(bytes)) plain = gunzipSync(bytes, { maxOutputLength: documentLimit });
  } catch (error) {
    await writer.problem(
      isTooLong(error) ? 'too_long:document' : (brokenGzip(error) ?? 'corrupt:object'),
      bytes.toString('latin1', 0, 200),
    );
    return undefined;
  }
  if (plain.length > documentLimit) {
    await writer.problem('too_long:document', '');
    return undefined;
  }
  const foreign = foreignDocument(plain);
  if (foreign) {
    await writer.problem(foreign.reason, plain, foreign.found);
    return undefined;
  }
  return plain.toString('utf8').replace(/^\uFEFF/, '');
}
