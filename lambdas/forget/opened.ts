/** What an object says, whatever it is packed in. */
import { isUtf8 } from 'node:buffer';
import { createGunzip } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { hasGzipMagic } from '../shared/gzip.ts';
import { foreignFormat } from '../transform/foreign-format.ts';
import { zippedText } from './zipped.ts';

const newline = 10;
/** Bytes of text that are looked at together: enough to be quick, little enough to be held. */
const blockBytes = 2 ** 20;

/** How the bytes of a text stand for its signs: both ways give the same bytes again. */
export interface Letters {
  decode(bytes: Buffer): string;
  encode(text: string): Buffer;
  /** Bytes at which it may be cut into lines; a text of two bytes a sign is looked at whole. */
  readonly isOneByte: boolean;
}

export const utf8: Letters = {
  decode: (bytes) => bytes.toString('utf8'),
  encode: (text) => Buffer.from(text),
  isOneByte: true,
};
/** Each byte a sign: of an address, all are the same as in UTF-8. */
const latin1: Letters = {
  decode: (bytes) => bytes.toString('latin1'),
  encode: (text) => Buffer.from(text, 'latin1'),
  isOneByte: true,
};
const utf16: Letters = {
  decode: (bytes) => bytes.toString('utf16le'),
  encode: (text) => Buffer.from(text, 'utf16le'),
  isOneByte: false,
};
const utf16BigEndian: Letters = {
  decode: (bytes) => Buffer.from(bytes).swap16().toString('utf16le'),
  encode: (text) => Buffer.from(text, 'utf16le').swap16(),
  isOneByte: false,
};

function lettersOf(bytes: Buffer): Letters {
  const isEven = bytes.length % 2 === 0;
  const head = bytes.subarray(0, 1000);
  const nuls = (odd: number) => head.filter((byte, at) => byte === 0 && at % 2 === odd).length;
  if (isEven && (nuls(1) > head.length / 5 || (bytes[0] === 0xff && bytes[1] === 0xfe))) return utf16;
  if (isEven && (nuls(0) > head.length / 5 || (bytes[0] === 0xfe && bytes[1] === 0xff))) return utf16BigEndian;
  return isUtf8(bytes) ? utf8 : latin1;
}

/** An object, unpacked. */
export type Opened =
  | {
      readonly kind: 'text';
      readonly plain: Buffer;
      readonly letters: Letters;
      readonly isGzip: boolean;
      /** The gzip ends early, or is damaged: `plain` is what could be read of it. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'parquet' }
  /** A zip, as a workbook is one: `plain` is what its parts say. It cannot be changed, only be removed. */
  | { readonly kind: 'zip'; readonly plain: Buffer; readonly letters: Letters }
  /** A format that is not looked into. */
  | { readonly kind: 'closed'; readonly what: string };

/** Unpacks as much of a gzip as can be read. */
async function inflated(body: Buffer): Promise<{ readonly plain: Buffer; readonly isCut: boolean }> {
  const chunks: Buffer[] = [];
  const gunzip = createGunzip({ chunkSize: blockBytes });
  gunzip.end(body);
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) chunks.push(chunk);
    return { plain: Buffer.concat(chunks), isCut: false };
  } catch {
    return { plain: Buffer.concat(chunks), isCut: true };
  }
}

const isParquet = (body: Buffer) =>
  body.toString('latin1', 0, 4) === 'PAR1' && body.toString('latin1', body.length - 4) === 'PAR1';

export async function opened(body: Buffer): Promise<Opened> {
  if (isParquet(body)) return { kind: 'parquet' };
  const isGzip = hasGzipMagic(body);
  const { plain, isCut } = isGzip ? await inflated(body) : { plain: body, isCut: false };
  const zipped = plain.toString('latin1', 0, 2) === 'PK' ? zippedText(plain) : undefined;
  if (zipped !== undefined) return { kind: 'zip', plain: zipped, letters: utf8 };
  const foreign = foreignFormat(plain);
  if (foreign !== undefined && foreign.found !== 'UTF-16') return { kind: 'closed', what: foreign.found };
  return { kind: 'text', plain, letters: lettersOf(plain), isGzip, isCut };
}

/** The blocks of a text, cut at the ends of lines. Together they are all of it. */
export function* blocks(plain: Buffer, { isOneByte }: Letters): Generator<Buffer> {
  for (let from = 0; from < plain.length;) {
    const end = isOneByte ? plain.indexOf(newline, from + blockBytes) : -1;
    const to = end < 0 ? plain.length : end + 1;
    yield plain.subarray(from, to);
    from = to;
  }
}

/** The lines of a block, each with its end. */
export function* linesWithEnds(block: Buffer): Generator<Buffer> {
  for (let from = 0; from < block.length;) {
    const end = block.indexOf(newline, from);
    const to = end < 0 ? block.length : end + 1;
    yield block.subarray(from, to);
    from = to;
  }
}

/** Rows of a Parquet object that are looked at together. */
const rowsAtOnce = 20_000;

/** The rows of a Parquet object. @throws where it cannot be read */
export async function* parquetRowsOf(body: Buffer): AsyncGenerator<Record<string, unknown>[]> {
  const file = new Uint8Array(body).buffer;
  const metadata = parquetMetadata(file);
  const rows = Number(metadata.num_rows);
  for (let rowStart = 0; rowStart < rows; rowStart += rowsAtOnce) {
    yield await parquetReadObjects({
      file,
      metadata,
      compressors,
      rowStart,
      rowEnd: Math.min(rows, rowStart + rowsAtOnce),
    });
  }
}

/** A row as a text in which each value stands apart. */
export const rowText = (row: unknown): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? '';
