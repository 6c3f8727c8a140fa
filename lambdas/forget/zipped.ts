/** What a zip says, as a workbook is one: its parts as text. */
import { unzipSync } from 'fflate';

/** Longest zip that is unpacked here, bytes: a larger one is told of as not searched. */
const unpackedLimit = 512 * 2 ** 20;

/** Where the parts of one text are written in several ways (bold, in colour), tags stand within it. */
const withinText =
  /<\/(?:\w+:)?t>(?:(?!<\/(?:\w+:)?(?:si|is)>)[\s\S])*?<(?:\w+:)?t(?:\s[^>]*)?>|<\/?text:(?:span|a)\b[^>]*>/g;

/**
 * The text of all parts of a zip, each as it is and without the tags within a text; undefined where it is damaged or
 * too large.
 */
export function zippedText(body: Uint8Array): Buffer | undefined {
  let bytes = 0;
  const parts: string[] = [];
  try {
    const files = unzipSync(body, {
      filter: ({ originalSize }) => {
        bytes += originalSize;
        if (bytes > unpackedLimit) throw new Error('It is too large.');
        return true;
      },
    });
    for (const content of Object.values(files)) {
      const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('utf8');
      const joined = text.replaceAll(withinText, '');
      parts.push(text);
      if (joined !== text) parts.push(joined);
    }
  } catch {
    return undefined;
  }
  return Buffer.from(parts.join('\n'));
}
