import { createHash, timingSafeEqual } from 'node:crypto';
import { Readable } from 'node:stream';
import { createMcpHandler, type McpServer } from '@modelcontextprotocol/server';
import {
  jsonAnswer,
  type LocalAnswer,
  type LocalRequest,
  type LocalServer,
  localServer,
} from '../http/local-server.ts';
import { isForeign } from '../http/same-origin.ts';

export interface McpHttpOptions {
  /** Makes the server of one request. */
  readonly server: () => McpServer;
  /** Whoever asks must have it. */
  readonly token: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly onProblem: (error: unknown) => void;
}

const mcpPath = '/mcp';
/** A statement of the largest size that the gate reads, and what the protocol puts around it. */
const mcpBytes = 1_048_576;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** A refusal as the protocol has it. */
const refusal = (status: number, message: string, headers: Readonly<Record<string, string>> = {}): LocalAnswer => {
  const answer = jsonAnswer({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }, status);
  return { ...answer, headers: { ...answer.headers, ...headers } };
};

/** The same request as a web-standard one. */
function webRequest({ method, url, headers, body, signal }: LocalRequest): Request {
  const given = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) given.set(name, Array.isArray(value) ? value.join(', ') : value);
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(url, { method, headers: given, signal, ...(hasBody && { body: new Uint8Array(body) }) });
}

function localAnswer({ status, headers, body }: Response): LocalAnswer {
  return {
    status,
    headers: { ...Object.fromEntries(headers), 'x-content-type-options': 'nosniff' },
    body: body === null ? '' : Readable.fromWeb(body),
  };
}

/**
 * Serves MCP (streamable HTTP, without sessions) at `/mcp` of a port of this machine, to programs that have the token.
 * A browser's page has no business here: one of another origin is refused even if it had the token.
 * @throws Error where the port is taken
 */
export async function serveMcp({ server, token, port, onProblem }: McpHttpOptions): Promise<LocalServer> {
  const handler = createMcpHandler(server, { maxRequestBodySize: mcpBytes, onerror: onProblem });
  const expected = digest(`Bearer ${token}`);
  const answer = async (request: LocalRequest): Promise<LocalAnswer> => {
    if (request.url.pathname !== mcpPath) return refusal(404, `There is nothing at this address: ask ${mcpPath}.`);
    if (isForeign(request)) return refusal(403, 'A page of another origin may not ask.');
    if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected))
      return refusal(401, 'Send the token that was told at the start: "Authorization: Bearer …".', {
        'www-authenticate': 'Bearer realm="sillage"',
      });
    if (request.body.length > mcpBytes) return refusal(413, `A request has at most ${mcpBytes} bytes.`);
    return localAnswer(await handler.fetch(webRequest(request)));
  };
  const served = await localServer({ answer, bodyBytes: mcpBytes, port });
  return {
    url: `${served.url}${mcpPath}`,
    async close() {
      await handler.close();
      await served.close();
    },
  };
}
