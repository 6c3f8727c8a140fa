import * as z from 'zod';
import { ObjectNotFound, type Lake } from './ports/lake.ts';

/**
 * What a JSON object of the lake says; undefined where there is none, or where it cannot be read as this schema has it.
 */
export async function jsonObject<T>(lake: Lake, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse((await lake.get(key)).toString('utf8')));
  } catch (error) {
    if (error instanceof ObjectNotFound || error instanceof SyntaxError || error instanceof z.ZodError)
      return undefined;
    throw error;
  }
}
