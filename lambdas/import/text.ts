import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { isUtf8 } from 'node:buffer';
import { Refused } from './refused.ts';

/** How the bytes of a text stand for its signs. */
export interface Encoding {
  readonly label: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  /** As a person is told. */
  readonly name: string;
}

const utf8: Encoding = { label: 'utf-8', name: 'UTF-8' };
const utf16le: Encoding = { label: 'utf-16le', name: 'UTF-16' };
const utf16be: Encoding = { label: 'utf-16be', name: 'UTF-16' };
const windows: Encoding = { label: 'windows-1252', name: 'Windows-1252' };

const chunkSize = 1 << 20;
const sampleSize = 1 << 16;

/** Whether a sample is UTF-8 but for a sign that its end may have cut. */
const isUtf8Sample = (sample: Buffer) =>
  [0, 1, 2, 3].some((cut) => isUtf8(sample.subarray(0, Math.max(0, sample.length - cut))));

/** How many in a hundred of the bytes at even, or odd, places are NUL. */
function nulShare(sample: Buffer, odd: 0 | 1): number {
  const nuls = sample.filter((byte, at) => at % 2 === odd && byte === 0).length;
  return (200 * nuls) / sample.length;
}

/**
 * Guesses from a mark at the beginning, else from the bytes: Excel's “Unicode text” is UTF-16, its plain CSV
 * Windows-1252.
 */
export async function encodingOf(path: string): Promise<Encoding> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(sampleSize), 0, sampleSize, 0);
    const sample = buffer.subarray(0, bytesRead);
    if (sample[0] === 0xff && sample[1] === 0xfe) return utf16le;
    if (sample[0] === 0xfe && sample[1] === 0xff) return utf16be;
    if (nulShare(sample, 1) > 30) return utf16le;
    if (nulShare(sample, 0) > 30) return utf16be;
    return isUtf8Sample(sample) ? utf8 : windows;
  } finally {
    await file.close();
  }
}

/**
 * What is left of é, à, É… and € in UTF-8, where they are read as Windows-1252. Signs that may follow a capital letter
 * with a tilde at the end of a word, as quotes and dashes do, are none of them.
 */
export const brokenLetters = /Ã[\u00A0-\u00BF€‚ƒ„†‡ˆ‰Š‹ŒŽœžŸš˜™]|â‚¬/u;

/** The same, or the sign that stands for a letter which was lost (U+FFFD). */
const brokenOrLost = new RegExp(`${brokenLetters.source}|\uFFFD`, 'u');

/** The first broken letter of a text with what stands around it, on one line; undefined where there is none. */
export function brokenIn(text: string): string | undefined {
  // To look for letters takes a tenth of what an expression does, and most texts have none of these.
  if (!['Ã', 'â‚', '\uFFFD'].some((sign) => text.includes(sign))) return undefined;
  const at = brokenOrLost.exec(text)?.index;
  return at === undefined ? undefined : around(text, at);
}

const around = (text: string, at: number): string => text.slice(Math.max(0, at - 12), at + 12).replaceAll(/\s+/g, ' ');

/**
 * The text of a file, in pieces, without its byte-order mark.
 * @param onBroken hears of the first broken letter, with what stands around it: the file was saved so
 * @throws Refused where its encoding changes within it
 */
export async function* textOf(
  path: string,
  encoding: Encoding,
  onBroken: (around: string) => void = () => undefined,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding.label, { fatal: true });
  const decoded = (bytes?: Buffer) => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (error) {
      throw new Refused(
        `Its text begins as ${encoding.name} and then is not: two encodings are mixed in it, or it was cut. ` +
          'Open it in a spreadsheet, look for broken letters (Ã©, �), and save it as “CSV UTF-8”.',
        { cause: error },
      );
    }
  };
  let end = '';
  let isTold = false;
  const looked = (text: string) => {
    // A letter may lie in two pieces.
    const seen = end + text;
    end = seen.slice(-2);
    const broken = isTold ? undefined : brokenIn(seen);
    if (broken === undefined) return text;
    // What is not UTF-8 as a whole is taken for Windows-1252, though most of it may be UTF-8.
    if (encoding === windows)
      throw new Refused(
        `Two encodings are mixed in it, Windows-1252 and UTF-8 (“${broken}”): were two exports joined? Import ` +
          'each by itself, as it was downloaded.',
      );
    isTold = true;
    onBroken(broken);
    return text;
  };
  for await (const chunk of createReadStream(path, { highWaterMark: chunkSize }) as AsyncIterable<Buffer>) {
    const text = decoded(chunk);
    if (text.includes('\0'))
      throw new Refused('It holds NUL bytes: it is no text, or it was damaged. Export it again.');
    if (text !== '') yield looked(text);
  }
  const rest = decoded();
  if (rest !== '') yield looked(rest);
}
