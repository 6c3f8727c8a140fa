import type { Expression, Query } from '../ast.ts';
import { didYouMean } from '../scope.ts';
import { asName, failed, type Token, unportable } from '../tokens.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Trino's reserved words: never a name unless quoted. */
export const reserved = words(
  `alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_role current_schema
  current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except execute exists extract false for
  from full group grouping having in inner insert intersect into is join left like listagg localtime localtimestamp natural normalize not null
  on or order outer prepare recursive right rollup select skip table then trim true uescape union unnest using values when where with`,
);

/** Words that begin a clause and so are no alias, though Trino does not reserve them. */
export const clauses = words(
  'limit offset fetch window qualify tablesample match_recognize asof semi anti positional pivot unpivot ' +
    'exclude lateral sample',
);

/** Clauses of other dialects, and those of Trino that DuckDB has not, with the portable spelling. */
export const foreignWords: Readonly<Record<string, string | undefined>> = {
  qualify: 'the window function in a subquery, and WHERE outside it',
  ilike: 'lower(a) LIKE lower(b)',
  sample: 'WHERE with a hash of the key, so that each run answers alike',
  match_recognize: 'window functions in subqueries',
  asof: 'a join on <= and row_number() = 1 outside it',
  exclude: 'the columns by name',
  pivot: 'sum(x) FILTER (WHERE …) for each column',
  unpivot: 'CROSS JOIN UNNEST(ARRAY[…]) AS t(x)',
  natural: 'JOIN … ON',
  similar: 'regexp_like(x, pattern)',
  glob: 'LIKE',
  semi: 'WHERE EXISTS (…)',
  anti: 'WHERE NOT EXISTS (…)',
  positional: 'a join on row_number()',
  collate: 'lower(x)',
};

/**
 * How far a query may go, since the engine's planning time grows with the cube of a chain and doubles with each scalar
 * subquery inside another (measured: 250 operators 0.4 s, 990 17 s; 12 subqueries 5 ms, 25 7 s). All are far beyond
 * what people write.
 */
const most = { depth: 200, queries: 50, subqueries: 12, operators: 250, joins: 250, branches: 1000, types: 20 };

/** The words with which what follows an expression begins. */
const clauseWords = ['from', 'where', 'group', 'order', 'having', 'limit', 'join', 'union', 'select', 'between'];

/** How queries and expressions are read, each of which may hold the other. */
export interface Grammar {
  readonly query: (c: Cursor) => Query;
  readonly expression: (c: Cursor) => Expression;
  /** An expression without a predicate: `a IN b` is none. */
  readonly operand: (c: Cursor) => Expression;
}

/** Where the reading of a query by recursive descent stands, after the grammar of Trino (`SqlBase.g4`). */
export class Cursor {
  readonly sql: string;
  readonly #all: Token[];
  readonly #grammar: Grammar;
  #at = 0;
  /** How deep it stands in expressions, in queries, and in queries inside expressions. */
  readonly #depth = { depth: 0, queries: 0, subqueries: 0 };

  /** @param all the tokens, of which those that are read as names become names */
  constructor(sql: string, all: Token[], grammar: Grammar) {
    this.sql = sql;
    this.#all = all;
    this.#grammar = grammar;
  }

  expression(): Expression {
    return this.deeper('depth', 'expressions', () => this.#grammar.expression(this));
  }

  operand(): Expression {
    return this.deeper('depth', 'expressions', () => this.#grammar.operand(this));
  }

  query(): Query {
    return this.deeper('queries', 'queries', () => this.#grammar.query(this));
  }

  /** A query inside an expression. */
  subquery(): Query {
    return this.deeper('subqueries', 'subqueries', () => this.query());
  }

  skip(tokens: number): void {
    this.#at += tokens;
  }

  /** Reads something that may hold its like. */
  deeper<T>(of: 'depth' | 'queries' | 'subqueries', what: string, read: () => T): T {
    this.#depth[of]++;
    if (this.#depth[of] > most[of])
      throw failed(this.sql, this.peek().start, `more than ${most[of]} ${what} one inside another`);
    const value = read();
    this.#depth[of]--;
    return value;
  }

  refuseMore(than: keyof typeof most, count: number, what: string): void {
    if (count > most[than]) throw failed(this.sql, this.peek().start, `more than ${most[than]} ${what}`);
  }

  identifier(): string {
    const token = this.peek();
    if (token.kind !== 'name' && (token.kind !== 'word' || reserved.has(token.text))) {
      if (this.peekBack().text === ',' && clauseWords.includes(token.text))
        throw failed(
          this.sql,
          this.peekBack().start,
          `a comma stands before ${token.text.toUpperCase()}, and nothing behind it`,
        );
      throw this.unexpected('a name');
    }
    this.#all[this.#at++] = asName(token);
    return token.value;
  }

  list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.take(',')) items.push(item());
    return items;
  }

  parenthesised<T>(inner: () => T): T {
    this.expect('(');
    const value = inner();
    this.expect(')');
    return value;
  }

  refuseForeign(): void {
    const { kind, text } = this.peek();
    // A word of another dialect may be an honest name before a dot, a comma or an end.
    if (
      kind !== 'word' ||
      foreignWords[text] === undefined ||
      [',', '.', ')', 'as', '='].includes(this.peek(1).text) ||
      this.peek(1).kind === 'end'
    )
      return;
    throw this.refuse(text.toUpperCase(), foreignWords[text]);
  }

  peek(ahead = 0): Token {
    const token = this.#all[this.#at + ahead] ?? this.#all.at(-1);
    if (token === undefined) throw failed(this.sql, 0, 'the query is empty');
    return token;
  }

  peekBack(): Token {
    return this.peek(-1);
  }

  take(text: string): boolean {
    const token = this.peek();
    const taken = token.text === text && (token.kind === 'word' || token.kind === 'symbol');
    if (taken) this.#at++;
    return taken;
  }

  expect(text: string): Token {
    if (!this.take(text)) throw this.unexpected(text === ')' ? "')' or a comma" : text.toUpperCase());
    return this.peekBack();
  }

  refuse(construct: string, advice?: string): Error {
    return unportable(this.sql, this.peek().start, construct, advice);
  }

  unexpected(wanted?: string): Error {
    const { text, kind, start } = this.peek();
    const found = kind === 'end' ? 'the end of the query' : kind === 'string' || kind === 'name' ? text : `'${text}'`;
    return failed(
      this.sql,
      start,
      `unexpected ${found}${this.#slip() ?? (wanted === undefined ? '' : `, expected ${wanted}`)}`,
    );
  }

  /** The word that was meant, where this one or the one before it is nearly a clause's. */
  #slip(): string | undefined {
    for (const { kind, text } of [this.peek(), this.peekBack()]) {
      if (kind !== 'word' || clauseWords.includes(text)) continue;
      const near = didYouMean(text, clauseWords);
      if (near !== '') return near.toUpperCase().replace('; DID YOU MEAN', '; did you mean');
    }
    return undefined;
  }

  /** A name, with how it was written. */
  name(): Token {
    this.identifier();
    return this.peekBack();
  }

  columnNames(): readonly Token[] {
    return this.parenthesised(() => this.list(() => this.name()));
  }
}
