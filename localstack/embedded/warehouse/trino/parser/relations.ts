import type { Expression, TableExpression } from '../ast.ts';
import type { Names, Span, Token } from '../tokens.ts';
import { clauses, type Cursor, reserved } from './cursor.ts';

/** A name that stands behind what it names, with AS or without. */
export function aliasName(c: Cursor): Token | undefined {
  if (c.take('as')) return c.name();
  const next = c.peek();
  c.refuseForeign();
  if (next.kind === 'string') throw c.refuse('a name in single quotes', 'AS "name"');
  return next.kind === 'name' || (next.kind === 'word' && !reserved.has(next.text) && !clauses.has(next.text))
    ? c.name()
    : undefined;
}

export function tables(c: Cursor): TableExpression {
  let left = joined(c);
  for (let joins = 1; c.take(','); joins++) {
    c.refuseMore('joins', joins, 'tables in one FROM');
    const right = joined(c);
    left = { kind: 'join', type: 'cross', left, right, start: left.start, end: right.end };
  }
  return left;
}

function joined(c: Cursor): TableExpression {
  let left = relation(c);
  for (let joins = 0; ; joins++) {
    c.refuseMore('joins', joins, 'joins');
    c.refuseForeign();
    let type = c.peek().text;
    if (!['join', 'inner', 'left', 'right', 'full', 'cross'].includes(type)) return left;
    c.skip(1);
    if (type === 'join') type = 'inner';
    else {
      c.refuseForeign();
      if (type !== 'inner' && type !== 'cross') c.take('outer');
      c.expect('join');
    }
    const right = relation(c);
    const join = { kind: 'join', type, left, right, start: left.start } as const;
    if (type === 'cross') left = { ...join, end: right.end };
    else if (c.take('using'))
      left = { ...join, using: c.columnNames().map(({ value }) => value), end: c.peekBack().end };
    else {
      c.expect('on');
      const on = c.expression();
      left = { ...join, on, end: on.end };
    }
  }
}

function relation(c: Cursor): TableExpression {
  const { start, text, kind } = c.peek();
  if (kind === 'string') throw c.refuse('a file as a table', 'the name of a table of the lake');
  if (text === 'unnest' && kind === 'word') {
    c.skip(1);
    const arrays = c.parenthesised(() => c.list(() => c.expression()));
    const ordinality = c.take('with');
    if (ordinality) c.expect('ordinality');
    const callAt = { start, end: c.peekBack().end };
    return { kind: 'unnest', arrays, ordinality, callAt, ...correlation(c), start, end: c.peekBack().end };
  }
  const lateral = kind === 'word' && c.take('lateral');
  if (c.peek().text === '(') {
    const inner = c.peek(1).text;
    if (lateral || inner === 'select' || inner === 'with' || inner === 'values' || inner === 'table' || inner === '(') {
      const query = c.parenthesised(() => c.query());
      return { kind: 'derived', lateral, query, ...correlation(c), start, end: c.peekBack().end };
    }
    return c.deeper('queries', 'parentheses around tables', () => c.parenthesised(() => tables(c)));
  }
  if (c.peek(1).text === '(') throw c.refuse(`the table function ${c.peek().text}`, 'the name of a table of the lake');
  const { table: name, ...qualifier } = tableName(c);
  const nameEnd = c.peekBack().end;
  if (c.peek().text === '(') throw c.refuse(`the table function ${name}`, 'the name of a table of the lake');
  if (c.peek().text === 'for') throw c.refuse('FOR … AS OF', 'a condition on dt');
  return { kind: 'table', name, nameEnd, ...qualifier, ...correlation(c), ...sample(c), start, end: c.peekBack().end };
}

/** A table by its name alone. */
export function namedTable(c: Cursor): TableExpression {
  const { start } = c.peek();
  const { table: name, ...qualifier } = tableName(c);
  const { end } = c.peekBack();
  return { kind: 'table', name, nameEnd: end, ...qualifier, start, end };
}

/** `AS t(a, b)`. */
function correlation(c: Cursor): { alias?: string; columns?: Names } {
  const alias = aliasName(c)?.value;
  if (alias === undefined) return {};
  if (c.peek().text !== '(') return { alias };
  return { alias, columns: c.columnNames() };
}

/** `TABLESAMPLE BERNOULLI (10)`: each row by itself, with this chance in a hundred. */
function sample(c: Cursor): { readonly share?: Expression } {
  if (c.peek().text !== 'tablesample' || c.peek().kind !== 'word') return {};
  c.skip(1);
  if (c.peek().text !== 'bernoulli') throw c.refuse(`TABLESAMPLE ${c.peek().text.toUpperCase()}`, 'BERNOULLI (10)');
  c.skip(1);
  return { share: c.parenthesised(() => c.expression()) };
}

/** A table's name, and where the names of its catalogue and schema stand before it. */
export interface TableName {
  readonly table: string;
  readonly qualifier?: readonly string[];
  /** Up to the last dot. */
  readonly qualifierAt?: Span;
}

export function tableName(c: Cursor): TableName {
  const { start } = c.peek();
  const parts = [c.identifier()];
  while (c.take('.')) parts.push(c.identifier());
  const table = parts.pop() ?? '';
  if (parts.length === 0) return { table };
  if (parts.length > 2) throw c.refuse('a name of more than three parts', 'catalog.schema.table');
  return { table, qualifier: parts, qualifierAt: { start, end: c.peek(-2).end } };
}
