import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { visibleJson } from '../../../lambdas/shared/visible.ts';
import { readBody } from './body.ts';

/** A request that was read to its end, or as far as the limit of its body. */
export interface LocalRequest {
  readonly method: string;
  readonly url: URL;
  /** By lower-case names. */
  readonly headers: IncomingMessage['headers'];
  /** Up to `bodyBytes` of the server; one byte more stands for a larger one. */
  readonly body: Buffer;
  /** Where the request came from, as the socket tells it. */
  readonly request: IncomingMessage;
  /** Given when the client has gone away before it has its answer, or the server closes. */
  readonly signal: AbortSignal;
}

export interface LocalAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A stream is sent as it comes, and destroyed where the client goes away. */
  readonly body: string | Uint8Array | Readable;
}

export interface LocalServerOptions {
  readonly answer: (request: LocalRequest, origins: readonly string[]) => Promise<LocalAnswer>;
  /** The largest body that is read. */
  readonly bodyBytes: number;
  /** 0 for any that is free. */
  readonly port?: number;
  /** An address of this machine; others are not meant to reach it. */
  readonly host?: string;
  /** How long closing waits for requests that do not come to their end, and for connections that never sent one, ms. */
  readonly grace?: number;
}

export interface LocalServer {
  /** Without a slash at its end: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Lets what is under way come to its end, for as long as `grace` at most, and closes. */
  close(): Promise<void>;
}

/** Longer than browsers and load generators keep a connection that does nothing. */
const keepAliveMs = 65_000;
/** Who takes longer to send a request, or takes nothing of an answer for so long, is not waited for. */
const [requestMs, idleMs] = [30_000, 150_000] as const;
/** More than the tabs of a few browsers hold open. */
const connections = 512;

export const jsonAnswer = (body: object, status = 200): LocalAnswer => ({
  status,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  },
  body: visibleJson(body),
});

export const textAnswer = (status: number, text: string): LocalAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
  body: `${text}\n`,
});

/**
 * A server for programs and browsers of this machine. It answers only to its own names: a page elsewhere whose name was
 * made to point here (DNS rebinding) must not speak to it.
 * @throws Error where the port is taken
 */
export async function localServer({
  answer,
  bodyBytes,
  port = 0,
  host = '127.0.0.1',
  grace = 2000,
}: LocalServerOptions): Promise<LocalServer> {
  let hosts: readonly string[] = [];
  let origins: readonly string[] = [];
  let isClosing = false;
  const underWay = new Set<AbortController>();

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const named = request.headers.host ?? '';
    if (!hosts.includes(named)) {
      const { status, headers, body } = textAnswer(
        421,
        `The host ${JSON.stringify(named)} is not this server: ask for http://${hosts.join(' or http://')}.`,
      );
      response.writeHead(status, { ...headers, connection: 'close' }).end(body);
      return;
    }
    const path = request.url ?? '/';
    if (!URL.canParse(path, 'http://localhost')) {
      const { status, headers, body } = textAnswer(400, 'The address cannot be read.');
      response.writeHead(status, { ...headers, connection: 'close' }).end(body);
      return;
    }
    const { bytes, isCut } = await readBody(request, bodyBytes);
    const ending = new AbortController();
    underWay.add(ending);
    if (isClosing) ending.abort();
    response.once('close', () => {
      underWay.delete(ending);
      ending.abort();
    });
    const { method = 'GET', headers } = request;
    const answered = await answer(
      {
        method,
        url: new URL(path, 'http://localhost'),
        headers,
        body: bytes,
        request,
        signal: ending.signal,
      },
      origins,
    );
    const { body } = answered;
    const isStream = body instanceof Readable;
    response.writeHead(answered.status, {
      ...answered.headers,
      ...(!isStream && { 'content-length': Buffer.byteLength(body) }),
      ...((isCut || isClosing) && { connection: 'close' }),
    });
    if (!isStream) response.end(method === 'HEAD' ? undefined : body);
    else if (method === 'HEAD') response.end(() => body.destroy());
    else await pipeline(body, response);
  }

  const server = createServer({ keepAliveTimeout: keepAliveMs, requestTimeout: requestMs }, (request, response) => {
    respond(request, response).catch((error: unknown) => {
      // The sender went away, or a page failed: nothing was acknowledged. A request that was read to its end counts as
      // destroyed.
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
        const { status, headers, body } = jsonAnswer(
          { error: 'The server failed, and says why where it was started. What was sent may not be stored.' },
          500,
        );
        response.writeHead(status, { ...headers, connection: 'close' }).end(body);
      }
    });
  });
  server.setTimeout(idleMs);
  server.maxConnections = connections;
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error(`The server listens on ${host}, but its port is not known.`);
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
      for (const ending of underWay) ending.abort();
      const closed = once(server, 'close');
      server.close();
      const cutting = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearTimeout(cutting);
    },
  };
}
