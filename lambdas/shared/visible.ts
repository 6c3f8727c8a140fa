/**
 * What a terminal obeys or nobody sees: control characters, marks that turn the direction of writing, Unicode's own
 * line ends, halves of an emoji.
 */
const unseen = /[\p{Cc}\p{Bidi_Control}\u2028\u2029\p{Surrogate}]/u;
const everyUnseen = new RegExp(unseen, 'gu');
/** The same in JSON, which escapes the first control characters by itself and may be laid out over lines. */
const everyUnseenInJson = /[\x7f-\x9f\p{Bidi_Control}\u2028\u2029]/gu;

function escaped(character: string): string {
  if (character === '\n') return String.raw`\n`;
  if (character === '\t') return String.raw`\t`;
  const code = character.charCodeAt(0).toString(16);
  return code.length <= 2 ? String.raw`\x${code.padStart(2, '0')}` : String.raw`\u{${code}}`;
}

/**
 * A text of strangers as a person may be shown it: what a terminal would obey, or hide, stands as an escape (`\x1b`,
 * `\n`, `\u{202e}`). For names, values and messages on terminals and in logs; what a program reads is `visibleJson`, or
 * is left as it is.
 */
export function visible(text: string): string {
  return unseen.test(text) ? text.replaceAll(everyUnseen, escaped) : text;
}

/** A text of several lines, each of them visible. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

/**
 * JSON of the same value in which nothing is hidden either. A bigint that a JSON number cannot hold is written as text.
 */
export function visibleJson(value: object, indent?: number): string {
  const text = JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? String(part) : part), indent);
  return text.replaceAll(
    everyUnseenInJson,
    (character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
