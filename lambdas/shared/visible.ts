/** Control characters (C0, DEL, C1), those that turn the direction of a line, its other ends, and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\p{Cs}]/gu;

/** A stranger's text, as the name of a file, so that a terminal shows what stands in it and obeys none of it: ESC as `\x1b`, U+202E as `\u{202e}`. */
export function visible(text: string): string {
  return text.replaceAll(UNSEEN, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u{${code}}`;
  });
}
