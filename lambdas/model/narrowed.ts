import { readFileSync } from 'node:fs';
import { home } from '../shared/home.ts';
import type { Narrowed } from '../shared/ports/warehouse.ts';
import type { Table } from '../shared/schema/table.ts';

/**
 * Of a relation that is narrowed, at most this part is held where several slices share what they read: of sessions it
 * is a twentieth (of 819,097 in 90 days of the simulated shop, 43,070), and more in a shop whose visitors log in.
 */
export const narrowedPart = 1 / 8;

/** What is held of an input that slices of a model share: only what can count for one of them. */
export function narrowedOf({ narrowed }: Table): Narrowed | undefined {
  if (narrowed === undefined) return undefined;
  const [, relation = ''] = narrowed.split('.');
  return { relation, values: readFileSync(new URL(`lambdas/model/${narrowed}`, home), 'utf8') };
}
