/** Files that are older than an erasure: the person who was erased may be in them, and would be in the lake again. */
import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import { erasuresPrefix } from '../shared/schema/ops-keys.ts';
import { ordersPrefix } from './land.ts';
import type { Looked } from './looked.ts';
import { filesOfOrders, orderId, ordersOf, recordsIn, textOfOrders } from './orders-in.ts';

const feedsOfPersons = ['raw/crm/orders/', 'raw/crm/customers/', 'raw/web/events/'];
const erasure = z.looseObject({
  begun_at: z.string(),
  objects: z.array(z.looseObject({ key: z.string(), stripped: z.number().optional() })).optional(),
});
type Erasure = z.infer<typeof erasure>;

const customer = z.looseObject({ id: orderId.nullish(), email: z.string().nullish() });
const order = z.looseObject({
  id: orderId,
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
    for (const record of bytes === undefined ? [] : recordsIn(textOfOrders(bytes))) {
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
  const back = await ordersOf(files, order, ({ id, email, customer: buyer }) => {
    const substitute = kept.get(id);
    const number = buyer?.id ?? undefined;
    return (
      substitute !== undefined &&
      (Boolean(email) || Boolean(buyer?.email) || (number !== undefined && number !== substitute))
    );
  });
  return back.map(
    ({ file, count, first }) =>
      `${file} tells of ${count === 1 ? `an order (${first})` : `${count} orders (the first is ${first})`} ` +
      'whose buyer was erased from this lake, and who it was: they are in the lake again, for the shop still has ' +
      'them. Erase them there first, then here again: sillage forget',
  );
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
