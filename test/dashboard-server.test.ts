/**
 * The server of the dashboard is attacked as a page elsewhere, a careless client or another program of this machine
 * would.
 */
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LimitReached, QueryFailed } from '../lambdas/shared/ports/warehouse.ts';
import { type LiveFeed, liveFeed } from '../localstack/embedded/dashboard/live-feed.ts';
import { dashboardPages } from '../localstack/embedded/dashboard/pages.ts';
import { localServer, type LocalServer, textAnswer } from '../localstack/embedded/http/local-server.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { type LakeReader, type ReadLimits, TooBusy } from '../localstack/embedded/reader/reader.ts';

const root = mkdtempSync(join(tmpdir(), 'dashboard-server-'));
const built = join(root, 'built');
const lake = join(root, 'lake');

/** What the reader is asked, and what it answers with. */
const asked: { sql: string; limits: ReadLimits }[] = [];
let answering: (limits: ReadLimits) => Promise<never> = () => Promise.reject(new QueryFailed('line 1:8: no'));
const reader: LakeReader = {
  query(sql, limits) {
    asked.push({ sql, limits });
    return sql === 'SELECT 1'
      ? Promise.resolve({
          columns: [{ name: 'a', type: 'bigint' }],
          rows: [['9007199254740993']],
          isCut: false,
          notes: ['An estimate.'],
        })
      : answering(limits);
  },
  tables: () => Promise.resolve([]),
  pipeline: () => Promise.reject(new TooBusy('2 queries are under way.')),
  close: () => Promise.resolve(),
};
const longScript = `export {};\n${'// A script that is worth compressing.\n'.repeat(200)}`;
let feed: LiveFeed;
let server: LocalServer;

beforeAll(async () => {
  mkdirSync(join(built, 'assets'), { recursive: true });
  mkdirSync(join(lake, 'site/data'), { recursive: true });
  writeFileSync(join(built, 'index.html'), '<!doctype html><title>Sillage</title>');
  writeFileSync(join(built, 'assets/index-1.js'), 'export {};');
  writeFileSync(join(built, 'assets/index-2.js'), longScript);
  writeFileSync(join(root, 'secret.txt'), 'secret');
  symlinkSync(join(root, 'secret.txt'), join(built, 'assets/link.js'));
  mkdirSync(join(lake, 'site/data/orders_daily'));
  symlinkSync(join(root, 'secret.txt'), join(lake, 'site/data/orders_daily/all-0123456789abcdef.parquet'));
  writeFileSync(join(lake, 'shop.json'), '{}');
  feed = liveFeed();
  const pages = await dashboardPages({ lake: filesLake(lake), built, reader, feed });
  server = await localServer({
    bodyBytes: 1_048_576,
    grace: 200,
    answer: async (sent) => (await pages(sent)) ?? textAnswer(404, 'nothing'),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

interface Got {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Not by fetch, which mends paths and writes headers itself. */
function ask(path: string, options: { method?: string; headers?: object; body?: string } = {}): Promise<Got> {
  const { method = 'GET', headers = {}, body } = options;
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: { ...headers } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.once('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
    });
    sent.once('error', reject).end(body);
  });
}
const query = (sql: string, headers: object = {}) =>
  ask('/api/query', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ sql }),
  });

describe('files', () => {
  test.each([
    ['/dashboard/', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/dashboard/?view=sql', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/dashboard/assets/index-1.js', 200, 'text/javascript; charset=utf-8', 'private, max-age=31536000, immutable'],
  ])('%s', async (path, status, type, caching) => {
    const { headers, ...got } = await ask(path);
    expect(got.status).toBe(status);
    expect(headers).toMatchObject({ 'content-type': type, 'cache-control': caching });
    expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each([
    '/dashboard/../secret.txt',
    '/dashboard/%2e%2e/secret.txt',
    '/dashboard/..%2fsecret.txt',
    '/dashboard/assets/..%5c..%5csecret.txt',
    '/dashboard/assets/%00',
    '/dashboard//etc/passwd',
    '/dashboard/assets/link.js',
    '/dashboard/data/../../shop.json',
    '/dashboard/data/%2e%2e/%2e%2e/shop.json',
    '/dashboard/data/orders_daily/../../../shop.json',
    '/dashboard/data/orders_daily/all-0123456789abcdef.parquet',
    '/dashboard/data/shop.json',
    '/dashboard/data/manifest.json',
    '/dashboard/constructor',
    '/api/constructor',
  ])('%s is not there', async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret\n');
    expect(body).not.toBe('secret');
  });

  test('a text is sent as gzip to whoever takes it, and as it is to others', async () => {
    const { hostname, port } = new URL(server.url);
    const got = (encoding: string) =>
      new Promise<{ headers: IncomingHttpHeaders; bytes: Buffer }>((resolve, reject) => {
        const headers = { 'accept-encoding': encoding };
        request({ hostname, port, path: '/dashboard/assets/index-2.js', headers }, (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.once('end', () => resolve({ headers: answer.headers, bytes: Buffer.concat(parts) }));
        })
          .once('error', reject)
          .end();
      });
    const packed = await got('deflate, gzip;q=0.8, br');
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'accept-encoding' });
    expect(gunzipSync(packed.bytes).toString()).toBe(longScript);
    for (const encoding of ['identity', 'gzip;q=0']) {
      const plain = await got(encoding);
      expect(plain.headers['content-encoding']).toBeUndefined();
      expect(plain.headers['vary']).toBe('accept-encoding');
      expect(plain.bytes.toString()).toBe(longScript);
    }
  });

  test('nothing is put there', async () => {
    expect((await ask('/dashboard/index.html', { method: 'PUT', body: 'x' })).status).toBe(405);
  });
});

describe('a query', () => {
  test('is answered with names, types and rows, within limits', async () => {
    const { status, headers, body } = await query('SELECT 1;');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(JSON.parse(body)).toEqual({
      columns: [{ name: 'a', type: 'bigint' }],
      rows: [['9007199254740993']],
      isCut: false,
      notes: ['An estimate.'],
    });
    expect(asked.at(-1)).toMatchObject({ sql: 'SELECT 1', limits: { timeoutMs: 30_000, maxRows: 10_000 } });
  });

  test.each([
    ['of a page of another origin', { origin: 'https://evil.example' }, 403],
    ['of a page of another port of this machine', { origin: 'http://127.0.0.1:1' }, 403],
    ['of a page in a sandbox', { origin: 'null' }, 403],
    ['of a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['of a page of another port, as browsers tell it', { 'sec-fetch-site': 'same-site' }, 403],
    ['under a name that was made to point here', { host: 'evil.example' }, 421],
    ['as a form sends it', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['as a "simple" request', { 'content-type': 'text/plain' }, 415],
    ['of no type', { 'content-type': '' }, 415],
  ])('%s is refused, and never asked', async (_, headers, status) => {
    const before = asked.length;
    const got = await query('SELECT 1', headers);
    expect(got.status).toBe(status);
    expect(got.headers['access-control-allow-origin']).toBeUndefined();
    expect(asked.length).toBe(before);
  });

  test.each(['OPTIONS', 'GET', 'PUT', 'DELETE'])('by %s is refused', async (method) => {
    const { status, headers } = await ask('/api/query', { method });
    expect({ status, allow: headers.allow }).toEqual({ status: 405, allow: 'POST' });
  });

  test.each([
    ['no JSON', '{"sql": "SEL', 400],
    ['no query', '{"statement":"SELECT 1"}', 400],
    ['more than a query', '{"sql":"SELECT 1","maxRows":1e9}', 400],
    ['too large', JSON.stringify({ sql: 'x'.repeat(600_000) }), 413],
    ['far too large', JSON.stringify({ sql: 'x'.repeat(3_000_000) }), 413],
  ])('that is %s is refused', async (_, body, status) => {
    const got = await ask('/api/query', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }).catch(
      // Of a body that is not read to its end the sender may hear as a closed connection.
      () => ({ status }),
    );
    expect(got.status).toBe(status);
  });

  test.each([
    ['a mistake', new QueryFailed("line 2:14: Column 'x' cannot be resolved"), 400, { at: { line: 2, column: 14 } }],
    ['a limit', new LimitReached('time', 'The query was ended: it took longer than 30 s.'), 422, {}],
    ['no room', new TooBusy('2 queries are under way.'), 429, {}],
  ])('that ends with %s says so', async (_, error, status, more) => {
    answering = () => Promise.reject(error);
    const got = await query('SELECT 2');
    expect(got.status).toBe(status);
    expect(JSON.parse(got.body)).toMatchObject({ error: expect.stringContaining(error.message), ...more });
  });

  test('ends when the client goes away', async () => {
    const ended = new Promise<boolean>((resolve) => {
      answering = ({ signal }) =>
        new Promise((_, reject) => {
          signal?.addEventListener('abort', () => {
            resolve(true);
            reject(signal.reason);
          });
        });
    });
    const before = asked.length;
    const { hostname, port } = new URL(server.url);
    const body = JSON.stringify({ sql: 'SELECT 3' });
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /api/query HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    while (asked.length === before) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    expect(await ended).toBe(true);
  });
});

test('what the server cannot do says so: too busy, unknown, not by this method', async () => {
  expect((await ask('/api/pipeline')).status).toBe(429);
  expect((await ask('/api/pipeline', { method: 'POST' })).status).toBe(405);
  expect((await ask('/api/pipeline', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
  expect((await ask('/api/live', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(403);
});

describe('live', () => {
  /** Follows until some text has come. @returns nothing where too many follow already */
  async function followed(until: string): Promise<string> {
    const { hostname, port } = new URL(server.url);
    const sent = request({ hostname, port, path: '/api/live' }).end();
    let text = '';
    await new Promise<void>((resolve, reject) => {
      sent.once('error', reject).once('response', (answer) => {
        if (answer.statusCode === 503) return resolve();
        expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
        answer.setEncoding('utf8').on('data', (part: string) => {
          text += part;
          if (text.includes(until)) resolve();
        });
      });
    });
    sent.destroy();
    return text;
  }

  test('who comes late hears what happened, and then what happens; a line end in a text breaks nothing', async () => {
    feed.tell({ kind: 'order', at: '2026-01-01T00:00:00Z', order: '1', value: 12.5 });
    const following = followed('second');
    feed.tell({ kind: 'event', at: '2026-01-01T00:00:01Z', name: 'page_view', path: '/a\n\nevent: order\ndata: {}' });
    feed.tell({ kind: 'event', at: '2026-01-01T00:00:02Z', name: 'second', path: '/' });
    const text = await following;
    expect(text.match(/^event: \w+$/gm)).toEqual(['event: order', 'event: event', 'event: event']);
    expect(text).toContain('data: {"at":"2026-01-01T00:00:00Z","order":"1","value":12.5}\n\n');
  });

  test('so many may follow, and more when some have left', async () => {
    const { hostname, port } = new URL(server.url);
    const open = await Promise.all(
      Array.from({ length: 24 }, async () => {
        const socket = connect(Number(port), hostname);
        socket.write(`GET /api/live HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
        await once(socket, 'data');
        return socket;
      }),
    );
    expect((await ask('/api/live')).status).toBe(503);
    for (const socket of open) socket.destroy();
    // The server hears of it a moment later.
    let text = '';
    while (text === '') text = await followed('second');
    expect(text).toContain('second');
  });

  test('who reads too slowly is let go', () => {
    jest.useFakeTimers();
    const own = liveFeed();
    const { body } = own.follow(new AbortController().signal);
    if (typeof body === 'string' || body instanceof Uint8Array) throw new Error('It is a stream.');
    const path = `/${'x'.repeat(10_000)}`;
    for (let i = 0; i < 100; i++) own.tell({ kind: 'event', at: '', name: 'page_view', path });
    expect(body.destroyed).toBe(true);
    jest.useRealTimers();
  });
});

test('a client that sends half a request does not keep the server from closing', async () => {
  const own = await localServer({ bodyBytes: 100, grace: 100, answer: () => Promise.resolve(textAnswer(200, 'x')) });
  const { hostname, port } = new URL(own.url);
  const socket = connect(Number(port), hostname);
  socket
    .on('error', () => undefined)
    .write(`POST / HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-length: 50\r\n\r\nhalf`);
  await once(socket, 'connect');
  await own.close();
  expect(socket.destroyed || (await once(socket, 'close')).length >= 0).toBe(true);
});
