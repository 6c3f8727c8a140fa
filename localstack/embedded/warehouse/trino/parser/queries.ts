import type { Body, Cte, Expression, Query, SelectItem, Window } from '../ast.ts';
import { failed, unportable } from '../tokens.ts';
import { sortItems, windowOf } from './calls.ts';
import { type Cursor, foreignWords } from './cursor.ts';
import { aliasName, namedTable, tables } from './relations.ts';

/** A query with what stands around its SELECTs. */
export function queryAt(c: Cursor): Query {
  const start = c.peek().start;
  const ctes: Cte[] = [];
  let recursive = false;
  if (c.take('with')) {
    recursive = c.take('recursive');
    do ctes.push(cte(c));
    while (c.take(','));
  }
  const body = setOperation(c);
  const orderBy = c.take('order') ? sortItems(c) : [];
  const behind = c.peek();
  let ties: number | undefined;
  if (c.take('offset')) {
    count(c);
    if (!c.take('row')) c.take('rows');
  }
  if (c.take('limit')) {
    if (!c.take('all')) count(c);
    if (c.peek().text === 'offset') throw c.refuse('LIMIT before OFFSET', 'OFFSET n LIMIT m');
    if (c.peek().text === ',') throw c.refuse('LIMIT n, m', 'OFFSET n LIMIT m');
  } else if (c.take('fetch')) {
    if (!c.take('first')) c.expect('next');
    const rows = c.peek().kind === 'integer' ? count(c) : 1;
    if (!c.take('row')) c.expect('rows');
    if (c.take('with')) {
      if (behind.text === 'offset') throw c.refuse('OFFSET before WITH TIES', 'rank() in a subquery');
      c.expect('ties');
      ties = rows;
    } else c.expect('only');
  }
  const limited = c.peek() !== behind;
  const query = { start, end: c.peekBack().end, recursive, ctes, body, orderBy, limited };
  return ties === undefined ? query : { ...query, ties };
}

/** The largest bigint: Athena counts rows in it. */
const mostRows = 2n ** 63n - 1n;

function count(c: Cursor): number {
  if (c.peek().kind !== 'integer') throw c.unexpected('a whole number');
  c.skip(1);
  const { text, start } = c.peekBack();
  if (BigInt(text) > mostRows) throw failed(c.sql, start, `Invalid numeric literal: ${text}`);
  return Number(text);
}

function cte(c: Cursor): Cte {
  const start = c.peek().start;
  const name = c.identifier();
  const columns = c.peek().text === '(' ? c.columnNames() : undefined;
  c.expect('as');
  if (c.peek().text === 'materialized' || c.peek().text === 'not') throw c.refuse('MATERIALIZED', 'WITH name AS (…)');
  const query = c.parenthesised(() => c.query());
  return { start, end: c.peekBack().end, name, query, ...(columns && { columns }) };
}

function setOperation(c: Cursor): Body {
  let left = intersection(c);
  for (let branches = 1; ; branches++) {
    c.refuseMore('branches', branches, 'SELECTs in one UNION');
    const operator = c.peek().text;
    if (operator !== 'union' && operator !== 'except') return left;
    c.skip(1);
    const isDistinct = !c.take('all');
    if (isDistinct) c.take('distinct');
    if (c.peek().text === 'by') throw c.refuse('UNION BY NAME', 'the columns in the same order');
    const right = intersection(c);
    left = { kind: 'set', operator, isDistinct, left, right, start: left.start, end: right.end };
  }
}

function intersection(c: Cursor): Body {
  let left = term(c);
  for (let branches = 1; c.take('intersect'); branches++) {
    c.refuseMore('branches', branches, 'SELECTs in one INTERSECT');
    const isDistinct = !c.take('all');
    if (isDistinct) c.take('distinct');
    const right = term(c);
    left = { kind: 'set', operator: 'intersect', isDistinct, left, right, start: left.start, end: right.end };
  }
  return left;
}

function term(c: Cursor): Body {
  const start = c.peek().start;
  if (c.peek().text === '(') {
    const query = c.parenthesised(() => c.query());
    return { kind: 'nested', query, start, end: c.peekBack().end };
  }
  if (c.take('values')) {
    const rows = c.list(() => valuesRow(c));
    return { kind: 'values', rows, start, end: c.peekBack().end };
  }
  if (c.peek().text === 'table' && c.peek().kind === 'word') return wholeTable(c);
  return select(c);
}

/** `TABLE name`, which is all of it. */
function wholeTable(c: Cursor): Body {
  const { start } = c.expect('table');
  const from = namedTable(c);
  const span = { start, end: from.end };
  return {
    kind: 'select',
    distinct: false,
    items: [{ kind: 'star', ...span }],
    groupBy: [],
    groupedPartly: [],
    windows: [],
    from,
    ...span,
  };
}

/** `(1, 'a')` is a row of two columns, any other expression a row of one. */
function valuesRow(c: Cursor): readonly Expression[] {
  const value = c.expression();
  return value.kind === 'row' ? value.fields : [value];
}

function select(c: Cursor): Body {
  const start = c.expect('select').start;
  const distinct = c.take('distinct');
  if (distinct && c.peek().text === 'on')
    throw c.refuse('DISTINCT ON', 'row_number() in a subquery, and WHERE outside it');
  if (c.peek().text === 'top' && c.peek(1).kind === 'integer') throw c.refuse('TOP', 'LIMIT at the end');
  const items = c.list(() => selectItem(c));
  const from = c.take('from') ? tables(c) : undefined;
  const where = c.take('where') ? c.expression() : undefined;
  const groupBy: Expression[] = [];
  const groupedPartly: Expression[] = [];
  if (c.take('group')) {
    c.expect('by');
    if (c.peek().text === 'all') throw c.refuse('GROUP BY ALL', 'GROUP BY 1, 2');
    c.take('distinct');
    c.list(() => grouping(c, groupBy, groupedPartly));
  }
  const having = c.take('having') ? c.expression() : undefined;
  const windows = c.take('window') ? c.list(() => namedWindow(c)) : [];
  if (c.peek().text === 'qualify' && c.peek().kind === 'word') throw c.refuse('QUALIFY', foreignWords['qualify']);
  return {
    kind: 'select',
    distinct,
    items,
    groupBy,
    groupedPartly,
    windows,
    start,
    end: c.peekBack().end,
    ...(from && { from }),
    ...(where && { where }),
    ...(having && { having }),
  };
}

function grouping(c: Cursor, into: Expression[], partly: Expression[]): void {
  const kind = c.peek().text;
  if (kind === 'rollup' || kind === 'cube') c.skip(1);
  else if (kind === 'grouping' && c.peek(1).text === 'sets') {
    c.skip(2);
    const sets: Expression[][] = [];
    c.parenthesised(() =>
      c.list(() => {
        const set: Expression[] = [];
        grouping(c, set, partly);
        sets.push(set);
      }),
    );
    const written = (one: Expression) =>
      one.kind === 'name' ? one.parts.join('.') : c.sql.slice(one.start, one.end).toLowerCase();
    const all = sets.flat();
    into.push(...all);
    partly.push(...all.filter((one) => !sets.every((set) => set.some((other) => written(other) === written(one)))));
    return;
  } else if (c.peek().text !== '(') {
    into.push(c.expression());
    return;
  } else if (c.peek(1).text === ')') {
    c.skip(2);
    return;
  }
  const set = c.expression();
  const values = set.kind === 'row' ? set.fields : [set];
  const computed = kind === '(' ? undefined : values.find((value) => value.kind !== 'name');
  if (computed)
    throw unportable(c.sql, computed.start, `${kind.toUpperCase()} of other than columns`, 'a column of a subquery');
  into.push(...values);
  if (kind !== '(') partly.push(...values);
}

function selectItem(c: Cursor): SelectItem {
  const first = c.peek();
  if (c.take('*')) {
    c.refuseForeign();
    if (['except', 'replace', 'rename', 'like'].includes(c.peek().text))
      throw c.refuse(`* ${c.peek().text.toUpperCase()}`, 'the columns by name');
    return { kind: 'star', start: first.start, end: first.end };
  }
  if (c.peek(1).text === '.' && c.peek(2).text === '*') {
    const of = c.identifier();
    c.skip(2);
    c.refuseForeign();
    return { kind: 'star', of, start: first.start, end: c.peekBack().end };
  }
  if (c.peek(1).text === ':') throw c.refuse('name: value', 'value AS name');
  const value = c.expression();
  const { start, end, text } = c.peek();
  const alias = aliasName(c);
  return {
    kind: 'value',
    value,
    ...(alias !== undefined && {
      alias: alias.value,
      shown: alias.written,
      ...(text !== 'as' && { bare: { start, end } }),
    }),
  };
}

function namedWindow(c: Cursor): Window {
  const name = c.identifier();
  c.expect('as');
  return { ...windowOf(c), name };
}
