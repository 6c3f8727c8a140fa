import type { DescribedTable } from '../reader/reader.ts';

/** A figure that may be asked for, in the words of the schemas. */
export interface Metric {
  readonly name: string;
  /** What it is, and where: the same name means the same thing, seen from another side. */
  readonly meanings: readonly { readonly tables: readonly string[]; readonly meaning: string }[];
  readonly unit: string | null;
  /** To be computed anew from its sums, never added up. */
  readonly is_ratio: boolean;
}

const isFigure = (type: string) => /^(?:bigint|integer|double|decimal)/.test(type);

/** The figures of the marts, by name. */
export function metricsOf(tables: readonly DescribedTable[]): Metric[] {
  const metrics = new Map<string, { unit: string | null; is_ratio: boolean; meanings: Map<string, string[]> }>();
  for (const { name: table, zone, columns } of tables) {
    if (zone !== 'marts') continue;
    for (const { name, type, comment, unit, isRatio } of columns) {
      if (!isFigure(type) || comment === '') continue;
      const known = metrics.get(name) ?? { unit, is_ratio: isRatio, meanings: new Map<string, string[]>() };
      known.meanings.set(comment, [...(known.meanings.get(comment) ?? []), table]);
      metrics.set(name, known);
    }
  }
  return [...metrics]
    .map(([name, { unit, is_ratio, meanings }]) => ({
      name,
      unit,
      is_ratio,
      meanings: [...meanings].map(([meaning, named]) => ({ tables: named, meaning })),
    }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
