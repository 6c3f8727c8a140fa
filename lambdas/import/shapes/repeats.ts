import type { Row } from '../rows.ts';

/** Rows that say in every cell what a row above them says. */
export function repeatsOf<T extends Pick<Row, 'cells'>>(rows: readonly T[]): T[] {
  const seen = new Set<string>();
  return rows.filter(({ cells }) => {
    const text = JSON.stringify(cells.map((cell) => cell.trim()));
    return seen.size === seen.add(text).size;
  });
}

/** Why such rows are left out. */
export const repeated = 'equal in every cell to a row above it: it would count twice';
