/** Files that are older than an erasure: the person who was erased may be in them, and would be in the lake again. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { hasGzipMagic } from '../shared/gzip.ts';
import { jsonObject } from '../shared/json-object.ts';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import { erasuresPrefix } from '../shared/schema/ops-keys.ts';
import { ordersPrefix } from './land.ts';
import type { Looked } from './looked.ts';
import { filesOfOrders, recordsIn } from './orders-in.ts';

const feedsOfPersons = ['raw/crm/orders/', 'raw/crm/customers/', 'raw/web/events/'];
const erasure = z.looseObject({
  begun_at: z.string(),
  objects: z.array(z.looseObject({ key: z.string(), stripped: z.number().optional() })).optional(),
});
type Erasure = z.infer<typeof erasure>;

const id = z.union([z.string(), z.number(), z.bigint()]).transform(String);
const customer = z.looseObject({ id: id.nullish(), email: z.string().nullish() });
const order = z.looseObject({
  id,
  name: z.string().nullish(),
  email: z.string().nullish(),
  customer: customer.nullish(),
});

/** Of an order that an erasure kept nothing is left of its buyer but a number in place of theirs (kept-order.ts). */
const isOfNobody = (one: z.infer<typeof order>) =>
  one.customer != null &&
  Object.keys(one.customer).every((name) => name === 'id' || name === 'orders_count') &&
  !one.email;

/** The orders that erasures kept without their buyer, each with the number that stands in place of the buyer's. */
async function keptBy(lake: Lake, erasures: readonly Erasure[]): Promise<ReadonlyMap<string, string>> {
  const kept = new Map<string, string>();
  const keys = erasures.flatMap(({ objects = [] }) =>
    objects.flatMap(({ key, stripped = 0 }) => (stripped > 0 && key.startsWith(ordersPrefix) ? [key] : [])),
  );
  for (const key of new Set(keys)) {
    const bytes = await lake.get(key).catch((error: unknown) => {
      if (error instanceof ObjectNotFound) return undefined;
      throw error;
    });
    const text = bytes === undefined ? '' : (hasGzipMagic(bytes) ? gunzipSync(bytes) : bytes).toString('utf8');
    for (const record of recordsIn(text)) {
      const one = order.safeParse(record).data;
      if (one !== undefined && isOfNobody(one)) kept.set(one.id, one.customer?.id ?? '');
    }
  }
  return kept;
}

/** A sentence for each file with orders of persons who were erased, and with whose they are. */
async function comeBack(lake: Lake, looked: readonly Looked[], erasures: readonly Erasure[]): Promise<string[]> {
  const files = filesOfOrders(looked);
  const kept = files.length === 0 || erasures.length === 0 ? new Map<string, string>() : await keptBy(lake, erasures);
  if (kept.size === 0) return [];
  const lines: string[] = [];
  for (const { name, paths } of files) {
    const back = new Map<string, string>();
    for (const path of paths)
      for (const record of recordsIn(await readFile(path, 'utf8'))) {
        const one = order.safeParse(record).data;
        const substitute = one && kept.get(one.id);
        if (one === undefined || substitute === undefined) continue;
        const buyer = one.customer?.id ?? undefined;
        if (one.email || one.customer?.email || (buyer !== undefined && buyer !== substitute))
          back.set(one.id, one.name ?? one.id);
      }
    const [first] = back.values();
    if (first !== undefined)
      lines.push(
        `${name} tells of ${back.size === 1 ? `an order (${first})` : `${back.size} orders (the first is ${first})`} ` +
          'whose buyer was erased from this lake, and who it was: they are in the lake again, for the shop still has ' +
          'them. Erase them there first, then here again: sillage forget',
      );
  }
  return lines;
}

/**
 * A sentence for each file that was exported before an erasure and may hold persons, or that has one who was erased.
 * Who it was nobody keeps.
 */
export async function erasedPersons(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const erasures: Erasure[] = [];
  for await (const key of lake.keys(erasuresPrefix)) {
    const known = await jsonObject(lake, key, erasure);
    if (known) erasures.push(known);
  }
  const begun = erasures.map(({ begun_at: at }) => at);
  const older = looked.flatMap((one) => {
    if (one.kind !== 'understood') return [];
    const { file, parts } = one.understood;
    const exportedAt = file.exportedAt.toISOString();
    const later = begun.filter((at) => at > exportedAt).toSorted();
    const keys = parts.flatMap(({ documents }) => documents.map(({ key }) => key));
    const last = later.at(-1);
    return last !== undefined && keys.some((key) => feedsOfPersons.some((feed) => key.startsWith(feed)))
      ? [
          `${file.name} was exported before ` +
            `${later.length === 1 ? 'a person was' : `${later.length} requests of persons were`} erased from ` +
            `this lake (${last.slice(0, 10)}): who is in it is in the lake again. Import an export that was ` +
            'made since the shop erased them, or repeat the erasure: sillage forget',
        ]
      : [];
  });
  return [...older, ...(await comeBack(lake, looked, erasures))];
}
