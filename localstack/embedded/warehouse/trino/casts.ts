import type { Expression } from './ast.ts';
import { guardAdvice, guards, isExactText } from './literals.ts';
import { same, type Type } from './types.ts';

/** The casts that both engines do alike for every value. */
const alike: Readonly<Record<string, readonly string[] | undefined>> = {
  boolean: ['integer', 'bigint', 'varchar'],
  integer: ['bigint', 'double', 'decimal', 'varchar'],
  bigint: ['integer', 'double', 'decimal', 'varchar'],
  decimal: ['decimal', 'integer', 'bigint', 'double', 'varchar'],
  date: ['timestamp', 'varchar'],
  timestamp: ['date'],
  utc: ['date', 'timestamp'],
  zoned: ['date', 'timestamp'],
};

/** What to write for a cast that the engines do apart; undefined where the cast is portable. */
export function unportableCast(from: Type, to: Type, value?: Expression): string | undefined {
  // DuckDB leaves the nought before the point out where the type has no place for it.
  if (from.name === 'decimal' && to.name === 'varchar' && from.precision === from.scale)
    return `CAST(CAST(x AS decimal(${from.precision + 1},${from.scale})) AS varchar)`;
  if (same(from, to) || from.name === 'unknown' || alike[from.name]?.includes(to.name) === true) return undefined;
  if (from.name === 'array' && to.name === 'array') return unportableCast(from.element, to.element);
  if (from.name === 'map' && to.name === 'map')
    return unportableCast(from.key, to.key) ?? unportableCast(from.value, to.value);
  if (from.name === 'row' && to.name === 'row') {
    // DuckDB matches fields by name where both have names, Trino by position.
    const aligned =
      from.fields.length === to.fields.length &&
      from.fields.every((field, i) => field.name === undefined || field.name === to.fields[i]?.name);
    const parts = to.fields.map((field, i) =>
      unportableCast(
        from.fields[i]?.type ?? field.type,
        field.type,
        value?.kind === 'row' ? value.fields[i] : undefined,
      ),
    );
    return aligned ? parts.find((part) => part !== undefined) : 'ROW(…) with the fields in the order of the type';
  }
  if (from.name === 'varchar') return unportableText(to, value);
  if (from.name === 'double' && (to.name === 'integer' || to.name === 'bigint')) {
    return isCallOf(value, ['round', 'floor', 'ceil', 'ceiling', 'truncate'])
      ? undefined
      : `CAST(round(x) AS ${to.name})`;
  }
  if (from.name === 'double' && to.name === 'decimal') {
    const digits =
      value?.kind === 'call' && value.name === 'round' ? (value.args[1] ?? { kind: 'literal', text: '0' }) : undefined;
    return digits?.kind === 'literal' && Number(digits.text) <= to.scale
      ? undefined
      : `CAST(round(x, ${to.scale}) AS decimal(${to.precision},${to.scale}))`;
  }
  if (from.name === 'timestamp' && to.name === 'varchar') return "date_format(x, '%Y-%m-%d %H:%i:%s')";
  if (from.name === 'double') return 'the double itself, or CAST(round(x) AS bigint) first';
  if (from.name === 'instant')
    return "at_timezone(x, 'UTC') first: without it the answer depends on the zone of each value";
  return 'an expression of that type';
}

/** A text is cast only where it is known to have the one form that both engines read alike. */
function unportableText(to: Type, value?: Expression): string | undefined {
  if (value?.kind === 'literal' && value.type === 'varchar' && isExactText(to.name, value.text)) return undefined;
  if (value?.kind === 'call' && value.name === 'regexp_extract') {
    const [, pattern, group] = value.args;
    if (
      pattern?.kind === 'literal' &&
      (group === undefined || group.kind === 'literal') &&
      guards(to.name, pattern.text, Number(group?.text ?? 0))
    )
      return undefined;
  }
  return guardAdvice[to.name] === undefined
    ? 'an expression of that type'
    : `${guardAdvice[to.name]} for the text: the engines read other forms apart`;
}

const isCallOf = (value: Expression | undefined, names: readonly string[]): boolean =>
  value?.kind === 'call' && names.includes(value.name);
