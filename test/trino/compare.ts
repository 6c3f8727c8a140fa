/** Two engines' answers beside each other: names, types, and every cell. */
import type { Answer, AnswerValue } from '../../lambdas/shared/ports/warehouse.ts';
import { parseType, type Type } from '../../localstack/embedded/warehouse/trino/types.ts';

/**
 * Sums of doubles depend on their order: so far two may be apart, as a share of the larger. Everything else is equal or
 * wrong.
 */
const tolerance = 1e-9;
const mostShown = 5;

function equalDoubles(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

const isRecord = (value: AnswerValue): value is { readonly [field: string]: AnswerValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (value: AnswerValue): value is readonly AnswerValue[] => Array.isArray(value);

/** Whether two values of one type are the same. */
export function equal(a: AnswerValue, b: AnswerValue, type: Type | undefined): boolean {
  if (a === null || b === null) return a === b;
  if (type?.name === 'double' && typeof a === 'number' && typeof b === 'number') return equalDoubles(a, b);
  // Java writes some reals with a digit more than they need.
  if (type?.name === 'real' && typeof a === 'number' && typeof b === 'number')
    return equalDoubles(Math.fround(a), Math.fround(b));
  if (isList(a) && isList(b))
    return (
      a.length === b.length &&
      a.every((item, i) => equal(item, b[i] ?? null, type?.name === 'array' ? type.element : undefined))
    );
  if (isRecord(a) && isRecord(b)) {
    // DuckDB loses the sign of a zero that is a key; it is one key in both.
    if (type?.name === 'map' && '-0.0' in a && '0.0' in b && !('0.0' in a)) {
      const { '0.0': zero, ...others } = b;
      return equal(a, { ...others, '-0.0': zero ?? null }, type);
    }
    const [mine, other] = [Object.keys(a).toSorted(), Object.keys(b).toSorted()];
    return (
      mine.join('\0') === other.join('\0') &&
      mine.every((key) => equal(a[key] ?? null, b[key] ?? null, memberType(type, key)))
    );
  }
  return a === b;
}

function memberType(type: Type | undefined, key: string): Type | undefined {
  if (type?.name === 'map') return type.value;
  return type?.name === 'row' ? type.fields.find(({ name }) => name === key)?.type : undefined;
}

/** A value as a text that tells it from others; a bigint has no JSON of its own. */
export const shown = (value: AnswerValue): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'bigint' ? `${part}` : part === Infinity ? 'Infinity' : part,
  );

/** Rows in an order that the last bits of doubles do not change. */
function sorted(rows: Answer['rows'], types: readonly (Type | undefined)[]): Answer['rows'] {
  const keyOf = (row: readonly AnswerValue[]): string => {
    const cells = row.map((value, i) =>
      types[i]?.name === 'double' && typeof value === 'number'
        ? { late: value.toPrecision(6) }
        : { early: shown(value) },
    );
    return [...cells.map((cell) => cell.early ?? ''), ...cells.map((cell) => cell.late ?? '')].join('\0');
  };
  const keyed = rows.map((row) => ({ row, key: keyOf(row) }));
  return keyed.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ row }) => row);
}

/**
 * What is not the same in two answers to one query, the first few; none where they agree. Rows are compared in their
 * order where the query gives one.
 */
export function differences(trino: Answer, duckdb: Answer, { ordered }: { readonly ordered: boolean }): string[] {
  const spelled = ({ columns }: Answer): string => columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  if (spelled(trino) !== spelled(duckdb)) return [`columns: Trino ${spelled(trino)}; DuckDB ${spelled(duckdb)}`];
  if (trino.rows.length !== duckdb.rows.length)
    return [`rows: Trino ${trino.rows.length}; DuckDB ${duckdb.rows.length}`];
  const types = trino.columns.map(({ type }) => parseType(type));
  const [theirs, ours] = [trino, duckdb].map(({ rows }) => (ordered ? rows : sorted(rows, types)));
  const found: string[] = [];
  for (const [i, row] of (theirs ?? []).entries()) {
    for (const [j, value] of row.entries()) {
      const other = ours?.[i]?.[j] ?? null;
      if (equal(value, other, types[j])) continue;
      found.push(
        `row ${i + 1} of ${trino.rows.length}, ${trino.columns[j]?.name} ${trino.columns[j]?.type}: Trino ` +
          `${shown(value)}; DuckDB ${shown(other)}; the row is ${shown(row)}`,
      );
      if (found.length === mostShown) return found;
    }
  }
  return found;
}
