/** API Gateway's HTTP API (payload format 2.0) on one side, `collect` on the other. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { collect } from './collect.ts';
import type { Collector } from './collect.ts';

const GatewayEvent = z.object({
  version: z.literal('2.0'),
  headers: z.record(z.string(), z.string().optional()).default({}),
  requestContext: z.object({
    http: z.object({ method: z.string(), sourceIp: z.string().optional(), userAgent: z.string().optional() }),
  }),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});

/**
 * Answers one request of an HTTP API.
 * @throws TypeError where the event is not one: the API is set up wrongly, and the sender is told to come back (500)
 */
export async function collectFromGateway(
  collector: Collector,
  event: unknown,
): Promise<APIGatewayProxyStructuredResultV2> {
  const parsed = GatewayEvent.safeParse(event);
  if (!parsed.success) {
    throw new TypeError(
      `This is no request of an API Gateway HTTP API: set its integration's payload format to 2.0. ${z.prettifyError(parsed.error)}`,
    );
  }
  const {
    headers,
    requestContext: { http },
    body,
    isBase64Encoded,
  } = parsed.data;
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const response = await collect(collector, {
    method: http.method.toUpperCase(),
    headers: { ...named, 'user-agent': http.userAgent ?? named['user-agent'] },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    ip: http.sourceIp,
  });
  return { statusCode: response.status, headers: { ...response.headers }, body: response.body };
}
