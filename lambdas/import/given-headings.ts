import * as z from 'zod';
import { jsonObject } from '../shared/json-object.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { importsPrefix } from '../shared/schema/ops-keys.ts';
import { folded } from './folded.ts';
import type { GivenHeadings } from './heading.ts';

/** What people said that headings mean: it holds for the next files too. */
const key = `${importsPrefix}headings.json`;
const schema = z.record(z.string(), z.string());

/** What headings mean in this lake, with what is said now. */
export async function headingsOf(lake: Lake, said: Readonly<Record<string, string>>): Promise<GivenHeadings> {
  const before = (await jsonObject(lake, key, schema)) ?? {};
  const now = Object.entries(said).map(([heading, field]) => [folded(heading), field] as const);
  return new Map([...Object.entries(before), ...now]);
}

/** Keeps what was said, where something was. */
export async function keepHeadings(lake: Lake, said: Readonly<Record<string, string>>): Promise<void> {
  if (Object.keys(said).length === 0) return;
  const headings = Object.fromEntries(await headingsOf(lake, said));
  await lake.put(key, `${JSON.stringify(headings, null, 1)}\n`, { contentType: 'application/json' });
}
