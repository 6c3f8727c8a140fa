/**
 * Joins the small objects that `land` and the webhooks write into few large ones, once they have settled: record for
 * record, in their order.
 */
import { hash } from 'node:crypto';
import { addDays, dayOfKey, type Day } from '../shared/days.ts';
import { brokenGzip } from '../shared/gzip.ts';
import { PreconditionFailed, type Lake, type LakeObject } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import { joinsPrefix } from '../shared/schema/ops-keys.ts';
import { joinKey, readJoin, type Join } from '../shared/slices/joins.ts';
import { countPacked, Packer, wholeLines } from './lines.ts';
import { producers, smallObjects, type SmallObjects } from './small-objects.ts';

/** What may be joined, and how far. */
export interface JoinLimits {
  /** Larger objects stay as they are, bytes. */
  readonly smallBytes: number;
  /** Bytes of the parts of one object at most: so much is held in memory. */
  readonly objectBytes: number;
  readonly mostParts: number;
  /** Fewer small objects of a day are left alone, so that a straggler does not rewrite what was joined before. */
  readonly fewestParts: number;
  /** Days to look at, until today; all where undefined. To list the objects of all years costs a request a thousand. */
  readonly lastDays?: number;
}

export const joinLimits: JoinLimits = {
  smallBytes: 2 ** 20,
  objectBytes: 32 * 2 ** 20,
  mostParts: 10_000,
  fewestParts: 10,
};

/** What a join has done. */
export interface JoinSummary {
  /** Large objects that were written. */
  readonly objects: number;
  /** Small objects that they replaced. */
  readonly parts: number;
  readonly rows: number;
  /** What did not go as it should, in words: nothing of it loses a record. */
  readonly problems: readonly string[];
}

interface Workspace {
  readonly lake: Lake;
  readonly catalog: Catalog;
}

/** Where the small objects of a day stand. */
interface Folder {
  readonly which: SmallObjects;
  readonly day: Day;
  readonly path: string;
}

/** A small object, and what its writer said of it. */
interface Part extends LakeObject {
  readonly rows: number;
  readonly isSingleDay: boolean;
}

/**
 * So old an object has settled: what is delivered twice is delivered sooner. Of a day that goes on too, for each of its
 * small objects takes the transform some memory: 4,000 of them do not fit into what a run may take.
 */
const settledMs = 10 * 60_000;
/** Objects that are fetched, or deleted, at a time. */
const atOnce = 8;

/** Whether an object is of these, or one that they were joined into. */
const isAmong = ({ names }: SmallObjects, key: string) => names.test(key.slice(key.lastIndexOf('/') + 1));

/** Works on a few at a time, and gives the results in order. All have ended when it throws. */
async function* inGroups<T, R>(all: readonly T[], work: (one: T) => Promise<R>): AsyncGenerator<R> {
  for (let i = 0; i < all.length; i += atOnce) {
    for (const ended of await Promise.allSettled(all.slice(i, i + atOnce).map(work))) {
      if (ended.status === 'rejected') throw ended.reason;
      yield ended.value;
    }
  }
}

/**
 * The days of a feed that have enough objects of a kind to be looked at: keys cost less than all that is known of
 * objects.
 */
async function foldersOf(
  lake: Lake,
  prefix: string,
  kinds: readonly SmallObjects[],
  { fewestParts, lastDays }: JoinLimits,
  now: Date,
): Promise<Folder[]> {
  const counts = new Map(kinds.map((which) => [which, new Map<Day, number>()]));
  const today = now.toISOString().slice(0, 10);
  const prefixes =
    lastDays === undefined
      ? [prefix]
      : Array.from({ length: lastDays }, (_, back) => `${prefix}dt=${addDays(today, -back)}/`);
  for (const within of prefixes)
    for await (const key of lake.keys(within)) {
      const day = dayOfKey(key);
      if (day === undefined) continue;
      for (const [which, days] of counts) if (isAmong(which, key)) days.set(day, (days.get(day) ?? 0) + 1);
    }
  return [...counts].flatMap(([which, days]) =>
    [...days].flatMap(([day, count]) => (count < fewestParts ? [] : [{ which, day, path: `${prefix}dt=${day}/` }])),
  );
}

/** The small objects of a day that have settled, of which their writer has told the rows, in order of key. */
async function partsOf(lake: Lake, { path, which }: Folder, now: Date, limits: JoinLimits): Promise<Part[]> {
  const small: LakeObject[] = [];
  for await (const object of lake.list(path)) {
    const isSettled = object.lastModified.getTime() + settledMs <= now.getTime();
    if (isAmong(which, object.key) && object.size < limits.smallBytes && isSettled) small.push(object);
  }
  const parts: Part[] = [];
  if (small.length < limits.fewestParts) return parts;
  for await (const found of inGroups(small, ({ key }) => lake.head(key))) {
    const { rows = '', producer = '', 'single-day': singleDay } = found?.metadata ?? {};
    if (found && producers.includes(producer) && /^[1-9]\d{0,8}$/.test(rows))
      parts.push({ ...found, rows: Number(rows), isSingleDay: singleDay === 'true' });
  }
  return parts;
}

/**
 * Parts that go into one object: alike in what they promise of their day, and not too many. Too few are left for later.
 */
function groupsOf(parts: readonly Part[], { objectBytes, mostParts, fewestParts }: JoinLimits): Part[][] {
  const groups: Part[][] = [];
  for (const alike of [parts.filter((one) => one.isSingleDay), parts.filter((one) => !one.isSingleDay)]) {
    let group: Part[] = [];
    let bytes = Infinity;
    for (const one of alike) {
      if (bytes + one.size > objectBytes || group.length >= mostParts) {
        groups.push((group = []));
        bytes = 0;
      }
      group.push(one);
      bytes += one.size;
    }
  }
  return groups.filter((group) => group.length >= fewestParts);
}

/** A join that is in force, and the key of its manifest. */
interface Begun extends Join {
  readonly manifest: string;
}

/**
 * Writes the manifest and the large object of a group, without the parts that are not what their writer promised: what
 * is wrong with them the transform tells of them alone. @returns undefined where too few are left
 */
async function begin(
  lake: Lake,
  { path, day, which }: Folder,
  group: readonly Part[],
  limits: JoinLimits,
): Promise<Begun | undefined> {
  const packer = new Packer();
  const parts: Join['parts'] = [];
  const fetched = inGroups(group, async ({ key, etag, rows }) => {
    const lines = wholeLines(await lake.get(key), rows, key.endsWith('.gz'));
    return lines && { key, etag, lines };
  });
  for await (const one of fetched) {
    if (one === undefined) continue;
    await packer.add(one.lines);
    parts.push({ key: one.key, etag: one.etag });
  }
  if (parts.length < limits.fewestParts) return undefined;
  const { body, rows, sha256 } = await packer.end();
  // Named after what it is made from: a retry over the same parts writes the same object.
  const id = hash('sha256', parts.map(({ key, etag }) => `${key}@${etag}`).join('\n')).slice(0, 32);
  const object = `${path}${which.into}${id}.jsonl.gz`;
  const join = { object, parts, rows, sha256 };
  const manifest = joinKey(day, id);
  await lake.put(manifest, JSON.stringify(join), { contentType: 'application/json' });
  await lake.put(object, body, {
    contentType: 'application/gzip',
    metadata: {
      rows: String(rows),
      producer: 'join',
      ...(group.every(({ isSingleDay }) => isSingleDay) && { 'single-day': 'true' }),
    },
  });
  return { ...join, manifest };
}

/** Whether the large object has all lines of its parts, by its bytes. */
async function isWhole(lake: Lake, { object, rows, sha256 }: Join): Promise<boolean> {
  try {
    const found = await countPacked(await lake.read(object));
    return found.rows === rows && found.sha256 === sha256;
  } catch (error) {
    if (brokenGzip(error) !== undefined) return false;
    throw error;
  }
}

async function areAllThere(lake: Lake, { parts }: Join): Promise<boolean> {
  const looks = inGroups(parts, async ({ key, etag }) => (await lake.head(key))?.etag === etag);
  for await (const isThere of looks) if (!isThere) return false;
  return true;
}

async function deleteParts(lake: Lake, { parts }: Join): Promise<void> {
  const deleting = inGroups(parts, async ({ key, etag }) => {
    try {
      await lake.delete(key, { ifMatch: etag });
    } catch (error) {
      // Written anew since: it may hold more, and is read for itself.
      if (!(error instanceof PreconditionFailed)) throw error;
    }
  });
  while (!(await deleting.next()).done);
}

/**
 * Ends a join that is in force: deletes its parts, then its manifest. Whatever it finds, it may be called again.
 * @returns what was wrong
 */
async function finish(lake: Lake, manifest: string): Promise<string | undefined> {
  const join = await readJoin(lake, manifest);
  const isInForce = join !== undefined && (await lake.head(join.object)) !== undefined;
  let problem: string | undefined;
  if (join === undefined) {
    problem =
      `${manifest} could not be read. Objects that it named may be read beside what they were joined into: each ` +
      'record of them is known by its id.';
  } else if (isInForce && (await isWhole(lake, join))) {
    await deleteParts(lake, join);
  } else if (isInForce && (await areAllThere(lake, join))) {
    await lake.delete(join.object);
    problem =
      `${join.object} did not hold what was written to it, and was removed. The objects that it was to replace ` +
      'are there.';
  } else if (isInForce) {
    problem =
      `${join.object} is damaged, and some of the objects that it replaces are deleted. Put it back from a ` +
      'backup.';
  }
  await lake.delete(manifest);
  return problem;
}

/**
 * Joins the small objects that have settled. First it ends what an earlier one began: it may be killed at any moment,
 * and readers that know of manifests (`replacedParts`) find each record once at every moment. Late events land as small
 * objects again, and are joined when there are enough of them. One join at a time, and none beside a reader.
 * @throws what the lake throws; the next join goes on from there
 */
export async function joinSettled(
  { lake, catalog }: Workspace,
  now: Date,
  limits: JoinLimits = joinLimits,
): Promise<JoinSummary> {
  const problems: string[] = [];
  let [objects, parts, rows] = [0, 0, 0];
  const end = async (manifest: string) => {
    const problem = await finish(lake, manifest);
    if (problem !== undefined) problems.push(problem);
  };
  const open: string[] = [];
  for await (const manifest of lake.keys(joinsPrefix)) open.push(manifest);
  for (const manifest of open) await end(manifest);
  for (const [feed, kinds] of smallObjects)
    for (const folder of await foldersOf(lake, tableNamed(catalog, feed).prefix, kinds, limits, now))
      for (const group of groupsOf(await partsOf(lake, folder, now, limits), limits)) {
        const begun = await begin(lake, folder, group, limits);
        if (begun === undefined) continue;
        await end(begun.manifest);
        objects++;
        parts += begun.parts.length;
        rows += begun.rows;
      }
  return { objects, parts, rows, problems };
}
