/** A SQL text as tokens, in the dialects of both engines: enough to change one, not to understand it. */

export interface Token {
  readonly kind: 'word' | 'number' | 'string' | 'symbol';
  /** As it stands; a word in capitals. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** How many brackets stand open around it. */
  readonly depth: number;
}

const pattern =
  /(?<skip>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^']|'')*')|(?<word>[\p{L}_][\p{L}\p{N}_]*|"[^"]*")|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<symbol><>|<=|>=|!=|->|\|\||::|[^\s])/gu;

/** The tokens of a SQL text; comments and spaces are passed over. */
export function sqlTokens(source: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of source.matchAll(pattern)) {
    const { skip, string, word, number } = match.groups ?? {};
    if (skip !== undefined) continue;
    const [text] = match;
    if (/^[)\]}]$/u.test(text)) depth -= 1;
    const kind =
      string !== undefined ? 'string' : word !== undefined ? 'word' : number !== undefined ? 'number' : 'symbol';
    tokens.push({
      kind,
      text: kind === 'word' ? text.toUpperCase() : text,
      start: match.index,
      end: match.index + text.length,
      depth,
    });
    if (/^[([{]$/u.test(text)) depth += 1;
  }
  return tokens;
}
