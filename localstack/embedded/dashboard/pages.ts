import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import { type LocalAnswer, type LocalRequest, textAnswer } from '../http/local-server.ts';
import { compressed } from '../http/compressed.ts';
import { answerApi, type ApiOptions } from './api.ts';
import { builtFiles } from './built-files.ts';
import { publishedFile } from './published-files.ts';
import { securityHeaders } from './security-headers.ts';

export interface DashboardOptions extends ApiOptions {
  readonly lake: Lake;
  /** The folder of a build. */
  readonly built: string;
}

/** Where the dashboard is on a server of this machine, and where it asks the lake itself. */
const [pagesPath, dataPath, apiPath] = ['/dashboard/', '/dashboard/data/', '/api/'] as const;

/** Answers what is the dashboard's; undefined for any other address. */
export async function dashboardPages({
  lake,
  built,
  ...api
}: DashboardOptions): Promise<(request: LocalRequest) => Promise<LocalAnswer | undefined>> {
  const files = await builtFiles(built);

  async function found(request: LocalRequest): Promise<LocalAnswer | undefined> {
    const { method, url } = request;
    const { pathname, search } = url;
    if (pathname.startsWith(apiPath)) return answerApi(pathname.slice(apiPath.length), request, api);
    if (pathname === pagesPath.slice(0, -1))
      return { status: 302, headers: { location: `${pagesPath}${search}` }, body: '' };
    if (!pathname.startsWith(pagesPath)) return undefined;
    if (method !== 'GET' && method !== 'HEAD') return textAnswer(405, 'This address is asked by GET.');
    if (pathname.startsWith(dataPath)) return publishedFile(lake, pathname.slice(dataPath.length), apiPath);
    const name = pathname.slice(pagesPath.length);
    return files.get(name === '' ? 'index.html' : name) ?? textAnswer(404, 'The dashboard has no such file.');
  }

  return async (request) => {
    const answer = await found(request);
    if (answer === undefined) return undefined;
    // An answer of the API may be large, is small work for this machine's own wires, and would keep others waiting.
    const sent = request.url.pathname.startsWith(apiPath) ? answer : compressed(request, answer);
    return { ...sent, headers: { ...sent.headers, ...securityHeaders } };
  };
}
