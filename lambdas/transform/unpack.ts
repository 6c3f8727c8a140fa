import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGunzip, gunzipSync } from 'node:zlib';
import { parse as parseCsv } from 'csv-parse/sync';
import type { Table } from '../shared/schema/catalog.ts';
import { readAnswer } from './answers.ts';

/** A record that cannot even be handed to SQL. */
export interface Problem {
  /** Line in the object, or place among its records, from 1. */
  readonly line: number;
  /** `rule:subject`. */
  readonly reason: string;
  /** What was received, at most `recordLimit` bytes of it. */
  readonly record: string;
}

/** An object as plain text: one JSON record a line, an empty line where a problem stood. */
export interface Unpacked {
  /** Lines of the plain file, the empty ones too. */
  readonly lines: number;
  readonly records: number;
  readonly problems: readonly Problem[];
  /** Of a report that comes in pages: whether a page comes after these, and whether the first is here (undefined where it does not say). */
  readonly pages?: { readonly isFollowed: boolean; readonly isFirst: boolean | undefined } | undefined;
}

/** Longest record that is read, bytes: Kinesis and the collector take 1 MB. */
export const recordLimit = 1_048_576;

const newline = 10;
/** A carriage return, a NUL and the separator that the line reader uses: each would make it see other lines than we count. */
const disturbing = [13, 0, 1];

/** Whether the line reader will see each line of the block just as it stands. */
function isPlain(block: Buffer): boolean {
  return isUtf8(block) && disturbing.every((byte) => !block.includes(byte));
}

class LineWriter {
  records = 0;
  readonly problems: Problem[] = [];
  pages: Unpacked['pages'];
  #line = 0;
  readonly #out: WriteStream;

  get lineCount(): number {
    return this.#line;
  }

  constructor(out: WriteStream) {
    this.#out = out;
  }

  async #write(bytes: Buffer | string): Promise<void> {
    // A stream that has failed never drains.
    if (this.#out.errored) throw this.#out.errored;
    if (!this.#out.write(bytes)) await once(this.#out, 'drain');
  }

  /** A block of whole lines. */
  async lines(block: Buffer): Promise<void> {
    const plain = isPlain(block);
    let longest = 0;
    let records = 0;
    let lines = 0;
    for (let from = 0; from < block.length; lines++) {
      const end = block.indexOf(newline, from);
      const to = end < 0 ? block.length : end;
      if (to > from) records++;
      longest = Math.max(longest, to - from);
      from = to + 1;
    }
    if (!plain || longest > recordLimit) return this.#lineByLine(block);
    this.records += records;
    this.#line += lines;
    return this.#write(block.at(-1) === newline ? block : Buffer.concat([block, Buffer.from('\n')]));
  }

  async #lineByLine(block: Buffer): Promise<void> {
    for (let from = 0; from < block.length;) {
      const end = block.indexOf(newline, from);
      const to = end < 0 ? block.length : end;
      await this.line(block.subarray(from, block[to - 1] === 13 ? to - 1 : to));
      from = to + 1;
    }
  }

  /** One line without its end. */
  async line(line: Buffer): Promise<void> {
    const reason = line.length > recordLimit ? 'too_long:record' : !isUtf8(line) ? 'not_utf8:record' : isPlain(line) ? undefined : 'malformed:record';
    if (reason !== undefined) return this.problem(reason, line);
    this.#line++;
    if (line.length > 0) this.records++;
    await this.#write(line.toString('utf8') + '\n');
  }

  async problem(reason: string, record: Buffer | string): Promise<void> {
    this.#line++;
    const bytes = typeof record === 'string' ? Buffer.from(record) : record;
    this.problems.push({ line: this.#line, reason, record: bytes.subarray(0, recordLimit).toString('utf8') });
    await this.#write('\n');
  }
}

/** Whether the file begins with gzip's magic number, whatever its name says. */
export async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

const chunkSize = 1 << 20;

/** What an error of zlib says of the object; undefined for any other error. */
function brokenGzip(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string' || !code.startsWith('Z_')) return undefined;
  return code === 'Z_BUF_ERROR' ? 'truncated:object' : 'corrupt:object';
}

async function unpackLines(path: string, writer: LineWriter): Promise<void> {
  const gzip = await isGzip(path);
  const source = createReadStream(path, { highWaterMark: chunkSize });
  const text: Readable = gzip ? source.pipe(createGunzip({ chunkSize })) : source;
  source.on('error', (error) => text.destroy(error));
  let rest: Buffer[] = [];
  let restLength = 0;
  let first = true;
  try {
    for await (const chunk of text as AsyncIterable<Buffer>) {
      const bytes = first && chunk.subarray(0, 3).equals(Buffer.from('\uFEFF')) ? chunk.subarray(3) : chunk;
      first = false;
      const end = bytes.lastIndexOf(newline) + 1;
      if (end === 0) {
        // Of a line without an end only the first part is kept: enough to reject it and to show what it was.
        if (restLength <= recordLimit) rest.push(bytes);
        restLength += bytes.length;
        continue;
      }
      await writer.lines(Buffer.concat([...rest, bytes.subarray(0, end)]));
      rest = end < bytes.length ? [bytes.subarray(end)] : [];
      restLength = bytes.length - end;
    }
  } catch (error) {
    const reason = brokenGzip(error);
    if (!gzip || reason === undefined) throw error;
    return writer.problem(reason, Buffer.concat(rest));
  }
  if (restLength > 0) await writer.lines(Buffer.concat(rest));
}

async function unpackAnswer(text: string, feed: Table, writer: LineWriter): Promise<void> {
  const { records, problem, isFollowed, isFirst } = readAnswer(feed.name, text);
  for (const record of records) await writer.line(Buffer.from(JSON.stringify(record)));
  if (problem) await writer.problem(problem.reason, problem.record);
  writer.pages = { isFollowed, isFirst };
}

/** A spreadsheet's heading as a column is named: `Coût produits` → `cout_produits`. */
function columnName(heading: string): string {
  return heading.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
}

async function unpackTable(text: string, feed: Table, delimiter: string, writer: LineWriter): Promise<void> {
  let rows: string[][];
  try {
    rows = parseCsv(text, { bom: true, delimiter, relax_column_count: true, skip_empty_lines: true });
  } catch {
    return writer.problem('malformed:document', text);
  }
  const [header = [], ...records] = rows;
  const aliases = new Map(feed.columns.flatMap(({ name, optional = [] }) => optional.map((alias) => [alias, name])));
  const names = header.map((heading) => columnName(heading)).map((name) => aliases.get(name) ?? name);
  // A table with one column a currency may gain one on any day; elsewhere an unknown column is somebody's mistake.
  const known = new Set(feed.columns.map((column) => column.name));
  const wrong = feed.format?.openColumns ? undefined
    : feed.columns.filter((c) => c.optional === undefined).map((c) => c.name).filter((name) => !names.includes(name)).map((name) => `missing_column:${name}`)[0]
      ?? names.filter((name) => name !== '' && !known.has(name)).map((name) => `unknown_column:${name}`)[0];
  if (wrong !== undefined && records.length === 0) return writer.problem(wrong, text);
  for (const record of records) {
    const shown = record.join(delimiter);
    if (wrong !== undefined) await writer.problem(wrong, shown);
    else if (record.length !== names.length) await writer.problem('malformed:record', shown);
    else {
      const fields = names.map((name, i) => [name, record[i]] as const).filter(([name]) => name !== '');
      await writer.line(Buffer.from(JSON.stringify(Object.fromEntries(fields))));
    }
  }
}

/**
 * Turns one raw object, as its source sent it, into one JSON record a line in the file `target`.
 * Lines of JSON Lines are copied as they are: whether they are JSON is SQL's to judge. Gzip is known by its first bytes.
 * An object that ends early gives its whole lines and one problem; `expected` is the count that its writer promised.
 * @throws the error of the file system
 */
export async function unpack(source: string, feed: Table, target: string, expected: number | undefined): Promise<Unpacked> {
  const out = createWriteStream(target);
  // A full disk: the next write, or `finished`, throws it; without a listener it would end the process.
  out.on('error', () => undefined);
  const writer = new LineWriter(out);
  try {
    await unpackInto(writer, source, feed, expected);
  } finally {
    out.end();
  }
  await finished(out);
  return { lines: writer.lineCount, records: writer.records, problems: writer.problems, pages: writer.pages };
}

async function unpackInto(writer: LineWriter, source: string, feed: Table, expected: number | undefined): Promise<void> {
  const format = feed.format ?? { kind: 'jsonl', delimiter: ',' } as const;
  // A report of a day on which nothing was spent has no records, and says so; an object without a byte says nothing.
  let saysNothing = format.kind === 'jsonl';
  if (format.kind === 'jsonl') await unpackLines(source, writer);
  else {
    const bytes = await readFile(source);
    const text = await documentText(bytes, writer);
    saysNothing = text === undefined || text.trim() === '';
    if (!saysNothing && text !== undefined && format.kind === 'json') await unpackAnswer(text, feed, writer);
    if (!saysNothing && text !== undefined && format.kind === 'csv') await unpackTable(text, feed, format.delimiter, writer);
  }
  const seen = writer.records + writer.problems.length;
  if (seen === 0 && saysNothing && expected !== 0) await writer.problem('empty:object', '');
  else if (expected !== undefined && seen !== expected && writer.problems.every((p) => !p.reason.endsWith(':object') && !p.reason.endsWith(':document'))) {
    await writer.problem('row_count:object', `${expected} records were written, ${seen} are there`);
  }
}

async function documentText(bytes: Buffer, writer: LineWriter): Promise<string | undefined> {
  if (bytes.length === 0) return undefined;
  let plain = bytes;
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) plain = gunzipSync(bytes);
  } catch (error) {
    await writer.problem(brokenGzip(error) ?? 'corrupt:object', bytes.toString('latin1', 0, 200));
    return undefined;
  }
  if (!isUtf8(plain)) {
    await writer.problem('not_utf8:document', plain);
    return undefined;
  }
  return plain.toString('utf8').replace(/^\uFEFF/, '');
}
