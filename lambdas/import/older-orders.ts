/**
 * Exports of orders that are older than their files: the newer file counts, and a copy, an attachment or an unzipped
 * file has the time at which it was written, not at which it was exported.
 */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { dayOfKey, type Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { micros } from './amounts.ts';
import { allImports, ordersPrefix } from './land.ts';
import type { Looked } from './looked.ts';

/** Tables that do not tell when an order was changed: their file's time stands for it. */
const tables = new Set(['shopify-orders-csv', 'woocommerce-orders-csv', 'prestashop-orders-csv']);

interface Export {
  readonly name: string;
  readonly exportedAt: string;
  readonly shape: string;
  readonly isNew: boolean;
  /** The text of its orders by their days. */
  readonly days: ReadonlyMap<Day, () => Promise<string>>;
}

const orderSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    financial_status: z.string().nullish(),
    cancelled_at: z.string().nullish(),
    refunds: z.array(z.object({ transactions: z.array(z.object({ amount: z.string() })) })).optional(),
    discount_codes: z.array(z.unknown()).nullish(),
  })
  .transform(
    ({ id, name, financial_status: state, cancelled_at: cancelledAt, refunds = [], discount_codes: codes }) => ({
      id,
      name,
      hasCode: (codes ?? []).length > 0,
      isCancelled: cancelledAt != null || state === 'voided',
      isPaid: state === 'paid' || state === 'refunded' || state === 'partially_refunded',
      refunded: refunds
        .flatMap(({ transactions }) => transactions)
        .reduce((sum, { amount }) => sum + (micros(amount) ?? 0n), 0n),
    }),
  );
type Order = z.output<typeof orderSchema>;

/** What an order has behind it by one export, and not by another; undefined where the other may be the newer one. */
function lacks(other: Order, one: Order): string | undefined {
  if (one.isCancelled && !other.isCancelled) return 'cancelled';
  if (one.refunded > other.refunded) return 'refunded';
  return one.isPaid && !other.isPaid && !other.isCancelled ? 'paid' : undefined;
}

const ordersOf = (text: string): Order[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => orderSchema.parse(JSON.parse(line)));

/** Answers of APIs, which tell more of an order than an export: they count before it. */
const answers = new Set(['shopify-orders-json', 'shopify-orders-graphql', 'woocommerce-orders-json']);

/** What is imported of some shapes: now, and, where there is any of it, before. */
async function exportsOf(lake: Lake, looked: readonly Looked[], shapes: ReadonlySet<string>): Promise<Export[]> {
  const byDay = (documents: readonly { readonly key: string; readonly text: () => Promise<string> }[]) =>
    new Map(
      documents.flatMap(({ key, text }): [Day, () => Promise<string>][] => {
        const day = key.startsWith(ordersPrefix) ? dayOfKey(key) : undefined;
        return day === undefined ? [] : [[day, text]];
      }),
    );
  const fresh = looked.flatMap((one): Export[] =>
    one.kind !== 'understood'
      ? []
      : one.understood.parts
          .filter(({ shape }) => shapes.has(shape))
          .map(({ shape, documents }) => ({
            name: one.name,
            exportedAt: one.understood.file.exportedAt.toISOString(),
            shape,
            isNew: true,
            days: byDay(documents.map(({ key, path }) => ({ key, text: () => readFile(path, 'utf8') }))),
          })),
  );
  if (fresh.length === 0) return [];
  const before: Export[] = [];
  const anew = new Set(looked.flatMap((one) => (one.kind === 'understood' ? [one.understood.hash] : [])));
  for await (const { file, sha256: hash, exported_at: exportedAt, parts } of allImports(lake))
    for (const { shape, documents } of anew.has(hash) ? [] : parts)
      if (shapes.has(shape))
        before.push({
          name: file,
          exportedAt,
          shape,
          isNew: false,
          days: byDay(documents.map((key) => ({ key, text: async () => (await lake.get(key)).toString('utf8') }))),
        });
  return [...before, ...fresh];
}

/** What a newer file has of the orders of an older one. */
interface Compared {
  /** Orders that have a code in the other one alone. */
  readonly codeless: readonly string[];
  /** Orders of which it lacks something, each with what. */
  readonly behind: readonly { readonly name: string; readonly what: string }[];
  /** Paid orders that it lacks, of days of which it has others. */
  readonly gone: readonly string[];
  /** The paid orders of these days. */
  readonly paid: number;
}

async function compared(newer: Export, older: Export): Promise<Compared> {
  const behind: { name: string; what: string }[] = [];
  const codeless: string[] = [];
  const lacking = new Map<string, string>();
  let paid = 0;
  // Its first and its last day may be cut.
  const whole = new Set([...newer.days.keys()].toSorted().slice(1, -1));
  for (const [day, text] of newer.days) {
    const before = await older.days.get(day)?.();
    if (before === undefined) continue;
    const known = new Map(ordersOf(before).map((order) => [order.id, order]));
    const here = new Set<string>();
    for (const order of ordersOf(await text())) {
      here.add(order.id);
      const one = known.get(order.id);
      if (one?.hasCode === true && !order.hasCode) codeless.push(order.name);
      const what = one && lacks(order, one);
      if (what !== undefined) behind.push({ name: order.name, what });
    }
    for (const { id, name, isPaid, isCancelled } of whole.has(day) ? known.values() : []) {
      if (!isPaid || isCancelled) continue;
      paid++;
      if (!here.has(id)) lacking.set(id, name);
    }
  }
  // Its day may be another there.
  for (const text of lacking.size === 0 ? [] : newer.days.values())
    for (const { id } of ordersOf(await text())) lacking.delete(id);
  return { behind, codeless, gone: [...lacking.values()], paid };
}

/** A file that lacks more than this part of another's orders is one of other orders, as where it was filtered. */
const fewLacked = 0.2;

/**
 * Of each file that is newer by its time and knows less of its orders than one that it replaces, a sentence, and of each
 * that lacks a few: an order that was deleted in the shop counts on.
 */
export async function olderOrders(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const all = await exportsOf(lake, looked, tables);
  const lines: string[] = [];
  for (const newer of all)
    for (const older of all) {
      if (newer === older || newer.shape !== older.shape || !(newer.isNew || older.isNew)) continue;
      if (newer.exportedAt < older.exportedAt) continue;
      const { behind, codeless, gone, paid } = await compared(newer, older);
      const [first] = behind;
      if (first)
        lines.push(
          `${newer.name} is newer than ${older.name} by the time of its file, and yet ${behind.length} of its ` +
            `orders ${behind.length === 1 ? 'is' : 'are'} as before (${first.name} is ${first.what} in ` +
            `${older.name}, and not in ${newer.name}). Is it an older export that was copied or unzipped later? ` +
            'The newer file counts. Import the newest export alone, or give the older file its own time first: ' +
            `touch -d 2025-03-31 ${newer.name}`,
        );
      const [uncoded] = codeless;
      if (uncoded !== undefined)
        lines.push(
          `${codeless.length === 1 ? `An order (${uncoded}) has` : `${codeless.length} orders (the first is ${uncoded}) have`} ` +
            `a code in ${older.name}, and none in ${newer.name}, which is newer and counts: what influencers ` +
            `sold by ${codeless.length === 1 ? 'it' : 'these'}, and their commission, is gone. Does it lack the ` +
            'column of the codes, or has it another name? Export it with all columns, and take this one out: ' +
            `sillage import --undo "${newer.name}"`,
        );
      const [lost] = gone;
      if (lost !== undefined && gone.length <= fewLacked * paid && newer.exportedAt > older.exportedAt)
        lines.push(
          `${gone.length === 1 ? `An order (${lost})` : `${gone.length} orders (the first is ${lost})`} of ` +
            `${older.name} ${gone.length === 1 ? 'is' : 'are'} not in ${newer.name}, which is newer and has the ` +
            `others of ${gone.length === 1 ? 'that day' : 'these days'}: ` +
            `${gone.length === 1 ? 'it still counts' : 'they still count'}. Where ` +
            `${gone.length === 1 ? 'it was' : 'they were'} deleted in the shop, take the older file out once ` +
            `newer ones have all its days: sillage import --undo "${older.name}"`,
        );
    }
  return lines;
}

/** The ids in the orders of an answer, and of what is in them: as it came, or as it was landed. */
async function idsIn({ days }: Export): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for (const text of days.values())
    for (const [, id = ''] of (await text()).matchAll(/"id"\s*:\s*"?((?:woo:)?\d+)"?/g)) ids.add(id);
  return ids;
}

/** Of each export whose orders an API tells, too, a sentence: as the API tells them they count, whichever is newer. */
export async function ordersByBoth(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const all = await exportsOf(lake, looked, new Set([...tables, ...answers]));
  const lines: string[] = [];
  for (const answer of all.filter(({ shape }) => answers.has(shape))) {
    const others = all.filter((one) => tables.has(one.shape) && (one.isNew || answer.isNew));
    if (others.length === 0) continue;
    const ids = await idsIn(answer);
    for (const other of others) {
      const both: string[] = [];
      for (const text of other.days.values())
        both.push(...ordersOf(await text()).flatMap(({ id, name }) => (ids.has(id) ? [name] : [])));
      if (both.length > 0)
        lines.push(
          `${both.length === 1 ? `An order (${both[0]})` : `${both.length} orders (the first is ${both[0]})`} ` +
            `of ${other.name} ${both.length === 1 ? 'is' : 'are'} in ${answer.name}, too: the API tells more of ` +
            `an order, and as it tells ${both.length === 1 ? 'it, it counts' : 'them, they count'}, also where ` +
            `the export is newer. For the newest state of such orders import the API's answer anew.`,
        );
    }
  }
  return lines;
}

/** Orders that are known by the number that their shop gave them: another shop gives the same. */
const numbered = new Set([...tables, 'woocommerce-orders-json']);
/** Whether a text has any: most files have the ids of their platform, and none. */
const hasNumbered = (text: string) => /"id":"(?:woo|prestashop|name):/u.test(text);
const numberedSchema = z.object({ id: z.string().regex(/^(?:woo|prestashop|name):/), name: z.string(), created_at: z.string() }); // prettier-ignore

/** The orders of a file that another shop's may be taken for: when each was placed, by its id. */
async function placedIn({
  days,
}: Export): Promise<ReadonlyMap<string, { readonly name: string; readonly at: number }>> {
  const found = new Map<string, { name: string; at: number }>();
  for (const text of days.values()) {
    const orders = await text();
    for (const line of hasNumbered(orders) ? orders.split('\n') : []) {
      const read = line === '' ? undefined : numberedSchema.safeParse(JSON.parse(line)).data;
      if (read) found.set(read.id, { name: read.name, at: Date.parse(read.created_at) });
    }
  }
  return found;
}

const day = 24 * 60 * 60 * 1000;

/** Of two files with one order number for two orders, which were placed days apart, a sentence: one of them is lost. */
export async function ordersOfTwoShops(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const all = await exportsOf(lake, looked, numbered);
  if (all.length < 2) return [];
  const placed = await Promise.all(all.map(placedIn));
  const lines: string[] = [];
  for (const [at, one] of all.entries())
    for (const [n, other] of all.slice(0, at).entries()) {
      if (!(one.isNew || other.isNew)) continue;
      const both = [...(placed[at] ?? [])].flatMap(([id, own]) => {
        const known = placed[n]?.get(id);
        return known !== undefined && Math.abs(known.at - own.at) > day ? [{ own, known }] : [];
      });
      const [first] = both;
      if (first === undefined) continue;
      const on = (time: number) => new Date(time).toISOString().slice(0, 10);
      lines.push(
        `${both.length} ${both.length === 1 ? 'order number is' : 'order numbers are'} in ${one.name} and in ` +
          `${other.name} for orders of different days (the first: ${first.own.name} of ${on(first.own.at)} and ` +
          `of ${on(first.known.at)}), and only one of the two counts. Are they of two shops? Give each shop a ` +
          'lake of its own (--lake), and take this one out here: sillage import --undo FILE. Was a shop ' +
          'numbered anew, the older orders are lost in the same way.',
      );
    }
  return lines;
}
