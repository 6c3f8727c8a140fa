/** The prices of `docs/prices.json`, a line each, with where each is from. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { home } from '../../lambdas/shared/home.ts';

const Price = z.strictObject({
  id: z.string(),
  service: z.string(),
  /** What the price is of, one of it. */
  unit: z.string(),
  /** Null where it is not known. */
  usd: z.number().nonnegative().nullable(),
  region: z.string(),
  source: z.string(),
  date: z.string(),
  note: z.string().optional(),
});
type Line = z.infer<typeof Price>;

/** A price that is known. */
export type KnownPrice = Line & { readonly usd: number };

const isKnown = (line: Line): line is KnownPrice => line.usd !== null;

/** All lines, in their order. */
export function readPrices(): Line[] {
  return z.array(Price).parse(JSON.parse(readFileSync(new URL('docs/prices.json', home), 'utf8')));
}

/**
 * Finds prices by their id: that of the region, and where it is not known that of another one, which it names.
 * @throws Error where no region has it
 */
export function pricesIn(region: string, lines: readonly Line[] = readPrices()) {
  return (id: string): KnownPrice => {
    const known = lines.filter(isKnown).filter((line) => line.id === id);
    const price = known.find((line) => line.region === region) ?? known[0];
    if (price === undefined) throw new Error(`docs/prices.json knows no price of ${id} in any region.`);
    return price;
  };
}
