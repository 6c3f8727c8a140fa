import { Matrix, QrDecomposition } from 'ml-matrix';

/** What a day would have been without marketing follows these, whatever they weigh: each a column, a number a day. */
export function baselineColumns(days: readonly string[], occasions: ReadonlyMap<string, string>): number[][] {
  const weekdays = days.map((day) => new Date(day).getUTCDay());
  const ofWeekday = [1, 2, 3, 4, 5, 6].map((weekday) => weekdays.map((one) => (one === weekday ? 1 : 0)));
  // A line that may turn every eight weeks: slow demand, which is not to be taken for advertising.
  const knots = Array.from({ length: Math.floor(days.length / 56) }, (_, i) => 56 * (i + 1)).filter(
    (knot) => knot < days.length - 28,
  );
  const trend = [0, ...knots].map((knot) => days.map((_, day) => Math.max(0, day - knot) / days.length));
  const names = [...new Set(days.flatMap((day) => occasions.get(day) ?? []))];
  const ofOccasion = names.map((name) => days.map((day) => (occasions.get(day) === name ? 1 : 0)));
  return [days.map(() => 1), ...ofWeekday, ...trend, ...ofOccasion];
}

/**
 * Sum of squares that no weights of the columns explain.
 * @returns a function of a value a day, and how many columns count (those that others do not already say)
 */
export function unexplained(columns: readonly (readonly number[])[]): {
  readonly squares: (values: Float64Array) => number;
  readonly rank: number;
} {
  const size = columns[0]?.length ?? 0;
  const basis: Float64Array[] = [];
  const orthogonal = new QrDecomposition(new Matrix(columns.map((column) => [...column])).transpose());
  const { orthogonalMatrix: q, upperTriangularMatrix: r } = orthogonal;
  for (let column = 0; column < Math.min(size, columns.length); column += 1)
    if (Math.abs(r.get(column, column)) > 1e-9) basis.push(Float64Array.from(q.getColumn(column)));
  const squares = (values: Float64Array) => {
    let left = values.reduce((sum, value) => sum + value * value, 0);
    for (const direction of basis) {
      let along = 0;
      for (let day = 0; day < size; day += 1) along += (direction[day] ?? 0) * (values[day] ?? 0);
      left -= along * along;
    }
    return Math.max(left, 0);
  };
  return { squares, rank: basis.length };
}
