import type { Bound, Call, Expression, SortItem, Window } from '../ast.ts';
import type { Span, Token } from '../tokens.ts';
import type { Cursor } from './cursor.ts';

/** A call without parentheses, such as current_date. */
export const callOf = (at: Token): Call => ({
  kind: 'call',
  name: at.text,
  nameAt: at,
  args: [],
  star: false,
  distinct: false,
  orderBy: [],
  start: at.start,
  end: at.end,
});

/** Functions whose arguments the standard puts between words. */
const spoken: ReadonlySet<string> = new Set(['trim', 'overlay', 'position']);

export function call(c: Cursor): Call {
  const nameAt = c.peek();
  c.skip(2);
  const star = c.take('*');
  const distinct = !star && c.take('distinct');
  const args = star || c.peek().text === ')' ? [] : c.list(() => c.expression());
  if (['ignore', 'respect'].includes(c.peek().text))
    throw c.refuse('IGNORE NULLS inside the parentheses', 'f(x) IGNORE NULLS OVER (…)');
  if (c.peek().text === 'on') throw c.refuse('ON OVERFLOW', 'listagg without it');
  let orderFrom = c.peek().start;
  const orderBy: SortItem[] = c.take('order') ? [...sortItems(c)] : [];
  let orderTo = c.peekBack().end;
  if (c.peek().text === ':' || (spoken.has(nameAt.text) && ['from', 'in'].includes(c.peek().text)))
    throw c.refuse(`${nameAt.text}(… ${c.peek().text.toUpperCase()} …)`, `${nameAt.text}(a, b)`);
  c.expect(')');
  let withinAt: Span | undefined;
  if (c.peek().text === 'within' && c.peek(1).text === 'group') {
    withinAt = { start: c.peek().start, end: c.peek(1).end };
    c.skip(2);
    c.expect('(');
    orderFrom = c.expect('order').start;
    orderBy.push(...sortItems(c));
    orderTo = c.peekBack().end;
    c.expect(')');
  }
  let filter: Expression | undefined;
  const filterFrom = c.peek().start;
  if (c.peek().text === 'filter' && c.peek(1).text === '(') {
    c.skip(2);
    c.expect('where');
    filter = c.expression();
    c.expect(')');
  }
  const filterAt = { start: filterFrom, end: c.peekBack().end };
  let ignoreNullsAt: Span | undefined;
  if (['ignore', 'respect'].includes(c.peek().text) && c.peek(1).text === 'nulls') {
    ignoreNullsAt = { start: c.peek().start, end: c.peek(1).end };
    if (c.peek().text === 'respect') throw c.refuse('RESPECT NULLS', 'the call without it');
    c.skip(2);
  }
  const overFrom = c.peek().start;
  const over = c.take('over') ? windowOf(c) : undefined;
  return {
    kind: 'call',
    name: nameAt.value,
    nameAt,
    args,
    star,
    distinct,
    orderBy,
    start: nameAt.start,
    end: c.peekBack().end,
    ...(withinAt && { withinAt }),
    ...(orderBy.length > 0 && { orderAt: { start: orderFrom, end: orderTo } }),
    ...(filter && { filter, filterAt }),
    ...(ignoreNullsAt && { ignoreNullsAt }),
    ...(over && { over, overAt: { start: overFrom, end: c.peekBack().end } }),
  };
}

export function sortItems(c: Cursor): readonly SortItem[] {
  c.expect('by');
  return c.list(() => {
    if (c.peek().text === 'all' && c.peek(1).text !== '.') throw c.refuse('ORDER BY ALL', 'ORDER BY 1, 2');
    const value = c.expression();
    const { start } = c.peek();
    if (!c.take('asc')) c.take('desc');
    if (c.take('nulls') && !c.take('first')) c.expect('last');
    const { end } = c.peekBack();
    return { value, ...(end > start && { directionAt: { start, end } }) };
  });
}

/** What stands behind OVER: a window's name, or the window in parentheses, which may begin with the name of another. */
export function windowOf(c: Cursor): Window {
  if (c.peek().text !== '(') return { base: c.identifier(), partitionBy: [], orderBy: [] };
  return c.parenthesised(() => {
    const first = c.peek();
    const isClause =
      ['partition', 'order', 'rows', 'range', 'groups', ')'].includes(first.text) && first.kind !== 'name';
    const base = isClause ? undefined : c.identifier();
    const partitionBy: Expression[] = [];
    if (c.take('partition')) {
      c.expect('by');
      partitionBy.push(...c.list(() => c.expression()));
    }
    const orderBy = c.take('order') ? sortItems(c) : [];
    const unit = c.peek().text;
    if (unit === ')') return { ...(base !== undefined && { base }), partitionBy, orderBy };
    if (unit !== 'rows' && unit !== 'range' && unit !== 'groups') throw c.unexpected('ROWS, RANGE or GROUPS');
    const { start } = c.peek();
    c.skip(1);
    const isBetween = c.take('between');
    const from = bound(c);
    if (isBetween) c.expect('and');
    const to = isBetween ? bound(c) : { ...from, way: 'current row' as const };
    if (c.peek().text === 'exclude') throw c.refuse('EXCLUDE in a frame', 'a frame without it');
    const frame = { unit, from, to, start, end: c.peekBack().end };
    return { ...(base !== undefined && { base }), partitionBy, orderBy, frame };
  });
}

function bound(c: Cursor): Bound {
  const { start } = c.peek();
  if (c.take('current')) return { way: 'current row', start, end: c.expect('row').end };
  const by = c.take('unbounded') ? undefined : c.expression();
  const way = c.take('preceding') ? 'preceding' : 'following';
  if (way === 'following') c.expect('following');
  return { way, start, end: c.peekBack().end, ...(by && { by }) };
}
