import type { Expression } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { primary } from './primaries.ts';

/** Any expression, a lambda too. */
export const expression = (c: Cursor): Expression => lambda(c) ?? disjunction(c);

function lambda(c: Cursor): Expression | undefined {
  const first = c.peek();
  const parameters: string[] = [];
  if (first.text === '(' && first.kind === 'symbol') {
    let i = 1;
    while (c.peek(i).kind === 'word' && [',', ')'].includes(c.peek(i + 1).text)) {
      parameters.push(c.peek(i).text);
      i += 2;
    }
    if (c.peek(i - 1).text !== ')' || c.peek(i).text !== '->') return undefined;
    c.skip(i);
  } else if ((first.kind === 'word' || first.kind === 'name') && c.peek(1).text === '->')
    parameters.push(c.identifier());
  else return undefined;
  const arrowAt = { start: first.start, end: c.expect('->').end };
  const body = c.expression();
  return { kind: 'lambda', parameters, arrowAt, body, start: arrowAt.start, end: body.end };
}

function disjunction(c: Cursor): Expression {
  return chain(c, 'or', () => chain(c, 'and', () => negation(c)));
}

function chain(c: Cursor, word: 'and' | 'or', operand: () => Expression): Expression {
  const first = operand();
  if (c.peek().text !== word || c.peek().kind !== 'word') return first;
  const operands = [first];
  while (c.take(word)) operands.push(operand());
  return { kind: 'logic', operator: word, operands, start: first.start, end: c.peekBack().end };
}

function negation(c: Cursor): Expression {
  const { start } = c.peek();
  if (!c.take('not')) return predicate(c);
  for (let nots = 2; c.take('not'); nots++) c.refuseMore('operators', nots, 'NOTs in a row');
  const operand = predicate(c);
  return { kind: 'logic', operator: 'not', operands: [operand], start, end: operand.end };
}

/** A value with at most one comparison, BETWEEN, IN, LIKE or IS: Trino does not chain them. */
function predicate(c: Cursor): Expression {
  const value = concatenation(c);
  const { start } = value;
  c.refuseForeign();
  const operator = c.peek();
  if (operator.kind === 'symbol' && ['=', '<>', '!=', '<', '<=', '>', '>='].includes(operator.text)) {
    c.skip(1);
    const quantifier = c.peek();
    if (['all', 'any', 'some'].includes(quantifier.text) && c.peek(1).text === '(') {
      c.skip(1);
      const query = c.parenthesised(() => c.subquery());
      return { kind: 'quantified', operator: operator.text, quantifier, value, query, start, end: c.peekBack().end };
    }
    const right = concatenation(c);
    return { kind: 'compare', operator: operator.text, left: value, right, start, end: right.end };
  }
  if (c.take('is')) {
    c.take('not');
    if (c.take('null')) return { kind: 'isnull', value, start, end: c.peekBack().end };
    if (!c.take('distinct')) throw c.refuse(`IS ${c.peek().text.toUpperCase()}`, 'x, NOT x, or x IS NULL');
    c.expect('from');
    const right = concatenation(c);
    return { kind: 'compare', operator: 'is distinct from', left: value, right, start, end: right.end };
  }
  const negated = c.take('not');
  c.refuseForeign();
  if (c.take('between')) {
    if (c.peek().text === 'symmetric') throw c.refuse('BETWEEN SYMMETRIC', 'least and greatest as bounds');
    const low = concatenation(c);
    c.expect('and');
    const high = concatenation(c);
    return { kind: 'between', value, low, high, start, end: high.end };
  }
  if (c.take('in')) {
    c.expect('(');
    if (['select', 'with', 'values'].includes(c.peek().text)) {
      const query = c.subquery();
      c.expect(')');
      return { kind: 'inquery', value, query, negated, start, end: c.peekBack().end };
    }
    const list = c.list(() => c.expression());
    c.expect(')');
    return { kind: 'in', value, list, negated, start, end: c.peekBack().end };
  }
  if (c.take('like')) {
    const pattern = concatenation(c);
    const escape = c.take('escape') ? concatenation(c) : undefined;
    return { kind: 'like', value, pattern, start, end: c.peekBack().end, ...(escape && { escape }) };
  }
  if (negated) throw c.unexpected('BETWEEN, IN or LIKE');
  return value;
}

/** A value without a comparison, BETWEEN, IN, LIKE or IS behind it. */
export function concatenation(c: Cursor): Expression {
  return arithmetic(c, ['||'], () => arithmetic(c, ['+', '-'], () => arithmetic(c, ['*', '/', '%'], () => sign(c))));
}

function arithmetic(c: Cursor, operators: readonly string[], operand: () => Expression): Expression {
  let left = operand();
  for (let count = 1; operators.includes(c.peek().text); count++) {
    c.refuseMore('operators', count, 'operators in a row');
    const operatorAt = c.peek();
    const operator = operatorAt.text;
    c.skip(1);
    if (operator === '/' && c.peek().text === '/') throw c.refuse('`//`', 'floor(CAST(a AS double) / b)');
    if (operator === '*' && c.peek().text === '*') throw c.refuse('`**`', 'power(a, b)');
    const right = operand();
    left = { kind: 'arithmetic', operator, operatorAt, left, right, start: left.start, end: right.end };
  }
  return left;
}

function sign(c: Cursor): Expression {
  const { start } = c.peek();
  let signs = 0;
  while (c.take('-') || c.take('+')) c.refuseMore('operators', ++signs, 'signs in a row');
  if (signs === 0) return postfix(c);
  const operand = postfix(c);
  return { kind: 'unary', operand, start, end: operand.end };
}

function postfix(c: Cursor): Expression {
  let value = primary(c);
  for (let fields = 0; ; fields++) {
    c.refuseMore('operators', fields, 'fields in a row');
    const { start } = value;
    if (c.take('[')) {
      const index = c.expression();
      c.expect(']');
      value = { kind: 'subscript', of: value, index, start, end: c.peekBack().end };
    } else if (c.peek().text === 'at' && c.peek(1).text === 'time') {
      c.skip(2);
      c.expect('zone');
      const zone = c.peek();
      if (zone.kind !== 'string') throw c.refuse('a time zone that is not a literal', "AT TIME ZONE 'Europe/Paris'");
      c.skip(1);
      value = { kind: 'at zone', value, zone: zone.value, start, end: zone.end };
    } else if (c.peek().text === '.' && c.peek().kind === 'symbol') {
      c.skip(1);
      if (c.peek(1).text === '(') throw c.refuse('a function called with a dot', 'f(x)');
      const field = c.identifier();
      value = { kind: 'field', of: value, field, start, end: c.peekBack().end };
    } else return value;
  }
}
