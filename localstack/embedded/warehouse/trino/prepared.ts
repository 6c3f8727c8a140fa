import { identifier } from '../../../../lambdas/shared/sql-text.ts';
import { QueryFailed, type Relation } from '../../../../lambdas/shared/ports/warehouse.ts';
import { catalogs, databases } from './names.ts';
import { failed, type Token, tokens } from './tokens.ts';

/** What a statement of a session says: to be answered by the lake, or by the session itself. */
export type SessionStatement =
  | { readonly kind: 'statement'; readonly sql: string }
  | { readonly kind: 'prepare'; readonly name: string; readonly sql: string }
  | { readonly kind: 'deallocate'; readonly name: string }
  | { readonly kind: 'describe input'; readonly parameters: number }
  | { readonly kind: 'describe output'; readonly sql: string }
  | { readonly kind: 'create view'; readonly name: string; readonly sql: string }
  | { readonly kind: 'drop view'; readonly name: string }
  | { readonly kind: 'use'; readonly catalog?: string; readonly schema: string };

/**
 * What a session keeps: the statements that it has prepared, by their names, and its views, by `view` and their names.
 * So a client of the protocol, who keeps prepared statements, keeps views as well.
 */
export type Prepared = ReadonlyMap<string, string>;

const keyOfView = (name: string): string => `view ${name}`;

/** The views of a session, as the warehouse takes them. */
export const viewsOf = (kept: Prepared): readonly Relation[] =>
  [...kept].flatMap(([key, sql]) => (key.startsWith('view ') ? [{ name: key.slice(5), kind: 'view', sql }] : []));

/** What a statement changes in what a session keeps, with Trino's name for it, and in words. */
export interface SessionChange {
  readonly updateType: string;
  readonly adds?: readonly [key: string, sql: string];
  readonly drops?: string;
  readonly words: string;
  /** A query that fails where what is added cannot be asked. */
  readonly check?: string;
}

/** What comes of a statement that changes the session; undefined for any other. */
export function changeOf(said: SessionStatement): SessionChange | undefined {
  switch (said.kind) {
    case 'prepare':
      return { updateType: 'PREPARE', adds: [said.name, said.sql], words: `EXECUTE ${said.name} runs it.` };
    case 'deallocate':
      return { updateType: 'DEALLOCATE', drops: said.name, words: `${said.name} is forgotten.` };
    case 'create view':
      return {
        updateType: 'CREATE VIEW',
        adds: [keyOfView(said.name), said.sql],
        words: `The view ${said.name} is there until this session ends; the lake is as it was.`,
        check: `SELECT * FROM ${identifier(said.name)}`,
      };
    case 'drop view':
      return { updateType: 'DROP VIEW', drops: keyOfView(said.name), words: `${said.name} is forgotten.` };
    case 'statement':
    case 'describe input':
    case 'describe output':
    case 'use':
      return undefined;
    default:
      return said satisfies never;
  }
}

const isWord = (token: Token | undefined, text: string): boolean => token?.kind === 'word' && token.text === text;
const isParameter = ({ kind, text }: Token): boolean => kind === 'symbol' && text === '?';
const spellings = new Set(['prepare', 'execute', 'deallocate', 'use', 'describe', 'desc', 'create', 'drop']);

/**
 * Reads PREPARE, EXECUTE, DEALLOCATE, DESCRIBE INPUT and OUTPUT, CREATE and DROP VIEW, and USE; any other statement is
 * the lake's.
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
    if (this.#take('create')) return this.#createView();
    if (this.#take('drop')) return this.#dropView();
    return this.#describe();
  }

  /** `CREATE [OR REPLACE] VIEW name [COMMENT '…'] [SECURITY …] AS query`; CREATE of anything else is the lake's to refuse. */
  #createView(): SessionStatement {
    const replaces = this.#take('or');
    if (replaces) this.#expect('replace');
    if (!this.#take('view')) return { kind: 'statement', sql: this.#sql };
    const { start } = this.#peek();
    const name = this.#viewName();
    if (!replaces && this.#prepared.has(keyOfView(name)))
      throw failed(this.#sql, start, `View '${name}' already exists; write CREATE OR REPLACE VIEW`);
    if (this.#take('comment')) this.#at++;
    if (this.#take('security') && !this.#take('definer')) this.#expect('invoker');
    this.#expect('as');
    if (this.#peek().kind === 'end') throw this.#unexpected('a query');
    // What stands before it is blanked, so that a mistake is told by its place in the whole.
    const before = this.#sql.slice(0, this.#peek().start).replaceAll(/[^\n]/g, ' ');
    return { kind: 'create view', name, sql: before + this.#sql.slice(this.#peek().start, this.#end()) };
  }

  #dropView(): SessionStatement {
    if (!this.#take('view')) return { kind: 'statement', sql: this.#sql };
    const mayLack = this.#take('if');
    if (mayLack) this.#expect('exists');
    const { start } = this.#peek();
    const name = this.#viewName();
    this.#ended();
    if (!mayLack && !this.#prepared.has(keyOfView(name)))
      throw failed(this.#sql, start, `View '${name}' is none of this session's`);
    return { kind: 'drop view', name };
  }

  /** The name of a view, behind those of the database where they are written. */
  #viewName(): string {
    const { start } = this.#peek();
    const parts = [this.#name()];
    while (this.#peek().text === '.') {
      this.#at++;
      parts.push(this.#name());
    }
    const [name = '', schema, catalog, ...more] = parts.toReversed();
    const isHere = (schema === undefined || databases.has(schema)) && (catalog === undefined || catalogs.has(catalog));
    if (!isHere || more.length > 0)
      throw failed(this.#sql, start, `Schema '${parts.slice(0, -1).join('.')}' does not exist`);
    if (!/^[a-z_][a-z0-9_]*$/.test(name))
      throw failed(this.#sql, start, `a view is called by small letters, digits and _, not '${name}'`);
    return name;
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
