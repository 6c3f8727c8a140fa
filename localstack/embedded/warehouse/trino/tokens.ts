import { identifier, literal } from '../../../../lambdas/shared/sql-text.ts';
import { QueryFailed, UnportableSql } from '../../../../lambdas/shared/ports/warehouse.ts';

/** A stretch of the query's text, by UTF-16 offsets; `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A token. `text` is what the grammar compares: words in lower case, strings and quoted names still in their quotes, so
 * that neither is ever taken for a keyword or a symbol. `value` is what it says: without the quotes, names in lower
 * case.
 */
export interface Token extends Span {
  readonly kind: 'word' | 'name' | 'string' | 'integer' | 'decimal' | 'double' | 'symbol' | 'end';
  readonly text: string;
  readonly value: string;
  /** A name with the capitals that it was written with, which answers keep. */
  readonly written: string;
}

/** Names, as they are compared and as they were written. */
export type Names = readonly Pick<Token, 'value' | 'written'>[];

/** Where an offset stands, as Trino counts: `line 2:14`. */
export function place(sql: string, offset: number): string {
  const before = sql.slice(0, offset).split('\n');
  return `line ${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

/** The error for a construct that is outside the portable subset. */
export function unportable(sql: string, offset: number, construct: string, advice?: string): UnportableSql {
  return new UnportableSql(
    `${place(sql, offset)}: ${construct} is outside the portable ` +
      `subset${advice === undefined ? '' : `; write ${advice}`}`,
  );
}

/** The error for a query that Trino refuses as well. */
export function failed(sql: string, offset: number, message: string): QueryFailed {
  return new QueryFailed(`${place(sql, offset)}: ${message}`);
}

/**
 * Trino's lexical rules: white space is blank, tab and line ends alone; a carriage return ends a comment too; comments
 * do not nest. A text is cut into pieces that hold no quote, so that a long one costs no step back a character.
 */
const lexeme =
  /(?<space>[ \t\r\n]+|--[^\r\n]*|\/\*[\s\S]*?\*\/)|(?<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)|(?<decimal>\d+\.\d*|\.\d+)|(?<integer>\d+)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<string>'[^']*(?:''[^']*)*')|(?<name>"[^"]*(?:""[^"]*)*")|(?<symbol>->|=>|<>|<=|>=|!=|\|\||::|[-+*/%<>=(),.;[\]?:^&|~!@#`${}])/uy;

/** What no engine's reading of a text may hang on, and no honest query has: control characters, and halves of a character. */
const unreadablePattern = /(?![\t\r\n])[\p{Cc}\p{Cs}]/u;

/** As long as a query may be on Athena, in bytes of UTF-8. */
const longest = 262_144;

const foreignWords: Readonly<Record<string, string | undefined>> = {
  '::': 'CAST(x AS type)',
  '`': '"name" in double quotes',
  '^': 'power(a, b)',
  '&': 'bitwise_and(a, b)',
  '|': 'bitwise_or(a, b)',
  '?': 'PREPARE name FROM …, and EXECUTE name USING value',
};

/**
 * Cuts a query into tokens, the last one of kind `end`; `?` is one where a statement is prepared.
 * @throws UnportableSql
 * @throws QueryFailed
 */
export function tokens(sql: string, { takesParameters = false } = {}): Token[] {
  if (Buffer.byteLength(sql) > longest)
    throw new QueryFailed(`the query has more than ${longest} bytes, the most that Athena takes`);
  const unreadable = unreadablePattern.exec(sql);
  if (unreadable)
    throw failed(
      sql,
      unreadable.index,
      `the character ${named(unreadable[0])} is not allowed in a query; in a text, write ` +
        `chr(${unreadable[0].codePointAt(0)})`,
    );
  const found: Token[] = [];
  let [start, end] = [0, 0];
  const push = (kind: Token['kind'], text: string, value = text, written = value): unknown =>
    found.push({ kind, text, value, written, start, end });
  for (; start < sql.length; start = end) {
    lexeme.lastIndex = start;
    const match = lexeme.exec(sql);
    if (match?.groups === undefined) throw failed(sql, start, unclosed(sql, start));
    const raw = match[0];
    end = start + raw.length;
    const { word, string, name, symbol, integer, decimal, double } = match.groups;
    if (word !== undefined) push('word', word.toLowerCase(), undefined, word);
    else if (string !== undefined) push('string', string, string.slice(1, -1).replaceAll("''", "'"));
    else if (name === '""') throw failed(sql, start, 'a name in double quotes is empty');
    else if (name !== undefined) {
      const inside = name.slice(1, -1).replaceAll('""', '"');
      push('name', name, inside.toLowerCase(), inside);
    } else if (integer !== undefined) push('integer', integer);
    else if (decimal !== undefined) push('decimal', decimal);
    else if (double !== undefined) push('double', double);
    else if (symbol !== undefined) {
      if (/^[`:^&|?~!@#${}]$|^::$|^=>$/.test(symbol) && !(takesParameters && symbol === '?'))
        throw unportable(sql, start, `\`${symbol}\``, foreignWords[symbol]);
      push('symbol', symbol);
    }
  }
  const touching = found.find(
    (token, i) => token.kind === 'word' && isNumeral(found[i - 1]) && found[i - 1]?.end === token.start,
  );
  if (touching) throw failed(sql, touching.start, 'identifiers must not start with a digit');
  found.push({ kind: 'end', text: '', value: '', written: '', start: sql.length, end: sql.length });
  return found;
}

/** A word right behind a number, such as `1abc`, is cut apart in different ways by the engines. */
const isNumeral = (token: Token | undefined): boolean =>
  token !== undefined && ['integer', 'decimal', 'double'].includes(token.kind);

/** A character by its number in Unicode, which says what an invisible one is. */
const named = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function unclosed(sql: string, start: number): string {
  const [first = ''] = sql.slice(start, start + 2);
  if (first === "'") return 'a text has no closing quote';
  if (first === '"') return 'a name has no closing double quote';
  if (/\s/u.test(first)) return `the white space ${named(first)} is not allowed between words; write a blank`;
  return `unexpected character ${named(first)}, ${JSON.stringify(first)}`;
}

/** Words that DuckDB keeps for itself in some place where Trino takes a name, and Trino does not reserve. */
const engineReserved: ReadonlySet<string> = new Set(
  `all analyse analyze anti any array asc asof asymmetric at authorization binary both check collate collation column
  concurrently default deferrable desc do fetch foreign freeze glob ilike initially isnull lambda lateral leading limit notnull
  offset only overlaps pivot pivot_longer pivot_wider placing positional primary qualify references returning semi show
  similar some summarize symmetric tablesample to trailing unique unpack unpivot variadic verbose window`.split(/\s+/),
);

/** A word that is a name where it stands: in quotes, DuckDB takes it for nothing else. */
export const asName = (token: Token): Token =>
  token.kind === 'word' && engineReserved.has(token.text)
    ? { ...token, kind: 'name', text: identifier(token.value) }
    : token;

/** The one spelling in which the engine gets a token: whatever the query wrote, nothing of its text but this goes on. */
export function spelt({ kind, text, value }: Token): string {
  if (kind === 'string') return literal(value);
  return kind === 'name' ? identifier(value) : text;
}
