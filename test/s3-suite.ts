/** What `s3Lake` must do over the wire, whatever server answers: the contract of a lake, and what is S3's own. */
import { CreateBucketCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { s3Client, s3Lake } from '../lambdas/shared/aws/s3-lake.ts';
import { lakeContract } from '../lambdas/shared/ports/lake.contract.ts';
import { LakeUnavailable } from '../lambdas/shared/ports/lake.ts';

/** Declares the tests; the server answers at its endpoint when they run, and has no bucket yet. */
export function s3Suite(
  endpoint: () => string | undefined,
  { lacksLargeIfMatch = false, lagsMetadata = false } = {},
): void {
  const bucket = `lake-${randomUUID()}`;
  const client = () => s3Client({ AWS_ENDPOINT_URL: endpoint() });
  let scratch = '';

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'sillage-s3-'));
    await client().send(new CreateBucketCommand({ Bucket: bucket }));
  });

  afterAll(() => rm(scratch, { recursive: true, force: true }));

  // A prefix of its own gives each test an empty lake, and keeps the prefix tested throughout.
  const make = async () => {
    const own = client();
    return { lake: s3Lake({ bucket, prefix: randomUUID(), client: own }), dispose: async () => own.destroy() };
  };

  lakeContract('s3Lake', make, { runs: 8, lacksLargeIfMatch, lagsMetadata });

  test('downloads one version once', async () => {
    const { lake } = await make();
    await lake.put('dt=2024-01-31/a b.json.gz', 'first');
    const path = await lake.localPath('dt=2024-01-31/a b.json.gz', scratch);
    expect(path).toMatch(/a_b\.json\.gz$/u);
    const before = await readdir(scratch);
    expect(await lake.localPath('dt=2024-01-31/a b.json.gz', scratch)).toBe(path);
    expect(await readdir(scratch)).toEqual(before);
    await lake.put('dt=2024-01-31/a b.json.gz', 'other');
    expect(await lake.localPath('dt=2024-01-31/a b.json.gz', scratch)).not.toBe(path);
  });

  test('past versions of a versioned bucket are listed, read and removed for good', async () => {
    const own = client();
    const versioned = `versioned-${randomUUID()}`;
    await own.send(new CreateBucketCommand({ Bucket: versioned }));
    await own.send(
      new PutBucketVersioningCommand({ Bucket: versioned, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    const lake = s3Lake({ bucket: versioned, prefix: 'lake', client: own });
    await lake.put('raw/a', 'a1');
    await lake.put('raw/a', 'a2');
    await lake.put('raw/gone', 'g1');
    await lake.delete('raw/gone');
    await lake.put('curated/a', 'other');
    const past = async () => {
      const all: string[] = [];
      for await (const one of lake.past?.list('raw/') ?? [])
        all.push(`${one.key} ${(await lake.past?.get(one))?.toString() ?? ''}`);
      return all;
    };
    expect(await past()).toEqual(['raw/a a1', 'raw/gone g1']);
    for await (const one of lake.past?.list('raw/') ?? []) await lake.past?.delete(one);
    expect(await past()).toEqual([]);
    expect((await lake.get('raw/a')).toString()).toBe('a2');
    expect(await lake.head('raw/gone')).toBeUndefined();
    own.destroy();
  });

  test("leaves the console's folders out of a listing", async () => {
    const { lake } = await make();
    await lake.put('raw/a', 'x');
    const [, , , prefix] = lake.location.split('/');
    await client().send(new PutObjectCommand({ Bucket: bucket, Key: `${prefix}/raw/`, Body: Buffer.alloc(0) }));
    const keys = [];
    for await (const { key } of lake.list('')) keys.push(key);
    expect(keys).toEqual(['raw/a']);
  });

  test('says what to do where there is no such bucket', async () => {
    const lake = s3Lake({ bucket: 'nowhere', client: client() });
    await expect(lake.put('a', 'x')).rejects.toThrow(LakeUnavailable);
    await expect(lake.put('a', 'x')).rejects.toThrow(
      /^The lake s3:\/\/nowhere cannot be used: there is no such bucket\./u,
    );
    await expect(lake.get('a')).rejects.toThrow(LakeUnavailable);
    await expect(lake.list('')[Symbol.asyncIterator]().next()).rejects.toThrow(LakeUnavailable);
  });
}
