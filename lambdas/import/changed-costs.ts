/**
 * Costs of goods that a newer file tells otherwise: the new cost holds from its day on. Who corrects a wrong cost means
 * the orders before, too, and sees no margin change.
 */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Lake } from '../shared/ports/lake.ts';
import { micros } from './amounts.ts';
import { allImports } from './land.ts';
import type { Looked } from './looked.ts';

const feeds = ['raw/crm/products/', 'raw/crm/inventory_items/'];
const cost = z.string().nullish();
const recordSchema = z.union([
  z
    .object({
      updated_at: z.string(),
      variants: z.array(
        z.object({ id: z.string(), sku: z.string().nullish(), inventory_item: z.object({ cost }).nullish() }),
      ),
    })
    .transform(({ updated_at: at, variants }) =>
      variants.map(({ id, sku, inventory_item: item }) => ({ name: sku ?? id, cost: item?.cost, at })),
    ),
  z
    .object({ updated_at: z.string(), sku: z.string(), cost })
    .transform((one) => [{ name: one.sku, cost: one.cost, at: one.updated_at }]),
]);

/** What a file says that a variant costs, and since when. */
interface Told {
  readonly amount: string;
  readonly at: string;
}

/** The costs that a file tells, by the variant's SKU, or its id where it has none. */
interface Sheet {
  readonly file: string;
  readonly exportedAt: string;
  readonly costs: ReadonlyMap<string, Told>;
}

/** The costs that documents tell. A line that is no product is another check's to tell. */
function costsIn(texts: readonly string[]): ReadonlyMap<string, Told> {
  const costs = new Map<string, Told>();
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    if (!line.startsWith('{')) continue;
    for (const { name, cost: amount, at } of recordSchema.safeParse(JSON.parse(line)).data ?? [])
      if (amount != null && amount !== '') costs.set(name, { amount, at });
  }
  return costs;
}

const isOfCosts = (key: string) => key.endsWith('.jsonl') && feeds.some((prefix) => key.startsWith(prefix));

/** The files with costs that are in the lake, the oldest first. */
async function sheetsBefore(lake: Lake, anew: ReadonlySet<string>): Promise<Sheet[]> {
  const sheets: Sheet[] = [];
  for await (const { file, sha256, exported_at: exportedAt, parts } of allImports(lake)) {
    const keys = parts.flatMap(({ documents }) => documents.filter(isOfCosts));
    if (keys.length === 0 || anew.has(sha256)) continue;
    const texts = await Promise.all(keys.map(async (key) => (await lake.get(key)).toString('utf8')));
    sheets.push({ file, exportedAt, costs: costsIn(texts) });
  }
  return sheets.toSorted((a, b) => (a.exportedAt < b.exportedAt ? -1 : 1));
}

/** What was known before a moment of each variant's cost, and which files told the last one. */
function knownAt(moment: string, sheets: readonly Sheet[]) {
  const known = new Map<string, { readonly amount: string; readonly files: readonly string[] }>();
  for (const { file, costs } of sheets.filter(({ exportedAt }) => exportedAt < moment))
    for (const [name, { amount }] of costs) {
      const before = known.get(name);
      const isSame = before !== undefined && micros(before.amount) === micros(amount);
      known.set(name, { amount, files: isSame ? [...before.files, file] : [file] });
    }
  return known;
}

/** Files that are named at most. */
const most = 5;

/** Of each file that tells other costs than an older one, a sentence: what it changes, and what it does not. */
export async function changedCosts(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const fresh = looked.flatMap((one) => (one.kind === 'understood' ? [one.understood] : []));
  const withCosts = fresh.flatMap((one) => {
    const documents = one.parts.flatMap((part) => part.documents.filter(({ key }) => isOfCosts(key)));
    return documents.length === 0 ? [] : [{ ...one, documents }];
  });
  if (withCosts.length === 0) return [];
  const before = await sheetsBefore(lake, new Set(fresh.map(({ hash }) => hash)));
  const lines: string[] = [];
  for (const { file, documents } of withCosts) {
    const exportedAt = file.exportedAt.toISOString();
    const known = knownAt(exportedAt, before);
    const costs = costsIn(await Promise.all(documents.map(({ path }) => readFile(path, 'utf8'))));
    const changed = [...costs].flatMap(([name, told]) => {
      const older = known.get(name);
      return older !== undefined && micros(older.amount) !== micros(told.amount) ? [{ name, told, older }] : [];
    });
    const [first] = changed;
    if (first === undefined) continue;
    const since = changed.map(({ told }) => told.at.slice(0, 10)).toSorted()[0] ?? '';
    const files = [...new Set(changed.flatMap(({ older }) => older.files))];
    const more = files.length > most ? `, and ${files.length - most} more` : '';
    lines.push(
      `${file.name} has another cost than ${files.slice(0, most).join(', ')}${more} for ${changed.length} of ${costs.size} variants (the first: ${first.name}, ${first.told.amount} in place of ${first.older.amount}). It counts from ${since} on; orders before keep the older cost, and their margins do not change. Where the older cost was wrong from the beginning, take ${files.length === 1 ? 'that file' : 'each of these files'} out, as: sillage import --undo ${files[0] ?? ''}`,
    );
  }
  return lines;
}
