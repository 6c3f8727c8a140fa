import type { Lake } from '../shared/ports/lake.ts';
import { doorName } from '../webhook/names.ts';
import { hasIds } from './has-ids.ts';
import { allImports } from './land.ts';
import { Refused } from './refused.ts';
import type { Understood } from './understand.ts';

/** The shapes that come by one door. */
interface Door {
  readonly shapes: readonly string[];
  readonly name: string;
}

/**
 * Two doors by which the same things come in without an id in common: from both, each would count twice.
 */
interface Rivals {
  readonly prefix: string;
  readonly exported: Door;
  readonly native: Door;
  readonly twice: string;
}

const rivals: readonly Rivals[] = [
  {
    prefix: 'raw/crm/orders/',
    exported: { shapes: ['shopify-orders-csv'], name: "orders of Shopify's admin (orders_export.csv)" },
    native: { shapes: ['shopify-orders-json', 'shopify-orders-graphql'], name: "orders of Shopify's API" },
    twice: 'an order of an export without the column “Id”',
  },
  {
    prefix: 'raw/web/events/',
    exported: {
      shapes: ['ga4-json', 'ga4-parquet', 'matomo-json', 'posthog-json', 'snowplow'],
      name: 'events of another tool',
    },
    native: { shapes: ['web-events-json'], name: "events of the shop's own tracker" },
    twice: 'a visit',
  },
];

const words = (has: string, twice: string, own: string) =>
  `There are ${has} already. Were ${twice} in both, it would count twice: import all from one of the two. If ` +
  `nothing is in both, say --feed ${own}.`;

/** The tool that a shape of web events is of: `ga4` of `ga4-parquet`. */
const toolOf = (shape: string) => shape.split('-')[0];

/** Why visits are refused beside those that another tool tells of; undefined where they are not. */
function otherTool(
  parts: Understood['parts'],
  shapes: readonly string[],
  forced: string | undefined,
): string | undefined {
  const tools = rivals.find(({ prefix }) => prefix === 'raw/web/events/')?.exported.shapes ?? [];
  const own = parts.find(({ shape }) => tools.includes(shape))?.shape;
  if (own === undefined || own === forced) return undefined;
  const other = shapes.find((shape) => tools.includes(shape) && toolOf(shape) !== toolOf(own));
  return other && words(`events of ${other}`, 'a visit', own);
}

/** Why a file is refused beside parts of other shapes; undefined where it is not. */
export function rivalOf(
  { parts }: Understood,
  shapes: readonly string[],
  forced: string | undefined,
): string | undefined {
  const why = otherTool(parts, shapes, forced);
  if (why !== undefined) return why;
  for (const { exported, native, twice } of rivals)
    for (const [own, other] of [
      [exported, native],
      [native, exported],
    ] as const) {
      const found = parts.find((part) => own.shapes.includes(part.shape) && !hasIds(part))?.shape;
      if (found !== undefined && found !== forced && shapes.some((shape) => other.shapes.includes(shape)))
        return words(other.name, twice, found);
    }
  return undefined;
}

/**
 * The shapes of what an object was made of: an import says so. One that was cut short said nothing yet: its documents
 * (`import-….jsonl`) are of the exported door; everything else came by the native one. None where it has the ids of
 * both.
 */
function doorOf(
  key: string,
  imported: ReadonlyMap<string, string | undefined>,
  { exported, native }: Rivals,
): readonly string[] {
  const shape = imported.get(key);
  if (imported.has(key)) return shape === undefined ? [] : [shape];
  if (/\/import-[^/]*\.jsonl$/.test(key)) return exported.shapes;
  return key.includes(`/${doorName('woocommerce')}`) ? [] : native.shapes;
}

/** @throws Refused where the lake has the same from another door */
export async function refuseRivals(lake: Lake, understood: Understood, forced: string | undefined): Promise<void> {
  const imported = new Map<string, string | undefined>();
  const shapes = new Set<string>();
  for await (const { parts } of allImports(lake))
    for (const { shape, documents, has_ids: meetsAll } of parts) {
      shapes.add(shape);
      for (const key of documents) imported.set(key, meetsAll === true ? undefined : shape);
    }
  const other = otherTool(understood.parts, [...shapes], forced);
  if (other !== undefined) throw new Refused(other);
  for (const pair of rivals) {
    const { prefix, exported, native } = pair;
    if (!understood.parts.some(({ shape }) => [...exported.shapes, ...native.shapes].includes(shape))) continue;
    const there = new Set<string>();
    for await (const key of lake.keys(prefix)) {
      const [shape] = doorOf(key, imported, pair);
      if (shape !== undefined) there.add(shape);
    }
    const why = rivalOf(understood, [...there], forced);
    if (why !== undefined) throw new Refused(why);
  }
}
