/** The workgroup of an environment (dev, staging, prod). */
export const workgroupOf = (environment: string): string => `sillage-${environment}`;

/** The Glue database that goes with a workgroup: an SQL name has no hyphen. */
export const databaseOf = (workgroup: string): string => workgroup.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_');

/** Where the answers to queries are kept in their bucket. */
export const answersPrefix = 'athena-results/';

/** Where models that are computed on Athena lie while they are made, in the same bucket. */
export const scratchPrefix = 'scratch/';

/** All that queries leave behind. */
export const leftByQueries = [answersPrefix, scratchPrefix] as const;
