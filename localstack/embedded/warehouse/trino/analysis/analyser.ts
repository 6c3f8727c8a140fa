import { literal } from '../../../../../lambdas/shared/sql-text.ts';
import type { Expression, Qualified, Query, Window } from '../ast.ts';
import { catalogs, databases } from '../names.ts';
import { Respelling } from '../respelling.ts';
import { type Column, didYouMean, type Scope } from '../scope.ts';
import { failed, type Span, type Token, unportable } from '../tokens.ts';
import { charOf, common, isMoment, isNumber, scalar, spell, type Type } from '../types.ts';
import { typeOf } from './expressions.ts';
import { queryOf } from './queries.ts';
import { systemName } from '../system.ts';
import { shownName, type Withheld } from '../withheld.ts';
import type { Known, Surroundings } from './surroundings.ts';
import { widened } from './widening.ts';
import { windowOf } from './windows.ts';

/** The relations that a query may read. */
export interface Relations {
  /** The columns of the relation under a name; undefined where there is none. */
  columnsOf(name: string): readonly Column[] | undefined;
  /** Those that `*` does not have. */
  hiddenOf(name: string): readonly Column[];
  names(): readonly string[];
}

/**
 * Reads a query as Trino would: resolves its names, gives every expression its Trino type, and refuses by name what
 * DuckDB would answer otherwise. On the way it notes the few places where DuckDB wants another spelling.
 */
export class Analyser implements Surroundings {
  readonly respelling: Respelling;
  /** The relations that the query reads. */
  readonly reads = new Set<string>();
  readonly whole = new Set<string>();
  readonly notes = new Set<string>();
  readonly correlated = new Set<Query>();
  readonly standIns: Surroundings['standIns'] = new Map();
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #places: ReadonlyMap<number, number> | undefined;
  readonly #relations: Relations;
  readonly #isWithheld: Withheld | undefined;

  constructor(sql: string, tokens: readonly Token[], relations: Relations, isWithheld?: Withheld) {
    this.sql = sql;
    this.#tokens = tokens;
    this.respelling = new Respelling(tokens);
    this.#relations = relations;
    this.#isWithheld = isWithheld;
  }

  query(query: Query, around: Scope): readonly Column[] {
    return queryOf(this, query, around);
  }

  type(value: Expression, scope: Scope): Type {
    const standIn = this.standIns.get(value);
    if (standIn === undefined) return typeOf(this, value, scope);
    this.respelling.rewrite(value, standIn.text);
    return standIn.type;
  }

  oneColumn(query: Query, scope: Scope): Type {
    const [column, ...others] = this.query(query, scope);
    if (column === undefined || others.length > 0)
      throw failed(this.sql, query.start, 'Multiple columns returned by subquery are not yet supported');
    if (query.limited && this.correlated.has(query))
      throw failed(
        this.sql,
        query.start,
        'Given correlated subquery is not supported: it has LIMIT; write max_by(x, y) or min_by(x, y)',
      );
    return column.type;
  }

  inQuery(value: Expression, query: Query, scope: Scope): void {
    const type = this.type(value, scope);
    const given = this.oneColumn(query, scope);
    const both = common(type, given);
    if (both === undefined)
      throw failed(
        this.sql,
        value.start,
        `value and result of subquery must be of the same type: ${spell(type)} vs ${spell(given)}`,
      );
    this.comparable(both, value);
  }

  relation({ name: written, qualifier, start }: Qualified & { readonly name: string; readonly start: number }): Known {
    const name = systemName(written, qualifier) ?? written;
    if (qualifier && name === written) this.#schema(qualifier, start);
    const columns = this.#relations.columnsOf(name);
    if (columns === undefined)
      throw failed(this.sql, start, `Table '${name}' does not exist${didYouMean(name, this.#relations.names())}`);
    this.reads.add(name);
    const seen = columns.filter((column) => this.#isWithheld?.(name, column.name) !== true);
    // The query reads what it may see of a relation, which the engine has under another name.
    const hidden = this.#relations.hiddenOf(name);
    return { name, spelled: this.#isWithheld ? shownName(name) : name, columns: seen, hidden };
  }

  personal(parts: readonly string[], scope: Scope): string | undefined {
    return scope.relations().find((name) => parts.some((part) => this.#isWithheld?.(name, part)));
  }

  daily(scope: Scope): { readonly name: string; readonly day: string } | undefined {
    for (const name of scope.relations().map((relation) => `${relation}_daily`)) {
      const day = this.#relations.columnsOf(name)?.find(({ type }) => type.name === 'date')?.name;
      if (day !== undefined) return { name, day };
    }
    return undefined;
  }

  #schema(qualifier: readonly string[], at: number): void {
    const [schema = '', catalog] = qualifier.toReversed();
    if (catalog !== undefined && !catalogs.has(catalog))
      throw failed(this.sql, at, `Catalog '${catalog}' does not exist; write ${[...catalogs].join(' or ')}`);
    if (!databases.has(schema))
      throw failed(this.sql, at, `Schema '${schema}' does not exist; write ${[...databases].join(' or ')}`);
  }

  names(value: Span, name: string): boolean {
    for (let i = this.#placeOf(value); (this.#tokens[i]?.end ?? Infinity) <= value.end; i++) {
      const token = this.#tokens[i];
      const named = token?.value === name && (token.kind === 'word' || token.kind === 'name');
      if (named && this.#tokens[i - 1]?.text !== '.' && this.#tokens[i + 1]?.text !== '(') return true;
    }
    return false;
  }

  tokenBefore(span: Span, places: number): Token | undefined {
    return this.#tokens[this.#placeOf(span) - places];
  }

  /** The place of a stretch's first token. */
  #placeOf({ start }: Span): number {
    this.#places ??= new Map(this.#tokens.map((token, i) => [token.start, i]));
    return this.#places.get(start) ?? this.#tokens.length;
  }

  window(window: Window, scope: Scope): void {
    windowOf(this, window, scope);
  }

  alike(values: readonly Expression[], scope: Scope, what: string, compared = false): Type {
    const types = values.map((value) => this.type(value, scope));
    const isBesideChar = types.some(({ name }) => name === 'char');
    const type = values.reduce<Type>((sofar, value, i) => {
      const next = (isBesideChar && charOfLiteral(value)) || (types[i] ?? scalar('unknown'));
      const both = common(sofar, next);
      if (both !== undefined) return both;
      if (isBesideChar && [sofar, next].some(({ name }) => name === 'varchar'))
        throw unportable(this.sql, value.start, 'a char beside a varchar', 'CAST(x AS varchar)');
      if (isMoment(sofar) && isMoment(next))
        throw unportable(
          this.sql,
          value.start,
          `${spell(sofar)} beside ${spell(next)}`,
          'CAST(x AS timestamp) of both',
        );
      throw failed(
        this.sql,
        value.start,
        `${what} needs one type: ${spell(sofar)} and ${spell(next)} are apart${asMoment(sofar, next)}`,
      );
    }, scalar('unknown'));
    for (const [i, value] of values.entries()) {
      const text = this.respelling.text(value);
      const wide =
        isBesideChar && value.kind === 'literal' ? trimmed(value, text) : widened(text, types[i] ?? type, type);
      if (wide !== text) this.respelling.rewrite(value, wide);
    }
    const [first] = values;
    if (compared && first) this.comparable(type, first);
    return type;
  }

  comparable(type: Type, at: Span): void {
    if (!['array', 'map', 'row', 'json', 'made json', 'zoned', 'interval year to month'].includes(type.name)) return;
    throw unportable(
      this.sql,
      at.start,
      `comparing ${spell(type)}`,
      type.name === 'zoned' ? 'CAST(x AS timestamp) or the instant itself' : 'the comparison of its parts',
    );
  }

  boolean(value: Expression, scope: Scope): void {
    const type = this.type(value, scope);
    if (type.name !== 'boolean' && type.name !== 'unknown')
      throw failed(this.sql, value.start, `a condition must be boolean, not ${spell(type)}`);
  }
}

/** A text that is written beside a char is one itself, without the blanks at its end. */
const charOfLiteral = (value: Expression): Type | undefined =>
  value.kind === 'literal' && value.type === 'varchar' ? charOf(Math.max(1, Array.from(value.text).length)) : undefined;

const trimmed = (value: Extract<Expression, { kind: 'literal' }>, text: string): string =>
  value.type === 'varchar' ? literal(value.text.replace(/ +$/, '')) : text;

/** How to write what a day or a moment can be compared with, where a text or a number stands beside one. */
function asMoment(a: Type, b: Type): string {
  const moment = [a, b].find(isMoment);
  if (moment === undefined || ![a, b].some((type) => type.name === 'varchar' || isNumber(type))) return '';
  return moment.name === 'date' ? "; write DATE '2025-01-31'" : "; write TIMESTAMP '2025-01-31 00:00:00'";
}
