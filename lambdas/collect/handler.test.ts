import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { handler } from './handler.ts';

/** Asks for nothing that would reach a stream. */
async function preflight(origin: string): Promise<unknown> {
  const event: unknown = {
    version: '2.0',
    headers: { origin },
    requestContext: { http: { method: 'OPTIONS', sourceIp: '192.0.2.1' } },
    isBase64Encoded: false,
  };
  return Reflect.apply(handler, undefined, [event, {}]);
}

test('the Lambda is composed of its environment, and says what is missing there', async () => {
  await expect(preflight('https://shop.example')).rejects.toThrow(z.ZodError);
  Object.assign(process.env, { STREAM_NAME: '', SHOP_ORIGINS: 'https://shop.example', AWS_REGION: 'eu-west-1' });
  await expect(preflight('https://shop.example')).rejects.toThrow(z.ZodError);
  // Kinesis has names of one letter, too.
  process.env['STREAM_NAME'] = 'e';
  expect(await preflight('https://shop.example')).toMatchObject({
    statusCode: 204,
    headers: { 'access-control-allow-origin': 'https://shop.example' },
  });
  expect(await preflight('https://evil.example')).toMatchObject({ statusCode: 403 });
});
