/** One statement of a text, without its semicolon. */
export interface Statement {
  readonly sql: string;
  /** All of the text up to its end, semicolon included. */
  readonly end: number;
  /** It has its semicolon. */
  readonly isWhole: boolean;
}

/** Quoted text, comments and semicolons; a quote or a comment that does not end goes on to the end of the text. */
export const pieces = /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|;|[^'";\s/-]+|\s+|[/-]/g;

/**
 * Cuts a text at the semicolons that end a statement: not those in quotes or comments. What says nothing is no
 * statement.
 */
export function statementsOf(text: string): Statement[] {
  const found: Statement[] = [];
  let start = 0;
  let says = false;
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    if (piece === ';') {
      if (says) found.push({ sql: text.slice(start, index).trim(), end: index + 1, isWhole: true });
      start = index + 1;
      says = false;
    } else says ||= piece.trim() !== '' && !piece.startsWith('--') && !piece.startsWith('/*');
  }
  if (says) found.push({ sql: text.slice(start).trim(), end: text.length, isWhole: false });
  return found;
}
