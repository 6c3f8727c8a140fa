import { QueryFailed } from '../../../../lambdas/shared/ports/warehouse.ts';
import { failed, type Token, tokens } from './tokens.ts';

/** What a statement of a session says: to be answered by the lake, or by the session itself. */
export type SessionStatement =
  | { readonly kind: 'statement'; readonly sql: string }
  | { readonly kind: 'prepare'; readonly name: string; readonly sql: string }
  | { readonly kind: 'deallocate'; readonly name: string }
  | { readonly kind: 'describe input'; readonly parameters: number }
  | { readonly kind: 'describe output'; readonly sql: string }
  | { readonly kind: 'use'; readonly catalog?: string; readonly schema: string };

/** The statements that a session has prepared, by their names. */
export type Prepared = ReadonlyMap<string, string>;

const isWord = (token: Token | undefined, text: string): boolean => token?.kind === 'word' && token.text === text;
const isParameter = ({ kind, text }: Token): boolean => kind === 'symbol' && text === '?';
const spellings = new Set(['prepare', 'execute', 'deallocate', 'use', 'describe', 'desc']);

/**
 * Reads PREPARE, EXECUTE, DEALLOCATE, DESCRIBE INPUT and OUTPUT, and USE; any other statement is the lake's.
 * @throws QueryFailed
 * @throws UnportableSql
 */
export function sessionStatement(sql: string, prepared: Prepared): SessionStatement {
  const first = /^(?:\s|--[^\n]*|\/\*[^]*?\*\/)*([A-Za-z]+)/.exec(sql)?.[1]?.toLowerCase() ?? '';
  // All others are read where they are answered.
  if (!spellings.has(first)) return { kind: 'statement', sql };
  return new Reader(sql, prepared).read();
}

class Reader {
  readonly #sql: string;
  readonly #prepared: Prepared;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string, prepared: Prepared) {
    this.#sql = sql;
    this.#prepared = prepared;
    const all = tokens(sql, { takesParameters: true });
    this.#tokens = all.at(-2)?.text === ';' ? [...all.slice(0, -2), ...all.slice(-1)] : all;
  }

  read(): SessionStatement {
    if (this.#take('prepare')) {
      const name = this.#name();
      this.#expect('from');
      const text = this.#sql.slice(this.#peek().start, this.#end());
      if (text.trim() === '') throw this.#unexpected('a statement');
      return { kind: 'prepare', name, sql: text };
    }
    if (this.#take('execute')) return this.#execute();
    if (this.#take('deallocate')) {
      this.#expect('prepare');
      const name = this.#name();
      this.#known(name);
      this.#ended();
      return { kind: 'deallocate', name };
    }
    if (this.#take('use')) return this.#use();
    return this.#describe();
  }

  #execute(): SessionStatement {
    if (!this.#take('immediate')) {
      const statement = this.#known(this.#name());
      return { kind: 'statement', sql: withParameters(statement, this.#using()) };
    }
    const { kind, value } = this.#peek();
    if (kind !== 'string') throw this.#unexpected('a statement in single quotes');
    this.#at++;
    return { kind: 'statement', sql: withParameters(value, this.#using()) };
  }

  #use(): SessionStatement {
    const first = this.#name();
    const isQualified = this.#peek().text === '.';
    if (isQualified) this.#at++;
    const second = isQualified ? this.#name() : undefined;
    this.#ended();
    return second === undefined ? { kind: 'use', schema: first } : { kind: 'use', catalog: first, schema: second };
  }

  /** DESCRIBE of a table is the lake's. */
  #describe(): SessionStatement {
    this.#at++;
    const isInput = this.#take('input');
    if ((!isInput && !this.#take('output')) || this.#peek().kind === 'end')
      return { kind: 'statement', sql: this.#sql };
    const statement = this.#known(this.#name());
    this.#ended();
    const parameters = tokens(statement, { takesParameters: true }).filter(isParameter).length;
    if (isInput) return { kind: 'describe input', parameters };
    return {
      kind: 'describe output',
      sql: withParameters(
        statement,
        Array.from({ length: parameters }, () => 'NULL'),
      ),
    };
  }

  /** The texts of `USING a, b`. */
  #using(): readonly string[] {
    if (!this.#take('using')) {
      this.#ended();
      return [];
    }
    const starts = [this.#peek().start];
    const ends: number[] = [];
    let open = 0;
    for (; this.#peek().kind !== 'end'; this.#at++) {
      const { kind, text, start, end } = this.#peek();
      if (kind !== 'symbol') continue;
      if ('(['.includes(text)) open++;
      if (')]'.includes(text)) open--;
      if (text !== ',' || open !== 0) continue;
      ends.push(start);
      starts.push(end);
    }
    ends.push(this.#end());
    const texts = starts.map((start, i) => this.#sql.slice(start, ends[i]).trim());
    if (texts.includes('')) throw this.#unexpected('a value');
    return texts;
  }

  #known(name: string): string {
    const statement = this.#prepared.get(name);
    if (statement === undefined) throw new QueryFailed(`Prepared statement not found: ${name}`);
    return statement;
  }

  #peek(): Token {
    const token = this.#tokens[this.#at] ?? this.#tokens.at(-1);
    if (token === undefined) throw failed(this.#sql, 0, 'the query is empty');
    return token;
  }

  /** Where the last token ends. */
  #end(): number {
    return this.#tokens.at(-2)?.end ?? this.#sql.length;
  }

  #take(word: string): boolean {
    const taken = isWord(this.#peek(), word);
    if (taken) this.#at++;
    return taken;
  }

  #expect(word: string): void {
    if (!this.#take(word)) throw this.#unexpected(word.toUpperCase());
  }

  #name(): string {
    const { kind, value } = this.#peek();
    if (kind !== 'name' && kind !== 'word') throw this.#unexpected('a name');
    this.#at++;
    // As Trino has them: without their capitals.
    return value.toLowerCase();
  }

  #ended(): void {
    if (this.#peek().kind !== 'end') throw this.#unexpected('the end of the statement');
  }

  #unexpected(wanted: string): Error {
    const { kind, text, start } = this.#peek();
    return failed(
      this.#sql,
      start,
      `unexpected ${kind === 'end' ? 'the end of the query' : `'${text}'`}, expected ${wanted}`,
    );
  }
}

/** A statement with its parameters in their places. @throws QueryFailed where they are not as many */
export function withParameters(sql: string, values: readonly string[]): string {
  const places = tokens(sql, { takesParameters: true }).filter(isParameter);
  if (places.length !== values.length)
    throw new QueryFailed(`Incorrect number of parameters: expected ${places.length} but found ${values.length}`);
  let text = '';
  let start = 0;
  for (const [i, place] of places.entries()) {
    text += `${sql.slice(start, place.start)}${apart(values[i] ?? '')}`;
    start = place.end;
  }
  return text + sql.slice(start);
}

/** A value that means the same wherever it stands; a plain one without parentheses, since LIMIT takes none. */
const apart = (value: string): string => (tokens(value).length === 2 ? ` ${value} ` : `(${value})`);
