import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PastVersion, PastVersions } from '../ports/lake.ts';
import { isKey } from '../ports/lake-rules.ts';
import { explain } from './s3-errors.ts';

/** What a versioned bucket keeps of what was replaced or deleted; nothing, where it is not versioned. */
export function s3Past(client: S3Client, bucket: string, base: string, location: string): PastVersions {
  const at = ({ key, version }: PastVersion) => ({ Bucket: bucket, Key: `${base}${key}`, VersionId: version });

  async function inOurErrors<T>(key: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw explain(location, key, error);
    }
  }

  return {
    async *list(prefix) {
      let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
      while (from !== undefined) {
        const markers: object = from;
        const page = await inOurErrors(prefix, () =>
          client.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: `${base}${prefix}`, ...markers })),
        );
        for (const { Key = '', VersionId, IsLatest } of page.Versions ?? []) {
          const key = Key.slice(base.length);
          if (IsLatest !== true && VersionId !== undefined && isKey(key)) yield { key, version: VersionId };
        }
        from =
          page.IsTruncated === true
            ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
            : undefined;
      }
    },

    get: (one) =>
      inOurErrors(one.key, async () => {
        const { Body } = await client.send(new GetObjectCommand(at(one)));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      }),

    delete: (one) =>
      inOurErrors(one.key, async () => {
        await client.send(new DeleteObjectCommand(at(one)));
      }),
  };
}
