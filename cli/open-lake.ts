import type { S3LakeOptions } from '../lambdas/shared/aws/s3-lake.ts';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { bucketOf, existingLake, lakeToBegin, UsageError } from './context.ts';

/**
 * A bucket is a lake where it holds an object of a known table.
 * @throws LakeUnavailable where there is no such bucket
 */
async function existingBucket(lake: Lake): Promise<Lake> {
  for (const zone of new Set([...loadCatalog().values()].map(({ prefix }) => prefix.split('/', 1)[0])))
    for await (const _ of lake.keys(`${zone}/`)) return lake;
  throw new UsageError(
    `There is no lake in ${lake.location}: it holds no object of a known feed or table, such as ` +
      'raw/web/events/dt=2025-01-31/events.jsonl.',
  );
}

/** S3's client takes longer to load than a query of a small lake takes, and most lakes are folders. */
async function bucketLake(bucket: S3LakeOptions): Promise<Lake> {
  const { s3Lake } = await import('../lambdas/shared/aws/s3-lake.ts');
  return s3Lake(bucket);
}

/**
 * Opens a lake that is there by its address: a folder, or `s3://bucket`, which any AWS credentials of the shell open.
 * @throws UsageError
 */
export async function openLake(address: string): Promise<Lake> {
  const bucket = bucketOf(address);
  return bucket === undefined ? filesLake(existingLake(address)) : existingBucket(await bucketLake(bucket));
}

/**
 * Opens a lake to write to, which may be new.
 * @throws UsageError where its folder holds something else
 */
export async function lakeToFill(address: string): Promise<Lake> {
  const bucket = bucketOf(address);
  return bucket === undefined ? filesLake(lakeToBegin(address)) : bucketLake(bucket);
}
