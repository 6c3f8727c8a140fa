import type { AnswerColumn } from '../../../../lambdas/shared/ports/warehouse.ts';
import type { Query } from './ast.ts';
import { databases } from './names.ts';
import type { Type } from './types.ts';

export interface Column {
  readonly name: string;
  readonly type: Type;
  /** The name with the capitals that it was written with, where it was: answers keep them. */
  readonly shown?: string;
  /** What DuckDB is given for it where that is not its name. */
  readonly spelled?: string;
  /** As the lake declares it of a column whose values come through unchanged. */
  readonly unit?: AnswerColumn['unit'];
}

/** What a column that only goes by another name still is. */
export const unitOf = ({ unit }: Column): Pick<Column, 'unit'> => (unit === undefined ? {} : { unit });

/** A column with values of another one among its own. */
export function mixedWith({ unit, ...column }: Column, other: Column | undefined): Column {
  return { ...column, ...(unit !== undefined && unit === other?.unit && { unit }) };
}

export interface Source {
  readonly alias?: string;
  /** The table or view whose columns these are, where they are one's. */
  readonly relation?: string;
  readonly columns: readonly Column[];
  /** Columns that a query must name: `*` does not have them. */
  readonly hidden?: readonly Column[];
  /** Whether these are the columns of USING, which belong to neither side. */
  readonly joined?: boolean;
}

/** What a name finds: its type and how many parts of a dotted name were used up, or why it finds nothing. */
export type Found = { readonly column: Column; readonly used: number } | { readonly problem: 'unknown' | 'ambiguous' };

/**
 * The names that an expression sees: relations, the parameters of lambdas, common tables, and all those of the queries
 * around.
 */
export class Scope {
  readonly sources: Source[] = [];
  readonly commonTables = new Map<string, readonly Column[]>();
  /** How often each of them was looked for. */
  readonly referred = new Map<string, number>();
  readonly around: Scope | undefined;
  /** The query whose names these are; undefined for a part of one. */
  readonly query: Query | undefined;

  /** The aliases of a SELECT, which its own clauses do not see. */
  aliases: ReadonlySet<string> = new Set();

  /** The functions of whose calls the rows of a SELECT are groups. */
  groupedBy: ReadonlySet<string> = new Set();

  /** How many lambdas stand around, this one with them. */
  readonly lambdas: number;

  constructor(around?: Scope, query?: Query, isLambda = false) {
    this.around = around;
    this.query = query;
    this.lambdas = (around?.lambdas ?? 0) + (isLambda ? 1 : 0);
  }

  /** Finds a column by its (dotted) name, from the inside outwards. */
  find(parts: readonly string[], correlated?: (query: Query) => void): Found {
    const here = this.findHere(parts);
    if (!('problem' in here) || here.problem === 'ambiguous') return here;
    const found = this.around?.find(parts, correlated) ?? here;
    if (this.query && !('problem' in found)) correlated?.(this.query);
    return found;
  }

  /** Whether rows are groups by calls of a function, here or around: such a call must be spelled alike everywhere. */
  isGroupedBy(name: string): boolean {
    return this.groupedBy.has(name) || this.around?.isGroupedBy(name) === true;
  }

  /** Finds a column among those of this scope alone. */
  findHere(parts: readonly string[]): Found {
    const [first = '', second, third] = parts;
    if (third !== undefined && databases.has(first)) {
      // `sillage.orders.country`, where the table has no other name.
      const columns = this.sources
        .filter((source) => source.relation === second && source.alias === second)
        .flatMap((source) => named(source, third));
      const [column] = columns;
      if (columns.length > 1) return { problem: 'ambiguous' };
      if (column !== undefined) return { column, used: 3 };
    }
    const qualified =
      second === undefined
        ? []
        : this.sources.filter((source) => source.alias === first).flatMap((source) => named(source, second));
    const plain = this.sources.flatMap((source) => named(source, first));
    const [column] = qualified.length > 0 ? qualified : plain;
    if (qualified.length + plain.length > 1) return { problem: 'ambiguous' };
    if (column !== undefined) return { column, used: qualified.length > 0 ? 2 : 1 };
    return { problem: 'unknown' };
  }

  /** The columns of a common table, from the inside outwards. */
  commonTable(name: string): readonly Column[] | undefined {
    const found = this.commonTables.get(name);
    if (found) this.referred.set(name, (this.referred.get(name) ?? 0) + 1);
    return found ?? this.around?.commonTable(name);
  }

  /** The tables and views whose columns are in sight. */
  relations(): readonly string[] {
    return [
      ...this.sources.flatMap(({ relation }) => (relation === undefined ? [] : [relation])),
      ...(this.around?.relations() ?? []),
    ];
  }

  /** All names in sight, for «did you mean». */
  names(): readonly string[] {
    return [
      ...this.sources.flatMap((source) => source.columns.map((column) => column.name)),
      ...(this.around?.names() ?? []),
    ];
  }
}

/** The columns of a source under a name. */
const named = ({ columns, hidden = [] }: Source, name: string): readonly Column[] =>
  [...columns, ...hidden].filter((column) => column.name === name);

/** A longer name is no slip of the pen; the distance of two of them takes the product of their lengths. */
const longestName = 64;

/** `; did you mean x?` for the nearest name, or nothing where none is near. */
export function didYouMean(name: string, names: Iterable<string>): string {
  if (name.length > longestName) return '';
  const others = [...new Set(names)].filter((other) => other.length <= longestName);
  const near = others
    .map((other) => ({ other, distance: distance(name, other) }))
    // A name that has no letter in common is not meant.
    .filter(({ other, distance: d }) => {
      const shorter = Math.min(name.length, other.length);
      return d <= Math.ceil(shorter / 3) && d < shorter;
    });
  const [nearest] = near.toSorted((a, b) => a.distance - b.distance);
  // Or the end of one was left out: its unit, or what its rows are of.
  const [longer] = others.filter((other) => other.startsWith(`${name}_`)).toSorted((a, b) => a.length - b.length);
  const meant = nearest?.other ?? longer;
  return meant === undefined ? '' : `; did you mean ${meant}?`;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
