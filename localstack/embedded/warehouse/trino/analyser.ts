import { identifier } from '../../../../lambdas/shared/duckdb.ts';
import type { Body, Expression, Query, Select, TableExpression, Unnest } from './ast.ts';
import { analyseCall, type Surroundings } from './calls.ts';
import { unportableCast } from './casts.ts';
import { signaturesOf } from './functions.ts';
import { isExactText } from './literals.ts';
import { Respelling } from './respelling.ts';
import { type Column, didYouMean, Scope } from './scope.ts';
import { shownName, type Withheld } from './withheld.ts';
import { failed, type Span, type Token, unportable } from './tokens.ts';
import {
  array,
  asDecimal,
  common,
  decimal,
  duckType,
  isInteger,
  isNumber,
  isRow,
  parseType,
  scalar,
  spell,
  type Type,
} from './types.ts';

/** The columns of the relation under a name; undefined where there is none. */
export type ColumnsOf = (name: string) => readonly Column[] | undefined;

/**
 * Reads a query as Trino would: resolves its names, gives every expression its Trino type, and refuses by name what DuckDB would answer
 * otherwise. On the way it notes the few places where DuckDB wants another spelling.
 */
export class Analyser implements Surroundings {
  readonly respelling: Respelling;
  /** The relations that the query reads. */
  readonly reads = new Set<string>();
  /** Those of which it may read every column, whatever names stand in it. */
  readonly whole = new Set<string>();
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #places: ReadonlyMap<number, number> | undefined;
  readonly #columnsOf: ColumnsOf;
  readonly #relationNames: readonly string[];
  readonly #isWithheld: Withheld | undefined;

  constructor(
    sql: string,
    tokens: readonly Token[],
    columnsOf: ColumnsOf,
    relationNames: readonly string[],
    isWithheld?: Withheld,
  ) {
    this.sql = sql;
    this.#tokens = tokens;
    this.respelling = new Respelling(tokens);
    this.#columnsOf = columnsOf;
    this.#relationNames = relationNames;
    this.#isWithheld = isWithheld;
  }

  query(query: Query, around: Scope): readonly Column[] {
    const scope = new Scope(around);
    for (const { name, columns, query: inner, start } of query.ctes) {
      const found = query.recursive ? this.#recursive(name, columns, inner, scope) : this.query(inner, scope);
      scope.commonTables.set(name, this.#renamed(found, columns, start));
    }
    const { columns, inside } = this.#body(query.body, scope);
    if (query.orderBy.length > 0) this.#orderBy(query, columns, inside ?? scope);
    return columns;
  }

  /** The first branch of a recursive query gives the types, the second must keep them. */
  #recursive(name: string, columns: readonly string[] | undefined, query: Query, scope: Scope): readonly Column[] {
    const { body } = query;
    if (body.kind !== 'set' || body.operator !== 'union') return this.query(query, scope);
    const seed = this.#renamed(this.#body(body.left, scope).columns, columns, query.start);
    const inner = new Scope(scope);
    inner.commonTables.set(name, seed);
    const step = this.#body(body.right, inner).columns;
    seed.forEach((column, i) => {
      const type = step[i]?.type;
      if (type === undefined || spell(type) !== spell(column.type))
        throw failed(
          this.sql,
          body.right.start,
          `the recursive branch must give column ${column.name} the type ${spell(column.type)}`,
        );
    });
    return seed;
  }

  #renamed(columns: readonly Column[], names: readonly string[] | undefined, at: number): readonly Column[] {
    if (names === undefined) return columns;
    if (names.length !== columns.length)
      throw failed(this.sql, at, `${names.length} column names are given for ${columns.length} columns`);
    return columns.map(({ type }, i) => ({ name: names[i] ?? '', type }));
  }

  #orderBy(query: Query, columns: readonly Column[], inside: Scope): void {
    const output = new Scope(inside);
    output.sources.push({ columns });
    const select = query.body.kind === 'select' ? query.body : undefined;
    for (const { value } of query.orderBy) {
      if (value.kind === 'literal') {
        if (value.type !== 'integer' || Number(value.text) < 1 || Number(value.text) > columns.length)
          throw failed(this.sql, value.start, `ORDER BY position ${value.text} is not in the select list`);
        continue;
      }
      if (
        select?.distinct === true &&
        !(value.kind === 'name' && columns.some((column) => column.name === value.parts.at(-1)))
      ) {
        throw failed(this.sql, value.start, 'For SELECT DISTINCT, ORDER BY expressions must appear in select list');
      }
      if (value.kind !== 'name') this.#refuseAliases(select, value, inside);
      const sees =
        value.kind === 'name' &&
        value.parts.length === 1 &&
        columns.filter((column) => column.name === value.parts[0]).length === 1
          ? output
          : inside;
      this.comparable(this.type(value, value.kind === 'name' ? sees : output), value);
    }
  }

  /** Refuses a name that is both a column and the alias of something else: inside an expression DuckDB takes the column, Trino the alias. */
  #refuseAliases(select: Select | undefined, value: Expression, inside: Scope): void {
    for (const item of select?.items ?? []) {
      if (
        item.kind !== 'value' ||
        item.alias === undefined ||
        (item.value.kind === 'name' && item.value.parts.at(-1) === item.alias)
      )
        continue;
      const { alias } = item;
      if (this.#names(value, alias) && !('problem' in inside.find([alias])))
        throw unportable(
          this.sql,
          value.start,
          `${alias} in ORDER BY, which is both a column and an alias,`,
          'the position, ORDER BY 1',
        );
    }
  }

  /** Whether an expression has a name, not behind a dot, and not as a function. */
  #names(value: Span, name: string): boolean {
    for (let i = this.#indexOf(value); (this.#tokens[i]?.end ?? Infinity) <= value.end; i++) {
      const token = this.#tokens[i];
      const named = token?.value === name && (token.kind === 'word' || token.kind === 'name');
      if (named && this.#tokens[i - 1]?.text !== '.' && this.#tokens[i + 1]?.text !== '(') return true;
    }
    return false;
  }

  /** The place of a stretch's first token. */
  #indexOf({ start }: Span): number {
    this.#places ??= new Map(this.#tokens.map((token, i) => [token.start, i]));
    return this.#places.get(start) ?? this.#tokens.length;
  }

  #body(body: Body, scope: Scope): { readonly columns: readonly Column[]; readonly inside?: Scope } {
    switch (body.kind) {
      case 'select':
        return this.#select(body, scope);
      case 'nested':
        return { columns: this.query(body.query, scope) };
      case 'values':
        return { columns: this.#values(body.rows, scope, body) };
      case 'set': {
        const left = this.#body(body.left, scope).columns;
        const right = this.#body(body.right, scope).columns;
        if (left.length !== right.length)
          throw failed(
            this.sql,
            body.right.start,
            `${body.operator.toUpperCase()} query has different number of fields: ${left.length}, ${right.length}`,
          );
        return {
          columns: left.map((column, i) => {
            const type = common(column.type, right[i]?.type ?? column.type);
            if (type === undefined)
              throw failed(
                this.sql,
                body.right.start,
                `column ${i + 1} in ${body.operator.toUpperCase()} query has incompatible types: ${spell(column.type)}, ${spell(right[i]?.type ?? column.type)}`,
              );
            return { name: column.name, type };
          }),
        };
      }
      default:
        return body satisfies never;
    }
  }

  #values(rows: readonly (readonly Expression[])[], scope: Scope, at: Span): readonly Column[] {
    const types = rows.map((row) => row.map((value) => this.type(value, scope)));
    for (const row of rows) this.#valuesRow(row, at);
    const first = types[0] ?? [];
    return first.map((start, i) => ({
      name: `_col${i}`,
      type: types.reduce((sofar, row) => {
        const type = row.length === first.length ? common(sofar, row[i] ?? sofar) : undefined;
        if (type === undefined)
          throw failed(this.sql, at.start, 'VALUES rows have different numbers of columns, or incompatible types');
        return type;
      }, start),
    }));
  }

  /** DuckDB wants parentheses around a row of one value, and no ROW before them. */
  #valuesRow(row: readonly Expression[], at: Span): void {
    const [only] = row;
    if (only !== undefined && row.length === 1) this.respelling.wrap(only, '(', ')');
    else if (only !== undefined) {
      const word = this.#tokens[this.#indexOf(only) - 2];
      if (word?.text === 'row' && word.start >= at.start) this.respelling.replace(word, '');
    }
  }

  #select(select: Select, around: Scope): { readonly columns: readonly Column[]; readonly inside: Scope } {
    const scope = new Scope(around);
    if (select.from) this.#from(select.from, scope, around);
    if (select.where) this.boolean(select.where, scope);
    const columns: Column[] = [];
    for (const item of select.items) {
      if (item.kind === 'star') {
        if (scope.joinedUsing)
          throw unportable(this.sql, item.start, '* over a join with USING', 'the columns by name');
        const sources = scope.sources.filter((source) => item.of === undefined || source.alias === item.of);
        if (sources.length === 0)
          throw failed(
            this.sql,
            item.start,
            item.of === undefined
              ? 'SELECT * not allowed in queries without FROM clause'
              : `Unable to resolve reference ${item.of}`,
          );
        columns.push(...sources.flatMap((source) => source.columns));
        for (const { relation } of sources) if (relation !== undefined) this.whole.add(relation);
      } else {
        const type = this.type(item.value, scope);
        // Many a name is a keyword to DuckDB, and no alias without AS.
        if (item.bare) this.respelling.replace(item.bare, `AS ${identifier(item.alias ?? '')}`);
        columns.push({ name: item.alias ?? outputName(item.value) ?? `_col${columns.length}`, type });
      }
    }
    for (const value of select.groupBy) {
      if (value.kind === 'literal') {
        if (value.type !== 'integer' || Number(value.text) < 1 || Number(value.text) > columns.length)
          throw failed(this.sql, value.start, `GROUP BY position ${value.text} is not in select list`);
        continue;
      }
      this.comparable(this.type(value, scope), value);
    }
    if (select.having) this.boolean(select.having, scope);
    return { columns, inside: scope };
  }

  #from(table: TableExpression, scope: Scope, around: Scope): void {
    switch (table.kind) {
      case 'table': {
        const inQuery = around.commonTable(table.name);
        if (!inQuery && this.#isWithheld) this.#readShown(table);
        const columns = this.#renamed(inQuery ?? this.#relation(table.name, table.start), table.columns, table.start);
        // Under names of the query's own, any column may be meant.
        if (!inQuery && table.columns) this.whole.add(table.name);
        scope.sources.push({ alias: table.alias ?? table.name, columns, ...(!inQuery && { relation: table.name }) });
        return;
      }
      case 'derived': {
        const columns = this.query(table.query, table.lateral ? scope : around);
        scope.sources.push({
          columns: this.#renamed(columns, table.columns, table.start),
          ...(table.alias !== undefined && { alias: table.alias }),
        });
        return;
      }
      case 'unnest':
        scope.sources.push({
          columns: this.#renamed(this.#unnest(table, scope), table.columns, table.start),
          ...(table.alias !== undefined && { alias: table.alias }),
        });
        return;
      case 'join': {
        this.#from(table.left, scope, around);
        this.#from(table.right, scope, around);
        if (table.on) this.boolean(table.on, scope);
        if (
          table.right.kind === 'unnest' &&
          table.type !== 'cross' &&
          !(table.type === 'left' && table.on?.kind === 'literal' && table.on.text === 'true')
        ) {
          throw unportable(
            this.sql,
            table.right.start,
            'a join to UNNEST that is neither CROSS nor LEFT … ON TRUE',
            'CROSS JOIN UNNEST(…), and WHERE',
          );
        }
        if (table.using) this.#using(table.using, scope, table.start);
      }
    }
  }

  /** The joined column stands once: it is taken away from the relation on the right. */
  #using(names: readonly string[], scope: Scope, at: number): void {
    scope.joinedUsing = true;
    const right = scope.sources.pop();
    for (const name of names) {
      const left = scope.find([name]);
      const other = right?.columns.find((column) => column.name === name);
      if ('problem' in left || other === undefined)
        throw failed(this.sql, at, `Column '${name}' of USING is missing or ambiguous`);
      if (common(left.type, other.type) === undefined)
        throw failed(this.sql, at, `Column '${name}' of USING has types that cannot be compared`);
    }
    if (right)
      scope.sources.push({ ...right, columns: right.columns.filter((column) => !names.includes(column.name)) });
  }

  /** The query reads what it may see of a relation, which the engine has under another name. */
  #readShown({ start, name, alias }: Extract<TableExpression, { kind: 'table' }>): void {
    const named = this.#tokens[this.#indexOf({ start, end: start })];
    const shown = identifier(shownName(name));
    if (named) this.respelling.replace(named, alias === undefined ? `${shown} AS ${identifier(name)}` : shown);
  }

  #relation(name: string, at: number): readonly Column[] {
    const columns = this.#columnsOf(name);
    if (columns === undefined)
      throw failed(this.sql, at, `Table '${name}' does not exist${didYouMean(name, this.#relationNames)}`);
    this.reads.add(name);
    return columns.filter((column) => this.#isWithheld?.(name, column.name) !== true);
  }

  /** DuckDB lays out arrays of plain values alike; rows, maps and several arrays at once it wants in a subquery. */
  #unnest(unnest: Unnest, scope: Scope): readonly Column[] {
    const types = unnest.arrays.map((value) => this.type(value, scope));
    const columns: Column[] = [];
    types.forEach((type, i) => {
      if (type.name === 'array' && isRow(type.element))
        columns.push(...type.element.fields.map((field, j) => ({ name: field.name ?? `field${j}`, type: field.type })));
      else if (type.name === 'array') columns.push({ name: `_col${columns.length}`, type: type.element });
      else if (type.name === 'map') columns.push({ name: 'key', type: type.key }, { name: 'value', type: type.value });
      else throw failed(this.sql, unnest.arrays[i]?.start ?? unnest.start, `Cannot unnest type: ${spell(type)}`);
    });
    if (unnest.ordinality) columns.push({ name: 'ordinality', type: scalar('bigint') });
    const [only] = types;
    const plain = types.length === 1 && only?.name === 'array' && !isRow(only.element);
    if (plain) return columns;
    if (unnest.ordinality && types.length > 1)
      throw unportable(
        this.sql,
        unnest.start,
        'UNNEST of several arrays WITH ORDINALITY',
        'sequence(1, cardinality(a)) as one of them',
      );
    // Spelt before it is wrapped in the UNNEST below.
    const firstArray = unnest.arrays[0] && this.respelling.text(unnest.arrays[0]);
    const parts = unnest.arrays.map((value, i) => {
      const type = types[i];
      const rows = type?.name === 'map' || (type?.name === 'array' && isRow(type.element));
      if (type?.name === 'map') this.respelling.wrap(value, 'map_entries(', ')');
      this.respelling.wrap(value, 'unnest(', rows ? ', max_depth := 2)' : ')');
      return value;
    });
    const [first, last] = [parts[0], parts.at(-1)];
    if (first === undefined || last === undefined) return columns;
    this.respelling.replace({ start: unnest.callAt.start, end: first.start }, 'LATERAL (SELECT ');
    if (unnest.ordinality) this.respelling.append(last.end, `, generate_subscripts(${firstArray}, 1)`);
    this.respelling.replace({ start: last.end, end: unnest.callAt.end }, ')');
    if (unnest.alias === undefined || unnest.columns === undefined)
      throw unportable(this.sql, unnest.start, 'UNNEST of rows without names', 'UNNEST(…) AS t(a, b)');
    return columns;
  }

  /** The type that Trino gives an expression. */
  type(value: Expression, scope: Scope): Type {
    switch (value.kind) {
      case 'literal':
        return this.#literal(value);
      case 'interval':
        if (value.negative) this.respelling.replace(value, `(-INTERVAL '${value.amount}' ${value.unit})`);
        return scalar(
          value.unit === 'month' || value.unit === 'year' ? 'interval year to month' : 'interval day to second',
        );
      case 'name':
        return this.#name(value, scope);
      case 'field':
        return this.#field(this.type(value.of, scope), value.field, value);
      case 'unary': {
        const type = this.type(value.operand, scope);
        // With its sign it is an integer to Trino, and a bigint to DuckDB.
        if (value.operand.kind === 'literal' && value.operand.text === '2147483648')
          throw unportable(this.sql, value.start, 'the literal -2147483648', '-2147483647 - 1');
        if (!isNumber(type)) throw failed(this.sql, value.start, `Cannot negate ${spell(type)}`);
        return type;
      }
      case 'arithmetic':
        return this.#arithmetic(value, scope);
      case 'compare':
        this.alike([value.left, value.right], scope, `'${value.operator.toUpperCase()}'`, true);
        return scalar('boolean');
      case 'logic':
        for (const operand of value.operands) this.boolean(operand, scope);
        return scalar('boolean');
      case 'between':
        this.alike([value.value, value.low, value.high], scope, 'BETWEEN', true);
        return scalar('boolean');
      case 'in':
        this.alike([value.value, ...value.list], scope, 'IN', true);
        return scalar('boolean');
      case 'inquery': {
        const type = this.type(value.value, scope);
        const [column, ...others] = this.query(value.query, scope);
        if (column === undefined || others.length > 0)
          throw failed(this.sql, value.query.start, 'Multiple columns returned by subquery are not yet supported');
        if (common(type, column.type) === undefined)
          throw failed(
            this.sql,
            value.start,
            `value and result of subquery must be of the same type: ${spell(type)} vs ${spell(column.type)}`,
          );
        return scalar('boolean');
      }
      case 'like':
        for (const part of [value.value, value.pattern, ...(value.escape ? [value.escape] : [])])
          this.#expect(part, 'varchar', scope, 'LIKE');
        return scalar('boolean');
      case 'isnull':
        this.type(value.value, scope);
        return scalar('boolean');
      case 'exists':
        this.query(value.query, scope);
        return scalar('boolean');
      case 'subquery': {
        const [column, ...others] = this.query(value.query, scope);
        if (column === undefined || others.length > 0)
          throw failed(this.sql, value.start, 'Multiple columns returned by subquery are not yet supported');
        return column.type;
      }
      case 'case': {
        if (value.operand) this.alike([value.operand, ...value.whens.map(([when]) => when)], scope, 'CASE', true);
        else for (const [when] of value.whens) this.boolean(when, scope);
        return this.alike(
          [...value.whens.map(([, then]) => then), ...(value.otherwise ? [value.otherwise] : [])],
          scope,
          'CASE',
        );
      }
      case 'cast':
        return this.#cast(value, scope);
      case 'array':
        return array(value.elements.length === 0 ? scalar('unknown') : this.alike(value.elements, scope, 'ARRAY'));
      case 'row':
        return { name: 'row', fields: value.fields.map((field) => ({ type: this.type(field, scope) })) };
      case 'extract':
        return this.#extract(value, scope);
      case 'lambda':
        throw failed(this.sql, value.start, 'a lambda expression stands where a value is expected');
      case 'call':
        return analyseCall(this, value, scope);
      default:
        return value satisfies never;
    }
  }

  #literal(value: Extract<Expression, { kind: 'literal' }>): Type {
    const { type, text } = value;
    switch (type) {
      case 'integer':
        if (BigInt(text) > 9_223_372_036_854_775_807n)
          throw failed(this.sql, value.start, `Invalid numeric literal: ${text}`);
        return scalar(BigInt(text) > 2_147_483_647n ? 'bigint' : 'integer');
      case 'decimal': {
        if (!/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text))
          throw failed(this.sql, value.start, `Invalid decimal literal: ${text}`);
        const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.');
        const exact = decimal(Math.max(1, whole.replace(/^0+/, '').length + fraction.length), fraction.length);
        if (this.#tokens[this.#indexOf(value)]?.text === 'decimal')
          this.respelling.replace(value, `CAST('${text}' AS ${duckType(exact)})`);
        return exact;
      }
      case 'date':
      case 'timestamp':
        if (!isExactText(type, text))
          throw unportable(
            this.sql,
            value.start,
            `${type.toUpperCase()} '${text}'`,
            type === 'date' ? "DATE '2024-01-31'" : "TIMESTAMP '2024-01-31 10:00:00'",
          );
        return scalar(type);
      case 'double':
      case 'boolean':
      case 'varchar':
        return scalar(type);
      default:
        return scalar('unknown');
    }
  }

  #name(value: Extract<Expression, { kind: 'name' }>, scope: Scope): Type {
    const found = scope.find(value.parts);
    const written = value.parts.join('.');
    if ('problem' in found) {
      if (found.problem === 'ambiguous') throw failed(this.sql, value.start, `Column '${written}' is ambiguous`);
      const personal = scope.relations().find((name) => value.parts.some((part) => this.#isWithheld?.(name, part)));
      if (personal !== undefined)
        throw failed(
          this.sql,
          value.start,
          `Column '${written}' tells one person of ${personal} from another, and is not shown here: ask for counts or sums`,
        );
      throw failed(
        this.sql,
        value.start,
        `Column '${written}' cannot be resolved${this.sql[value.start] === '"' ? '; a text takes single quotes' : didYouMean(value.parts.at(-1) ?? written, scope.names())}`,
      );
    }
    return value.parts.slice(found.used).reduce((type, field) => this.#field(type, field, value), found.type);
  }

  #field(type: Type, name: string, at: Span): Type {
    const field = type.name === 'row' ? type.fields.find((candidate) => candidate.name === name) : undefined;
    if (field === undefined) throw failed(this.sql, at.start, `${spell(type)} has no field '${name}'`);
    return field.type;
  }

  #arithmetic(value: Extract<Expression, { kind: 'arithmetic' }>, scope: Scope): Type {
    const { operator, left, right } = value;
    const [a, b] = [this.type(left, scope), this.type(right, scope)];
    if (operator === '||') {
      if (a.name === 'unknown' || b.name === 'unknown')
        throw unportable(this.sql, value.start, 'NULL beside ||, which is an array to Trino', 'CAST(NULL AS varchar)');
      if (a.name === 'varchar' && b.name === 'varchar') return a;
      if (a.name === 'array' || b.name === 'array')
        throw unportable(this.sql, value.start, '|| between arrays', 'concat(a, b)');
      throw failed(this.sql, value.start, `Cannot apply operator: ${spell(a)} || ${spell(b)}`);
    }
    if (isNumber(a) && isNumber(b)) return this.#numeric(value, a, b);
    const unknown = a.name === 'unknown' ? b : a;
    if ((a.name === 'unknown' || b.name === 'unknown') && (isNumber(unknown) || unknown.name === 'unknown'))
      return unknown;
    if (operator === '+' || operator === '-') {
      const [moment, interval, by] = a.name.startsWith('interval') && operator === '+' ? [b, a, left] : [a, b, right];
      if (interval.name.startsWith('interval')) return this.#shifted(value, moment, interval, by);
      if (isMoment(a) && isMoment(b))
        throw unportable(this.sql, value.start, `${spell(a)} - ${spell(b)}`, "date_diff('day', a, b)");
    }
    if (a.name.startsWith('interval') || b.name.startsWith('interval'))
      throw unportable(this.sql, value.start, 'arithmetic on an INTERVAL', "date_add('day', n, x)");
    throw failed(this.sql, value.start, `Cannot apply operator: ${spell(a)} ${operator} ${spell(b)}`);
  }

  /** A moment moved by an interval; DuckDB makes a timestamp of a date, Trino does not. */
  #shifted(at: Expression, moment: Type, interval: Type, by: Expression): Type {
    if (moment.name === 'date') {
      const whole = by.kind === 'interval' && ['day', 'month', 'year'].includes(by.unit);
      if (!whole)
        throw unportable(
          this.sql,
          at.start,
          'a date moved by other than a literal of days, months or years',
          "date_add('day', n, x)",
        );
      this.respelling.wrap(at, 'CAST(', ' AS DATE)');
      return moment;
    }
    if (moment.name === 'timestamp' || (moment.name === 'utc' && interval.name === 'interval day to second'))
      return moment;
    throw isMoment(moment)
      ? unportable(this.sql, at.start, `${spell(moment)} ± INTERVAL`, "at_timezone(x, 'UTC') cast to timestamp first")
      : failed(this.sql, at.start, `Cannot move ${spell(moment)} by an interval`);
  }

  #numeric(value: Extract<Expression, { kind: 'arithmetic' }>, a: Type, b: Type): Type {
    const { operator, right } = value;
    const type = common(a, b) ?? scalar('double');
    if (operator === '/' || operator === '%') {
      if (operator === '/' && type.name === 'double') return type;
      // DuckDB answers NULL to a division of integers by zero, where Trino fails.
      const isGuarded =
        (right.kind === 'literal' && Number(right.text) !== 0) ||
        (right.kind === 'call' &&
          right.name === 'nullif' &&
          right.args[1]?.kind === 'literal' &&
          Number(right.args[1].text) === 0);
      if (isInteger(type) && isGuarded) {
        if (operator === '/') this.respelling.replace(value.operatorAt, '//');
        return type;
      }
      const kinds = `${spell(a)} ${operator} ${spell(b)}`;
      throw unportable(
        this.sql,
        value.operatorAt.start,
        kinds,
        operator === '/' ? 'CAST(x AS double) / NULLIF(y, 0)' : isInteger(type) ? 'x % NULLIF(y, 0)' : 'whole numbers',
      );
    }
    const [x, y] = [asDecimal(a), asDecimal(b)];
    if (type.name !== 'decimal' || x.name !== 'decimal' || y.name !== 'decimal') return type;
    if (operator === '*') {
      if (x.scale + y.scale > 38) throw failed(this.sql, value.start, 'the product has more than 38 decimals');
      return decimal(x.precision + y.precision, x.scale + y.scale);
    }
    const scale = Math.max(x.scale, y.scale);
    return decimal(Math.max(x.precision - x.scale, y.precision - y.scale) + scale + 1, scale);
  }

  #cast(value: Extract<Expression, { kind: 'cast' }>, scope: Scope): Type {
    const to = parseType(value.type);
    if (to === undefined)
      throw unportable(this.sql, value.typeAt.start, `the type ${value.type}`, typeAdvice(value.type));
    const from = this.type(value.value, scope);
    const advice = unportableCast(from, to, value.value);
    if (advice !== undefined)
      throw unportable(this.sql, value.start, `the cast from ${spell(from)} to ${spell(to)}`, advice);
    this.respelling.replace(value.typeAt, duckType(to));
    return to;
  }

  #extract(value: Extract<Expression, { kind: 'extract' }>, scope: Scope): Type {
    const signatures = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'].includes(value.unit)
      ? signaturesOf(value.unit)
      : undefined;
    if (signatures === undefined)
      throw unportable(
        this.sql,
        value.unitAt.start,
        `extract(${value.unit} FROM x)`,
        `${value.unit === 'dow' ? 'day_of_week' : value.unit}(x)`,
      );
    const type = this.type(value.from, scope);
    if (
      !signatures.some(({ parameters: [parameter] }) => parameter?.is === 'value' && parameter.type.name === type.name)
    )
      throw failed(this.sql, value.start, `Cannot extract ${value.unit} from ${spell(type)}`);
    return scalar('bigint');
  }

  /** The common type of values; where they are compared, it must be one that both engines compare alike. */
  alike(values: readonly Expression[], scope: Scope, what: string, compared = false): Type {
    const type = values.reduce<Type>((sofar, value) => {
      const next = this.type(value, scope);
      const both = common(sofar, next);
      if (both === undefined)
        throw failed(
          this.sql,
          value.start,
          `${what} needs one type: ${spell(sofar)} and ${spell(next)} are apart${asMoment(sofar, next)}`,
        );
      return both;
    }, scalar('unknown'));
    const [first] = values;
    if (compared && first) this.comparable(type, first);
    return type;
  }

  comparable(type: Type, at: Span): void {
    const apart = ['array', 'map', 'row', 'json', 'zoned'].includes(type.name) || type.name.startsWith('interval');
    if (apart)
      throw unportable(
        this.sql,
        at.start,
        `comparing ${spell(type)}`,
        type.name === 'zoned' ? 'CAST(x AS timestamp) or the instant itself' : 'the comparison of its parts',
      );
  }

  boolean(value: Expression, scope: Scope): void {
    this.#expect(value, 'boolean', scope, 'a condition');
  }

  #expect(value: Expression, name: 'boolean' | 'varchar', scope: Scope, what: string): void {
    const type = this.type(value, scope);
    if (type.name !== name && type.name !== 'unknown')
      throw failed(this.sql, value.start, `${what} must be ${name}, not ${spell(type)}`);
  }
}

/** How to write what a day or a moment can be compared with, where a text stands beside one. */
function asMoment(a: Type, b: Type): string {
  const moment = [a, b].find(isMoment);
  if (moment === undefined || ![a, b].some(({ name }) => name === 'varchar')) return '';
  return moment.name === 'date' ? "; write DATE '2025-01-31'" : "; write TIMESTAMP '2025-01-31 00:00:00'";
}

const isMoment = (type: Type): boolean => ['date', 'timestamp', 'instant', 'utc', 'zoned'].includes(type.name);

function outputName(value: Expression): string | undefined {
  // A field of anything but a name has no name to Trino.
  return value.kind === 'name' ? value.parts.at(-1) : undefined;
}

function typeAdvice(type: string): string {
  if (/^varchar\(/i.test(type)) return 'CAST(… AS varchar), and substr(x, 1, n) to cut it';
  if (/^char/i.test(type)) return 'varchar';
  if (/^(?:real|float)/i.test(type)) return 'double';
  if (/int$/i.test(type)) return 'integer or bigint';
  if (/^timestamp/i.test(type)) return 'timestamp(3), or from_iso8601_timestamp(x)';
  return 'a type of the subset';
}
