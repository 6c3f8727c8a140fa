import type { IncomingMessage } from 'node:http';

/** Methods that change nothing: any page may have its browser ask by them, for it does not get to read the answer. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a browser says that a page of another origin sends this request, and it could change something. Browsers name the page with
 * every POST, PUT and DELETE (`Origin`, `Sec-Fetch-Site`), and no script can keep them from it; who names none is no browser.
 */
export function isForged({ method = 'GET', headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean {
  if (safe.has(method)) return false;
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  // `none`: a person's own doing, such as a bookmark. `same-site` is another port of this machine, and no friend.
  return (
    (origin !== undefined && origin !== `http://${host}`) ||
    (site !== undefined && site !== 'same-origin' && site !== 'none')
  );
}
