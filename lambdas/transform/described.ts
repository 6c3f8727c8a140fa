/** A column of the SELECT as the engine describes it. */
export interface Described {
  readonly name: string;
  readonly type: string;
}

/** Columns that the SELECT gives for the transform and that are not written. */
export const helpers = {
  record: '_record',
  at: '_at',
  reject: '_reject',
  faults: '_faults',
  userAgent: '_user_agent',
  /** How a version of what is sent again whole was told: `export` and `graphql` tell less; null tells all. */
  toldBy: '_told_by',
  /** How far it had come: of two versions of one moment, the one that is further on is the newer. */
  progress: '_progress',
  /** Whether what was sent says that what it is of is no more: it has no row, and no older version has one. */
  gone: '_gone',
  /** `digest_of` the record: a SELECT that gives many rows of one record computes it once. */
  digest: '_digest',
} as const;

/** The type of what the SELECT leaves to be read. */
export const text = 'VARCHAR';
