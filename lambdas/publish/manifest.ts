import * as v from 'valibot';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import { manifestKey } from '../shared/schema/site-keys.ts';
import { isUnbroken } from '../shared/sealed.ts';
import { manifestSchema, type Manifest } from './manifest-schema.ts';

/**
 * What is published now; undefined where nothing is, where it is damaged, or where another release wrote it in a way
 * that is not understood.
 */
export async function readManifest(lake: Lake): Promise<Manifest | undefined> {
  let text: string;
  try {
    if (!(await isUnbroken(lake, manifestKey))) return undefined;
    text = (await lake.get(manifestKey)).toString('utf8');
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw error;
  }
  try {
    const parsed = v.safeParse(manifestSchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // Not JSON: cut short, or written by hand. It is published anew.
    return undefined;
  }
}
