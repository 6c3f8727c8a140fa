import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isTooDeep, jsonTexts, lastOfNames, parsedJson } from '../shared/json-texts.ts';
import type { Table } from '../shared/schema/table.ts';
import { foreignFormat } from './foreign-format.ts';
import { brokenGzip, isGzip } from '../shared/gzip.ts';
import { documentLimit, linesOf, newline, recordLimit, type LineWriter } from './line-writer.ts';

const chunkSize = 1 << 20;

async function* plainText(path: string): AsyncGenerator<Buffer> {
  const gzip = await isGzip(path);
  const source = createReadStream(path, { highWaterMark: chunkSize });
  const text: Readable = gzip ? source.pipe(createGunzip({ chunkSize })) : source;
  source.on('error', (error) => text.destroy(error));
  let isFirst = true;
  for await (const chunk of text as AsyncIterable<Buffer>) {
    yield isFirst && chunk.subarray(0, 3).equals(Buffer.from('\uFEFF')) ? chunk.subarray(3) : chunk;
    isFirst = false;
  }
}

type JsonObject = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function jsonOrUndefined(text: string, parse: (json: string) => unknown = JSON.parse): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

/**
 * What stands in an answer of an API (`{"orders": […]}`, `{"order": {…}}`) or in a list; undefined for a record itself.
 */
function wrappedIn(value: unknown, feed: Table): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value.flatMap((one) => wrappedIn(one, feed) ?? [one]);
  if (!isObject(value)) return undefined;
  const plural = feed.prefix.split('/').at(-2) ?? '';
  const list: unknown = value[plural];
  if (Array.isArray(list)) return list as readonly unknown[];
  const [only, ...others] = Object.entries(value);
  return only && others.length === 0 && only[0] === plural.replace(/s$/, '') && isObject(only[1])
    ? [only[1]]
    : undefined;
}

const hasText = (block: Buffer) => block.some((byte) => byte > 32);

/**
 * Whether a file is one record a line, by its first line that says anything; undefined where that line is not whole
 * yet.
 */
function startsWithRecord(head: Buffer, isWhole: boolean, feed: Table): boolean | undefined {
  for (let from = 0; from < head.length;) {
    const end = head.indexOf(newline, from);
    if (end < 0 && !isWhole) return undefined;
    const line = head.subarray(from, end < 0 ? head.length : end);
    if (hasText(line)) {
      const value = jsonOrUndefined(line.toString('utf8'));
      return isObject(value) && wrappedIn(value, feed) === undefined;
    }
    from = end < 0 ? head.length : end + 1;
  }
  return isWhole ? true : undefined;
}

/**
 * The records of a file that is one JSON document, or several one after the other; undefined where a part of it is no
 * JSON.
 */
function recordsOf(text: string, feed: Table): readonly unknown[] | 'too deep' | undefined {
  const records: unknown[] = [];
  for (const one of jsonTexts(text)) {
    const value = jsonOrUndefined(one, parsedJson);
    if (value === undefined) return undefined;
    if (isTooDeep(value)) return 'too deep';
    records.push(...(wrappedIn(value, feed) ?? [value]));
  }
  return records;
}

/** Reads a file whose first line is no record; false where it is one of lines after all, some of them bad. */
async function unpackDocument(bytes: Buffer, feed: Table, writer: LineWriter): Promise<boolean> {
  const foreign = foreignFormat(bytes);
  if (foreign !== undefined) {
    await writer.problem(foreign.reason, bytes.subarray(0, 200).toString('latin1'), foreign.found);
    return true;
  }
  const text = bytes.toString('utf8');
  const records = recordsOf(text, feed);
  if (records === 'too deep') {
    await writer.problem('too_deep:document', text);
    return true;
  }
  if (records !== undefined) {
    for (const record of records) await writer.line(Buffer.from(JSON.stringify(record)));
    return true;
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length <= 1 || lines.some((line) => isObject(jsonOrUndefined(line)))) return false;
  await writer.problem('malformed:document', text, lines[0]);
  return true;
}

/** Chunks of a text, of which the first can be looked at before the others are read. */
class Peeked implements AsyncIterable<Buffer> {
  readonly #chunks: AsyncGenerator<Buffer>;
  readonly #held: Buffer[] = [];
  #failure: { readonly error: unknown } | undefined;
  length = 0;
  isEnded = false;

  constructor(chunks: AsyncGenerator<Buffer>) {
    this.#chunks = chunks;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#held);
  }

  /** Whether the text could be read to its end. */
  get isWhole(): boolean {
    return this.isEnded && this.#failure === undefined;
  }

  /**
   * Reads until there are more bytes than `limit`, or all. What goes wrong is thrown to the one who reads them in the
   * end.
   */
  async holdUntil(limit: number, isEnough: () => boolean = () => false): Promise<void> {
    for (;;) {
      if (isEnough() || this.isEnded || this.length > limit) return;
      try {
        const next = await this.#chunks.next();
        if (next.done === true) this.isEnded = true;
        else {
          this.#held.push(next.value);
          this.length += next.value.length;
        }
      } catch (error) {
        this.#failure = { error };
        this.isEnded = true;
      }
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield* this.#held;
    if (this.#failure) throw this.#failure.error;
    yield* this.#chunks;
  }
}

/**
 * One JSON object a line; or one document that holds them (an API's whole answer, a list, objects over several lines),
 * as people save it. A file that is none of these as a whole is one problem. What a program of the house wrote, with a
 * promise of its records, is lines, and has no two fields of one name. Gives whether the file says anything, were it
 * that there is no record.
 */
export async function unpackJson(path: string, feed: Table, writer: LineWriter, isPromised: boolean): Promise<boolean> {
  if (isPromised) {
    await unpackLines(plainText(path), writer, (block) => writer.lines(block));
    return writer.records > 0;
  }
  const text = new Peeked(plainText(path));
  let isLines: boolean | undefined;
  await text.holdUntil(recordLimit, () => {
    isLines = startsWithRecord(text.bytes, text.isEnded, feed);
    return isLines !== undefined;
  });
  if (isLines !== true) {
    await text.holdUntil(documentLimit);
    if (text.isWhole && text.length <= documentLimit && (await unpackDocument(text.bytes, feed, writer))) return true;
    if (text.length > documentLimit && text.bytes.indexOf(newline) < 0) {
      await writer.problem('too_long:document', text.bytes.subarray(0, 200));
      return true;
    }
  }
  await unpackLines(text, writer, (block) => writeLines(block, writer));
  return writer.records > 0;
}

/** @throws the error of the file system */
async function unpackLines(
  chunks: AsyncIterable<Buffer>,
  writer: LineWriter,
  write: (block: Buffer) => Promise<void>,
): Promise<void> {
  let rest: Buffer[] = [];
  let restLength = 0;
  try {
    for await (const bytes of chunks) {
      const end = bytes.lastIndexOf(newline) + 1;
      if (end === 0) {
        // Of a line without an end only the first part is kept: enough to reject it and to show what it was.
        if (restLength <= recordLimit) rest.push(bytes);
        restLength += bytes.length;
        continue;
      }
      await write(Buffer.concat([...rest, bytes.subarray(0, end)]));
      rest = end < bytes.length ? [bytes.subarray(end)] : [];
      restLength = bytes.length - end;
    }
  } catch (error) {
    const reason = brokenGzip(error);
    if (reason === undefined) throw error;
    return writer.problem(reason, Buffer.concat(rest));
  }
  if (restLength > 0) await write(Buffer.concat(rest));
}

/** Of two fields of one name in an object the last holds. */
async function writeLines(block: Buffer, writer: LineWriter): Promise<void> {
  const lines: (Buffer | { readonly tooDeep: Buffer })[] = [];
  let isAsItWas = true;
  for (const line of linesOf(block)) {
    const text = line.length > recordLimit ? '' : line.toString('utf8');
    const value = jsonOrUndefined(text);
    const last = isObject(value) ? lastOfNames(text, value) : text;
    isAsItWas &&= last === text;
    lines.push(last === text ? line : last === undefined ? { tooDeep: line } : Buffer.from(last));
  }
  if (isAsItWas) return writer.lines(block);
  for (const line of lines)
    await ('tooDeep' in line ? writer.problem('too_deep:record', line.tooDeep) : writer.line(line));
}
