/** The plan of an erasure: written before anything is changed, so that who was killed goes on with the same person. */
import { createCipheriv, createDecipheriv, randomBytes, randomInt, scryptSync } from 'node:crypto';
import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { erasureKey, erasuresPrefix } from '../shared/schema/ops-keys.ts';
import type { Gathered, Person, Seeds } from './person.ts';

/** What is asked for. */
export interface Request extends Seeds {
  /** Orders stay in the books without what tells whose they are; or go. */
  readonly orders: 'keep' | 'erase';
}

const counts = z.object({ removed: z.number(), masked: z.number(), stripped: z.number() });
export const rewrittenObject = counts.extend({ key: z.string() });
export type RewrittenObject = z.infer<typeof rewrittenObject>;

const planSchema = z.object({
  state: z.literal('under way'),
  id: z.string(),
  begun_at: z.iso.datetime(),
  orders: z.enum(['keep', 'erase']),
  /** Of the seal. */
  salt: z.string(),
  /** Who it is, under a key that only those have who know who was asked for. */
  sealed: z.string(),
  objects: z.array(rewrittenObject),
  /** Up to which key the lake was looked through for `objects`; none once it was looked through whole. */
  looked: z.string().optional(),
  /** Of the stream's log. */
  stream: counts,
});

const list = z.array(z.string());
const secretSchema = z.object({
  emails: list,
  phones: list,
  sharedPhones: list,
  customers: list,
  visitors: list,
  sharedVisitors: list,
  orders: list,
  substitutes: z.array(z.tuple([list, z.string()])),
});

/** A plan as those know it who know who was asked for. */
export interface ErasurePlan extends Omit<z.infer<typeof planSchema>, 'looked'> {
  looked?: string | undefined;
  readonly person: Person;
  /** What kept orders have in the place of the customer's id. */
  readonly substitutes: Substitutes;
}

/** For each buyer, by all ids and addresses of theirs: a random id, as long as no shop's own. */
export type Substitutes = readonly (readonly [names: readonly string[], id: string])[];

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

const sealKey = ({ emails, customers, visitors }: Seeds, salt: string): Buffer =>
  scryptSync(
    JSON.stringify([emails, customers, visitors].map((one) => one.toSorted())),
    Buffer.from(salt, 'hex'),
    keyBytes,
  );

function seal(text: string, key: Buffer): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
}

/** Undefined under another key. */
function unseal(sealed: string, key: Buffer): string | undefined {
  const bytes = Buffer.from(sealed, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes });
    decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
    return decipher.update(bytes.subarray(ivBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/** A new plan for a person, not written yet. */
export function newPlan(request: Request, { person, buyers }: Gathered, now: Date): ErasurePlan {
  const salt = randomBytes(16).toString('hex');
  const substitutes: Substitutes = buyers.map((names) => [names, `99${String(randomInt(10 ** 12)).padStart(12, '0')}`]);
  const secret = Object.fromEntries(
    Object.entries(person).map(([name, set]: [string, ReadonlySet<string>]) => [name, [...set]]),
  );
  return {
    state: 'under way',
    id: randomBytes(8).toString('hex'),
    begun_at: now.toISOString(),
    orders: request.orders,
    salt,
    sealed: seal(JSON.stringify({ ...secret, substitutes }), sealKey(request, salt)),
    objects: [],
    stream: { removed: 0, masked: 0, stripped: 0 },
    person,
    substitutes,
  };
}

/** Writes a plan without what only its seal may tell. */
export async function writePlan(lake: Lake, erasure: ErasurePlan): Promise<void> {
  const plan = planSchema.parse(erasure);
  await lake.put(erasureKey(plan.id), `${JSON.stringify(plan, undefined, 1)}\n`, { contentType: 'application/json' });
}

/** The plans of this lake that are under way: the one of this very request, and how many others there are. */
export async function plansUnderWay(
  lake: Lake,
  request: Request,
): Promise<{ readonly own: ErasurePlan | undefined; readonly others: readonly string[] }> {
  let own: ErasurePlan | undefined;
  const others: string[] = [];
  for await (const key of lake.keys(erasuresPrefix)) {
    const plan = await jsonObject(lake, key, planSchema);
    if (plan === undefined) continue;
    const secret = unseal(plan.sealed, sealKey(request, plan.salt));
    if (secret === undefined) {
      others.push(plan.id);
      continue;
    }
    const { substitutes, ...lists } = secretSchema.parse(JSON.parse(secret));
    const person: Person = {
      emails: new Set(lists.emails),
      phones: new Set(lists.phones),
      sharedPhones: new Set(lists.sharedPhones),
      customers: new Set(lists.customers),
      visitors: new Set(lists.visitors),
      sharedVisitors: new Set(lists.sharedVisitors),
      orders: new Set(lists.orders),
    };
    own = { ...plan, person, substitutes };
  }
  return { own, others };
}
