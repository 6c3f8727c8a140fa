import type { Lake } from '../shared/ports/lake.ts';
import { Refused } from './refused.ts';
import type { Understood } from './understand.ts';

/**
 * Two doors by which the same things come in without an id in common: from both, each would count twice. What is made of an export
 * stands in documents of its own kind (`import-….jsonl`); everything else is of the other door.
 */
interface Rivals {
  readonly prefix: string;
  readonly exported: { readonly shape: string; readonly name: string };
  readonly native: { readonly shape: string; readonly name: string };
  readonly twice: string;
}

const rivals: readonly Rivals[] = [
  {
    prefix: 'raw/crm/orders/',
    exported: { shape: 'shopify-orders-csv', name: "orders of Shopify's admin (orders_export.csv)" },
    native: { shape: 'shopify-orders-json', name: "orders of Shopify's API" },
    twice: 'the lines and refunds of an order',
  },
  {
    prefix: 'raw/web/events/',
    exported: { shape: 'ga4-json', name: 'events of GA4' },
    native: { shape: 'web-events-json', name: "events of the shop's own tracker" },
    twice: 'a visit',
  },
];

const words = (has: string, twice: string, own: string) =>
  `There are ${has} already. Were ${twice} in both, it would count twice: import all from one of the two. If nothing is in both, say --feed ${own}.`;

/** Why a file is refused beside parts of other shapes; undefined where it is not. */
export function rivalOf(
  { parts }: Understood,
  shapes: readonly string[],
  forced: string | undefined,
): string | undefined {
  for (const { exported, native, twice } of rivals)
    for (const [own, other] of [
      [exported, native],
      [native, exported],
    ] as const)
      if (own.shape !== forced && parts.some(({ shape }) => shape === own.shape) && shapes.includes(other.shape))
        return words(other.name, twice, own.shape);
  return undefined;
}

/** @throws Refused where the lake has the same from another door */
export async function refuseRivals(lake: Lake, understood: Understood, forced: string | undefined): Promise<void> {
  for (const { prefix, exported, native } of rivals) {
    if (!understood.parts.some(({ shape }) => shape === exported.shape || shape === native.shape)) continue;
    const there = new Set<string>();
    for await (const key of lake.keys(prefix)) {
      there.add(/\/import-[^/]*\.jsonl$/.test(key) ? exported.shape : native.shape);
      if (there.size === 2) break;
    }
    const why = rivalOf(understood, [...there], forced);
    if (why !== undefined) throw new Refused(why);
  }
}
