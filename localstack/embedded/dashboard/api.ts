import { LakeUnavailable } from '../../../lambdas/shared/ports/lake.ts';
import { askedIn, refusalOf } from '../../../lambdas/ask/asked.ts';
import { jsonAnswer, type LocalAnswer, type LocalRequest } from '../http/local-server.ts';
import { forgedInWords, isForeign } from '../http/same-origin.ts';
import { type LakeReader, TooBusy } from '../reader/reader.ts';
import type { LiveFeed } from './live-feed.ts';

export interface ApiOptions {
  readonly reader: LakeReader;
  /** What happens in the lake; undefined where nothing is taken live. */
  readonly feed?: LiveFeed;
}

/** What one query of a page may take: a person waits for it, and no page shows more rows. */
const limits = { timeoutMs: 30_000, maxRows: 10_000 } as const;
const refused = (status: number, error: string, more: object = {}): LocalAnswer =>
  jsonAnswer({ error, ...more }, status);

/** What went wrong with a question, in the words of the gate and with the place where it says one. */
function failure(error: unknown): LocalAnswer {
  if (error instanceof TooBusy) {
    const answer = refused(429, error.message);
    return { ...answer, headers: { ...answer.headers, 'retry-after': '1' } };
  }
  if (error instanceof LakeUnavailable) return refused(503, error.message);
  const { status, ...told } = refusalOf(error, '"sillage query" takes --timeout and --memory.');
  return jsonAnswer(told, status);
}

async function query({ body, headers, signal }: LocalRequest, { reader }: ApiOptions): Promise<LocalAnswer> {
  const asked = askedIn(headers['content-type'], body);
  if ('error' in asked) return refused(asked.status, asked.error);
  return jsonAnswer(await reader.query(asked.sql, { ...limits, signal }));
}

const only = (method: string): LocalAnswer => {
  const answer = refused(405, `This address is asked by ${method}.`);
  return { ...answer, headers: { ...answer.headers, allow: method } };
};

/**
 * Answers below `/api/`: `POST query`, `GET tables`, `GET pipeline`, `GET live`. Only pages of this server are
 * answered, and programs of this machine; there is no CORS.
 */
export async function answerApi(name: string, request: LocalRequest, options: ApiOptions): Promise<LocalAnswer> {
  const { method, signal } = request;
  if (isForeign(request)) return refused(403, forgedInWords);
  try {
    switch (name) {
      case 'query':
        return method === 'POST' ? await query(request, options) : only('POST');
      case 'tables':
        return method === 'GET' ? jsonAnswer({ tables: await options.reader.tables() }) : only('GET');
      case 'pipeline':
        return method === 'GET' ? jsonAnswer(await options.reader.pipeline(signal)) : only('GET');
      case 'live':
        if (method !== 'GET') return only('GET');
        // By this status a browser knows that it need not try again.
        return options.feed?.follow(signal) ?? { status: 204, headers: { 'cache-control': 'no-store' }, body: '' };
      default:
        return refused(404, `The API has no ${JSON.stringify(name)}.`);
    }
  } catch (error) {
    // Nobody is there any more to read this.
    if (signal.aborted) return refused(499, 'The client has gone away.');
    return failure(error);
  }
}
