import type { Bound, Frame, Window } from '../ast.ts';
import type { Scope } from '../scope.ts';
import { failed, unportable } from '../tokens.ts';
import { isInteger, isInterval, isMoment, isNumber, spell, type Type } from '../types.ts';
import type { Surroundings } from './surroundings.ts';

/** Checks a window, whose frames Trino reads more strictly than DuckDB. */
export function windowOf(analysis: Surroundings, window: Window, scope: Scope): void {
  const { partitionBy, orderBy, frame } = window;
  for (const { value } of orderBy)
    if (value.kind === 'literal')
      throw unportable(analysis.sql, value.start, 'a position in the ORDER BY of a call', 'the expression itself');
  for (const value of partitionBy) analysis.comparable(analysis.type(value, scope), value);
  const sorts = orderBy.map(({ value }) => {
    const type = analysis.type(value, scope);
    analysis.comparable(type, value);
    return type;
  });
  if (frame) frameOf(analysis, frame, window, sorts, scope);
}

function frameOf(analysis: Surroundings, frame: Frame, { base }: Window, sorts: readonly Type[], scope: Scope): void {
  const { unit, from, to } = frame;
  const endless = (bound: Bound): boolean => bound.way !== 'current row' && bound.by === undefined;
  const ways = ['preceding', 'current row', 'following'];
  const isBackwards =
    ways.indexOf(to.way) < ways.indexOf(from.way) ||
    (endless(from) && from.way === 'following') ||
    (endless(to) && to.way === 'preceding');
  if (isBackwards)
    throw failed(
      analysis.sql,
      frame.start,
      `Window frame starting from ${from.way.toUpperCase()} cannot end with ${to.way.toUpperCase()}`,
    );
  for (const { by } of [from, to]) {
    if (by === undefined) continue;
    const type = analysis.type(by, scope);
    if (unit === 'range') {
      // A named window may bring its own order.
      if (base === undefined && sorts.length !== 1)
        throw failed(analysis.sql, frame.start, 'a RANGE frame with a value needs one expression in ORDER BY');
      const [sort] = sorts;
      if (sort && !(isNumber(sort) && isNumber(type)) && !(isMoment(sort) && isInterval(type)))
        throw failed(
          analysis.sql,
          by.start,
          `Window frame RANGE value type (${spell(type)}) not compatible with sort item type (${spell(sort)})`,
        );
    } else if (!isInteger(type))
      throw failed(
        analysis.sql,
        by.start,
        `Window frame ${unit.toUpperCase()} value must be a whole number, not ${spell(type)}`,
      );
    if (unit === 'groups' && base === undefined && sorts.length === 0)
      throw failed(analysis.sql, frame.start, 'a GROUPS frame with a value needs ORDER BY');
  }
}
