import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * A request as API Gateway's HTTP API hands it to a Lambda (payload format 2.0); what is not plain text goes as Base64.
 */
export function gatewayEvent(request: IncomingMessage, url: URL, body: Buffer, now: number): APIGatewayProxyEventV2 {
  const { method = 'GET', httpVersion } = request;
  const isBase64Encoded = request.headers['content-encoding'] !== undefined || !isUtf8(body);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value]),
  );
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: url.hostname,
      domainPrefix: 'local',
      http: {
        method,
        path: url.pathname,
        protocol: `HTTP/${httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: '',
      routeKey: '$default',
      stage: '$default',
      time: new Date(now).toISOString(),
      timeEpoch: now,
    },
    body: isBase64Encoded ? body.toString('base64') : body.toString('utf8'),
    isBase64Encoded,
  };
}
