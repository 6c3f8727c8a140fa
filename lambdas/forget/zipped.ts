/** What a zip says, as a workbook is one: its parts as text, and what they are called. */
import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { hasGzipMagic } from '../shared/gzip.ts';

/** Longest zip that is unpacked here, bytes: a larger one is told of as not searched. */
const unpackedLimit = 512 * 2 ** 20;
/** How deep zips may lie in zips: a workbook in a zip of exports is the second. */
const deepest = 5;

/** Where the parts of one text are written in several ways (bold, in colour), tags stand within it. */
const withinText =
  /<\/(?:\w+:)?t>(?:(?!<\/(?:\w+:)?(?:si|is)>)[\s\S])*?<(?:\w+:)?t(?:\s[^>]*)?>|<\/?text:(?:span|a)\b[^>]*>/g;

/** Unpacks what may still be unpacked. */
class Unpacking {
  #left = unpackedLimit;

  #take(bytes: number): void {
    this.#left -= bytes;
    if (this.#left < 0) throw new Error('It is too large.');
  }

  /** The texts of all parts of a zip. @throws where it is damaged, too large or too deep */
  *zip(body: Uint8Array, depth = 1): Generator<string> {
    if (depth > deepest) throw new Error('It is too deep.');
    const files = unzipSync(body, {
      filter: ({ originalSize }) => {
        this.#take(originalSize);
        return true;
      },
    });
    for (const [name, content] of Object.entries(files)) {
      yield name;
      yield* this.#part(Buffer.from(content.buffer, content.byteOffset, content.byteLength), depth);
    }
  }

  *#part(bytes: Buffer, depth: number): Generator<string> {
    if (hasGzipMagic(bytes)) {
      const plain = gunzipSync(bytes, { maxOutputLength: this.#left });
      this.#take(plain.length);
      yield* this.#part(plain, depth);
    } else if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04') yield* this.zip(bytes, depth + 1);
    else {
      const text = bytes.toString('utf8');
      const joined = text.replaceAll(withinText, '');
      yield text;
      if (joined !== text) yield joined;
    }
  }
}

/**
 * The text of all parts of a zip, each as it is and without the tags within a text; undefined where it is damaged or
 * too large.
 */
export function zippedText(body: Uint8Array): Buffer | undefined {
  try {
    return Buffer.from([...new Unpacking().zip(body)].join('\n'));
  } catch {
    return undefined;
  }
}
