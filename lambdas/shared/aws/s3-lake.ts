import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  type PutObjectCommandInput,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  type Lake,
  LakeUnavailable,
  type LakeHead,
  type LakeObject,
  PreconditionFailed,
  type PutOptions,
} from '../ports/lake.ts';
import { checkKey, checkMetadata, isKey, whyStray } from '../ports/lake-rules.ts';
import { download, downloadVersion } from './s3-download.ts';
import { s3Past } from './s3-past.ts';
import { explain, isCondition, isMissing } from './s3-errors.ts';

export interface S3LakeOptions {
  readonly bucket: string;
  /** The part of the bucket that is the lake, e.g. `sillage`; the whole bucket without it. */
  readonly prefix?: string;
  /** A client of one's own, e.g. with other credentials. */
  readonly client?: S3Client;
}

/** Objects above this go up in parts of this size. The etag depends on it: another size gives old content new etags. */
const partBytes = 16 * 1024 * 1024;
/** Parts under way at once, so that an upload holds at most 64 MB however large its object is. */
const partsAtOnce = 4;

/**
 * The client of a lake: retries with a sense of the service's load, checksums both ways, another endpoint where one is
 * set.
 */
export function s3Client(env: NodeJS.ProcessEnv = process.env): S3Client {
  const endpoint = env['AWS_ENDPOINT_URL_S3'] ?? env['AWS_ENDPOINT_URL'];
  return new S3Client({
    maxAttempts: 6,
    retryMode: 'adaptive',
    requestChecksumCalculation: 'WHEN_SUPPORTED',
    responseChecksumValidation: 'WHEN_SUPPORTED',
    // A stand-in for S3 has one host name, so the bucket goes into the path.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true, region: env['AWS_REGION'] ?? 'us-east-1' }),
  });
}

const unquoted = (etag: string | undefined) => (etag ?? '').replaceAll('"', '');

/**
 * A lake in an S3 bucket. S3 itself makes each write atomic and each read see the last write.
 *
 * Equal bytes have equal etags where the bucket is encrypted with SSE-S3, or not at all; with SSE-KMS S3 gives every
 * write an etag of its own.
 */
export function s3Lake({ bucket, prefix = '', client = s3Client() }: S3LakeOptions): Lake {
  const base = prefix === '' ? '' : `${prefix.replace(/\/+$/u, '')}/`;
  const location = `s3://${bucket}${base === '' ? '' : `/${base.slice(0, -1)}`}`;

  const at = (key: string) => {
    checkKey(key);
    return { Bucket: bucket, Key: `${base}${key}` };
  };

  /** Runs an operation on one object, and puts the errors of S3 into the words of the port. */
  async function inOurErrors<T>(key: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      throw explain(location, key, error);
    }
  }

  const head = (key: string) =>
    inOurErrors(key, async (): Promise<LakeHead | undefined> => {
      try {
        const found = await client.send(new HeadObjectCommand(at(key)));
        return {
          key,
          size: found.ContentLength ?? 0,
          etag: unquoted(found.ETag),
          lastModified: found.LastModified ?? new Date(0),
          metadata: found.Metadata ?? {},
        };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });

  const fetch = (key: string, etag?: string) =>
    inOurErrors(key, async (): Promise<Readable> => {
      const { Body } = await client.send(
        new GetObjectCommand({ ...at(key), ...(etag === undefined ? {} : { IfMatch: `"${etag}"` }) }),
      );
      if (!(Body instanceof Readable)) throw new LakeUnavailable(`The lake ${location} gave no content for ${key}.`);
      return Body;
    });

  const write = (
    key: string,
    size: number,
    body: () => Promise<Uint8Array> | Readable,
    options: PutOptions,
  ): Promise<LakeObject> =>
    inOurErrors(key, async () => {
      const { contentType, metadata = {}, ifAbsent, ifMatch } = options;
      checkMetadata(metadata);
      const request: PutObjectCommandInput = {
        ...at(key),
        Body: await body(),
        Metadata: { ...metadata },
        ...(contentType === undefined ? {} : { ContentType: contentType }),
        ...(ifAbsent === true ? { IfNoneMatch: '*' } : {}),
        ...(ifMatch === undefined ? {} : { IfMatch: `"${ifMatch}"` }),
      };
      try {
        const { ETag } =
          size <= partBytes
            ? await client.send(new PutObjectCommand(request))
            : await new Upload({ client, params: request, partSize: partBytes, queueSize: partsAtOnce }).done();
        return { key, size, etag: unquoted(ETag), lastModified: new Date() };
      } catch (error) {
        if (!isCondition(error) || (ifAbsent !== true && ifMatch === undefined)) throw error;
        throw new PreconditionFailed(
          key,
          ifAbsent === true ? 'an object already stands there' : `its etag is not ${ifMatch}`,
        );
      }
    });

  /** S3 tells all of an object with its key. */
  async function* standing(within: string): AsyncGenerator<LakeObject> {
    try {
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: `${base}${within}` }))
        for (const { Key = '', Size = 0, ETag, LastModified = new Date(0) } of page.Contents ?? [])
          yield { key: Key.slice(base.length), size: Size, etag: unquoted(ETag), lastModified: LastModified };
    } catch (error) {
      throw explain(location, within, error);
    }
  }

  async function* list(within: string): AsyncGenerator<LakeObject> {
    // Not the console's "folders", nor other keys that no lake writes.
    for await (const object of standing(within)) if (isKey(object.key)) yield object;
  }

  return {
    location,

    list,

    async *keys(within) {
      for await (const { key } of list(within)) yield key;
    },

    async *strays(within) {
      for await (const { key, size } of standing(within)) {
        const why = size > 0 ? whyStray(key) : undefined;
        if (why !== undefined) yield { key, why };
      }
    },

    head,

    // S3 keeps an etag with the bytes that it is of, and looks after both.
    verify: head,

    get: (key) =>
      inOurErrors(key, async () => {
        const { Body } = await client.send(new GetObjectCommand(at(key)));
        return Buffer.from((await Body?.transformToByteArray()) ?? []);
      }),

    read: (key) => fetch(key),

    async put(key, body, options = {}) {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      return await write(key, bytes.byteLength, async () => bytes, options);
    },

    async putFile(key, path, options = {}) {
      const { size } = await stat(path);
      return await write(key, size, () => (size <= partBytes ? readFile(path) : createReadStream(path)), options);
    },

    vouches: true,

    async localPath(key, scratch, etag) {
      if (etag === undefined) return download(location, key, scratch, { head, fetch });
      try {
        return await downloadVersion({ key, etag }, scratch, { fetch });
      } catch (error) {
        if (isCondition(error)) throw new PreconditionFailed(key, `its etag is not ${etag}`, 'read');
        throw error;
      }
    },

    delete: (key, { ifMatch } = {}) =>
      inOurErrors(key, async () => {
        try {
          await client.send(
            new DeleteObjectCommand({ ...at(key), ...(ifMatch === undefined ? {} : { IfMatch: `"${ifMatch}"` }) }),
          );
        } catch (error) {
          // Under a condition S3 says so where there is nothing to delete.
          if (isMissing(error)) return;
          if (ifMatch !== undefined && isCondition(error))
            throw new PreconditionFailed(key, `its etag is not ${ifMatch}`, 'deleted');
          throw error;
        }
      }),

    hasLifecycle: true,

    past: s3Past(client, bucket, base, location),
  };
}
