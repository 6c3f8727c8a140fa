/** S3 in memory behind the SDK's own client, with a count of what it was asked: a lake's requests are what it costs. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Client, S3ServiceException, type S3ClientConfig } from '@aws-sdk/client-s3';
import { z } from 'zod';

interface Stored {
  readonly body: Buffer;
  readonly etag: string;
  readonly modified: Date;
  readonly metadata: Readonly<Record<string, string>>;
}

const requests = z.looseObject({
  Key: z.string().default(''),
  Prefix: z.string().default(''),
  IfMatch: z.string().optional(),
  IfNoneMatch: z.string().optional(),
  Metadata: z.record(z.string(), z.string()).default({}),
  Body: z.unknown().optional(),
});

/** An error as S3 names it. */
const refusal = (name: string, httpStatusCode: number) =>
  new S3ServiceException({ name, message: name, $fault: 'client', $metadata: { httpStatusCode } });

async function bytesOf(body: unknown): Promise<Buffer> {
  if (typeof body === 'string' || body instanceof Uint8Array) return Buffer.from(body);
  const parts: Uint8Array[] = [];
  if (body instanceof Readable) for await (const part of body) parts.push(z.instanceof(Uint8Array).parse(part));
  return Buffer.concat(parts);
}

export interface CountedS3 {
  readonly client: S3Client;
  /** Each request since it was last asked for: `GetObject raw/…`. */
  taken(): string[];
}

/** @param now when an object is said to have been written */
export function countedS3(now: () => Date = () => new Date()): CountedS3 {
  const objects = new Map<string, Stored>();
  let log: string[] = [];

  async function answer(operation: string, input: unknown): Promise<object> {
    const { Key, Prefix, IfMatch, IfNoneMatch, Metadata, Body: sent } = requests.parse(input);
    log.push(`${operation} ${Key}${Prefix}`);
    const found = objects.get(Key);
    const isWrong = IfMatch !== undefined && found !== undefined && IfMatch !== found.etag;
    if (isWrong || (IfNoneMatch === '*' && found !== undefined)) throw refusal('PreconditionFailed', 412);
    switch (operation) {
      case 'PutObject': {
        const body = await bytesOf(sent);
        const etag = `"${createHash('md5').update(body).digest('hex')}"`;
        objects.set(Key, { body, etag, modified: now(), metadata: Metadata });
        return { ETag: etag };
      }
      case 'HeadObject':
      case 'GetObject': {
        if (found === undefined) throw refusal(operation === 'GetObject' ? 'NoSuchKey' : 'NotFound', 404);
        const told = {
          ETag: found.etag,
          ContentLength: found.body.length,
          LastModified: found.modified,
          Metadata: found.metadata,
        };
        const Body = Object.assign(Readable.from([found.body]), { transformToByteArray: async () => found.body });
        return operation === 'GetObject' ? { ...told, Body } : told;
      }
      case 'DeleteObject':
        objects.delete(Key);
        return {};
      case 'ListObjectsV2':
        return {
          Contents: [...objects]
            .filter(([key]) => key.startsWith(Prefix))
            .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
            .map(([key, { body, etag, modified }]) => ({
              Key: key,
              Size: body.length,
              ETag: etag,
              LastModified: modified,
            })),
        };
      default:
        throw new Error(`${operation} is not known here.`);
    }
  }

  const config: S3ClientConfig = { region: 'eu-west-3', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const client = new S3Client(config);
  client.middlewareStack.add(
    (_, { commandName = '' }) =>
      async ({ input }) => ({
        output: { $metadata: {}, ...(await answer(commandName.replace(/Command$/u, ''), input)) },
        response: undefined,
      }),
    { step: 'initialize', priority: 'high', name: 'inMemory' },
  );
  return {
    client,
    taken: () => {
      const all = log;
      log = [];
      return all;
    },
  };
}
