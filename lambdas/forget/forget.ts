/** Erases one person from a lake (GDPR, art. 17), and proves it. */
import { allImports, allUndone, folderOf } from '../import/land.ts';
import { renamedInInbox } from './inbox-names.ts';
import { joinSettled } from '../join/join.ts';
import { named } from '../shared/named.ts';
import { ObjectNotFound, PreconditionFailed, type Lake, type PastVersion } from '../shared/ports/lake.ts';
import type { RecordLog } from '../shared/ports/record-log.ts';
import { readProfile } from '../shared/shop/profile.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import { damagedPrefix, erasureKey, isLandReject } from '../shared/schema/ops-keys.ts';
import { fetchedAhead } from './ahead.ts';
import { certificateOf, type Certificate } from './certificate.ts';
import { eraseFromExpired } from './expired-slices.ts';
import { gather } from './gather.ts';
import { Finder } from './person.ts';
import { newPlan, plansUnderWay, writePlan, type ErasurePlan, type Request } from './plan.ts';
import { noChanges } from './changes.ts';
import { isPersonal } from './records.ts';
import { Rewriter, type Rewritten } from './rewrite.ts';
import { lookInto, searchLake, type Searched } from './search.ts';

/** What an erasure works on. Who calls it keeps all others who write to the lake away, but for `land`. */
export interface ForgetPorts {
  readonly lake: Lake;
  readonly catalog: Catalog;
  /** The stream's records, where they can be changed. */
  readonly log?: RecordLog | undefined;
  /** Builds again what was made from rewritten objects. */
  readonly rebuild: () => Promise<unknown>;
  /** Removes what queries have answered, where such is kept beside the lake. @returns how many objects */
  readonly removeAnswers?: (() => Promise<number>) | undefined;
  /** The lake's pseudonym of an address or number, to be looked for, too; left out where its key is not at hand. */
  readonly pseudonym?: ((value: string) => string) | undefined;
  readonly now?: () => Date;
  readonly onProgress?: (what: string, done: number, of: number) => void;
}

/** The person is still there after all. What was done stays done; running it again goes on. */
export class NotErased extends Error {
  override readonly name = 'NotErased';
}

/** What is rewritten here; all else in the lake is made again by a run. */
const isSource = (key: string) =>
  !/^(?:curated|marts|ops)\//.test(key) || isLandReject(key) || key.startsWith(damagedPrefix);

/** What an object is to become; undefined where it has nothing of the person. */
async function rewritten(
  lake: Lake,
  key: string,
  rewriter: Rewriter,
): Promise<(Rewritten & { readonly etag: string }) | undefined> {
  const head = await lake.head(key);
  if (head === undefined) return undefined;
  const body = await lake.get(key);
  const { etag, metadata } = head;
  if (!key.startsWith(damagedPrefix)) {
    const made = await rewriter.object(key, body, metadata);
    return made && { ...made, etag };
  }
  // A copy that nobody reads: nothing is lost with it.
  const { isHolding, why } = await lookInto(key, body, rewriter.finder);
  return isHolding || why !== undefined
    ? { body: undefined, metadata, etag, changes: { ...noChanges(), removed: 1 } }
    : undefined;
}

const contentType = (key: string) =>
  key.endsWith('.gz') ? 'application/gzip' : key.endsWith('.json') ? 'application/json' : undefined;

/** Puts an object without the person in its place. Nothing happens where it is done already. */
async function replace(lake: Lake, key: string, rewriter: Rewriter): Promise<void> {
  for (;;) {
    const made = await rewritten(lake, key, rewriter).catch((error: unknown) => {
      if (error instanceof ObjectNotFound) return undefined;
      throw error;
    });
    if (made === undefined) return;
    const { body, metadata, etag } = made;
    const type = contentType(key);
    try {
      if (body === undefined) await lake.delete(key, { ifMatch: etag });
      else await lake.put(key, body, { metadata, ifMatch: etag, ...(type && { contentType: type }) });
      return;
    } catch (error) {
      // Landed anew, or joined: what stands there now is looked at.
      if (!(error instanceof PreconditionFailed)) throw error;
    }
  }
}

async function objectsIn(lake: Lake, isMeant: (key: string) => boolean = () => true): Promise<number> {
  let objects = 0;
  for await (const key of lake.keys('')) if (isMeant(key)) objects++;
  return objects;
}

/** Objects after which a plan tells how far it has looked: who has little time, as a Lambda, gets on with each try. */
const oftenEnough = 256;

const isAfter = (key: string, other: string) => Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;

/** Adds to a plan all objects that hold the person now, from where it has looked so far. */
async function look({ lake, onProgress }: ForgetPorts, erasure: ErasurePlan, rewriter: Rewriter): Promise<void> {
  const from = erasure.looked ?? '';
  const isMeant = (key: string) => isSource(key) && isAfter(key, from);
  const of = await objectsIn(lake, isMeant);
  let seen = 0;
  for await (const { object, body } of fetchedAhead(lake, '', isMeant)) {
    const { key } = object;
    onProgress?.('look', ++seen, of);
    if (key.startsWith(damagedPrefix) || (await rewriter.mayConcern(key, body))) {
      const made = await rewritten(lake, key, rewriter);
      if (made !== undefined) erasure.objects.push({ key, ...made.changes });
    }
    if (seen % oftenEnough > 0) continue;
    erasure.looked = key;
    await writePlan(lake, erasure);
  }
  erasure.looked = undefined;
  await writePlan(lake, erasure);
}

/** Erases what the lake's own objects and the stream hold of the person. */
async function erase(ports: ForgetPorts, erasure: ErasurePlan, rewriter: Rewriter): Promise<void> {
  await ports.log?.visit((data) => void rewriter.message(data, erasure.stream));
  erasure.looked = '';
  await writePlan(ports.lake, erasure);
  await goOn(ports, erasure, rewriter);
}

async function goOn(ports: ForgetPorts, erasure: ErasurePlan, rewriter: Rewriter): Promise<void> {
  const { lake, catalog, log } = ports;
  erasure.objects.push(...(await renamedInInbox(lake, rewriter.finder)));
  if (erasure.looked !== undefined) await look(ports, erasure, rewriter);
  // The stream first: what lands from it meanwhile is found by the search.
  await log?.rewrite((data) => rewriter.message(data, noChanges()));
  await log?.removeDamaged((bytes) => rewriter.finder.isIn(bytes));
  for (const { key } of erasure.objects) if (isSource(key)) await replace(lake, key, rewriter);
  const expired = await eraseFromExpired({ lake, catalog }, erasure.person, rewriter.finder);
  if (expired.length === 0 && !erasure.objects.some(({ key }) => rewriter.finder.isIn(key))) return;
  // What was called after the person is dealt with; the plan, which is searched too, does not tell its name any more.
  erasure.objects = erasure.objects.map((one) => ({ ...one, key: rewriter.finder.masked(one.key) }));
  erasure.objects.push(...expired);
  await writePlan(lake, erasure);
}

/**
 * Past versions that are asked for side by side: of a day's joined events there are thousands. Each is looked into by
 * itself.
 */
const versionsAtOnce = 16;

/**
 * Removes what a versioned bucket keeps: all of what can be made again, and of the rest what holds the person or cannot
 * be read.
 */
async function erasePast({ lake }: ForgetPorts, finder: Finder): Promise<number | undefined> {
  const { past } = lake;
  if (past === undefined) return undefined;
  let removed = 0;
  const take = async (some: readonly PastVersion[]) => {
    const fetched = await Promise.all(
      some.map(async (one) => ({ one, body: isSource(one.key) ? await past.get(one) : undefined })),
    );
    const going: PastVersion[] = [];
    for (const { one, body } of fetched) {
      const { isHolding, why } = body === undefined ? { isHolding: true } : await lookInto(one.key, body, finder);
      if (isHolding || why !== undefined) going.push(one);
    }
    await Promise.all(going.map((one) => past.delete(one)));
    removed += going.length;
  };
  let waiting: PastVersion[] = [];
  for await (const one of past.list('')) {
    waiting.push(one);
    if (waiting.length < versionsAtOnce) continue;
    await take(waiting);
    waiting = [];
  }
  await take(waiting);
  return removed;
}

/** How often what lands meanwhile is erased, too, before it is given up. */
const mostRounds = 3;

async function rebuiltAndSearched(
  ports: ForgetPorts,
  erasure: ErasurePlan,
  rewriter: Rewriter,
  finder: Finder,
): Promise<Searched> {
  const { lake, onProgress } = ports;
  for (let round = 1; ; round++) {
    await ports.rebuild();
    const of = await objectsIn(lake);
    const searched = await searchLake(lake, finder, (objects) => onProgress?.('search', objects, of));
    if (searched.holding.length === 0) return searched;
    if (round === mostRounds || !searched.holding.some(isSource)) {
      throw new NotErased(
        `The erasure ${erasure.id} is not complete: the person is still found in ` +
          `${named(searched.holding, 5)}. ` +
          'Run the same command again; where that does not help, remove these objects by hand and run it again.',
      );
    }
    await erase(ports, erasure, rewriter);
  }
}

/** The folders of imported files of which it is noted what was made of them, and nothing of it is about persons. */
async function filesOfNobody(lake: Lake, catalog: Catalog): Promise<ReadonlySet<string>> {
  const prefixes = [...catalog.values()].filter((table) => isPersonal(table)).map(({ prefix }) => prefix);
  const folders = new Set<string>();
  for (const notes of [allImports(lake), allUndone(lake)])
    for await (const { sha256: hash, parts, taken_back: taken = [] } of notes) {
      const made = [...taken, ...parts.flatMap(({ documents }) => documents)];
      if (made.length > 0 && !made.some((key) => prefixes.some((prefix) => key.startsWith(prefix))))
        folders.add(folderOf(hash));
    }
  return folders;
}

/** An erasure that is under way, and what takes the person out of what it is given. */
interface Begun {
  readonly erasure: ErasurePlan;
  readonly rewriter: Rewriter;
  /** Other erasures that are under way. */
  readonly others: readonly string[];
}

async function begunErasure(ports: ForgetPorts, request: Request): Promise<Begun> {
  const { lake, catalog, log, now = () => new Date() } = ports;
  // A join that was broken off ends first: it vouches for bytes that change here.
  await joinSettled({ lake, catalog }, new Date(0));
  const { own, others } = await plansUnderWay(lake, request);
  const erasure = own ?? newPlan(request, await gather(lake, catalog, request, log), now());
  const rewriter = new Rewriter(
    catalog,
    erasure.person,
    erasure.orders === 'keep' ? erasure.substitutes : undefined,
    await filesOfNobody(lake, catalog),
    new Set((await readProfile(lake)).profile.test_orders.tags),
  );
  if (own === undefined) await erase(ports, erasure, rewriter);
  else await goOn(ports, erasure, rewriter);
  return { erasure, rewriter, others };
}

/**
 * The first half, for who builds again elsewhere, as a state machine does: what was sent is rewritten. `forget` ends it
 * then.
 * @returns the erasure's id
 */
export async function eraseSources(ports: ForgetPorts, request: Request): Promise<string> {
  return (await begunErasure(ports, request)).erasure.id;
}

/**
 * Erases a person: finds who it is, writes a plan, rewrites what holds the person, has the rest built again, and
 * searches the whole lake for what is left. Killed at any moment and called again with the same request it goes on, to
 * the same end.
 * @returns the certificate, which stands in the lake then in the plan's place
 * @throws NotErased where the person is still found
 */
export async function forget(ports: ForgetPorts, request: Request): Promise<Certificate> {
  const { lake, log, now = () => new Date() } = ports;
  const { erasure, rewriter, others } = await begunErasure(ports, request);
  const { emails, phones } = erasure.person;
  const pseudonyms = ports.pseudonym === undefined ? [] : [...emails, ...phones].map(ports.pseudonym);
  const finder = new Finder(erasure.person, pseudonyms);
  const searched = await rebuiltAndSearched(ports, erasure, rewriter, finder);
  const versions = await erasePast(ports, finder);
  // After the rest is built again: what is asked from now on has nothing of the person.
  const answers = await ports.removeAnswers?.();
  const certificate = certificateOf({
    erasure,
    searched,
    versions,
    answers,
    log,
    others,
    now: now(),
    hasPseudonyms: pseudonyms.length > 0,
  });
  await lake.put(erasureKey(erasure.id), `${JSON.stringify(certificate, undefined, 1)}\n`, {
    contentType: 'application/json',
  });
  // The plan, too, is a past version now.
  if (lake.past !== undefined)
    for await (const one of lake.past.list(erasureKey(erasure.id))) await lake.past.delete(one);
  return certificate;
}
