import * as z from 'zod/mini';
import { hexOf } from './hex.ts';
import type { Ask } from './source.ts';

const answer = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())),
  isCut: z.boolean(),
  notes: z.array(z.string()),
  console: z.optional(z.string()),
});
const refusal = z.object({ error: z.string() });

const sha256 = async (text: string): Promise<string> =>
  hexOf(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

/**
 * The lake over HTTP: `POST query` with `{ "sql": … }` answers `{ columns, rows, isCut, notes }`, or `{ error }` with a status
 * from 400 on.
 * @param api the address of the API, which ends with a slash
 */
export function askOverHttp(api: URL): Ask {
  return async (sql, signal) => {
    const body = JSON.stringify({ sql });
    const response = await fetch(new URL('query', api), {
      method: 'POST',
      // CloudFront signs its request to a Lambda without reading the body: who sends it says what it is.
      headers: { 'content-type': 'application/json', 'x-amz-content-sha256': await sha256(body) },
      body,
      signal,
    });
    const content: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer.parse(content);
    const told = refusal.safeParse(content);
    throw new Error(told.success ? told.data.error : `The server answers with ${response.status}.`);
  };
}
