import { QueryFailed, UnportableSql } from '../../../lambdas/shared/ports/warehouse.ts';

/** A stretch of the query's text, by UTF-16 offsets; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A token; `text` is in lower case for words, unquoted for strings and quoted names. */
export interface Token extends Span {
  readonly kind: 'word' | 'name' | 'string' | 'integer' | 'decimal' | 'double' | 'symbol' | 'end';
  readonly text: string;
}

/** Where an offset stands, as Trino counts: `line 2:14`. */
export function place(sql: string, offset: number): string {
  const before = sql.slice(0, offset).split('\n');
  return `line ${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** The error for a construct that is outside the portable subset. */
export function unportable(sql: string, offset: number, construct: string, advice?: string): UnportableSql {
  return new UnportableSql(`${place(sql, offset)}: ${construct} is outside the portable subset${advice === undefined ? '' : `; write ${advice}`}`);
}

/** The error for a query that Trino refuses as well. */
export function failed(sql: string, offset: number, message: string): QueryFailed {
  return new QueryFailed(`${place(sql, offset)}: ${message}`);
}

const LEXEME =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)|(?<decimal>\d+\.\d*|\.\d+)|(?<integer>\d+)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<string>'(?:[^']|'')*')|(?<name>"(?:[^"]|"")+")|(?<symbol>->|=>|<>|<=|>=|!=|\|\||::|[-+*/%<>=(),.;[\]?:^&|~!@#`${}])/uy;

const FOREIGN: Readonly<Record<string, string | undefined>> = {
  '::': 'CAST(x AS type)',
  '`': '"name" in double quotes',
  '^': 'power(a, b)',
  '&': 'bitwise_and(a, b)',
  '|': 'bitwise_or(a, b)',
  '?': 'the value itself: there are no parameters',
};

/** Cuts a query into tokens, the last one of kind `end`. @throws UnportableSql @throws QueryFailed */
export function tokens(sql: string): readonly Token[] {
  const found: Token[] = [];
  let start = 0;
  while (start < sql.length) {
    LEXEME.lastIndex = start;
    const match = LEXEME.exec(sql);
    if (match?.groups === undefined) throw failed(sql, start, sql[start] === "'" ? 'a text has no closing quote' : `unexpected character ${JSON.stringify(sql[start])}`);
    const raw = match[0];
    const end = start + raw.length;
    const { word, string, name, symbol, integer, decimal, double } = match.groups;
    if (word !== undefined) found.push({ kind: 'word', text: word.toLowerCase(), start, end });
    else if (string !== undefined) found.push({ kind: 'string', text: string.slice(1, -1).replaceAll("''", "'"), start, end });
    else if (name !== undefined) found.push({ kind: 'name', text: name.slice(1, -1).replaceAll('""', '"').toLowerCase(), start, end });
    else if (integer !== undefined) found.push({ kind: 'integer', text: integer, start, end });
    else if (decimal !== undefined) found.push({ kind: 'decimal', text: decimal, start, end });
    else if (double !== undefined) found.push({ kind: 'double', text: double, start, end });
    else if (symbol !== undefined) {
      if (/^[`:^&|?~!@#${}]$|^::$|^=>$/.test(symbol)) throw unportable(sql, start, `\`${symbol}\``, FOREIGN[symbol]);
      found.push({ kind: 'symbol', text: symbol, start, end });
    }
    start = end;
  }
  if (found.length > 0 && /[A-Za-z_]/.test(adjacent(found) ?? '')) throw failed(sql, sql.length, 'identifiers must not start with a digit');
  found.push({ kind: 'end', text: 'end of the query', start: sql.length, end: sql.length });
  return found;
}

/** The first word that touches a number, such as `1abc`, which engines cut apart in different ways. */
function adjacent(found: readonly Token[]): string | undefined {
  return found.find((token, i) => token.kind === 'word' && /^(integer|decimal|double)$/.test(found[i - 1]?.kind ?? '') && found[i - 1]?.end === token.start)?.text;
}
