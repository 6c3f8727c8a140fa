import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as z from 'zod';
import { collectFromGateway } from './gateway.ts';
import { Origins } from './origins.ts';
import { nowMs, sentEvent, uuid } from './samples.ts';
import { scriptedStream } from './scripted-stream.ts';

/** A request as the HTTP API's documentation shows it, of payload format 2.0. */
function request(over: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return {
    version: '2.0',
    routeKey: 'POST /collect',
    rawPath: '/collect',
    rawQueryString: '',
    isBase64Encoded: false,
    headers: { 'Content-Type': 'text/plain;charset=UTF-8', origin: 'https://shop.example', 'user-agent': 'header' },
    requestContext: {
      accountId: '1',
      http: {
        method: 'POST',
        path: '/collect',
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.44',
        userAgent: 'Mozilla/5.0 (Test)',
      },
    },
    ...over,
  };
}

async function answer(event: unknown) {
  const stream = scriptedStream();
  const result = await collectFromGateway(
    { stream, clock: () => nowMs, origins: ['https://shop.example'], log: () => {} },
    event,
  );
  return { result, stored: stream.stored.map(({ data }): unknown => JSON.parse(Buffer.from(data).toString())) };
}

const text = JSON.stringify([sentEvent(1, { page: { url: 'https://shop.example/', title: 'Crème' } })]);

test.each([
  ['text', { body: text }],
  ['text, where nothing says how it is written', { body: text, isBase64Encoded: undefined }],
  ['Base64', { body: Buffer.from(text).toString('base64'), isBase64Encoded: true }],
  [
    'gzip in Base64',
    {
      body: gzipSync(text).toString('base64'),
      isBase64Encoded: true,
      headers: { 'CONTENT-TYPE': 'application/json', 'Content-Encoding': 'gzip' },
    },
  ],
])('takes a body of %s, the address and the browser from the request', async (_, over) => {
  const { result, stored } = await answer(request(over));
  expect(result).toMatchObject({ statusCode: 200, body: '{"accepted":1,"refused":[]}' });
  expect(stored).toMatchObject([
    { event_id: uuid(1), ip: '192.0.2.44', user_agent: 'Mozilla/5.0 (Test)', page: { title: 'Crème' } },
  ]);
});

test('a request of another kind is an error of who set the API up', async () => {
  await expect(answer({ httpMethod: 'POST', body: text })).rejects.toThrow(
    /set its integration's payload format to 2\.0/u,
  );
});

const folder = new URL('../../../shared/data/aws-lambda-events/', import.meta.url);
const describeRecorded = existsSync(folder) ? describe : describe.skip;
describeRecorded('recorded events of an HTTP API (skipped where shared/data/aws-lambda-events is missing)', () => {
  const recorded = (name: string) =>
    z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')));

  test.each(['apigw-http-no-auth', 'apigw-http-jwt-authorizer-auth'])(
    '%s is answered: as it is it has no events',
    async (name) => {
      const event = recorded(name);
      expect((await answer(event)).result).toMatchObject({ statusCode: 415 });
      const headers = {
        ...z.record(z.string(), z.string()).parse(event['headers']),
        'content-type': 'application/json',
      };
      expect((await answer({ ...event, headers })).result).toMatchObject({
        statusCode: 400,
        body: '{"error":"The body is not JSON."}',
      });
      const { result, stored } = await answer({ ...event, headers, body: text });
      expect(result).toMatchObject({ statusCode: 200 });
      expect(stored).toMatchObject([{ ip: '15.248.3.126', user_agent: 'HTTPie/3.2.2' }]);
    },
  );

  test('apigw-http-invalid, of a REST API, is an error', async () => {
    await expect(answer(recorded('apigw-http-invalid'))).rejects.toThrow(
      /set its integration's payload format to 2\.0/u,
    );
  });
});

test('origins are read from one text', () => {
  expect(Origins.parse('https://www.shop.example, http://localhost:8080,')).toEqual([
    'https://www.shop.example',
    'http://localhost:8080',
  ]);
  for (const wrong of ['', 'https://shop.example/', 'shop.example', '*', 'https://shop.example:443'])
    expect(() => Origins.parse(wrong)).toThrow(z.ZodError);
});
