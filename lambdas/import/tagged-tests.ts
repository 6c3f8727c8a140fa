/** Orders that a shop's own people call tests, and that count as any: a shop marks its tests by whatever tag it likes. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import type { Lake } from '../shared/ports/lake.ts';
import { readProfile } from '../shared/shop/profile.ts';
import type { Looked } from './looked.ts';
import { filesOfOrders, orderId, ordersOf } from './orders-in.ts';

const order = z.looseObject({
  id: orderId,
  name: z.string().nullish(),
  test: z.boolean().nullish(),
  tags: z.string().nullish(),
});

/** One look at a whole document: most have no such tag, and to read each order of it takes much longer. */
const mayBeCalled = /"tags":\s*"[^"]*test/i;
const isTest = /^(?:(?:order|commande)s?[ _-]*(?:de[ _-]*)?)?tests?(?:[ _-]*(?:order|commande)s?)?$/;

/** A sentence for each file with orders that are called tests by a tag that the shop's profile does not name. */
export async function taggedTests(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const files: ReturnType<typeof filesOfOrders> = [];
  for (const { name, paths } of filesOfOrders(looked)) {
    const meant: string[] = [];
    for (const path of paths) if (mayBeCalled.test(await readFile(path, 'utf8'))) meant.push(path);
    if (meant.length > 0) files.push({ name, paths: meant });
  }
  if (files.length === 0) return [];
  const known = (await readProfile(lake)).profile.test_orders.tags;
  const called = new Set<string>();
  const found = await ordersOf(files, order, ({ test, tags }) => {
    const all = (tags ?? '').split(',').map((tag) => tag.trim().toLowerCase());
    const own = all.filter((tag) => isTest.test(tag));
    if (own.length === 0 || test === true || all.some((tag) => known.includes(tag))) return false;
    own.forEach((tag) => called.add(tag));
    return true;
  });
  const tags = [...called].toSorted();
  return found.map(
    ({ file, count, first }) =>
      `${count === 1 ? `An order (${first})` : `${count} orders (the first is ${first})`} of ${file} ` +
      `${count === 1 ? 'has' : 'have'} a tag that calls ${count === 1 ? 'it a test' : 'them tests'} ` +
      `(${tags.map((tag) => `“${tag}”`).join(', ')}), and ${count === 1 ? 'counts' : 'count'} as any other. If ` +
      `${count === 1 ? 'it is one' : 'they are'}, name the tag: sillage shop --set ` +
      `'test_orders=${JSON.stringify({ tags: [...known, ...tags] })}'`,
  );
}
