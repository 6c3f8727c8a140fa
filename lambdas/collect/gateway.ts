/** API Gateway's HTTP API (payload format 2.0) on one side, `collect` on the other. */
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { collect } from './collect.ts';
import type { CollectRequest, CollectResponse, Collector } from './collect.ts';

const GatewayEvent = z.object({
  version: z.literal('2.0'),
  rawPath: z.string().default(''),
  headers: z.record(z.string(), z.string().optional()).default({}),
  requestContext: z.object({
    http: z.object({ method: z.string(), sourceIp: z.string().optional(), userAgent: z.string().optional() }),
  }),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().default(false),
});

/** A request of an HTTP API, and its path without the query. */
export type GatewayRequest = CollectRequest & { readonly path: string };

/**
 * Reads one request of an HTTP API; the body is byte for byte what was sent.
 * @throws TypeError where the event is not one: the API is set up wrongly, and the sender is told to come back (500)
 */
export function requestOf(event: unknown): GatewayRequest {
  const parsed = GatewayEvent.safeParse(event);
  if (!parsed.success) {
    throw new TypeError(
      `This is no request of an API Gateway HTTP API: set its integration's payload format to 2.0. ${z.prettifyError(parsed.error)}`,
    );
  }
  const {
    rawPath,
    headers,
    requestContext: { http },
    body,
    isBase64Encoded,
  } = parsed.data;
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    path: rawPath,
    method: http.method.toUpperCase(),
    headers: { ...named, 'user-agent': http.userAgent ?? named['user-agent'] },
    body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
    ip: http.sourceIp,
  };
}

/** An answer as an HTTP API takes it. */
export function responseOf({ status, headers, body }: CollectResponse): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...headers }, body };
}

/** Answers one request of an HTTP API. @throws TypeError @see requestOf */
export async function collectFromGateway(
  collector: Collector,
  event: unknown,
): Promise<APIGatewayProxyStructuredResultV2> {
  return responseOf(await collect(collector, requestOf(event)));
}
