import * as z from 'zod';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import { manifestKey } from '../shared/schema/site-keys.ts';
import { isUnbroken } from '../shared/sealed.ts';

/** The version of what stands below: a reader of another version says so, and shows nothing. */
export const manifestVersion = 1;

const day = z.iso.date();

/** One Parquet file (SNAPPY) of a mart: the rows of one month, or all of a mart without days. */
const file = z.object({
  /** From `site/data/` on: mart, month, and a part of the SHA-256 of its bytes, so that a name always has the same bytes. */
  name: z.string().regex(/^[a-z_]+\/(?:\d{4}-\d\d|all)-[0-9a-f]{16}\.parquet$/),
  /** `YYYY-MM`; null for all of the mart. */
  month: z
    .string()
    .regex(/^\d{4}-\d\d$/)
    .nullable(),
  rows: z.int().nonnegative(),
  bytes: z.int().positive(),
});

const mart = z.object({
  /** What the first page needs, before anything else is asked for. */
  use: z.enum(['first', 'detail']),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.int().nonnegative(),
  files: z.array(file),
});

/** A check that some rows break. Those that are errors keep a publication from being made. */
const brokenCheck = z.object({
  name: z.string(),
  table: z.string(),
  failures: z.int().nonnegative(),
  checked: z.int().nonnegative(),
});

/** What is published, as `manifest.json` has it. Nothing in it tells the time of day: from equal inputs comes an equal manifest. */
export const manifestSchema = z.object({
  version: z.literal(manifestVersion),
  /** SHA-256 over all that it was made from: slices, checks, code. */
  inputs: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 over the statements, their schemas and the engine. */
  code: z.string().regex(/^[0-9a-f]{64}$/),
  /** Last day of which the shop's orders or visits are known; null for an empty lake. */
  data_to: day.nullable(),
  shop: z.object({
    name: z.string(),
    currency: z.string(),
    time_zone: z.string(),
    attribution_model: z.string(),
    lookback_days: z.int(),
  }),
  checks: z.object({ made: z.int().nonnegative(), warnings: z.array(brokenCheck) }),
  /** The first and the last day of each table that stands: how fresh each source is, in relation to the others. */
  tables: z.record(z.string(), z.object({ first: day, last: day, slices: z.int().positive() })),
  marts: z.record(z.string(), mart),
});
export type Manifest = z.output<typeof manifestSchema>;
export type PublishedFile = z.output<typeof file>;

/** What is published now; undefined where nothing is, where it is damaged, or where another release wrote it in a way that is not understood. */
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
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    // Not JSON: cut short, or written by hand. It is published anew.
    return undefined;
  }
}
