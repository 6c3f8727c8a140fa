import { isUtf8 } from 'node:buffer';

/** A file that is something else than text in UTF-8: why it is refused as a whole, and what it is. */
export interface Foreign {
  readonly reason: string;
  readonly found: string;
}

const signatures: readonly (Foreign & { readonly starts: readonly number[] })[] = [
  { starts: [0x50, 0x4b, 0x03, 0x04], reason: 'spreadsheet:document', found: 'an .xlsx, .ods or zip file' },
  { starts: [0x50, 0x4b, 0x05, 0x06], reason: 'spreadsheet:document', found: 'an empty zip file' },
  { starts: [0xd0, 0xcf, 0x11, 0xe0], reason: 'spreadsheet:document', found: 'an .xls file' },
  { starts: [0x25, 0x50, 0x44, 0x46], reason: 'spreadsheet:document', found: 'a PDF file' },
  { starts: [0xff, 0xfe], reason: 'not_utf8:document', found: 'UTF-16' },
  { starts: [0xfe, 0xff], reason: 'not_utf8:document', found: 'UTF-16' },
];

/** What a file is by its first bytes, where that is no text in UTF-8; undefined for any other. */
export function foreignFormat(bytes: Buffer): Foreign | undefined {
  return signatures.find(({ starts }) => starts.every((byte, at) => bytes[at] === byte));
}

/** The same for a document that is read whole: bytes that are no UTF-8 are then no matter of one line. */
export function foreignDocument(bytes: Buffer): Foreign | undefined {
  const found = foreignFormat(bytes);
  if (found) return found;
  if (isUtf8(bytes)) return undefined;
  // UTF-16 without its mark has a NUL in most characters; what is left has one byte a letter.
  const nuls = bytes.subarray(0, 1000).filter((byte) => byte === 0).length;
  return { reason: 'not_utf8:document', found: nuls > 100 ? 'UTF-16' : 'probably Windows-1252' };
}
