import { open } from 'node:fs/promises';
import { foreignFormat } from '../transform/foreign-format.ts';
import { whyNoOleTable, whyNoTable } from './other-files.ts';
import { Refused } from './refused.ts';

/** What a file is by its first bytes. */
export type Container = 'text' | 'json' | 'zip' | 'gzip' | 'parquet';

const head = 4096;

interface Kind {
  readonly starts: readonly number[];
  readonly what: string;
}

const images: readonly Kind[] = [
  { starts: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG picture' },
  { starts: [0xff, 0xd8, 0xff], what: 'a JPEG picture' },
  { starts: [0x47, 0x49, 0x46, 0x38], what: 'a GIF picture' },
  { starts: [0x42, 0x4d], what: 'a BMP picture' },
];

const startsWith = (bytes: Buffer, starts: readonly number[]) => starts.every((byte, at) => bytes[at] === byte);

/** A picture shows figures, but holds none; HEIC and WebP carry their names a little further in. */
function imageIn(bytes: Buffer): string | undefined {
  const known = images.find(({ starts }) => startsWith(bytes, starts))?.what;
  if (known !== undefined) return known;
  if (bytes.toString('latin1', 8, 12) === 'WEBP') return 'a WebP picture';
  return /^ftyp(?:heic|heix|avif|mif1)/.test(bytes.toString('latin1', 4, 12)) ? 'a picture of a telephone' : undefined;
}

const saveAsXlsx = 'Open it in Excel or LibreOffice and save it as .xlsx or as “CSV UTF-8”.';

/** An .xls, or an .xlsx under a password: both are an OLE file. The names in it are UTF-16. */
function refuseOle(bytes: Buffer): never {
  const isEncrypted = bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'));
  throw new Refused(
    isEncrypted
      ? 'It is a workbook with a password, which cannot be read. Open it in Excel, remove the password (File, ' +
          'Info, Protect Workbook, Encrypt with Password: leave it empty), save it and import it again.'
      : (whyNoOleTable(bytes) ?? `It is an .xls workbook of Excel 97 to 2003. ${saveAsXlsx}`),
  );
}

/** @throws Refused for a file that holds no table or records */
export async function containerOf(path: string): Promise<Container> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size === 0) throw new Refused('It is empty. Was the download cut short? Export it again.');
    // The names of an OLE file stand in its directory, which need not be at its beginning.
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(size, 1 << 20)), 0);
    return containerIn(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function containerIn(bytes: Buffer): Container {
  const image = imageIn(bytes);
  if (image !== undefined)
    throw new Refused(`It is ${image}. A picture cannot be read: export the table itself as CSV or .xlsx.`);
  if (startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])) refuseOle(bytes);
  if (startsWith(bytes, [0x1f, 0x8b])) return 'gzip';
  if (startsWith(bytes, [0x50, 0x4b])) return 'zip';
  if (bytes.toString('latin1', 0, 4) === 'PAR1') return 'parquet';
  const foreign = foreignFormat(bytes);
  if (foreign?.found === 'a PDF file') throw new Refused('It is a PDF file. Export the table itself as CSV or .xlsx.');
  const text = bytes
    .toString('utf8', 0, head)
    .replace(/^\uFEFF/, '')
    .trimStart();
  const other = whyNoTable(bytes, text);
  if (other !== undefined) throw new Refused(other);
  if (/^(?:<!doctype html|<html|<head|<body|<table|<script|<meta\b)/i.test(text))
    throw new Refused(
      'It is a web page (HTML), whatever its name says: some tools save one as .xls, and an expired link ' +
        `downloads a log-in page. ${saveAsXlsx} Where you see no table in it, log in and download it again.`,
    );
  if (/^<\?xml/i.test(text)) throw new Refused(`It is an XML file. ${saveAsXlsx}`);
  return /^[{[]/.test(text) ? 'json' : 'text';
}
