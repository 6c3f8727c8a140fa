import { afterEach, describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Lake, LakeUnavailable, ObjectNotFound, PreconditionFailed } from '../ports/lake.ts';
import { explain } from './s3-errors.ts';
import { s3Client, s3Lake } from './s3-lake.ts';

/** What moto cannot be made to answer, from a server that answers as it is told. */
const undo: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function lakeThatGets(answer: Answer): Promise<Lake> {
  const server: Server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const client = s3Client({ AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` });
  undo.push(
    () => client.destroy(),
    () => server.closeAllConnections(),
    () => void server.close(),
  );
  return s3Lake({ bucket: 'lake', client });
}

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'sillage-s3-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** An error as S3 words it. HEAD has no body, so its errors have only a status. */
const failing =
  (status: number, code: string): Answer =>
  (request, response) => {
    request.resume();
    request.on('end', () => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(
        request.method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>As told.</Message></Error>`,
      );
    });
  };

const ifAbsent = (lake: Lake) => lake.put('a', 'x', { ifAbsent: true });
const ifMatch = (lake: Lake) => lake.put('a', 'x', { ifMatch: 'e' });
const get = (lake: Lake) => lake.get('a');

describe('the errors of S3 in the words of the port', () => {
  test.each([
    {
      status: 412,
      code: 'PreconditionFailed',
      call: ifAbsent,
      error: PreconditionFailed,
      says: 'an object already stands there',
    },
    {
      status: 409,
      code: 'ConditionalRequestConflict',
      call: ifAbsent,
      error: PreconditionFailed,
      says: 'an object already stands there',
    },
    { status: 404, code: 'NoSuchKey', call: ifMatch, error: PreconditionFailed, says: 'its etag is not e' },
    { status: 404, code: 'NoSuchBucket', call: ifMatch, error: LakeUnavailable, says: 'there is no such bucket' },
    { status: 404, code: 'NoSuchKey', call: get, error: ObjectNotFound, says: 'There is no object a in s3://lake.' },
    { status: 403, code: 'AccessDenied', call: get, error: LakeUnavailable, says: 'access is denied' },
    { status: 403, code: '', call: (lake: Lake) => lake.head('a'), error: LakeUnavailable, says: 'access is denied' },
    { status: 403, code: 'InvalidAccessKeyId', call: get, error: LakeUnavailable, says: 'Sign in again' },
    { status: 400, code: 'ExpiredToken', call: get, error: LakeUnavailable, says: 'the credentials have expired' },
    {
      status: 403,
      code: 'AccessDenied',
      call: (lake: Lake) => lake.delete('a'),
      error: LakeUnavailable,
      says: 's3:DeleteObject',
    },
    { status: 301, code: 'PermanentRedirect', call: get, error: LakeUnavailable, says: 'Set AWS_REGION to it' },
  ])('$status $code', async ({ status, code, call, error, says }) => {
    const lake = await lakeThatGets(failing(status, code));
    const caught: unknown = await call(lake).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(caught).toBeInstanceOf(error);
    expect(String(caught)).toContain(says);
  });

  // Told apart here without a connection: in jest's realm the SDK does not know Node's own errors for errors.
  test('nothing that answers at all', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    expect(String(explain('s3://lake', 'a', error))).toBe(
      'LakeUnavailable: The lake s3://lake cannot be used: nothing answers at its address. Check ' +
        'AWS_ENDPOINT_URL and the network (ECONNREFUSED).',
    );
  });

  test('a service that is busy is asked again', async () => {
    let asked = 0;
    const lake = await lakeThatGets((request, response) => {
      asked += 1;
      if (asked < 3) failing(503, 'SlowDown')(request, response);
      else response.end('content');
    });
    expect(String(await lake.get('a'))).toBe('content');
    expect(asked).toBe(3);
  });
});

describe('downloads', () => {
  test('that break off are errors, and leave nothing that passes for the object', async () => {
    const scratch = await freshFolder();
    const lake = await lakeThatGets((request, response) => {
      response.writeHead(200, { 'content-length': '10', etag: '"e"' });
      if (request.method === 'HEAD') response.end();
      else response.write('half', () => response.destroy());
    });
    await expect(lake.localPath('a', scratch)).rejects.toThrow(/aborted|ECONNRESET/u);
    await expect(lake.get('a')).rejects.toThrow(/aborted|ECONNRESET/u);
    expect(await readdir(scratch)).toEqual([]);
  });
});

test('keys that can name no object of a lake are in no listing, and are told by themselves; folders of the console are neither', async () => {
  const sizes = { 'inbox/': 0, 'inbox//a.csv': 7, 'inbox/b.csv': 7, 'inbox/c/': 0 };
  const lake = await lakeThatGets((_, response) =>
    response.end(
      `<ListBucketResult><IsTruncated>false</IsTruncated>${Object.entries(sizes)
        .map(([key, size]) => `<Contents><Key>${key}</Key><Size>${size}</Size><ETag>"e"</ETag></Contents>`)
        .join('')}</ListBucketResult>`,
    ),
  );
  const [listed, stray]: [string[], string[]] = [[], []];
  for await (const key of lake.keys('inbox/')) listed.push(key);
  for await (const { key } of lake.strays?.('inbox/') ?? []) stray.push(key);
  expect({ listed, stray }).toEqual({ listed: ['inbox/b.csv'], stray: ['inbox//a.csv'] });
});

interface Seen {
  atOnce: number;
  most: number;
  largest: number;
  parts: number;
  last: IncomingMessage['headers'];
}

/** Takes an upload in parts and notes what it saw of it. */
function taker(seen: Seen): Answer {
  return (request, response) => {
    const url = request.url ?? '';
    const isPart = url.includes('partNumber=');
    let bytes = 0;
    if (isPart) seen.most = Math.max(seen.most, (seen.atOnce += 1));
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => {
      if (isPart) {
        seen.atOnce -= 1;
        seen.parts += 1;
        seen.largest = Math.max(seen.largest, bytes);
        response.setHeader('etag', '"part"');
        response.end();
      } else if (url.includes('uploads')) {
        response.end('<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>');
      } else {
        seen.last = request.headers;
        response.end('<CompleteMultipartUploadResult><ETag>"whole-6"</ETag></CompleteMultipartUploadResult>');
      }
    });
  };
}

describe('uploads in parts', () => {
  test.each([
    { options: { ifMatch: 'e' }, headers: { 'if-match': '"e"' } },
    { options: { ifAbsent: true }, headers: { 'if-none-match': '*' } },
  ])('hold few parts in memory, and set the condition $options where S3 looks at it', async ({ options, headers }) => {
    const seen = { atOnce: 0, most: 0, largest: 0, parts: 0, last: {} };
    const lake = await lakeThatGets(taker(seen));
    const path = join(await freshFolder(), 'large');
    await writeFile(path, '');
    await truncate(path, 90 * 1024 * 1024);
    expect(await lake.putFile('a', path, options)).toMatchObject({ key: 'a', size: 90 * 1024 * 1024, etag: 'whole-6' });
    expect(seen.parts).toBe(6);
    expect(seen.most).toBeLessThanOrEqual(4);
    expect(seen.largest).toBeLessThan(17 * 1024 * 1024);
    expect(seen.last).toMatchObject(headers);
  });
});
