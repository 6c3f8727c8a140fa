import type { Expression } from '../ast.ts';
import type { Scope } from '../scope.ts';
import { failed } from '../tokens.ts';
import type { Surroundings } from './surroundings.ts';

type Row = Extract<Expression, { kind: 'row' }>;
type Compared = Extract<Expression, { kind: 'compare' | 'in' }>;

const isRow = (value: Expression): value is Row => value.kind === 'row';

/**
 * `(a, b) = (1, 2)` and `(a, b) IN ((1, 2), …)` field by field: DuckDB compares rows with NULL as values, Trino does
 * not know.
 * @returns false where other than rows are compared
 */
export function compareRows(analysis: Surroundings, value: Compared, scope: Scope): boolean {
  const [row, others] = value.kind === 'in' ? [value.value, value.list] : [value.left, [value.right]];
  const operator = value.kind === 'in' ? '=' : value.operator;
  if (!isRow(row) || !others.every(isRow) || !['=', '<>', '!='].includes(operator)) return false;
  for (const other of others)
    if (other.fields.length !== row.fields.length)
      throw failed(
        analysis.sql,
        other.start,
        `rows of ${row.fields.length} and ${other.fields.length} fields are compared`,
      );
  row.fields.forEach((field, i) => {
    const column = [field, ...others.flatMap((other) => other.fields[i] ?? [])];
    analysis.alike(column, scope, `'${operator}'`, true);
  });
  const mine = row.fields.map((field) => analysis.respelling.text(field));
  const equal = others.map(({ fields }) => fields.map((field, i) => `${mine[i]} = ${analysis.respelling.text(field)}`));
  const any = equal.map((parts) => `(${parts.join(' AND ')})`).join(' OR ');
  const isNot = value.kind === 'in' ? value.negated : operator !== '=';
  analysis.respelling.rewrite(value, `(${isNot ? 'NOT ' : ''}(${any}))`);
  return true;
}
