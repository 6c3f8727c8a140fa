import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { hasIds } from './has-ids.ts';
import type { Understood } from './understand.ts';

/**
 * Where the files that people import are kept, byte for byte, each in a folder with what was made of it. No table reads
 * them.
 */
export const importsPrefix = 'raw/imports/';

/** Where people put files that a run imports by itself. */
export const inboxPrefix = 'inbox/';

/** Where it is said of files in the inbox why they were refused. */
export const answersPrefix = 'inbox-answers/';

const manifestName = 'import.json';
const folderOf = (hash: string) => `${importsPrefix}${hash}/`;
const manifestKey = (hash: string) => folderOf(hash) + manifestName;

/** Whether an object is a file as a person imported it, not what was noted of it. */
export const isImportedFile = (key: string): boolean =>
  key.startsWith(importsPrefix) && !key.endsWith(`/${manifestName}`);

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

const manifestSchema = z.object({
  file: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  imported_at: z.iso.datetime(),
  exported_at: z.iso.datetime(),
  parts: z.array(
    z.object({
      shape: z.string(),
      sheet: z.string().optional(),
      records: z.number(),
      days: z.object({ from: z.string(), to: z.string() }).optional(),
      restated: z
        .object({
          account: z.string(),
          level: z.enum(['ad', 'ad_group', 'campaign', 'view']),
          campaigns: z.record(z.string(), z.string()),
        })
        .optional(),
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

/** What is noted of all files that were imported. */
export async function* allImports(lake: Lake): AsyncGenerator<Manifest> {
  for await (const key of lake.keys(importsPrefix)) {
    if (!key.endsWith(`/${manifestName}`)) continue;
    const manifest = await jsonObject(lake, key, manifestSchema);
    if (manifest) yield manifest;
  }
}

/** A file's name as a part of a key: no slash, no sign that a lake refuses, none that hides it. */
function keptName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._ -]+/gu, '_')
    .replace(/^[. ]+/, '')
    .slice(-100);
  return plain === '' || plain === manifestName ? 'file' : plain;
}

/**
 * Lands a file that was understood: its records under their feeds, its own bytes beside them, and last the note that
 * says so. Every key is made of the file's bytes, so a retry writes what the first try wrote; a file that was imported
 * before changes nothing.
 * @returns whether it is new
 */
export async function land(
  lake: Lake,
  { file, hash, bytes, parts }: Understood,
  scratch: string,
  now = new Date(),
): Promise<boolean> {
  if ((await importOf(lake, hash)) !== undefined) return false;
  // Putting a file may move it away: the person's own stays where it is.
  const original = join(scratch, `${hash}.original`);
  await copyFile(file.path, original);
  await lake.putFile(folderOf(hash) + keptName(file.name), original);
  for (const { key, path, metadata } of parts.flatMap(({ documents }) => documents))
    await lake.putFile(key, path, { metadata });
  const manifest: Manifest = {
    file: file.name,
    sha256: hash,
    bytes,
    imported_at: now.toISOString(),
    exported_at: file.exportedAt.toISOString(),
    parts: parts.map(({ shape, mapped, sheet, records, days, restated, offsets, notes, documents }) => ({
      shape,
      ...(sheet !== undefined && { sheet }),
      records,
      ...(days && { days }),
      ...(restated && { restated }),
      ...(offsets && { offsets }),
      ...(hasIds({ shape, mapped }) && { has_ids: true }),
      ...(notes.length > 0 && { notes: [...notes] }),
      documents: documents.map(({ key }) => key),
    })),
  };
  await lake.put(manifestKey(hash), `${JSON.stringify(manifest, null, 1)}\n`, { contentType: 'application/json' });
  return true;
}
