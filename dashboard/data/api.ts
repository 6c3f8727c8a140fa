import * as v from 'valibot';
import { hexOf } from './hex.ts';
import type { Ask } from './source.ts';

const answer = v.object({
  columns: v.array(v.object({ name: v.string(), type: v.string() })),
  rows: v.array(v.array(v.unknown())),
  isCut: v.boolean(),
  notes: v.array(v.string()),
  console: v.optional(v.string()),
});
const refusal = v.object({ error: v.string() });

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
    if (response.ok) return v.parse(answer, content);
    const told = v.safeParse(refusal, content);
    throw new Error(told.success ? told.output.error : `The server answers with ${response.status}.`);
  };
}
