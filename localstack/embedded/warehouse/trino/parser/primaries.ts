import type { Expression } from '../ast.ts';
import { leftOut } from '../functions/left-out.ts';
import { catalog, database } from '../names.ts';
import { call, callOf } from './calls.ts';
import type { Span, Token } from '../tokens.ts';
import { type Cursor } from './cursor.ts';

export function primary(c: Cursor): Expression {
  const token = c.peek();
  const { start, text } = token;
  const next = c.peek(1);
  if (token.kind === 'string') return literal(c, 'varchar');
  if (token.kind === 'integer' || token.kind === 'decimal' || token.kind === 'double') return literal(c, token.kind);
  if (token.kind === 'symbol') {
    if (text === '(') return parenthesis(c);
    if (text === '[') throw c.refuse('a list in [ ]', 'ARRAY[…]');
    if (text === '{') throw c.refuse('a struct in { }', 'CAST(ROW(…) AS row(…))');
    throw c.unexpected('an expression');
  }
  if (token.kind === 'end') throw c.unexpected('an expression');
  if (token.kind === 'word') {
    if (next.kind === 'string') {
      if (text === 'date' || text === 'timestamp' || text === 'decimal') return literal(c, text, 1);
      if (text === 'interval') return interval(c);
      return typedLiteral(c);
    }
    if (text === 'interval' && (next.text === '-' || next.text === '+')) return interval(c);
    if (text === 'interval') throw c.refuse('INTERVAL without quotes', "INTERVAL '7' DAY");
    if (text === 'true' || text === 'false') return literal(c, 'boolean');
    if (text === 'null') return literal(c, 'unknown');
    if (text === 'array' && next.text === '[') return array(c);
    if (text === 'case') return caseOf(c);
    if (text === 'exists') return exists(c);
    if ((text === 'cast' || text === 'try_cast') && next.text === '(') return cast(c);
    if (text === 'extract' && next.text === '(') return extract(c);
    if (text === 'row' && next.text === '(') {
      c.skip(1);
      const fields = c.parenthesised(() => c.list(() => c.expression()));
      return { kind: 'row', fields, start, end: c.peekBack().end };
    }
    if (['current_date', 'current_timestamp', 'localtimestamp'].includes(text)) {
      c.skip(1);
      if (c.peek().text === '(') throw c.refuse(`${text}(…)`, text);
      return callOf(token);
    }
    if (next.text === '(') return spokenCall(c, text) ?? call(c);
    // DuckDB takes these bare words for functions, even where a column has the name.
    if (text === 'current_schema' || text === 'current_catalog')
      throw c.refuse(text, `'${text === 'current_schema' ? database : catalog}'`);
    if (text.startsWith('current_') || ['localtime', 'user', 'session_user'].includes(text))
      throw c.refuse(text, `"${text}" in quotes, for a column`);
  }
  if (token.kind === 'name' && next.text === '(') return call(c);
  const parts = [c.identifier()];
  while (c.peek().text === '.' && c.peek().kind === 'symbol' && c.peek(2).text !== '(') {
    c.skip(1);
    parts.push(c.identifier());
  }
  return { kind: 'name', parts, shown: c.peekBack().written, start, end: c.peekBack().end };
}

function literal(c: Cursor, type: string, skip = 0): Extract<Expression, { kind: 'literal' }> {
  const { start } = c.peek();
  c.skip(skip);
  const { value, end } = c.peek();
  c.skip(1);
  return { kind: 'literal', type, text: value, isNamed: skip > 0, start, end };
}

/** `DOUBLE '1.5'`, which is a cast of the text; `JSON '…'` is read as by json_parse. */
function typedLiteral(c: Cursor): Expression {
  const typeAt = c.peek();
  if (!/^(?:boolean|tinyint|smallint|int|integer|bigint|real|double|varchar|char|json)$/.test(typeAt.text))
    throw c.refuse(`a literal of type ${typeAt.text}`, `CAST('…' AS ${typeAt.text})`);
  c.skip(1);
  const value = literal(c, 'varchar');
  const span = { start: typeAt.start, end: value.end };
  if (typeAt.text === 'json') return { ...callOf(typeAt), name: 'json_parse', args: [value], ...span };
  // As long as it is written.
  const type = typeAt.text === 'char' ? `char(${Math.max(1, Array.from(value.text).length)})` : typeAt.text;
  return { kind: 'cast', value, type, typeAt, lenient: false, ...span };
}

/** Calls whose arguments stand between words, as the SQL standard has them; undefined where they stand between commas. */
function spokenCall(c: Cursor, name: string): Expression | undefined {
  const nameAt = c.peek();
  if (name === 'trim') return trim(c, nameAt);
  if (name === 'json_value' || name === 'json_exists') return jsonPath(c, nameAt);
  if (name === 'json_query') throw c.refuse('the function json_query', leftOut['json_query']);
  if (name !== 'substring' && name !== 'position' && name !== 'normalize') return undefined;
  c.skip(2);
  // In position(a IN b) the word is no predicate of the first.
  const args = [name === 'position' ? c.operand() : c.expression()];
  if (name === 'substring' && c.take('from')) {
    args.push(c.expression());
    if (c.take('for')) args.push(c.expression());
  } else if (name === 'position') {
    c.expect('in');
    args.unshift(c.operand());
  } else if (name === 'normalize') {
    if (c.take(',')) args.push(textOf(c.name()));
  } else while (c.take(',')) args.push(c.expression());
  c.expect(')');
  return { ...callOf(nameAt), name: name === 'position' ? 'strpos' : name, args, end: c.peekBack().end };
}

/** `json_value(x, 'lax $.a' [RETURNING type] [NULL ON EMPTY] [NULL ON ERROR])`, and json_exists without all that. */
function jsonPath(c: Cursor, nameAt: Token): Expression {
  c.skip(2);
  const args = [c.expression()];
  if (c.peek().text === 'format') throw c.refuse('FORMAT JSON', `${nameAt.text}(x, 'lax $.path')`);
  c.expect(',');
  args.push(c.expression());
  const returning = nameAt.text === 'json_value' && c.take('returning') ? typeBehind(c) : undefined;
  if (c.peek().text === 'passing') throw c.refuse('PASSING', 'a path without variables');
  for (const when of ['empty', 'error']) {
    if (c.peek(2).text !== when || !c.take('null')) continue;
    c.skip(2);
  }
  if (c.peek().text === 'default') throw c.refuse('DEFAULT … ON EMPTY or ON ERROR', `coalesce(${nameAt.text}(…), x)`);
  if (c.peek(1).text === 'on') throw c.refuse(`${c.peek().text.toUpperCase()} ON …`, 'the call without it');
  c.expect(')');
  return { ...callOf(nameAt), args, end: c.peekBack().end, ...(returning && { returning }) };
}

/** A type up to a word that follows it. */
function typeBehind(c: Cursor): { readonly type: string; readonly at: Span } {
  const first = c.name();
  const parameters = c.peek().text === '(' ? c.parenthesised(() => `(${typeText(c)})`) : '';
  return { type: `${first.text}${parameters}`, at: { start: first.start, end: c.peekBack().end } };
}

/** The name of a form, as the text that a function takes. */
const textOf = ({ text, start, end }: Token): Expression => ({
  kind: 'literal',
  type: 'varchar',
  text,
  isNamed: false,
  start,
  end,
});

/** `trim([LEADING | TRAILING | BOTH] [letters] FROM x)`. */
function trim(c: Cursor, nameAt: Token): Expression | undefined {
  const side = c.peek(2).text;
  const isSided = ['leading', 'trailing', 'both'].includes(side) && c.peek(2).kind === 'word' && c.peek(3).text !== ',';
  if (!isSided) return undefined;
  c.skip(3);
  const first = c.take('from') ? undefined : c.expression();
  if (first !== undefined) c.expect('from');
  const value = c.expression();
  c.expect(')');
  const name = side === 'leading' ? 'ltrim' : side === 'trailing' ? 'rtrim' : 'trim';
  return { ...callOf(nameAt), name, args: first === undefined ? [value] : [value, first], end: c.peekBack().end };
}

function interval(c: Cursor): Expression {
  const { start } = c.expect('interval');
  const negative = c.take('-');
  if (!negative) c.take('+');
  const amount = c.peek();
  if (amount.kind !== 'string' || !/^\d+$/.test(amount.value))
    throw c.refuse('an INTERVAL that is not one whole number', "INTERVAL '7' DAY");
  c.skip(1);
  const unit = c.identifier();
  if (!['second', 'minute', 'hour', 'day', 'month', 'year'].includes(unit))
    throw c.refuse(`INTERVAL … ${unit.toUpperCase()}`, 'SECOND, MINUTE, HOUR, DAY, MONTH or YEAR');
  if (c.peek().text === 'to') throw c.refuse('INTERVAL … TO …', 'one unit');
  return { kind: 'interval', amount: amount.value, unit, negative, start, end: c.peekBack().end };
}

function parenthesis(c: Cursor): Expression {
  const { start } = c.peek();
  c.skip(1);
  if (c.peek().text === 'select' || c.peek().text === 'with') {
    const query = c.subquery();
    c.expect(')');
    return { kind: 'subquery', query, start, end: c.peekBack().end };
  }
  const fields = c.list(() => c.expression());
  c.expect(')');
  const [only] = fields;
  if (only !== undefined && fields.length === 1) return { ...only, start, end: c.peekBack().end };
  return { kind: 'row', fields, start, end: c.peekBack().end };
}

function array(c: Cursor): Expression {
  const { start } = c.peek();
  c.skip(2);
  const elements = c.peek().text === ']' ? [] : c.list(() => c.expression());
  c.expect(']');
  return { kind: 'array', elements, start, end: c.peekBack().end };
}

function caseOf(c: Cursor): Expression {
  const { start } = c.expect('case');
  const operand = c.peek().text === 'when' ? undefined : c.expression();
  const whens: (readonly [Expression, Expression])[] = [];
  while (c.take('when')) {
    const when = c.expression();
    c.expect('then');
    whens.push([when, c.expression()]);
  }
  if (whens.length === 0) throw c.unexpected('WHEN');
  const otherwise = c.take('else') ? c.expression() : undefined;
  c.expect('end');
  return {
    kind: 'case',
    whens,
    start,
    end: c.peekBack().end,
    ...(operand && { operand }),
    ...(otherwise && { otherwise }),
  };
}

function exists(c: Cursor): Expression {
  const { start } = c.expect('exists');
  const query = c.parenthesised(() => c.subquery());
  return { kind: 'exists', query, start, end: c.peekBack().end };
}

function cast(c: Cursor): Expression {
  const { start, text } = c.peek();
  c.skip(2);
  const value = c.expression();
  c.expect('as');
  const typeStart = c.peek().start;
  const name = typeText(c);
  const typeAt = { start: typeStart, end: c.peekBack().end };
  c.expect(')');
  return { kind: 'cast', value, type: name, typeAt, lenient: text === 'try_cast', start, end: c.peekBack().end };
}

/** The text of a type, up to the parenthesis that ends the cast. */
function typeText(c: Cursor): string {
  const parts: string[] = [];
  for (let open = 0; c.peek().kind !== 'end'; c.skip(1)) {
    const { text, kind } = c.peek();
    if (text === '[') throw c.refuse('a type with [ ]', 'array(type)');
    if (text === '(') c.refuseMore('types', ++open, 'types one inside another');
    else if (text === ')' && open-- === 0) break;
    else if (kind === 'string' || (kind === 'symbol' && text !== ')' && text !== ',')) throw c.unexpected('a type');
    parts.push(text);
  }
  return parts.join(' ');
}

function extract(c: Cursor): Expression {
  const { start } = c.peek();
  c.skip(2);
  const unitAt = c.peek();
  const unit = c.identifier();
  c.expect('from');
  const from = c.expression();
  c.expect(')');
  return { kind: 'extract', unit, unitAt, from, start, end: c.peekBack().end };
}
