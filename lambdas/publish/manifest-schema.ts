/**
 * What `publish` writes and the dashboard reads: one contract for both. It is in Zod's small form (`zod/mini`), since a
 * browser loads it, too.
 */
import * as z from 'zod/mini';

/** The version of what is described below: a reader of another version says so, and shows nothing. */
export const manifestVersion = 1;

const day = z.iso.date();
const count = z.int().check(z.nonnegative());
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

/** One Parquet file (SNAPPY) of a mart: the rows of one month, or all of a mart without days. */
const file = z.object({
  /**
   * From `site/data/` on: mart, month, and a part of the SHA-256 of its bytes, so that a name always has the same
   * bytes.
   */
  name: z.string().check(z.regex(/^[a-z_]+\/(?:\d{4}-\d\d|all)-[0-9a-f]{16}\.parquet$/)),
  /** `YYYY-MM`; null for all of the mart. */
  month: z.nullable(z.string().check(z.regex(/^\d{4}-\d\d$/))),
  rows: count,
  bytes: z.int().check(z.positive()),
});

const mart = z.object({
  /** What the first page needs, before anything else is asked for. */
  use: z.enum(['first', 'detail']),
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: count,
  files: z.array(file),
});

/** A check that some rows break. Those that are errors keep a publication from being made. */
const brokenCheck = z.object({ name: z.string(), table: z.string(), failures: count, checked: count });

/**
 * What is published, as `manifest.json` has it. Nothing in it tells the time of day: from equal inputs comes an equal
 * manifest.
 */
export const manifestSchema = z.object({
  version: z.literal(manifestVersion),
  /** SHA-256 over all that it was made from: slices, checks, code. */
  inputs: sha256,
  /** SHA-256 over the statements, their schemas and the engine. */
  code: sha256,
  /** Last day of which the shop's orders or visits are known; null for an empty lake. */
  data_to: z.nullable(day),
  shop: z.object({
    name: z.string(),
    currency: z.string(),
    time_zone: z.string(),
    attribution_model: z.string(),
    lookback_days: z.int(),
    /** What the shop wrote down of some days; those before this release published none. */
    annotations: z.optional(z.array(z.object({ day, to: z.optional(day), text: z.string() }))),
  }),
  checks: z.object({ made: count, warnings: z.array(brokenCheck) }),
  /** The first and the last day of each table that stands: how fresh each source is, in relation to the others. */
  tables: z.record(z.string(), z.object({ first: day, last: day, slices: z.int().check(z.positive()) })),
  marts: z.record(z.string(), mart),
});
export type Manifest = z.output<typeof manifestSchema>;
export type PublishedMart = z.output<typeof mart>;
export type PublishedFile = z.output<typeof file>;
