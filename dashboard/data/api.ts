import * as z from 'zod/mini';
import type { Ask } from './source.ts';

const answer = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
  rows: z.array(z.array(z.unknown())),
  isCut: z.boolean(),
});
const refusal = z.object({ error: z.string() });

/**
 * The lake over HTTP: `POST query` with `{ "sql": … }` answers `{ columns, rows, isCut }`, or `{ error }` with a status from 400 on.
 * @param api the address of the API, which ends with a slash
 */
export function askOverHttp(api: URL): Ask {
  return async (sql, signal) => {
    const response = await fetch(new URL('query', api), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sql }),
      signal,
    });
    const content: unknown = await response.json().catch(() => undefined);
    if (response.ok) return answer.parse(content);
    const told = refusal.safeParse(content);
    throw new Error(told.success ? told.data.error : `The server answers with ${response.status}.`);
  };
}
