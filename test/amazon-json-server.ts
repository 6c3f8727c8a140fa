import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** A status, and a body of JSON. */
export type JsonAnswer = readonly [status: number, body: object];

/** A server on this machine that speaks the JSON protocol of Amazon's services. */
export interface AmazonJsonServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one: `answer` is told the operation, without its service, and the body as it was sent. */
export async function amazonJsonServer(
  answer: (operation: string, body: string) => JsonAnswer,
): Promise<AmazonJsonServer> {
  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const [status, body] = answer(operation, await text(incoming));
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
    outgoing.end(JSON.stringify(body));
  }
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
