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

/** The costs that a file tells, the earliest first, by the variant's SKU, or its id where it has none. */
type Costs = ReadonlyMap<string, readonly [Told, ...Told[]]>;

interface Sheet {
  readonly file: string;
  readonly exportedAt: string;
  readonly costs: Costs;
}

/** The costs that documents tell. A line that is no product is another check's to tell. */
function costsIn(texts: readonly string[]): Costs {
  const costs = new Map<string, [Told, ...Told[]]>();
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    if (!line.startsWith('{')) continue;
    for (const { name, cost: amount, at } of recordSchema.safeParse(JSON.parse(line)).data ?? [])
      if (amount != null && amount !== '') {
        const of = costs.get(name);
        if (of === undefined) costs.set(name, [{ amount, at }]);
        else of.push({ amount, at });
      }
  }
  for (const of of costs.values()) of.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return costs;
}

const lastOf = (told: readonly [Told, ...Told[]]): Told => told.at(-1) ?? told[0];
const dayOf = ({ at }: Told) => at.slice(0, 10);

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
  return sheets;
}

/** What older files tell of each variant's cost, and which of them told the last one. */
function knownOf(sheets: readonly Sheet[]) {
  const known = new Map<string, { readonly amount: string; readonly files: readonly string[] }>();
  for (const { file, costs } of sheets)
    for (const [name, told] of costs) {
      const { amount } = lastOf(told);
      const before = known.get(name);
      const isSame = before !== undefined && micros(before.amount) === micros(amount);
      known.set(name, { amount, files: isSame ? [...before.files, file] : [file] });
    }
  return known;
}

/**
 * Costs of days before those of older files: a sheet with “Valid from” is younger than the export of products, and
 * begins to hold earlier. Then the older file's cost follows on its day, and none stands before the sheet's first.
 */
function saysOfDaysBefore({ file, costs }: Sheet, sheets: readonly Sheet[]) {
  const overtaken = [...costs].flatMap(([name, told]) => {
    const last = lastOf(told);
    const others = sheets.flatMap((sheet) =>
      (sheet.costs.get(name) ?? []).map((one) => ({ ...one, file: sheet.file })),
    );
    const next = others
      .filter((one) => dayOf(one) > dayOf(last) && micros(one.amount) !== micros(last.amount))
      .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))[0];
    const isFirst = others.every((one) => dayOf(one) >= dayOf(told[0]));
    return next === undefined ? [] : [{ name, last, next, earliest: isFirst ? told[0] : undefined }];
  });
  const [first] = overtaken;
  if (first === undefined) return undefined;
  const { name, last, next, earliest } = first;
  const before =
    earliest === undefined
      ? ''
      : `On all days before ${dayOf(earliest)} it costs ${earliest.amount}, too, since no file tells what it cost ` +
        'then: add a row with that cost and the day from which it held. ';
  return {
    names: new Set(overtaken.map((one) => one.name)),
    line:
      `${file} has costs of ${overtaken.length} of ${costs.size} variants that end where ${next.file} tells others ` +
      `(the first: ${name}, ${last.amount} from ${dayOf(last)} on, and ${next.amount} again from ${dayOf(next)} on). ` +
      `${before}If the cost of ${next.file} is out of date, correct it in the shop and import its products again.`,
  };
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
  const ofThese = await Promise.all(
    withCosts.map(async ({ file, documents }) => ({
      file: file.name,
      exportedAt: file.exportedAt.toISOString(),
      costs: costsIn(await Promise.all(documents.map(({ path }) => readFile(path, 'utf8')))),
    })),
  );
  // Files of one import are held against each other, too: products and a sheet of costs come together the first time.
  const all = [...(await sheetsBefore(lake, new Set(fresh.map(({ hash }) => hash)))), ...ofThese].toSorted((a, b) =>
    a.exportedAt < b.exportedAt ? -1 : 1,
  );
  const lines: string[] = [];
  for (const sheet of ofThese) {
    const older = all.filter(({ exportedAt }) => exportedAt < sheet.exportedAt);
    const overtaken = saysOfDaysBefore(sheet, older);
    if (overtaken !== undefined) lines.push(overtaken.line);
    const known = knownOf(older);
    const changed = [...sheet.costs].flatMap(([name, rows]) => {
      const told = lastOf(rows);
      const before = overtaken?.names.has(name) === true ? undefined : known.get(name);
      return before !== undefined && micros(before.amount) !== micros(told.amount) ? [{ name, told, before }] : [];
    });
    const [first] = changed;
    if (first === undefined) continue;
    const since = changed.map(({ told }) => dayOf(told)).toSorted()[0] ?? '';
    const files = [...new Set(changed.flatMap(({ before }) => before.files))];
    // The file goes as a whole: a sheet of one cost does not bring back the others that the products' export told.
    const lost = new Set(
      older
        .flatMap(({ file, costs }) => (files.includes(file) ? [...costs.keys()] : []))
        .filter((name) => !sheet.costs.has(name)),
    ).size;
    const others =
      lost === 0
        ? ''
        : ` Its ${lost} other ${lost === 1 ? 'cost goes' : 'costs go'} with it: import a corrected one then.`;
    const more = files.length > most ? `, and ${files.length - most} more` : '';
    lines.push(
      `${sheet.file} has another cost than ${files.slice(0, most).join(', ')}${more} for ${changed.length} of ` +
        `${sheet.costs.size} variants (the first: ${first.name}, ${first.told.amount} in place of ` +
        `${first.before.amount}). It counts from ${since} on; orders before keep the older cost, and their ` +
        'margins do not change. Where the older cost was wrong from the beginning, take ' +
        `${files.length === 1 ? 'that file' : 'each of these files'} out, as: sillage import --undo ` +
        `${files[0] ?? ''}${others && `.${others}`}`,
    );
  }
  return lines;
}
