/** Files that people have beside their exports, and that hold no table: what each is, and what to do in its place. */

const unpack = 'Unpack it and import what is in it.';
const attached = 'Save the file that is attached to it, and import that.';

interface Kind {
  readonly starts: string;
  /** Where it starts, from 0. */
  readonly at?: number;
  readonly why: string;
}

/** By their bytes, as Latin-1. */
const kinds: readonly Kind[] = [
  { starts: '7z\u00BC\u00AF', why: `It is a 7z archive. ${unpack}` },
  { starts: 'Rar!', why: `It is a RAR archive. ${unpack}` },
  { starts: 'BZh', why: `It is packed with bzip2. ${unpack}` },
  { starts: '\u00FD7zXZ', why: `It is packed with xz. ${unpack}` },
  { starts: '\u0028\u00B5\u002F\u00FD', why: `It is packed with Zstandard. ${unpack}` },
  { starts: 'ustar', at: 257, why: `It is a tar archive. ${unpack}` },
  { starts: 'SQLite format 3', why: 'It is a SQLite database. Export its table as CSV.' },
  { starts: String.raw`{\rtf`, why: 'It is an RTF document. Put its table into a spreadsheet.' },
];

const shortcut =
  'It is a shortcut to a file on the web, and holds nothing of it. Open it, and download the file itself ' +
  '(Google Sheets: File, Download, .xlsx or .csv).';

/** By how their text begins. */
const texts: readonly (readonly [RegExp, string])[] = [
  [/^\[(?:InternetShortcut|\{[\dA-F-]{36}\}|Desktop Entry)\]/i, shortcut],
  [/^\{[^{}[\]]*"doc_id"\s*:/, shortcut],
  [/^<\?xml[^]*<plist[^]*<key>URL<\/key>/, shortcut],
  // A mail begins with its headers, of which each has one of these.
  [
    /^(?:From .*\n)?(?:(?:[A-Za-z][\w-]*:.*|[ \t].*)\r?\n)*?(?:MIME-Version|Return-Path|Received|Message-ID): /i,
    `It is an e-mail. ${attached}`,
  ],
  [
    /^(?:-- |\/\*|INSERT INTO |CREATE TABLE )/i,
    'It is a dump of a database. Export the answer of a query as CSV: see docs/sources.md.',
  ],
];

/** Why a file that begins so holds no table; undefined where it may hold one. */
export const whyNoTable = (bytes: Buffer, text: string): string | undefined =>
  kinds.find(({ starts, at = 0 }) => bytes.toString('latin1', at, at + starts.length) === starts)?.why ??
  texts.find(([begins]) => begins.test(text))?.[1];

/** What an OLE file is that is no workbook, by a name in it. */
const inOle: readonly (readonly [string, string])[] = [
  ['__substg1.0_', `It is an e-mail of Outlook. ${attached}`],
  ['WordDocument', 'It is a Word document. Put its table into a spreadsheet.'],
];
export const whyNoOleTable = (bytes: Buffer): string | undefined =>
  inOle.find(([name]) => bytes.includes(Buffer.from(name, 'utf16le')))?.[1];

/** What a zip is by the names of what is in it. */
const inZip: readonly (readonly [RegExp, string])[] = [
  [/^xl\/workbook\.bin$/, 'It is an .xlsb workbook. Save it as .xlsx and import that.'],
  [/^word\/document\.xml$/, 'It is a Word document. Put its table into a spreadsheet.'],
  [/^ppt\/presentation\.xml$/, 'It is a presentation. Put its table into a spreadsheet.'],
  [
    /^Index(?:\.zip$|\/.*\.iwa$)/,
    'It is a document of Numbers, Pages or Keynote. In Numbers: File, Export To, CSV or Excel.',
  ],
];
export const whyNoZippedTable = (names: Iterable<string>): string | undefined => {
  const all = [...names];
  return inZip.find(([mark]) => all.some((name) => mark.test(name)))?.[1];
};
