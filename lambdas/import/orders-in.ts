/** The orders of files that were looked at, and of objects of the lake, as they are landed. */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { hasGzipMagic } from '../shared/gzip.ts';
import { jsonTexts, parsedJson } from '../shared/json-texts.ts';
import { ordersPrefix } from './land.ts';
import type { Looked } from './looked.ts';

const page = z.object({ orders: z.array(z.unknown()) });

/** The records of a document of orders: a line each, or answers with lists of them. */
export function* recordsIn(text: string): Generator {
  for (const one of jsonTexts(text)) {
    const value = parsedJson(one);
    const listed = Array.isArray(value) ? (value as readonly unknown[]) : page.safeParse(value).data?.orders;
    if (listed) yield* listed;
    else yield value;
  }
}

/** The text of an object of orders. */
export const textOfOrders = (bytes: Buffer): string =>
  (hasGzipMagic(bytes) ? gunzipSync(bytes) : bytes).toString('utf8');

/** An order's number, as whoever tells of it writes it. */
export const orderId = z.union([z.string(), z.number(), z.bigint()]).transform(String);

/** Of each file, the orders of which a condition holds, if there are any: how many, and what the first is called. */
export async function ordersOf<O extends { readonly id: string; readonly name?: string | null | undefined }>(
  files: ReturnType<typeof filesOfOrders>,
  order: z.ZodType<O>,
  isMeant: (one: O) => boolean,
): Promise<{ readonly file: string; readonly count: number; readonly first: string }[]> {
  const told = [];
  for (const { name: file, paths } of files) {
    const found = new Map<string, string>();
    for (const path of paths)
      for (const record of recordsIn(await readFile(path, 'utf8'))) {
        const one = order.safeParse(record).data;
        if (one !== undefined && isMeant(one)) found.set(one.id, one.name ?? one.id);
      }
    const [first] = found.values();
    if (first !== undefined) told.push({ file, count: found.size, first });
  }
  return told;
}

/** The files that hold orders, each with where these stand until they are landed. */
export const filesOfOrders = (looked: readonly Looked[]): { readonly name: string; readonly paths: string[] }[] =>
  looked.flatMap((one) => {
    const parts = one.kind === 'understood' ? one.understood.parts : [];
    const paths = parts.flatMap(({ documents }) =>
      documents.flatMap(({ key, path }) => (key.startsWith(ordersPrefix) ? [path] : [])),
    );
    return paths.length === 0 ? [] : [{ name: one.name, paths }];
  });
