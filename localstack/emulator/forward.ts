import { once } from 'node:events';
import { request as send, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Collect } from '../embedded/http/collector.ts';

/** What a page's request says that the deployed collector asks for. */
const passed = [
  'content-type',
  'origin',
  'user-agent',
  'access-control-request-method',
  'access-control-request-headers',
];

/** What an answer says of its own way alone. */
const hopByHop = new Set(['connection', 'transfer-encoding', 'content-length']);

/**
 * Has the deployed collector answer. Its host is a name that only the emulator knows, so it is asked at the emulator's
 * own address.
 */
export function collectDeployed(collectUrl: string, endpoint: string): Collect {
  const { host, pathname } = new URL(collectUrl);
  const { hostname, port } = new URL(endpoint);
  return async ({ method, headers }, _, body) => {
    const own = Object.fromEntries(passed.flatMap((name) => (name in headers ? [[name, headers[name]]] : [])));
    const sent = send({ hostname, port, path: pathname, method, headers: { ...own, host } });
    const responded: Promise<[IncomingMessage]> = once(sent, 'response').then(([response]) => [response]);
    sent.end(body);
    const [response] = await responded;
    const answered: Record<string, string> = {};
    for (const [name, value] of Object.entries(response.headers))
      if (value !== undefined && !hopByHop.has(name)) answered[name] = String(value);
    return { status: response.statusCode ?? 502, headers: answered, body: await buffer(response) };
  };
}
