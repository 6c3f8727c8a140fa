/** The orders of files that were looked at, and of objects of the lake, as they are landed. */
import * as z from 'zod';
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

/** The files that hold orders, each with where these stand until they are landed. */
export const filesOfOrders = (looked: readonly Looked[]): { readonly name: string; readonly paths: string[] }[] =>
  looked.flatMap((one) => {
    const parts = one.kind === 'understood' ? one.understood.parts : [];
    const paths = parts.flatMap(({ documents }) =>
      documents.flatMap(({ key, path }) => (key.startsWith(ordersPrefix) ? [path] : [])),
    );
    return paths.length === 0 ? [] : [{ name: one.name, paths }];
  });
