import { copyFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { importsPrefix } from '../shared/schema/ops-keys.ts';
import { expirations, hasExpired } from '../shared/slices/expirations.ts';
import { withoutRecords } from './documents.ts';
import { hasIds } from './has-ids.ts';
import { levels } from './restated.ts';
import { saidSchema } from './said.ts';
import type { Understood, Versions } from './understand.ts';

/** Where people put files that a run imports by itself. */
export const inboxPrefix = 'inbox/';

/** Where it is said of files in the inbox why they were refused. */
export const answersPrefix = 'inbox-answers/';

const manifestName = 'import.json';
/** What is noted of a file that was taken out, or that is being read anew. */
const undoneName = 'undone.json';
/** Where the bytes of a file stand, and the note of its import. */
export const folderOf = (hash: string) => `${importsPrefix}${hash}/`;
const manifestKey = (hash: string) => folderOf(hash) + manifestName;
const undoneKey = (hash: string) => folderOf(hash) + undoneName;

/** Whether an object is a file as a person imported it, not what was noted of it. */
export const isImportedFile = (key: string): boolean =>
  key.startsWith(importsPrefix) && !key.endsWith(`/${manifestName}`) && !key.endsWith(`/${undoneName}`);

/**
 * Of objects under `raw/imports/`, those of imports that did not come to their end: what was made of these files may be
 * there in part.
 */
export function unfinishedImports(keys: readonly string[]): string[] {
  const folders = new Set(keys.filter((key) => key.endsWith(`/${manifestName}`)).map((key) => dirname(key)));
  return keys.filter(
    (key) =>
      isImportedFile(key) && dirname(key) !== dirname(importsPrefix + manifestName) && !folders.has(dirname(key)),
  );
}

const campaign = z.object({ name: z.string(), spend: z.string().optional() });
const restatedSchema = z.array(
  z.object({
    account: z.string().optional(),
    level: z.enum(levels),
    currency: z.string().optional(),
    campaigns: z.record(z.string(), campaign),
  }),
);
/** As it was noted before spend was: names of campaigns, and accounts as they were shown, `Boutique (777)`. */
const olderRestated = z
  .object({ account: z.string(), level: z.enum(levels), campaigns: z.record(z.string(), z.string()) })
  .transform(({ account, level, campaigns }): z.infer<typeof restatedSchema> => [
    {
      account: (/\((?<id>[^()]*)\)$/.exec(account)?.groups?.['id'] ?? account).replaceAll(/(?<=\d)-(?=\d)/g, ''),
      level,
      campaigns: Object.fromEntries(Object.entries(campaigns).map(([id, name]) => [id, { name }])),
    },
  ]);

const manifestSchema = z.object({
  file: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  imported_at: z.iso.datetime(),
  exported_at: z.iso.datetime(),
  /** The file whose deals of influencers count in place of its own. */
  replaced_by: z.object({ sha256: z.string(), file: z.string() }).optional(),
  /** The documents that have no row any more, since it was replaced, read anew or taken out. */
  taken_back: z.array(z.string()).optional(),
  /** What a person said of how it is read. */
  said: saidSchema.optional(),
  /** Its deals of influencers count beside those of others that are like it: a person said so. */
  adds: z.literal(true).optional(),
  parts: z.array(
    z.object({
      shape: z.string(),
      sheet: z.string().optional(),
      records: z.number(),
      days: z.object({ from: z.string(), to: z.string() }).optional(),
      restated: z.union([restatedSchema, olderRestated]).optional(),
      offsets: z.record(z.string(), z.string()).optional(),
      /** An export whose orders have the ids of the platform's API. */
      has_ids: z.literal(true).optional(),
      /** What is to be known of it: who saw no terminal reads it here. */
      notes: z.array(z.string()).optional(),
      documents: z.array(z.string()),
    }),
  ),
});

/** What is noted of a file that was imported. */
export type Manifest = z.infer<typeof manifestSchema>;

/** What is noted of a file with these bytes; undefined where none was imported whole. */
export const importOf = (lake: Lake, hash: string): Promise<Manifest | undefined> =>
  jsonObject(lake, manifestKey(hash), manifestSchema);

/** What is noted of a file with these bytes, also where it was taken out, or was to be read anew. */
export const noteOf = async (lake: Lake, hash: string): Promise<Manifest | undefined> =>
  (await importOf(lake, hash)) ?? jsonObject(lake, undoneKey(hash), manifestSchema);

/** Whether the bytes of a file stand as they were imported: they do not where a person in it was erased. */
async function isKept(lake: Lake, hash: string): Promise<boolean> {
  for await (const key of lake.keys(folderOf(hash))) if (isImportedFile(key)) return true;
  return false;
}

/** Whether something that was made of a file is gone, as by hand, and can be made again. What has expired stays away. */
export async function isLost(lake: Lake, { sha256, parts }: Manifest): Promise<boolean> {
  const catalog = loadCatalog();
  const feeds = [...catalog.values()].filter(({ zone }) => zone === 'raw');
  const missing = new Set(parts.flatMap(({ documents }) => documents));
  for (const { prefix } of feeds)
    if ([...missing].some((key) => key.startsWith(prefix)))
      for await (const key of lake.keys(prefix)) missing.delete(key);
  if (missing.size === 0 || !(await isKept(lake, sha256))) return false;
  const expired = await expirations(lake, catalog);
  return [...missing].some((key) => !feeds.some((feed) => hasExpired(expired, feed, key)));
}

/** What a try that was cut short has made of a file: its time, or what was said of it, may have been another. */
async function leftOf(lake: Lake, hash: string): Promise<string[]> {
  const left: string[] = [];
  for await (const key of lake.keys('raw/'))
    if (!key.startsWith(importsPrefix) && basename(key).includes(`-${hash.slice(0, 16)}`)) left.push(key);
  return left;
}

/** What is noted of all files that were imported, and not taken out. */
export const allImports = (lake: Lake): AsyncGenerator<Manifest> => notesCalled(manifestName, lake);

/** The notes of all files that were taken out. */
export const allUndone = (lake: Lake): AsyncGenerator<Manifest> => notesCalled(undoneName, lake);

async function* notesCalled(name: string, lake: Lake): AsyncGenerator<Manifest> {
  for await (const key of lake.keys(importsPrefix)) {
    if (!key.endsWith(`/${name}`)) continue;
    const manifest = await jsonObject(lake, key, manifestSchema);
    if (manifest) yield manifest;
  }
}

/** Changes with every import: what a look at files came to holds as long as this stands. */
export async function importsMark(lake: Lake): Promise<string> {
  const marks: string[] = [];
  for await (const { key, etag } of lake.list(importsPrefix)) marks.push(`${key} ${etag}`);
  return marks.join('\n');
}

/** A file's name as a part of a key: no slash, no sign that a lake refuses, none that hides it. */
function keptName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._ -]+/gu, '_')
    .replace(/^[. ]+/, '')
    .slice(-100);
  return ['', manifestName, undoneName].includes(plain) ? 'file' : plain;
}

/** Where orders are landed: an older export must not count in place of a newer one. */
export const ordersPrefix = 'raw/crm/orders/';

/** Where the deals of sheets are landed: another sheet may count in place of them. */
export const dealsPrefix = 'raw/influencers/deals/';
const isOfDeals = (key: string) => key.startsWith(dealsPrefix);

const putNote = (lake: Lake, key: string, manifest: Manifest) =>
  lake.put(key, `${JSON.stringify(manifest, null, 1)}\n`, { contentType: 'application/json' });
const putManifest = (lake: Lake, manifest: Manifest) => putNote(lake, manifestKey(manifest.sha256), manifest);

/** Notes that an import counts no more: while its bytes stand without another note, a run says that it is unfinished. */
export async function setAside(lake: Lake, manifest: Manifest): Promise<void> {
  const { sha256, parts, taken_back: before = [] } = manifest;
  const taken = [...before, ...parts.flatMap(({ documents }) => documents)];
  await putNote(lake, undoneKey(sha256), { ...manifest, parts: [], taken_back: taken });
  await lake.delete(manifestKey(sha256));
}

/** Takes the records out of a document. Where somebody took it away by hand, there is none. */
export async function emptyDocument(lake: Lake, key: string): Promise<void> {
  if ((await lake.head(key)) === undefined) return;
  await lake.put(key, withoutRecords(key, (await lake.get(key)).toString('utf8')), { metadata: { rows: '0' } });
}

/** Takes back the deals of a sheet: what was made of them has no row any more, and its own bytes stay. */
async function takeBack(lake: Lake, hash: string, by: NonNullable<Manifest['replaced_by']>): Promise<void> {
  const manifest = await importOf(lake, hash);
  if (manifest === undefined || manifest.replaced_by !== undefined) return;
  const taken = manifest.parts.flatMap(({ documents }) => documents).filter(isOfDeals);
  for (const key of taken) await emptyDocument(lake, key);
  await putManifest(lake, {
    ...manifest,
    replaced_by: by,
    taken_back: taken,
    parts: manifest.parts.map((part) => ({ ...part, documents: part.documents.filter((key) => !isOfDeals(key)) })),
  });
}

/** Does what a person says of a sheet that was imported before. */
export async function settle(lake: Lake, manifest: Manifest, { replaces, adds }: Versions): Promise<void> {
  for (const { hash } of replaces) await takeBack(lake, hash, { sha256: manifest.sha256, file: manifest.file });
  if (adds) await putManifest(lake, { ...manifest, adds: true });
}

/**
 * Lands a file that was understood: its records under their feeds, its own bytes beside them, and last the note that
 * says so. Every key is made of the file's bytes, so a retry writes what the first try wrote; a file that was imported
 * before changes nothing, but where another is said of it: then what was made of it before counts no more.
 * @returns whether it is new
 */
export async function land(
  lake: Lake,
  { file, hash, bytes, parts, versions, said, again }: Understood,
  scratch: string,
  now = new Date(),
): Promise<boolean> {
  const before = await importOf(lake, hash);
  const replacedBy = versions?.replacedBy;
  if (before !== undefined && !again && (before.replaced_by === undefined || replacedBy !== undefined)) return false;
  if (again && before !== undefined) await setAside(lake, before);
  const noted = await noteOf(lake, hash);
  const left = before === undefined && (await isKept(lake, hash)) ? await leftOf(lake, hash) : [];
  const isLanded = (key: string) => replacedBy === undefined || !isOfDeals(key);
  // Putting a file may move it away: the person's own stays where it is.
  const original = join(scratch, `${hash}.original`);
  await copyFile(file.path, original);
  await lake.putFile(folderOf(hash) + keptName(file.name), original);
  for (const { key, path, metadata } of parts.flatMap(({ documents }) => documents))
    if (isLanded(key)) await lake.putFile(key, path, { metadata });
  for (const other of versions?.replaces ?? []) await takeBack(lake, other.hash, { sha256: hash, file: file.name });
  const made = new Set(parts.flatMap(({ documents }) => documents.map(({ key }) => key)).filter(isLanded));
  const unmade = [
    ...left,
    ...(noted?.taken_back ?? []),
    ...(noted?.parts.flatMap(({ documents }) => documents) ?? []),
  ].filter((key) => !made.has(key));
  for (const key of unmade) await emptyDocument(lake, key);
  const manifest: Manifest = {
    file: file.name,
    sha256: hash,
    bytes,
    imported_at: now.toISOString(),
    exported_at: file.exportedAt.toISOString(),
    ...(replacedBy && { replaced_by: { sha256: replacedBy.hash, file: replacedBy.file } }),
    ...(unmade.length > 0 && { taken_back: [...new Set(unmade)] }),
    ...(versions?.adds && { adds: true }),
    ...(said && Object.keys(said).length > 0 && { said }),
    parts: parts.map(({ shape, mapped, sheet, records, days, restated, offsets, notes, documents }) => ({
      shape,
      ...(sheet !== undefined && { sheet }),
      records,
      ...(days && { days }),
      ...(restated && { restated: [...restated] }),
      ...(offsets && { offsets }),
      ...(hasIds({ shape, mapped }) && { has_ids: true }),
      ...(notes.length > 0 && { notes: [...notes] }),
      documents: documents.map(({ key }) => key).filter(isLanded),
    })),
  };
  await putManifest(lake, manifest);
  if (noted !== undefined) await lake.delete(undoneKey(hash));
  return true;
}
