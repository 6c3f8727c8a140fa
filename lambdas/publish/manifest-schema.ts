/**
 * What `publish` writes and the dashboard reads: one contract for both. It is valibot's, as every schema that a browser
 * loads: of it only what is used is loaded.
 */
import * as v from 'valibot';

/** The version of what is described below: a reader of another version says so, and shows nothing. */
export const manifestVersion = 2;

const day = v.pipe(v.string(), v.isoDate());
const integer = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(integer, v.minValue(0));
const positive = v.pipe(integer, v.minValue(1));
const matching = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const sha256 = matching(/^[0-9a-f]{64}$/);

/** One Parquet file (SNAPPY) of a mart: the rows of one month, or all of a mart without days. */
const file = v.object({
  /**
   * From `site/data/` on: mart, month, and a part of the SHA-256 of its bytes, so that a name always has the same
   * bytes.
   */
  name: matching(/^[a-z_]+\/(?:\d{4}-\d\d|all)-[0-9a-f]{16}\.parquet$/),
  /** `YYYY-MM`; null for all of the mart. */
  month: v.nullable(matching(/^\d{4}-\d\d$/)),
  rows: count,
  bytes: positive,
});

const mart = v.object({
  /** What the first page needs, before anything else is asked for. */
  use: v.picklist(['first', 'detail']),
  columns: v.array(v.object({ name: v.string(), type: v.string() })),
  rows: count,
  files: v.array(file),
});

/** A check that some rows break. Those that are errors keep a publication from being made. */
const brokenCheck = v.object({ name: v.string(), table: v.string(), failures: count, checked: count });

/**
 * What is published, as `manifest.json` has it. Nothing in it tells the time of day: from equal inputs comes an equal
 * manifest.
 */
export const manifestSchema = v.object({
  version: v.literal(manifestVersion),
  /** SHA-256 over all that it was made from: slices, checks, code. */
  inputs: sha256,
  /** SHA-256 over the statements, their schemas and the engine. */
  code: sha256,
  /** First and last day of which the shop's orders or visits are known, in its time zone; null for an empty lake. */
  data_from: v.nullable(day),
  data_to: v.nullable(day),
  /**
   * The last of these days that is whole: an export that was made on the last one has but a part of it. Those before
   * this release published none.
   */
  data_whole_to: v.optional(v.nullable(day)),
  /**
   * The first day of which advertising reports tell: what was spent before is not known. Null where there are none; those
   * before this release published none.
   */
  spend_from: v.optional(v.nullable(day)),
  /** Paid channels that are credited with revenue and of which no cost is known: all spend is too low without theirs. */
  unknown_spend: v.optional(v.array(v.string())),
  /** The first day on which each channel cost anything; those before this release published none. */
  spend_begins: v.optional(v.array(v.object({ channel: v.string(), first: day }))),
  /** The last day of the reports of each platform that told of spend; those before this release published none. */
  spend_ends: v.optional(v.array(v.object({ platform: v.string(), last: day }))),
  shop: v.object({
    name: v.string(),
    currency: v.string(),
    time_zone: v.string(),
    attribution_model: v.string(),
    lookback_days: integer,
    /** What the shop wrote down of some days; those before this release published none. */
    annotations: v.optional(v.array(v.object({ day, to: v.optional(day), text: v.string() }))),
  }),
  checks: v.object({ made: count, warnings: v.array(brokenCheck) }),
  /** The first and the last day of each table that stands: how fresh each source is, in relation to the others. */
  tables: v.record(v.string(), v.object({ first: day, last: day, slices: positive })),
  marts: v.record(v.string(), mart),
});
export type Manifest = v.InferOutput<typeof manifestSchema>;
export type PublishedFile = v.InferOutput<typeof file>;
