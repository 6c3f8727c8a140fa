import type { IncomingMessage } from 'node:http';

/** Methods that change nothing: any page may have its browser ask by them, for it does not get to read the answer. */
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What a page hears that may not send. */
export const forgedInWords = 'A page of another origin may not send this: only pages of this server may.';

/**
 * Whether a browser says that a page of another origin sends this request, and it could change something. Browsers name
 * the page with every POST, PUT and DELETE (`Origin`, `Sec-Fetch-Site`), and no script can keep them from it; who names
 * none is no browser.
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

/**
 * Whether a browser says that a page of another origin asks, by whatever method: for what only this server's own pages
 * may read. Another page could not read the answer, but it could have it computed, and keep streams open. A person who
 * follows a link may come from anywhere.
 */
export const isForeign = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  isForged({ method: 'POST', headers });
