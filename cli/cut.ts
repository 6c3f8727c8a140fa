import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter();

/** The beginning of a text that takes at most so many columns of a terminal; no letter is cut in the middle. */
function beginning(text: string, width: number): string {
  let [shown, taken] = ['', 0];
  // A grapheme takes no more than two columns: the rest of a long text need not be looked at.
  for (const { segment } of graphemes.segment(text.slice(0, 16 * width))) {
    taken += stringWidth(segment);
    if (taken > width) break;
    shown += segment;
  }
  return shown;
}

/** A text that fits into so many columns, with … where it was cut. */
export function cutTo(text: string, width: number): string {
  return stringWidth(text) <= width ? text : `${beginning(text, width - 1)}…`;
}

/** The lines of a text that are at most so wide: broken between words, and within one that is longer. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (let word of text.split(' ')) {
    if (line !== '' && stringWidth(`${line} ${word}`) <= width) {
      line += ` ${word}`;
      continue;
    }
    if (line !== '') lines.push(line);
    while (stringWidth(word) > width) {
      const part = beginning(word, width) || word.slice(0, 1);
      lines.push(part);
      word = word.slice(part.length);
    }
    line = word;
  }
  return [...lines, line];
}

/** A text of several sentences, in lines that the terminal holds; one line where nothing limits it, as in a file. */
export const paragraph = (text: string, width: number | undefined): string =>
  width === undefined ? text : wrapped(text, width).join('\n');
