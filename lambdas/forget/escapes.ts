/**
 * Texts as they are written in URLs, HTML and JSON, and what they say: each sign knows where it stands in the text as
 * it is written.
 */

/** A text, and for each of its signs where what it was written with begins and ends. */
export interface Reading {
  readonly text: string;
  /** Undefined where each sign is written as itself. */
  readonly spans: { readonly starts: readonly number[]; readonly ends: readonly number[] } | undefined;
}

const named: Readonly<Record<string, string>> = {
  commat: '@',
  period: '.',
  plus: '+',
  lowbar: '_',
  hyphen: '-',
  dash: '-',
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  nbsp: ' ',
  num: '#',
  percnt: '%',
  bsol: '\\',
  sol: '/',
};

const escape =
  /(?:%[0-9a-f]{2})+|%u[0-9a-f]{4}|\\+u[0-9a-f]{4}|\\+x[0-9a-f]{2}|\\+[nrtbf"/]|&(?:#\d{1,9}|#x[0-9a-f]{1,7}|commat|period|plus|lowbar|hyphen|dash|amp|quot|apos|lt|gt|nbsp|num|percnt|bsol|sol);/gi;

/** How many escapes may be laid one over the other, as %2540 has two. */
const mostLevels = 6;

interface Piece {
  readonly text: string;
  /** Signs that it is written with. */
  readonly length: number;
}

const fromCode = (code: number, length: number): Piece => ({
  text: code <= 0x10ffff ? String.fromCodePoint(code) : ' ',
  length,
});

/** What a run of %XX says: UTF-8, or one byte a letter where it is none. */
function percentPieces(run: string): Piece[] {
  const bytes = Buffer.from(run.replaceAll('%', ''), 'hex');
  const text = bytes.toString('utf8');
  if (text.includes('\uFFFD')) return Array.from(bytes.toString('latin1'), (one) => ({ text: one, length: 3 }));
  return Array.from(text, (one) => ({ text: one, length: 3 * Buffer.byteLength(one) }));
}

function piecesOf(written: string): Piece[] {
  const { length } = written;
  if (written.startsWith('%') && !/^%u/i.test(written)) return percentPieces(written);
  if (written.startsWith('&#')) {
    const isHex = /^&#x/i.test(written);
    return [fromCode(Number.parseInt(written.slice(isHex ? 3 : 2, -1), isHex ? 16 : 10), length)];
  }
  if (written.startsWith('&')) return [{ text: named[written.slice(1, -1).toLowerCase()] ?? ' ', length }];
  const hex = /[ux](?<hex>[0-9a-f]+)$/i.exec(written)?.groups?.['hex'];
  if (hex !== undefined) return [{ text: String.fromCharCode(Number.parseInt(hex, 16)), length }];
  const sign = written.at(-1) ?? '';
  return [{ text: sign === '"' || sign === '/' ? sign : ' ', length }];
}

/** The same text with one level of escapes taken off, without its spans: for looking at much of it. */
const bare = (text: string): string =>
  text.replaceAll(escape, (written) =>
    piecesOf(written)
      .map((one) => one.text)
      .join(''),
  );

function unescaped({ text, spans }: Reading): Reading {
  const signs: string[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const add = (said: string, from: number, to: number) => {
    for (let i = 0; i < said.length; i++) {
      starts.push(spans?.starts[from] ?? from);
      ends.push(spans?.ends[to - 1] ?? to);
    }
    signs.push(said);
  };
  let at = 0;
  for (const { 0: written, index } of text.matchAll(escape)) {
    for (; at < index; at++) add(text[at] ?? '', at, at + 1);
    for (const piece of piecesOf(written)) {
      add(piece.text, at, at + piece.length);
      at += piece.length;
    }
  }
  for (; at < text.length; at++) add(text[at] ?? '', at, at + 1);
  return { text: signs.join(''), spans: { starts, ends } };
}

/** A text as it is written, then with one level of escapes after the other taken off. */
export function* readings(text: string): Generator<Reading> {
  let reading: Reading = { text, spans: undefined };
  for (let level = 0; level <= mostLevels; level++) {
    yield reading;
    if (reading.text.search(escape) < 0) return;
    reading = unescaped(reading);
  }
}

/** The same texts, without where their signs stand. */
export function* bareReadings(text: string): Generator<string> {
  let reading = text;
  for (let level = 0; level <= mostLevels; level++) {
    yield reading;
    const next = bare(reading);
    if (next === reading) return;
    reading = next;
  }
}
