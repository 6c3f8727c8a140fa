import type { Paths } from './paths.ts';

/** Journeys that touched a name. */
export interface Touched {
  /** Those that ended with an order. */
  readonly conversions: number;
  readonly nonConversions: number;
}

/** How many journeys touched each name, with an order and without; one that touched it twice is one. */
export function touchedBy(paths: Paths): ReadonlyMap<string, Touched> {
  const sums = new Map(paths.names.map((name) => [name, { conversions: 0, nonConversions: 0 }]));
  for (const { touches, conversions, nonConversions } of paths.types) {
    for (const touch of new Set(touches)) {
      const sum = sums.get(paths.names[touch] ?? '');
      if (sum === undefined) continue;
      sum.conversions += conversions;
      sum.nonConversions += nonConversions;
    }
  }
  return sums;
}
