/** The part of a page that the suite writes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { home } from '../../lambdas/shared/home.ts';

const start = '<!-- What follows is made by `UPDATE_DOCS=1 npm run test:trino`. -->';
const end = '<!-- So far. -->';

function cut(page: string, path: string): { readonly before: string; readonly made: string; readonly after: string } {
  const [from, to] = [page.indexOf(start), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path} has no part between ${start} and ${end}.`);
  return {
    before: page.slice(0, from + start.length),
    made: page.slice(from + start.length, to).trim(),
    after: page.slice(to),
  };
}

/**
 * The part of a page that is made, and what it would be if made from itself anew; with UPDATE_DOCS set, the page is
 * written first.
 */
export function madePart(
  path: string,
  make: (made: string) => string,
): { readonly made: string; readonly anew: string } {
  const url = new URL(path, home);
  const { before, made, after } = cut(readFileSync(url, 'utf8'), path);
  const anew = make(made);
  if (process.env['UPDATE_DOCS'] === undefined) return { made, anew };
  writeFileSync(url, `${before}\n\n${anew}\n\n${after}`);
  return { made: anew, anew };
}
