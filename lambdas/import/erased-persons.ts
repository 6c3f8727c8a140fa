/** Files that are older than an erasure: the person who was erased may be in them, and would be in the lake again. */
import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import type { Warehouse } from '../shared/ports/warehouse.ts';
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

/** Orders without their buyer, each with the numbers that stand in place of the buyer's: one for each erasure. */
type Kept = ReadonlyMap<string, ReadonlySet<string>>;

/** The orders that erasures kept without their buyer. */
async function keptBy(lake: Lake, erasures: readonly Erasure[]): Promise<Kept> {
  const kept = new Map<string, Set<string>>();
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
      if (one === undefined || !isOfNobody(one)) continue;
      kept.set(one.id, (kept.get(one.id) ?? new Set()).add(one.customer?.id ?? ''));
    }
  }
  return kept;
}

/** A sentence for each file with orders of persons who were erased, and with whose they are. */
async function comeBack(lake: Lake, looked: readonly Looked[], erasures: readonly Erasure[]): Promise<string[]> {
  const files = filesOfOrders(looked);
  const kept = files.length === 0 || erasures.length === 0 ? new Map<string, never>() : await keptBy(lake, erasures);
  if (kept.size === 0) return [];
  const back = await ordersOf(files, order, ({ id, email, customer: buyer }) => {
    const substitutes = kept.get(id);
    const number = buyer?.id ?? undefined;
    return (
      substitutes !== undefined &&
      (Boolean(email) || Boolean(buyer?.email) || (number !== undefined && !substitutes.has(number)))
    );
  });
  return back.map(
    ({ file, count, first }) =>
      `${file} tells of ${count === 1 ? `an order (${first})` : `${count} orders (the first is ${first})`} ` +
      'whose buyer was erased from this lake, and who it was: they are in the lake again, for the shop still has ' +
      'them. Erase them there first, then here again: sillage forget',
  );
}

async function erasuresOf(lake: Lake): Promise<Erasure[]> {
  const erasures: Erasure[] = [];
  for await (const key of lake.keys(erasuresPrefix)) {
    const known = await jsonObject(lake, key, erasure);
    if (known) erasures.push(known);
  }
  return erasures;
}

/** As many orders are asked for at once: a query has a greatest length. */
const atOnce = 2000;

/**
 * That orders of which an erasure kept no buyer have one again in the tables: a shop sends an order by its webhook
 * whenever something of it changes, and then nobody is there to be told, as at an import.
 */
export async function buyersComeBack(lake: Lake, warehouse: Pick<Warehouse, 'query'>): Promise<string[]> {
  const kept = await keptBy(lake, await erasuresOf(lake));
  const ids = [...kept.keys()];
  const back: string[] = [];
  for (let from = 0; from < ids.length; from += atOnce) {
    const asked = ids.slice(from, from + atOnce).map((id) => `'${id.replaceAll("'", "''")}'`);
    const { rows } = await warehouse.query(
      `SELECT order_id, order_name, customer_id, email_hash FROM orders WHERE order_id IN (${asked.join(', ')}) ORDER BY 1`,
    );
    for (const [id, name, buyer, email] of rows) {
      if (typeof id !== 'string') continue;
      if (email !== null || (typeof buyer === 'string' && kept.get(id)?.has(buyer) !== true))
        back.push(typeof name === 'string' ? name : id);
    }
  }
  const [first] = back;
  return first === undefined
    ? []
    : [
        `${back.length === 1 ? `An order (${first})` : `${back.length} orders (the first is ${first})`} whose buyer ` +
          'was erased from this lake told anew who it was: by a webhook of the shop, or a later file, they are in ' +
          'the lake again, for the shop still has them. Erase them there first, then here again: sillage forget',
      ];
}

/**
 * A sentence for each file that was exported before an erasure and may hold persons, or that has one who was erased.
 * Who it was nobody keeps.
 */
export async function erasedPersons(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const erasures = await erasuresOf(lake);
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
