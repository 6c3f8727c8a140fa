import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { bodyBytes } from '../../../lambdas/collect/body.ts';
import { eventsIn, nowMs, sentEvent, uuid } from '../../../lambdas/collect/samples.ts';
import { scriptedStream } from '../../../lambdas/collect/scripted-stream.ts';
import type { ScriptedStream } from '../../../lambdas/collect/scripted-stream.ts';
import { collectHere, collectorServer } from './collector.ts';
import type { PageRequest } from './collector.ts';
import type { LocalServer } from './local-server.ts';

let stream: ScriptedStream;
let server: LocalServer;
let asked: PageRequest[] = [];

const started = (grace: number) =>
  collectorServer({
    collect: collectHere({ stream, clock: () => nowMs, origins: ['https://shop.example'], log: () => {} }),
    pages: async (page) => {
      asked.push(page);
      if (page.url.pathname === '/broken') throw new Error('A page broke.');
      return page.url.pathname === '/page'
        ? { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Une crème' }
        : undefined;
    },
    grace,
  });

beforeEach(async () => {
  stream = scriptedStream();
  asked = [];
  // Longer than any test: what must come to its end does, however busy the machine is.
  server = await started(3_600_000);
});
afterEach(() => server.close());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

async function send(
  path: string,
  body: string | Buffer = '',
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const sent = request(`${server.url}${path}`, {
    method: 'POST',
    ...options,
    headers: { 'content-type': 'text/plain', ...options.headers },
  });
  const answered = once(sent, 'response');
  sent.end(body);
  const response: unknown = (await answered)[0];
  if (!isMessage(response)) throw new TypeError('node:http gave no response.');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

function isMessage(value: unknown): value is IncomingMessage {
  return typeof value === 'object' && value !== null && 'statusCode' in value;
}

test('events go the way of the Lambda: with the address and the browser of the request', async () => {
  const { status, body, headers } = await send('/collect?a=1', JSON.stringify([sentEvent(1)]), {
    headers: { 'user-agent': 'Mozilla/5.0 (Test)', origin: 'https://shop.example' },
  });
  expect({ status, body, origin: headers['access-control-allow-origin'] }).toEqual({
    status: 200,
    body: '{"accepted":1,"refused":[]}',
    origin: 'https://shop.example',
  });
  expect(eventsIn(stream.stored)).toMatchObject([
    { event_id: uuid(1), ip: '127.0.0.1', user_agent: 'Mozilla/5.0 (Test)', received_at: '2026-01-05T10:00:00.000Z' },
  ]);
});

test('a gzip arrives as it is', async () => {
  const { status } = await send('/collect', gzipSync(JSON.stringify(sentEvent(2))), {
    headers: { 'content-encoding': 'gzip' },
  });
  expect(status).toBe(200);
});

test('its own pages may send, those of others may not', async () => {
  const own = await send('/collect', JSON.stringify(sentEvent(1)), { headers: { origin: server.url } });
  const other = await send('/collect', JSON.stringify(sentEvent(1)), { headers: { origin: 'http://evil.example' } });
  const preflight = await send('/collect', '', { method: 'OPTIONS', headers: { origin: server.url } });
  expect([own.status, other.status, preflight.status]).toEqual([200, 403, 204]);
});

test('bytes that are not UTF-8 are seen as such', async () => {
  expect(await send('/collect', Buffer.from([0x22, 0xe9, 0x22]))).toMatchObject({
    status: 400,
    body: '{"error":"The body is not UTF-8."}',
  });
});

test('a body without end is answered before it ends, and its connection closed', async () => {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  socket.write(
    `POST /collect HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
  for (let sent = 0; sent <= bodyBytes; sent += 65_536) socket.write(chunk);
  const answer = await text(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  expect(answer).toMatch(/connection: close/i);
  expect(stream.puts).toHaveLength(0);
});

test('a connection serves several requests', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 1; n <= 3; n += 1) {
    const sent = request(`${server.url}/collect`, { agent, method: 'POST', headers: { 'content-type': 'text/plain' } });
    const answered = once(sent, 'response');
    sent.end(JSON.stringify(sentEvent(n)));
    const response: unknown = (await answered)[0];
    if (isMessage(response)) await text(response);
    expect(sent.reusedSocket).toBe(n > 1);
  }
  agent.destroy();
});

test('closing lets what is under way come to its end', async () => {
  const sent = request(`${server.url}/collect`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    agent: new Agent({ keepAlive: true }),
  });
  const answered = once(sent, 'response');
  sent.write('[');
  // The server has the head of the request once it has asked for more.
  await once(sent, 'socket');
  await send('/page', '', { method: 'GET' });
  const closed = server.close();
  sent.end(`${JSON.stringify(sentEvent(1))}]`);
  const response: unknown = (await answered)[0];
  expect(isMessage(response) ? [response.statusCode, response.headers.connection] : []).toEqual([200, 'close']);
  if (isMessage(response)) await text(response);
  await closed;
  expect(stream.stored).toHaveLength(1);
  server = await started(0);
});

test('pages are asked for everything else', async () => {
  expect(await send('/page?q=1', '', { method: 'GET' })).toMatchObject({
    status: 200,
    body: 'Une crème',
    headers: { 'content-length': '10' },
  });
  expect(await send('/page', '', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  expect(await send('/nowhere', 'abc')).toMatchObject({ status: 404, body: 'There is nothing at /nowhere.\n' });
  expect(asked.map(({ method, url, body }) => `${method} ${url.pathname}${url.search} ${body.toString()}`)).toEqual([
    'GET /page?q=1 ',
    'HEAD /page ',
    'POST /nowhere abc',
  ]);
});

test('a page elsewhere whose name points here is not answered', async () => {
  for (const path of ['/collect', '/page'])
    expect(
      await send(path, JSON.stringify([sentEvent(1)]), {
        headers: { host: `evil.example:${new URL(server.url).port}` },
      }),
    ).toMatchObject({
      status: 421,
      body: expect.stringMatching(
        /^The host "evil\.example:\d+" is not this server: ask for http:\/\/127\.0\.0\.1:\d+ or /,
      ),
    });
  expect([stream.stored, asked]).toEqual([[], []]);
  for (const name of ['localhost', '127.0.0.1', '[::1]'])
    expect(
      await send('/page', '', { method: 'GET', headers: { host: `${name}:${new URL(server.url).port}` } }),
    ).toMatchObject({ status: 200 });
});

const forged = /^\{"error":"A page of another origin may not send this/;

test.each([
  { from: 'a page of another site', headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } },
  { from: 'a page of another site, in an old browser', headers: { origin: 'https://evil.example' } },
  { from: 'a page of a shop that may send events', headers: { origin: 'https://shop.example' } },
  { from: 'another port of this machine', headers: { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' } },
  { from: 'a page in a sandbox, or without a referrer', headers: { origin: 'null' } },
  { from: 'a page that hides its origin', headers: { 'sec-fetch-site': 'cross-site' } },
  {
    from: 'this server under another name',
    headers: { origin: 'http://localhost:<port>', 'sec-fetch-site': 'same-site' },
  },
  { from: 'the same host by another scheme', headers: { origin: 'https://127.0.0.1:<port>' } },
])('$from may change nothing here by any method, and may look', async ({ headers }) => {
  const given = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('<port>', new URL(server.url).port)]),
  );
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    expect(
      await send('/page', method === 'DELETE' ? '' : '{}', {
        method,
        headers: { ...given, 'content-type': 'application/json' },
      }),
    ).toMatchObject({ status: 403, body: expect.stringMatching(forged) });
  }
  expect(asked).toEqual([]);
  expect((await send('/page', '', { method: 'GET', headers: given })).status).toBe(200);
});

test.each([
  { from: 'one of its own pages', headers: (url: string) => ({ origin: url, 'sec-fetch-site': 'same-origin' }) },
  { from: 'a person', headers: () => ({ 'sec-fetch-site': 'none' }) },
  { from: 'a program that is no browser', headers: () => ({}) },
])('$from may', async ({ headers }) => {
  expect((await send('/page', '{}', { headers: headers(server.url) })).status).toBe(200);
  expect(asked.map(({ method }) => method)).toEqual(['POST']);
});

test('a page that fails is answered in words, and told where the server was started', async () => {
  const told = jest.spyOn(console, 'error').mockImplementation(() => {});
  expect(await send('/broken', '', { method: 'GET' })).toMatchObject({
    status: 500,
    body: expect.stringMatching(/^\{"error":"The server failed/),
  });
  expect(told.mock.calls).toEqual([[expect.stringContaining('A page broke.')]]);
  told.mockRestore();
});

test.each([
  ['says nothing', ''],
  ['stops within its head', 'POST /collect HTTP/1.1\r\nHost: local'],
  [
    'stops within its body',
    'POST /collect HTTP/1.1\r\nHost: <host>\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\n[{',
  ],
])('closing does not wait for ever for who %s', async (_, said) => {
  await server.close();
  server = await started(50);
  const { host, port } = new URL(server.url);
  const silent = connect(Number(port), '127.0.0.1');
  // Being cut off may come as a reset.
  silent.on('error', () => {}).resume();
  await once(silent, 'connect');
  silent.write(said.replace('<host>', host));
  // The server has seen the connection once it has answered somebody who came later.
  await send('/page', '', { method: 'GET' });
  const gone = once(silent, 'close');
  await server.close();
  await gone;
  expect([silent.closed, stream.stored]).toEqual([true, []]);
  server = await started(0);
});
