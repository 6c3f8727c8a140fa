import type { ComponentChildren } from 'preact';
import type { ExportedTable } from '../export/table.ts';
import { isPartial } from '../../lambdas/shared/cost-coverage.ts';
import { growth, type Figure as Value } from '../figures/ratios.ts';
import type { FigureKind, Formats } from '../language/format.ts';
import type { Texts } from '../language/texts.ts';
import { Delta, Figure } from './figures.tsx';

export interface Column<R> {
  readonly id: string;
  readonly label: string;
  readonly kind: FigureKind | 'text';
  /** What it is sorted by, and what is exported. */
  readonly value: (row: R) => string | number | null;
  /** What a file tells in columns of its own: a page shows it by the place of the row, or in small letters. */
  readonly beside?: readonly { readonly label: string; readonly value: (row: R) => string | null }[];
  /** What is shown instead of the bare value. */
  readonly cell?: (row: R) => ComponentChildren;
}

/** A table as a spreadsheet gets it: the same columns and rows. */
export const exported = <R,>(title: string, columns: readonly Column<R>[], rows: readonly R[]): ExportedTable => ({
  title,
  columns: columns.flatMap(({ label, kind, beside = [] }) => [
    { label, kind },
    ...beside.map((one) => ({ label: one.label, kind: 'text' as const })),
  ]),
  rows: rows.map((row) =>
    columns.flatMap(({ value, beside = [] }) => [value(row), ...beside.map((one) => one.value(row))]),
  ),
});

/** What a row is of, with what tells it from others of its name below it. */
export const nameColumn = <R,>(
  label: string,
  name: (row: R) => string,
  aside: (row: R) => string | null,
  asideLabel: string,
): Column<R> => ({
  id: 'name',
  label,
  kind: 'text',
  value: name,
  beside: [{ label: asideLabel, value: aside }],
  cell: (row) => (
    <span class="row-name">
      <span>
        {name(row)} <small>{aside(row)}</small>
      </span>
    </span>
  ),
});

interface Compared {
  readonly revenue: Value;
  /** Undefined where nothing is compared. */
  readonly before: Value | undefined;
}

/** How the revenue of a row has changed. */
export const changeColumn = (label: string, texts: Texts, formats: Formats): Column<Compared> => ({
  id: 'delta',
  label,
  kind: 'percent',
  value: ({ revenue, before }) => growth(revenue, before ?? null),
  cell: ({ revenue, before }) => (
    <Delta now={revenue} before={before ?? null} good={1} texts={texts} formats={formats} />
  ),
});

/** Of the revenue of a row, the share that its margin is of. */
export const coverageColumn = (label: string): Column<{ readonly coverage: Value }> => ({
  id: 'coverage',
  label,
  kind: 'percent',
  value: (row) => row.coverage,
});

/** The columns, without that of the cost coverage where every cost is known. */
export const toldColumns = <R,>(columns: readonly Column<R>[], rows: readonly R[]): Column<R>[] =>
  columns.filter(({ id, value }) => id !== 'coverage' || rows.some((row) => isPartial(value(row))));

/** Rows by one column: what is unknown comes last, whichever the order. */
export function sortedBy<R>(rows: readonly R[], { value }: Column<R>, isRising: boolean, formats: Formats): R[] {
  const sign = isRising ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : formats.compare(String(a), String(b)));
  });
}

/** The order of a table in the address: the column, with a `-` before it where it rises from the least. */
export interface Order {
  readonly column: string;
  readonly isRising: boolean;
}
export const readOrder = (text: string | undefined, usual: string): Order =>
  text === undefined
    ? { column: usual, isRising: false }
    : { column: text.replace(/^-/, ''), isRising: text.startsWith('-') };

export interface DataTableProps<R> {
  readonly label: string;
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
  readonly rowId: (row: R) => string;
  readonly rowClass?: (row: R) => string;
  readonly formats: Formats;
  readonly order?: Order;
  /** Called with the text of the order that is asked for; without it the table has its own order. */
  readonly onOrder?: (order: string) => void;
}

/**
 * A table that can be wider than its card, which then scrolls by itself and never the page. The first column is what a
 * row is of.
 */
export function DataTable<R>({ label, columns, rows, rowId, rowClass, formats, order, onOrder }: DataTableProps<R>) {
  const head = ({ id, label: name, kind }: Column<R>) => {
    const isOrder = order?.column === id;
    // A column of pictures has no name, and nothing to be sorted by.
    if (name === '') return <td key={id} />;
    const sort = isOrder ? (order.isRising ? 'ascending' : 'descending') : undefined;
    return (
      <th key={id} scope="col" class={kind} aria-sort={sort}>
        {onOrder ? (
          <button type="button" onClick={() => onOrder(isOrder && !order.isRising ? `-${id}` : id)}>
            {name}
            {isOrder ? <span aria-hidden="true">{order.isRising ? ' ↑' : ' ↓'}</span> : null}
          </button>
        ) : (
          name
        )}
      </th>
    );
  };
  const content = ({ kind, value, cell }: Column<R>, row: R) => {
    if (cell) return cell(row);
    const of = value(row);
    return kind === 'text' || typeof of === 'string' ? of : <Figure kind={kind} value={of} formats={formats} />;
  };
  return (
    <div class="scroll" role="group" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>{columns.map(head)}</tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowId(row)} data-row={rowId(row)} class={rowClass?.(row)}>
              {columns.map((column, i) =>
                i === 0 ? (
                  <th key={column.id} scope="row" class={column.kind}>
                    {content(column, row)}
                  </th>
                ) : (
                  <td key={column.id} data-column={column.id} class={column.kind}>
                    {content(column, row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
