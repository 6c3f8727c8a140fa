import type {
  Body,
  Call,
  Cte,
  Expression,
  Query,
  SelectItem,
  SortItem,
  Statement,
  TableExpression,
  Window,
} from './ast.ts';
import { failed, type Span, type Token, tokens, unportable } from './tokens.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** Trino's reserved words: never a name unless quoted. */
const reserved = words(
  `alter and as between by case cast constraint create cross cube current_catalog current_date current_path current_role current_schema
  current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except execute exists extract false for
  from full group grouping having in inner insert intersect into is join left like listagg localtime localtimestamp natural normalize not null
  on or order outer prepare recursive right rollup select skip table then trim true uescape union unnest using values when where with`,
);

/** Words that begin a clause and so are no alias, though Trino does not reserve them. */
const clauses = words(
  'limit offset fetch window qualify tablesample match_recognize asof semi anti positional pivot unpivot exclude lateral sample',
);

/** Clauses of other dialects, and those of Trino that DuckDB has not, with the portable spelling. */
const foreignWords: Readonly<Record<string, string | undefined>> = {
  qualify: 'the window function in a subquery, and WHERE outside it',
  ilike: 'lower(a) LIKE lower(b)',
  tablesample: 'WHERE with a hash of the key, so that each run answers alike',
  sample: 'WHERE with a hash of the key, so that each run answers alike',
  match_recognize: 'window functions in subqueries',
  asof: 'a join on <= and row_number() = 1 outside it',
  exclude: 'the columns by name',
  pivot: 'sum(x) FILTER (WHERE …) for each column',
  unpivot: 'CROSS JOIN UNNEST(ARRAY[…]) AS t(x)',
  window: 'OVER (…) in full at each call',
  natural: 'JOIN … ON',
  similar: 'regexp_like(x, pattern)',
  glob: 'LIKE',
  semi: 'WHERE EXISTS (…)',
  anti: 'WHERE NOT EXISTS (…)',
  positional: 'a join on row_number()',
  collate: 'lower(x)',
};

/**
 * How far a query may go, since the engine's planning time grows with the cube of a chain and doubles with each scalar subquery
 * inside another (measured: 250 operators 0.4 s, 990 17 s; 12 subqueries 5 ms, 25 7 s). All are far beyond what people write.
 */
const most = { depth: 200, queries: 50, subqueries: 12, operators: 250, joins: 250, branches: 1000, types: 20 };

/** Reads a query of the portable subset by recursive descent, after the grammar of Trino (`SqlBase.g4`). */
class Parser {
  readonly #sql: string;
  readonly #all: readonly Token[];
  #at = 0;
  /** How deep the parser stands in expressions, in queries, and in queries inside expressions. */
  readonly #depth = { depth: 0, queries: 0, subqueries: 0 };

  constructor(sql: string, all: readonly Token[]) {
    this.#sql = sql;
    this.#all = all;
  }

  statement(): Statement {
    const first = this.#peek();
    if (first.text === 'show' && this.#peek(1).text === 'tables') {
      this.#at += 2;
      return this.#whole({ kind: 'show tables' });
    }
    if (
      (first.text === 'show' && this.#peek(1).text === 'columns') ||
      first.text === 'describe' ||
      first.text === 'desc'
    ) {
      this.#at += first.text === 'show' ? 2 : 1;
      if (first.text === 'show' && !this.#take('in')) this.#expect('from');
      const at = this.#peek().start;
      return this.#whole({ kind: 'show columns', table: this.#tableName(), at });
    }
    if (first.kind === 'word' && !['select', 'with', 'values', 'table'].includes(first.text)) {
      throw first.text === 'from'
        ? this.#refuse('FROM before SELECT', 'SELECT … FROM …')
        : this.#refuse(`${first.text.toUpperCase()} as a statement`, 'one SELECT: a query only reads');
    }
    return this.#whole({ kind: 'query', query: this.#query() });
  }

  #whole(statement: Statement): Statement {
    this.#take(';');
    if (this.#peek().kind !== 'end')
      throw this.#peekBack().text === ';' ? this.#refuse('more than one statement', 'one SELECT') : this.#unexpected();
    return statement;
  }

  #query(): Query {
    return this.#deeper('queries', 'queries', () => this.#queryHere());
  }

  /** A query inside an expression. */
  #subquery(): Query {
    return this.#deeper('subqueries', 'subqueries', () => this.#query());
  }

  #queryHere(): Query {
    const start = this.#peek().start;
    const ctes: Cte[] = [];
    let recursive = false;
    if (this.#take('with')) {
      recursive = this.#take('recursive');
      do ctes.push(this.#cte());
      while (this.#take(','));
    }
    const body = this.#setOperation();
    const orderBy = this.#take('order') ? this.#sortItems() : [];
    if (this.#take('offset')) {
      this.#count();
      if (!this.#take('row')) this.#take('rows');
    }
    if (this.#take('limit')) {
      if (!this.#take('all')) this.#count();
      if (this.#peek().text === 'offset') throw this.#refuse('LIMIT before OFFSET', 'OFFSET n LIMIT m');
    } else if (this.#take('fetch')) {
      if (!this.#take('first')) this.#expect('next');
      if (this.#peek().kind === 'integer') this.#count();
      if (!this.#take('row')) this.#expect('rows');
      if (this.#peek().text === 'with')
        throw this.#refuse('FETCH … WITH TIES', 'rank() in a subquery, and WHERE outside it');
      this.#expect('only');
    }
    return { start, end: this.#peekBack().end, recursive, ctes, body, orderBy };
  }

  #count(): void {
    if (this.#peek().kind !== 'integer') throw this.#unexpected('a whole number');
    this.#at++;
  }

  #cte(): Cte {
    const start = this.#peek().start;
    const name = this.#identifier();
    const columns = this.#peek().text === '(' ? this.#columnNames() : undefined;
    this.#expect('as');
    if (this.#peek().text === 'materialized' || this.#peek().text === 'not')
      throw this.#refuse('MATERIALIZED', 'WITH name AS (…)');
    const query = this.#parenthesised(() => this.#query());
    return { start, end: this.#peekBack().end, name, query, ...(columns && { columns }) };
  }

  #setOperation(): Body {
    let left = this.#intersection();
    for (let branches = 1; ; branches++) {
      this.#refuseMore('branches', branches, 'SELECTs in one UNION');
      const operator = this.#peek().text;
      if (operator !== 'union' && operator !== 'except') return left;
      this.#at++;
      if (!(operator === 'union' && this.#take('all'))) this.#take('distinct');
      if (this.#peek().text === 'all') throw this.#refuse('EXCEPT ALL', 'EXCEPT');
      if (this.#peek().text === 'by') throw this.#refuse('UNION BY NAME', 'the columns in the same order');
      const right = this.#intersection();
      left = { kind: 'set', operator, left, right, start: left.start, end: right.end };
    }
  }

  #intersection(): Body {
    let left = this.#term();
    for (let branches = 1; this.#take('intersect'); branches++) {
      this.#refuseMore('branches', branches, 'SELECTs in one INTERSECT');
      if (this.#peek().text === 'all') throw this.#refuse('INTERSECT ALL', 'INTERSECT');
      this.#take('distinct');
      const right = this.#term();
      left = { kind: 'set', operator: 'intersect', left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #term(): Body {
    const start = this.#peek().start;
    if (this.#peek().text === '(') {
      const query = this.#parenthesised(() => this.#query());
      return { kind: 'nested', query, start, end: this.#peekBack().end };
    }
    if (this.#take('values')) {
      const rows = this.#list(() => this.#valuesRow());
      return { kind: 'values', rows, start, end: this.#peekBack().end };
    }
    if (this.#peek().text === 'table') throw this.#refuse('TABLE name', 'SELECT * FROM name');
    return this.#select();
  }

  /** `(1, 'a')` is a row of two columns, any other expression a row of one. */
  #valuesRow(): readonly Expression[] {
    const value = this.expression();
    return value.kind === 'row' ? value.fields : [value];
  }

  #select(): Body {
    const start = this.#expect('select').start;
    const distinct = this.#take('distinct');
    if (distinct && this.#peek().text === 'on')
      throw this.#refuse('DISTINCT ON', 'row_number() in a subquery, and WHERE outside it');
    const items = this.#list(() => this.#selectItem());
    const from = this.#take('from') ? this.#tables() : undefined;
    const where = this.#take('where') ? this.expression() : undefined;
    const groupBy: Expression[] = [];
    if (this.#take('group')) {
      this.#expect('by');
      if (this.#peek().text === 'all') throw this.#refuse('GROUP BY ALL', 'GROUP BY 1, 2');
      this.#take('distinct');
      this.#list(() => this.#grouping(groupBy));
    }
    const having = this.#take('having') ? this.expression() : undefined;
    const foreign = this.#peek();
    if (foreign.kind === 'word' && (foreign.text === 'qualify' || foreign.text === 'window'))
      throw this.#refuse(foreign.text.toUpperCase(), foreignWords[foreign.text]);
    return {
      kind: 'select',
      distinct,
      items,
      groupBy,
      start,
      end: this.#peekBack().end,
      ...(from && { from }),
      ...(where && { where }),
      ...(having && { having }),
    };
  }

  #grouping(into: Expression[]): void {
    const kind = this.#peek().text;
    if (kind === 'rollup' || kind === 'cube') this.#at++;
    else if (kind === 'grouping' && this.#peek(1).text === 'sets') {
      this.#at += 2;
      this.#parenthesised(() => this.#list(() => this.#grouping(into)));
      return;
    } else if (this.#peek().text !== '(') {
      into.push(this.expression());
      return;
    } else if (this.#peek(1).text === ')') {
      this.#at += 2;
      return;
    }
    const set = this.expression();
    into.push(...(set.kind === 'row' ? set.fields : [set]));
  }

  #selectItem(): SelectItem {
    const first = this.#peek();
    if (this.#take('*')) {
      this.#refuseForeign();
      if (['except', 'replace', 'rename', 'like'].includes(this.#peek().text))
        throw this.#refuse(`* ${this.#peek().text.toUpperCase()}`, 'the columns by name');
      return { kind: 'star', start: first.start, end: first.end };
    }
    if (this.#peek(1).text === '.' && this.#peek(2).text === '*') {
      const of = this.#identifier();
      this.#at += 2;
      this.#refuseForeign();
      return { kind: 'star', of, start: first.start, end: this.#peekBack().end };
    }
    if (this.#peek(1).text === ':') throw this.#refuse('name: value', 'value AS name');
    const value = this.expression();
    const { start, end, text } = this.#peek();
    const alias = this.#alias();
    return {
      kind: 'value',
      value,
      ...(alias !== undefined && { alias, ...(text !== 'as' && { bare: { start, end } }) }),
    };
  }

  #alias(): string | undefined {
    if (this.#take('as')) return this.#identifier();
    const next = this.#peek();
    this.#refuseForeign();
    if (next.kind === 'string') throw this.#refuse('a name in single quotes', 'AS "name"');
    return next.kind === 'name' || (next.kind === 'word' && !reserved.has(next.text) && !clauses.has(next.text))
      ? this.#identifier()
      : undefined;
  }

  #tables(): TableExpression {
    let left = this.#joined();
    for (let joins = 1; this.#take(','); joins++) {
      this.#refuseMore('joins', joins, 'tables in one FROM');
      const right = this.#joined();
      left = { kind: 'join', type: 'cross', left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #joined(): TableExpression {
    let left = this.#relation();
    for (let joins = 0; ; joins++) {
      this.#refuseMore('joins', joins, 'joins');
      this.#refuseForeign();
      let type = this.#peek().text;
      if (!['join', 'inner', 'left', 'right', 'full', 'cross'].includes(type)) return left;
      this.#at++;
      if (type === 'join') type = 'inner';
      else {
        this.#refuseForeign();
        if (type !== 'inner' && type !== 'cross') this.#take('outer');
        this.#expect('join');
      }
      const right = this.#relation();
      const join = { kind: 'join', type, left, right, start: left.start } as const;
      if (type === 'cross') left = { ...join, end: right.end };
      else if (this.#take('using')) left = { ...join, using: this.#columnNames(), end: this.#peekBack().end };
      else {
        this.#expect('on');
        const on = this.expression();
        left = { ...join, on, end: on.end };
      }
    }
  }

  #relation(): TableExpression {
    const { start, text, kind } = this.#peek();
    if (kind === 'string') throw this.#refuse('a file as a table', 'the name of a table of the lake');
    if (text === 'unnest' && kind === 'word') {
      this.#at++;
      const arrays = this.#parenthesised(() => this.#list(() => this.expression()));
      const ordinality = this.#take('with');
      if (ordinality) this.#expect('ordinality');
      const callAt = { start, end: this.#peekBack().end };
      return { kind: 'unnest', arrays, ordinality, callAt, ...this.#correlation(), start, end: this.#peekBack().end };
    }
    const lateral = kind === 'word' && this.#take('lateral');
    if (this.#peek().text === '(') {
      const inner = this.#peek(1).text;
      if (lateral || inner === 'select' || inner === 'with' || inner === 'values' || inner === '(') {
        const query = this.#parenthesised(() => this.#query());
        return { kind: 'derived', lateral, query, ...this.#correlation(), start, end: this.#peekBack().end };
      }
      return this.#deeper('queries', 'parentheses around tables', () => this.#parenthesised(() => this.#tables()));
    }
    if (this.#peek(1).text === '(')
      throw this.#refuse(`the table function ${this.#peek().text}`, 'the name of a table of the lake');
    const name = this.#tableName();
    if (this.#peek().text === 'for') throw this.#refuse('FOR … AS OF', 'a condition on dt');
    return { kind: 'table', name, ...this.#correlation(), start, end: this.#peekBack().end };
  }

  /** `AS t(a, b)`. */
  #correlation(): { alias?: string; columns?: readonly string[] } {
    const alias = this.#alias();
    if (alias === undefined) return {};
    if (this.#peek().text !== '(') return { alias };
    return { alias, columns: this.#columnNames() };
  }

  #columnNames(): readonly string[] {
    return this.#parenthesised(() => this.#list(() => this.#identifier()));
  }

  #tableName(): string {
    const name = this.#identifier();
    if (this.#peek().text === '.')
      throw this.#refuse('a table with its schema', `${this.#peek(1).text} alone: the warehouse has one schema`);
    return name;
  }

  #sortItems(): readonly SortItem[] {
    this.#expect('by');
    return this.#list(() => {
      if (this.#peek().text === 'all' && this.#peek(1).text !== '.')
        throw this.#refuse('ORDER BY ALL', 'ORDER BY 1, 2');
      const value = this.expression();
      if (!this.#take('asc')) this.#take('desc');
      if (this.#take('nulls') && !this.#take('first')) this.#expect('last');
      return { value };
    });
  }

  expression(): Expression {
    return this.#deeper('depth', 'expressions', () => this.#lambda() ?? this.#disjunction());
  }

  /** Reads something that may hold its like. */
  #deeper<T>(of: 'depth' | 'queries' | 'subqueries', what: string, read: () => T): T {
    this.#depth[of]++;
    if (this.#depth[of] > most[of])
      throw failed(this.#sql, this.#peek().start, `more than ${most[of]} ${what} one inside another`);
    const value = read();
    this.#depth[of]--;
    return value;
  }

  #refuseMore(than: keyof typeof most, count: number, what: string): void {
    if (count > most[than]) throw failed(this.#sql, this.#peek().start, `more than ${most[than]} ${what}`);
  }

  #lambda(): Expression | undefined {
    const start = this.#at;
    const first = this.#peek();
    const parameters: string[] = [];
    if (first.text === '(' && first.kind === 'symbol') {
      let i = 1;
      while (this.#peek(i).kind === 'word' && [',', ')'].includes(this.#peek(i + 1).text)) {
        parameters.push(this.#peek(i).text);
        i += 2;
      }
      if (this.#peek(i - 1).text !== ')' || this.#peek(i).text !== '->') return undefined;
      this.#at += i;
    } else if ((first.kind === 'word' || first.kind === 'name') && this.#peek(1).text === '->')
      parameters.push(this.#identifier());
    else return undefined;
    const arrowAt = { start: this.#all[start]?.start ?? 0, end: this.#expect('->').end };
    const body = this.expression();
    return { kind: 'lambda', parameters, arrowAt, body, start: arrowAt.start, end: body.end };
  }

  #disjunction(): Expression {
    return this.#operands('or', () => this.#operands('and', () => this.#negation()));
  }

  #operands(word: string, operand: () => Expression): Expression {
    const first = operand();
    if (this.#peek().text !== word || this.#peek().kind !== 'word') return first;
    const operands = [first];
    while (this.#take(word)) operands.push(operand());
    return { kind: 'logic', operands, start: first.start, end: this.#peekBack().end };
  }

  #negation(): Expression {
    const { start } = this.#peek();
    if (!this.#take('not')) return this.#predicate();
    for (let nots = 2; this.#take('not'); nots++) this.#refuseMore('operators', nots, 'NOTs in a row');
    const operand = this.#predicate();
    return { kind: 'logic', operands: [operand], start, end: operand.end };
  }

  /** A value with at most one comparison, BETWEEN, IN, LIKE or IS: Trino does not chain them. */
  #predicate(): Expression {
    const value = this.#concatenation();
    const { start } = value;
    this.#refuseForeign();
    const operator = this.#peek();
    if (operator.kind === 'symbol' && ['=', '<>', '!=', '<', '<=', '>', '>='].includes(operator.text)) {
      this.#at++;
      if (['all', 'any', 'some'].includes(this.#peek().text))
        throw this.#refuse(`a comparison with ${this.#peek().text.toUpperCase()}`, 'IN, EXISTS, or min and max');
      const right = this.#concatenation();
      return { kind: 'compare', operator: operator.text, left: value, right, start, end: right.end };
    }
    if (this.#take('is')) {
      this.#take('not');
      if (this.#take('null')) return { kind: 'isnull', value, start, end: this.#peekBack().end };
      if (!this.#take('distinct'))
        throw this.#refuse(`IS ${this.#peek().text.toUpperCase()}`, 'x, NOT x, or x IS NULL');
      this.#expect('from');
      const right = this.#concatenation();
      return { kind: 'compare', operator: 'is distinct from', left: value, right, start, end: right.end };
    }
    const negated = this.#take('not');
    this.#refuseForeign();
    if (this.#take('between')) {
      if (this.#peek().text === 'symmetric') throw this.#refuse('BETWEEN SYMMETRIC', 'least and greatest as bounds');
      const low = this.#concatenation();
      this.#expect('and');
      const high = this.#concatenation();
      return { kind: 'between', value, low, high, start, end: high.end };
    }
    if (this.#take('in')) {
      this.#expect('(');
      if (['select', 'with', 'values'].includes(this.#peek().text)) {
        const query = this.#subquery();
        this.#expect(')');
        return { kind: 'inquery', value, query, start, end: this.#peekBack().end };
      }
      const list = this.#list(() => this.expression());
      this.#expect(')');
      return { kind: 'in', value, list, start, end: this.#peekBack().end };
    }
    if (this.#take('like')) {
      const pattern = this.#concatenation();
      const escape = this.#take('escape') ? this.#concatenation() : undefined;
      return { kind: 'like', value, pattern, start, end: this.#peekBack().end, ...(escape && { escape }) };
    }
    if (negated) throw this.#unexpected('BETWEEN, IN or LIKE');
    return value;
  }

  #concatenation(): Expression {
    return this.#arithmetic(['||'], () =>
      this.#arithmetic(['+', '-'], () => this.#arithmetic(['*', '/', '%'], () => this.#sign())),
    );
  }

  #arithmetic(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    for (let count = 1; operators.includes(this.#peek().text); count++) {
      this.#refuseMore('operators', count, 'operators in a row');
      const operatorAt = this.#peek();
      const operator = operatorAt.text;
      this.#at++;
      if (operator === '/' && this.#peek().text === '/') throw this.#refuse('`//`', 'floor(CAST(a AS double) / b)');
      if (operator === '*' && this.#peek().text === '*') throw this.#refuse('`**`', 'power(a, b)');
      const right = operand();
      left = { kind: 'arithmetic', operator, operatorAt, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #sign(): Expression {
    const { start } = this.#peek();
    let signs = 0;
    while (this.#take('-') || this.#take('+')) this.#refuseMore('operators', ++signs, 'signs in a row');
    if (signs === 0) return this.#postfix();
    const operand = this.#postfix();
    return { kind: 'unary', operand, start, end: operand.end };
  }

  #postfix(): Expression {
    let value = this.#primary();
    for (let fields = 0; ; fields++) {
      this.#refuseMore('operators', fields, 'fields in a row');
      const { start } = value;
      if (this.#peek().text === '[') throw this.#refuse('the subscript [ ]', 'element_at(x, i)');
      if (this.#peek().text === 'at' && this.#peek(1).text === 'time')
        throw this.#refuse('AT TIME ZONE', "at_timezone(x, 'zone')");
      if (this.#peek().text !== '.' || this.#peek().kind !== 'symbol') return value;
      this.#at++;
      if (this.#peek(1).text === '(') throw this.#refuse('a function called with a dot', 'f(x)');
      const field = this.#identifier();
      value = { kind: 'field', of: value, field, start, end: this.#peekBack().end };
    }
  }

  #primary(): Expression {
    const token = this.#peek();
    const { start, text } = token;
    const next = this.#peek(1);
    if (token.kind === 'string') return this.#literal('varchar');
    if (token.kind === 'integer' || token.kind === 'decimal' || token.kind === 'double')
      return this.#literal(token.kind);
    if (token.kind === 'symbol') {
      if (text === '(') return this.#parenthesis();
      if (text === '[') throw this.#refuse('a list in [ ]', 'ARRAY[…]');
      if (text === '{') throw this.#refuse('a struct in { }', 'CAST(ROW(…) AS row(…))');
      throw this.#unexpected('an expression');
    }
    if (token.kind === 'end') throw this.#unexpected('an expression');
    if (token.kind === 'word') {
      if (next.kind === 'string') {
        if (text === 'date' || text === 'timestamp' || text === 'decimal') return this.#literal(text, 1);
        if (text === 'interval') return this.#interval();
        throw this.#refuse(`a literal of type ${text}`, `CAST('…' AS ${text})`);
      }
      if (text === 'interval' && (next.text === '-' || next.text === '+')) return this.#interval();
      if (text === 'interval') throw this.#refuse('INTERVAL without quotes', "INTERVAL '7' DAY");
      if (text === 'true' || text === 'false') return this.#literal('boolean');
      if (text === 'null') return this.#literal('unknown');
      if (text === 'array' && next.text === '[') return this.#array();
      if (text === 'case') return this.#caseOf();
      if (text === 'exists') return this.#exists();
      if ((text === 'cast' || text === 'try_cast') && next.text === '(') return this.#cast();
      if (text === 'extract' && next.text === '(') return this.#extract();
      if (text === 'row' && next.text === '(') {
        this.#at++;
        const fields = this.#parenthesised(() => this.#list(() => this.expression()));
        return { kind: 'row', fields, start, end: this.#peekBack().end };
      }
      if (['current_date', 'current_timestamp', 'localtimestamp'].includes(text)) {
        this.#at++;
        if (this.#peek().text === '(') throw this.#refuse(`${text}(…)`, text);
        return {
          kind: 'call',
          name: text,
          nameAt: token,
          args: [],
          star: false,
          distinct: false,
          orderBy: [],
          closeAt: token.end,
          start,
          end: token.end,
        };
      }
      if (next.text === '(') return this.#call();
      // DuckDB takes these bare words for functions, even where a column has the name.
      if (text.startsWith('current_') || ['localtime', 'user', 'session_user'].includes(text))
        throw this.#refuse(text, `"${text}" in quotes, for a column`);
    }
    const parts = [this.#identifier()];
    while (this.#peek().text === '.' && this.#peek().kind === 'symbol' && this.#peek(2).text !== '(') {
      this.#at++;
      parts.push(this.#identifier());
    }
    return { kind: 'name', parts, start, end: this.#peekBack().end };
  }

  #literal(type: string, skip = 0): Expression {
    const { start } = this.#peek();
    this.#at += skip;
    const { value, end } = this.#peek();
    this.#at++;
    return { kind: 'literal', type, text: value, start, end };
  }

  #interval(): Expression {
    const { start } = this.#expect('interval');
    const negative = this.#take('-');
    if (!negative) this.#take('+');
    const amount = this.#peek();
    if (amount.kind !== 'string' || !/^\d+$/.test(amount.value))
      throw this.#refuse('an INTERVAL that is not one whole number', "INTERVAL '7' DAY");
    this.#at++;
    const unit = this.#identifier();
    if (!['second', 'minute', 'hour', 'day', 'month', 'year'].includes(unit))
      throw this.#refuse(`INTERVAL … ${unit.toUpperCase()}`, 'SECOND, MINUTE, HOUR, DAY, MONTH or YEAR');
    if (this.#peek().text === 'to') throw this.#refuse('INTERVAL … TO …', 'one unit');
    return { kind: 'interval', amount: amount.value, unit, negative, start, end: this.#peekBack().end };
  }

  #parenthesis(): Expression {
    const { start } = this.#peek();
    this.#at++;
    if (this.#peek().text === 'select' || this.#peek().text === 'with') {
      const query = this.#subquery();
      this.#expect(')');
      return { kind: 'subquery', query, start, end: this.#peekBack().end };
    }
    const fields = this.#list(() => this.expression());
    this.#expect(')');
    const [only] = fields;
    if (only !== undefined && fields.length === 1) return { ...only, start, end: this.#peekBack().end };
    return { kind: 'row', fields, start, end: this.#peekBack().end };
  }

  #array(): Expression {
    const { start } = this.#peek();
    this.#at += 2;
    const elements = this.#peek().text === ']' ? [] : this.#list(() => this.expression());
    this.#expect(']');
    return { kind: 'array', elements, start, end: this.#peekBack().end };
  }

  #caseOf(): Expression {
    const { start } = this.#expect('case');
    const operand = this.#peek().text === 'when' ? undefined : this.expression();
    const whens: (readonly [Expression, Expression])[] = [];
    while (this.#take('when')) {
      const when = this.expression();
      this.#expect('then');
      whens.push([when, this.expression()]);
    }
    if (whens.length === 0) throw this.#unexpected('WHEN');
    const otherwise = this.#take('else') ? this.expression() : undefined;
    this.#expect('end');
    return {
      kind: 'case',
      whens,
      start,
      end: this.#peekBack().end,
      ...(operand && { operand }),
      ...(otherwise && { otherwise }),
    };
  }

  #exists(): Expression {
    const { start } = this.#expect('exists');
    const query = this.#parenthesised(() => this.#subquery());
    return { kind: 'exists', query, start, end: this.#peekBack().end };
  }

  #cast(): Expression {
    const { start } = this.#peek();
    this.#at += 2;
    const value = this.expression();
    this.#expect('as');
    const typeStart = this.#peek().start;
    const type = this.#type();
    const typeAt = { start: typeStart, end: this.#peekBack().end };
    this.#expect(')');
    return { kind: 'cast', value, type, typeAt, start, end: this.#peekBack().end };
  }

  /** The text of a type, up to the parenthesis that ends the cast. */
  #type(): string {
    const from = this.#at;
    for (let open = 0; this.#peek().kind !== 'end'; this.#at++) {
      const { text, kind } = this.#peek();
      if (text === '[') throw this.#refuse('a type with [ ]', 'array(type)');
      if (text === '(') this.#refuseMore('types', ++open, 'types one inside another');
      else if (text === ')' && open-- === 0) break;
      else if (kind === 'string' || (kind === 'symbol' && text !== ')' && text !== ','))
        throw this.#unexpected('a type');
    }
    return this.#all
      .slice(from, this.#at)
      .map(({ text }) => text)
      .join(' ');
  }

  #extract(): Expression {
    const { start } = this.#peek();
    this.#at += 2;
    const unitAt = this.#peek();
    const unit = this.#identifier();
    this.#expect('from');
    const from = this.expression();
    this.#expect(')');
    return { kind: 'extract', unit, unitAt, from, start, end: this.#peekBack().end };
  }

  #call(): Call {
    const nameAt = this.#peek();
    this.#at += 2;
    const star = this.#take('*');
    const distinct = !star && this.#take('distinct');
    const args = star || this.#peek().text === ')' ? [] : this.#list(() => this.expression());
    if (['ignore', 'respect'].includes(this.#peek().text))
      throw this.#refuse('IGNORE NULLS inside the parentheses', 'f(x) IGNORE NULLS OVER (…)');
    if (this.#peek().text === 'on') throw this.#refuse('ON OVERFLOW', 'listagg without it');
    const orderBy: SortItem[] = this.#take('order') ? [...this.#sortItems()] : [];
    if (this.#peek().text === ':' || this.#peek().text === 'from' || this.#peek().text === 'in')
      throw this.#refuse(`${nameAt.text}(… ${this.#peek().text.toUpperCase()} …)`, `${nameAt.text}(a, b)`);
    const closeAt = this.#expect(')').start;
    let withinAt: Span | undefined;
    if (this.#peek().text === 'within' && this.#peek(1).text === 'group') {
      this.#at += 2;
      withinAt = { start: closeAt, end: this.#expect('(').end };
      this.#expect('order');
      orderBy.push(...this.#sortItems());
      this.#expect(')');
    }
    let filter: Expression | undefined;
    if (this.#peek().text === 'filter' && this.#peek(1).text === '(') {
      this.#at += 2;
      this.#expect('where');
      filter = this.expression();
      this.#expect(')');
    }
    let ignoreNullsAt: Span | undefined;
    if (['ignore', 'respect'].includes(this.#peek().text) && this.#peek(1).text === 'nulls') {
      ignoreNullsAt = { start: this.#peek().start, end: this.#peek(1).end };
      if (this.#peek().text === 'respect') throw this.#refuse('RESPECT NULLS', 'the call without it');
      this.#at += 2;
    }
    const over = this.#take('over') ? this.#window() : undefined;
    return {
      kind: 'call',
      name: nameAt.text,
      nameAt,
      args,
      star,
      distinct,
      orderBy,
      closeAt,
      start: nameAt.start,
      end: this.#peekBack().end,
      ...(withinAt && { withinAt }),
      ...(filter && { filter }),
      ...(ignoreNullsAt && { ignoreNullsAt }),
      ...(over && { over }),
    };
  }

  #window(): Window {
    if (this.#peek().text !== '(') throw this.#refuse('a named window', 'OVER (…) in full at each call');
    return this.#parenthesised(() => {
      const partitionBy: Expression[] = [];
      if (this.#take('partition')) {
        this.#expect('by');
        partitionBy.push(...this.#list(() => this.expression()));
      }
      const orderBy = this.#take('order') ? this.#sortItems() : [];
      const unit = this.#peek().text;
      if (unit === ')') return { partitionBy, orderBy };
      if (unit !== 'rows' && unit !== 'range')
        throw unit === 'groups' ? this.#refuse('GROUPS frames', 'ROWS or RANGE') : this.#unexpected('ROWS or RANGE');
      this.#at++;
      const bounds: Expression[] = [];
      if (this.#take('between')) {
        this.#bound(bounds);
        this.#expect('and');
      }
      this.#bound(bounds);
      if (this.#peek().text === 'exclude') throw this.#refuse('EXCLUDE in a frame', 'a frame without it');
      return { partitionBy, orderBy, frame: { unit, bounds } };
    });
  }

  #bound(into: Expression[]): void {
    if (this.#take('current')) {
      this.#expect('row');
      return;
    }
    if (!this.#take('unbounded')) into.push(this.expression());
    if (!this.#take('preceding')) this.#expect('following');
  }

  #identifier(): string {
    const token = this.#peek();
    if (token.kind !== 'name' && (token.kind !== 'word' || reserved.has(token.text))) throw this.#unexpected('a name');
    this.#at++;
    return token.value;
  }

  #list<T>(item: () => T): readonly T[] {
    const items = [item()];
    while (this.#take(',')) items.push(item());
    return items;
  }

  #parenthesised<T>(inner: () => T): T {
    this.#expect('(');
    const value = inner();
    this.#expect(')');
    return value;
  }

  #refuseForeign(): void {
    const { kind, text } = this.#peek();
    // A word of another dialect may be an honest name before a dot, a comma or an end.
    if (
      kind !== 'word' ||
      foreignWords[text] === undefined ||
      [',', '.', ')', 'as', '='].includes(this.#peek(1).text) ||
      this.#peek(1).kind === 'end'
    )
      return;
    throw this.#refuse(text.toUpperCase(), foreignWords[text]);
  }

  #peek(ahead = 0): Token {
    const token = this.#all[this.#at + ahead] ?? this.#all.at(-1);
    if (token === undefined) throw failed(this.#sql, 0, 'the query is empty');
    return token;
  }

  #peekBack(): Token {
    return this.#peek(-1);
  }

  #take(text: string): boolean {
    const token = this.#peek();
    const taken = token.text === text && (token.kind === 'word' || token.kind === 'symbol');
    if (taken) this.#at++;
    return taken;
  }

  #expect(text: string): Token {
    if (!this.#take(text)) throw this.#unexpected(text.toUpperCase());
    return this.#peekBack();
  }

  #refuse(construct: string, advice?: string): Error {
    return unportable(this.#sql, this.#peek().start, construct, advice);
  }

  #unexpected(wanted?: string): Error {
    const { text, kind, start } = this.#peek();
    const found = kind === 'end' ? 'the end of the query' : kind === 'string' || kind === 'name' ? text : `'${text}'`;
    return failed(this.#sql, start, `unexpected ${found}${wanted === undefined ? '' : `, expected ${wanted}`}`);
  }
}

/** Reads one statement, from its tokens where they are at hand. @throws UnportableSql @throws QueryFailed */
export function parse(sql: string, all: readonly Token[] = tokens(sql)): Statement {
  return new Parser(sql, all).statement();
}
