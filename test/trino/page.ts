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

/**
 * The numbers that a page tells in a sentence, each in a comment's place: `<!-- name.key -->1,234`. With UPDATE_DOCS
 * set, the page is written first.
 */
export function countedIn(
  path: string,
  name: string,
  counts: Readonly<Record<string, number>>,
): { readonly told: Readonly<Record<string, string>>; readonly counted: Readonly<Record<string, string>> } {
  const url = new URL(path, home);
  const counted = Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, n.toLocaleString('en')]));
  const place = (key: string): RegExp => new RegExp(String.raw`(<!-- ${name}\.${key} -->)([\d,]*)`);
  let page = readFileSync(url, 'utf8');
  if (process.env['UPDATE_DOCS'] !== undefined) {
    for (const [key, n] of Object.entries(counted)) page = page.replace(place(key), `$1${n}`);
    writeFileSync(url, page);
  }
  const told = Object.fromEntries(Object.keys(counted).map((key) => [key, place(key).exec(page)?.[2] ?? '']));
  return { told, counted };
}
