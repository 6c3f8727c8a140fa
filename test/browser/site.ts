/**
 * The dashboard as its servers send it: what is built, what is published, and the policy that the page must live with.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { contentTypeOf } from '../../lambdas/shared/content-types.ts';
import { contentSecurityPolicy } from '../../dashboard/policy.ts';

export interface Site {
  readonly url: string;
  /** Answers with something else under a path, or with no file at all; undefined as it is. */
  replace(path: string, by: Buffer | null | undefined): void;
  close(): Promise<void>;
}

/**
 * @param built the folder of `buildDashboard`
 * @param data the folder `site/data` of a lake
 * @param options.compresses sends texts as gzip, as CloudFront does
 */
export async function serveSite(
  built: string,
  data: string,
  { compresses = false }: { readonly compresses?: boolean } = {},
): Promise<Site> {
  const replaced = new Map<string, Buffer | null>();
  const fileOf = (path: string) =>
    path.startsWith('/data/')
      ? join(data, path.slice('/data/'.length))
      : join(built, path === '/' ? 'index.html' : path);
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.setHeader('content-security-policy', contentSecurityPolicy);
    const instead = replaced.get(path);
    const content = instead === undefined ? readFile(fileOf(path)) : Promise.resolve(instead);
    content.then(
      (bytes) => {
        if (bytes === null) return response.writeHead(404).end();
        const type = contentTypeOf(path === '/' ? 'index.html' : path);
        response.setHeader('content-type', type);
        if (!compresses || !/text|javascript|json/.test(type)) return response.end(bytes);
        return response.setHeader('content-encoding', 'gzip').end(gzipSync(bytes));
      },
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    replace(path, by) {
      if (by === undefined) replaced.delete(path);
      else replaced.set(path, by);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
