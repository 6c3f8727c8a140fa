import type { Pattern, Qualified, Statement } from '../ast.ts';
import { didYouMean } from '../scope.ts';
import { failed, type Token, tokens } from '../tokens.ts';
import { Cursor } from './cursor.ts';
import { concatenation, expression } from './expressions.ts';
import { queryAt } from './queries.ts';
import { tableName } from './relations.ts';

/** Reads one statement, from its tokens where they are at hand. @throws UnportableSql @throws QueryFailed */
export function parse(sql: string, all: Token[] = tokens(sql)): Statement {
  const c = new Cursor(sql, all, { query: queryAt, expression, operand: concatenation });
  const statement = read(c);
  c.take(';');
  if (c.peek().kind !== 'end') throw left(c);
  return statement;
}

/** The error for what stands behind a statement. */
function left(c: Cursor): Error {
  const before = c.peekBack();
  if (before.text === ';') return c.refuse('more than one statement', 'one SELECT');
  if (c.peek().text === '(' && (before.kind === 'word' || before.kind === 'name'))
    return failed(c.sql, before.start, `unexpected '${before.written}(': a comma or an operator is missing before it`);
  return c.unexpected();
}

function read(c: Cursor): Statement {
  const { text, kind, start } = c.peek();
  if (kind !== 'word' || ['select', 'with', 'values', 'table'].includes(text))
    return { kind: 'query', query: c.query() };
  if (text === 'show') return show(c);
  if (text === 'describe' || text === 'desc') {
    c.skip(1);
    if (['input', 'output'].includes(c.peek().text) && c.peek(1).kind !== 'end')
      throw c.refuse(`DESCRIBE ${c.peek().text.toUpperCase()}`, 'DESCRIBE of a table');
    return columnsOf(c);
  }
  if (text === 'explain') return explain(c);
  if (text === 'from') throw c.refuse('FROM before SELECT', 'SELECT … FROM …');
  const near = didYouMean(text, ['select', 'with', 'values', 'show', 'describe', 'explain']);
  if (near !== '' && !otherStatements.has(text)) throw failed(c.sql, start, `unexpected '${text}'${near}`);
  throw c.refuse(`${text.toUpperCase()} as a statement`, 'one SELECT: a query only reads');
}

/** `EXPLAIN [(TYPE LOGICAL | DISTRIBUTED | VALIDATE, FORMAT TEXT)] query`. */
function explain(c: Cursor): Statement {
  c.skip(1);
  const elsewhere = 'EXPLAIN of the query, or --engine trino';
  if (c.peek().text === 'analyze') throw c.refuse('EXPLAIN ANALYZE', elsewhere);
  let validates = false;
  if (c.peek().text === '(' && ['type', 'format'].includes(c.peek(1).text))
    c.parenthesised(() =>
      c.list(() => {
        const option = `${c.identifier()} ${c.peek().text}`;
        if (!['type logical', 'type distributed', 'type validate', 'format text'].includes(option))
          throw c.refuse(`EXPLAIN (${option.toUpperCase()})`, elsewhere);
        c.skip(1);
        validates ||= option === 'type validate';
      }),
    );
  return { kind: 'explain', query: c.query(), validates };
}

function show(c: Cursor): Statement {
  const what = c.peek(1).text;
  c.skip(2);
  switch (what) {
    case 'tables': {
      const schema = c.take('from') || c.take('in') ? qualified(c) : undefined;
      return { kind: 'show tables', ...(schema && { schema }), ...like(c) };
    }
    case 'schemas':
    case 'databases':
      if (c.take('from') || c.take('in')) c.identifier();
      return { kind: 'show schemas', ...like(c) };
    case 'catalogs':
      return { kind: 'show catalogs', ...like(c) };
    case 'functions':
      if (c.take('from') || c.take('in')) qualified(c);
      return { kind: 'show functions', ...like(c) };
    case 'create': {
      const of = c.take('view') ? 'view' : 'table';
      if (of === 'table') c.expect('table');
      const { start: at } = c.peek();
      return { kind: 'show create', of, ...tableName(c), at };
    }
    case 'columns': {
      if (!c.take('in')) c.expect('from');
      return { ...columnsOf(c), ...like(c) };
    }
    default:
      c.skip(-2);
      throw c.refuse(
        `SHOW ${what.toUpperCase()}`,
        what === 'partitions' ? 'SELECT … FROM "name$partitions"' : 'SHOW TABLES',
      );
  }
}

function columnsOf(c: Cursor): Extract<Statement, { kind: 'show columns' }> {
  const { start: at } = c.peek();
  return { kind: 'show columns', ...tableName(c), at };
}

/** The names of a catalogue and a schema, or of a schema. */
function qualified(c: Cursor): Qualified {
  const { start } = c.peek();
  const qualifier = [c.identifier()];
  if (c.take('.')) qualifier.push(c.identifier());
  return { qualifier, qualifierAt: { start, end: c.peekBack().end } };
}

function like(c: Cursor): { readonly like?: Pattern } {
  if (!c.take('like')) return {};
  const pattern = literalText(c);
  return { like: { pattern, ...(c.take('escape') && { escape: literalText(c) }) } };
}

function literalText(c: Cursor): string {
  const { kind, value } = c.peek();
  if (kind !== 'string') throw c.unexpected('a text in single quotes');
  c.skip(1);
  return value;
}

/** Words that begin a statement of Trino's, or of another dialect, and are no slip of the pen. */
const otherStatements: ReadonlySet<string> = new Set(
  (
    'alter analyze attach begin call checkpoint commit comment copy create deallocate delete detach drop ' +
    'execute explain export grant import insert install load merge pragma prepare refresh reset revoke rollback ' +
    'set start summarize truncate unload update use vacuum'
  ).split(' '),
);
