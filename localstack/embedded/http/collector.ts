import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyBytes } from '../../../lambdas/collect/body.ts';
import type { Collector } from '../../../lambdas/collect/collect.ts';
import { collectFromGateway } from '../../../lambdas/collect/gateway.ts';
import { visibleJson } from '../../../lambdas/shared/visible.ts';
import { readBody } from './body.ts';
import { gatewayEvent } from './gateway-event.ts';
import { isForged } from './same-origin.ts';

/** A request for anything but the collector. */
export interface PageRequest {
  readonly method: string;
  readonly url: URL;
  /** By lower-case names. */
  readonly headers: IncomingMessage['headers'];
  /** Up to 1 MiB; one byte more stands for a larger one. */
  readonly body: Buffer;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Answers what is not the collector's, such as a shop's pages; undefined for what it does not have. */
export type Pages = (request: PageRequest) => Promise<PageAnswer | undefined>;

/** Answers what is sent to `/collect`. `origins`: those of the server's own pages. */
export type Collect = (
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  origins: readonly string[],
) => Promise<PageAnswer>;

export interface CollectorServerOptions {
  readonly collect: Collect;
  readonly pages?: Pages;
  /** 0 for any that is free. */
  readonly port?: number;
  /** An address of this machine; others are not meant to reach it. */
  readonly host?: string;
  /** How long closing waits for requests that do not come to their end, and for connections that never sent one, ms. */
  readonly grace?: number;
}

export interface CollectorServer {
  /** Without a slash at its end: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Lets what is under way come to its end, for as long as `grace` at most, and closes. */
  close(): Promise<void>;
}

/** Longer than browsers and load generators keep a connection that does nothing. */
const keepAliveMs = 65_000;

const collectPath = '/collect';

const failure = (status: number, error: string): PageAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error }),
});

/** Collects in this process, by the same handler that the Lambda runs. The server's own origins are added to the shop's. */
export function collectHere(collector: Collector): Collect {
  return async (request, url, bytes, origins) => {
    const own = { ...collector, origins: [...collector.origins, ...origins] };
    const event = gatewayEvent(request, url, bytes, own.clock());
    const { statusCode: status = 500, headers = {}, body = '' } = await collectFromGateway(own, event);
    return {
      status,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body,
    };
  };
}

/**
 * The local counterpart of API Gateway: has `collect` answer requests to `/collect`, and asks `pages` for the rest. Where a tracker sends
 * from another origin, as on AWS, `collect` looks at the list of the shop's origins; what else changes something, such as the till, takes
 * it from pages of this server alone.
 * @throws Error where the port is taken
 */
export async function collectorServer({
  collect,
  pages,
  port = 0,
  host = '127.0.0.1',
  grace = 2000,
}: CollectorServerOptions): Promise<CollectorServer> {
  let origins: readonly string[] = [];
  let isClosing = false;
  let hosts: readonly string[] = [];

  async function answer(request: IncomingMessage, url: URL): Promise<PageAnswer & { readonly isCut: boolean }> {
    const { bytes, isCut } = await readBody(request, bodyBytes);
    if (url.pathname === collectPath) return { ...(await collect(request, url, bytes, origins)), isCut };
    // `collect` knows which shops' pages may send; whatever else changes something is for this server's own pages alone.
    if (isForged(request))
      return { ...failure(403, 'A page of another origin may not send this: only pages of this server may.'), isCut };
    const found = await pages?.({ method: request.method ?? 'GET', url, headers: request.headers, body: bytes });
    return {
      ...(found ?? {
        status: 404,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: `There is nothing at ${url.pathname}.\n`,
      }),
      isCut,
    };
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page elsewhere whose name was made to point here must not speak to a server of this machine.
    if (!hosts.includes(request.headers.host ?? '')) {
      response
        .writeHead(421, { connection: 'close', 'content-type': 'text/plain; charset=utf-8' })
        .end(
          `The host ${JSON.stringify(request.headers.host ?? '')} is not this server: ask for http://${hosts.join(' or http://')}.\n`,
        );
      return;
    }
    const path = request.url ?? '/';
    if (!URL.canParse(path, 'http://localhost')) {
      response
        .writeHead(400, { connection: 'close', 'content-type': 'text/plain; charset=utf-8' })
        .end('The address cannot be read.\n');
      return;
    }
    const { status, headers, body, isCut } = await answer(request, new URL(path, 'http://localhost'));
    response.writeHead(status, {
      ...headers,
      'content-length': Buffer.byteLength(body),
      ...((isCut || isClosing) && { connection: 'close' }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  const server = createServer({ keepAliveTimeout: keepAliveMs }, (request, response) => {
    respond(request, response).catch((error: unknown) => {
      // The sender went away, or a page failed: nothing was acknowledged. A request that was read to its end counts as destroyed.
      if (!request.socket.destroyed)
        console.error(
          visibleJson({
            level: 'ERROR',
            message: error instanceof Error ? error.message : String(error),
            path: request.url?.split('?', 1)[0],
          }),
        );
      if (response.headersSent) response.destroy();
      else {
        const { status, headers, body } = failure(
          500,
          'The server failed, and says why where it was started. What was sent may not be stored.',
        );
        response.writeHead(status, { ...headers, connection: 'close' }).end(body);
      }
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error(`The collector listens on ${host}, but its port is not known.`);
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
  // As browsers write them: without the port where it is 80.
  hosts = [
    ...new Set(
      [url, ...['localhost', '127.0.0.1', '[::1]'].map((name) => `http://${name}:${address.port}`)].map(
        (each) => new URL(each).host,
      ),
    ),
  ];
  origins = [url, `http://localhost:${address.port}`].map((each) => new URL(each).origin);

  return {
    url,
    async close() {
      isClosing = true;
      const closed = once(server, 'close');
      server.close();
      const cutting = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearTimeout(cutting);
    },
  };
}
