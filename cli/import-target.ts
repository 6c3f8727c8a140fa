import { mkdirSync } from 'node:fs';
import { underLease } from '../lambdas/lease/under-lease.ts';
import { s3Lake } from '../lambdas/shared/aws/s3-lake.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { acquireLock } from '../localstack/embedded/lake/lock.ts';
import { afterOthers } from './after-others.ts';
import { bucketOf, folderOf, lakeFlag } from './context.ts';
import { hasBuilt } from './outcome.ts';
import { keyOfBucket, runBucketPipeline, runPipeline, summaryJson } from './run.ts';

/** A lake that files are imported into: a folder, or a bucket. */
export interface ImportTarget {
  readonly lake: Lake;
  /** As a person named it. */
  readonly name: string;
  /** How a command of this lake is written. */
  readonly flag: string;
  /** Works while nobody else writes. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Brings the lake up to date; `hasBuilt`: whether any slice is another than before. */
  readonly run: () => Promise<{ readonly ok: boolean; readonly hasBuilt: boolean; readonly summary: unknown }>;
}

function folder(root: string): ImportTarget {
  return {
    lake: filesLake(root),
    name: root,
    flag: lakeFlag(root),
    async alone(work) {
      mkdirSync(root, { recursive: true });
      const lock = await afterOthers(() => acquireLock(root, 'run'));
      try {
        return await work();
      } finally {
        await lock.release();
      }
    },
    async run() {
      const { ok, summary } = await runPipeline(root);
      return { ok, hasBuilt: hasBuilt(summary), summary: JSON.parse(summaryJson(summary)) as unknown };
    },
  };
}

/**
 * The lake of an address, to import into.
 * @throws UsageError where it is a bucket that is to be run over and its key was not given
 */
export function importTarget(address: string, runs: boolean): ImportTarget {
  const bucket = bucketOf(address);
  if (bucket === undefined) return folder(folderOf(address));
  // Said before anything is landed, not after.
  if (runs) keyOfBucket();
  const lake = s3Lake(bucket);
  return {
    lake,
    name: address,
    flag: ` --lake ${address}`,
    alone: (work) => underLease(lake, work),
    async run() {
      const { ok, summary } = await runBucketPipeline(lake);
      return { ok, hasBuilt: summary.slicesBuilt > 0, summary };
    },
  };
}
