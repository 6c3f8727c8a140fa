import { readFileSync } from 'node:fs';
import { home } from '../home.ts';

type Spellings = ReadonlyMap<string, string>;

/**
 * Each spelling of a source in traffic-sources.csv with the source's canonical name; `*.` before a domain stands for
 * what is under it.
 */
function readSpellings(): Spellings {
  const rows = readFileSync(new URL('lambdas/transform/traffic-sources.csv', home), 'utf8').trim().split('\n').slice(1);
  return new Map(
    rows.flatMap((row) => {
      const [canonical = '', category = '', names = '', hosts = ''] = row.split(',');
      const domains = hosts.split('|').filter((host) => host !== '');
      const isNetwork = category !== 'search' && category !== 'ai';
      const under = isNetwork ? domains.filter((host) => !host.startsWith('*.')).map((host) => `*.${host}`) : [];
      const pages = domains.filter((host) => !host.includes('*')).map((host) => `www.${host}`);
      return [canonical, ...names.split('|'), ...domains, ...pages, ...under].map((one): [string, string] => [
        one,
        canonical,
      ]);
    }),
  );
}

let known: Spellings | undefined;

/**
 * The source that a `utm_source` means, as the tables name it: `fb`, `Facebook_Ads` and `m.facebook.com` are facebook.
 * The rule is `with_listing` of traffic.sql, for the few names that a person writes into shop.json: its test compares
 * the two.
 */
export function trafficSource(text: string): string {
  known ??= readSpellings();
  const name = text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim().toLowerCase();
  const spellings = [name];
  if (name.includes('.')) {
    const host = name.replace(/^(?:https?:\/\/)?([^/?#:]+?)\.?(?:[/?#:].*)?$/u, '$1');
    const plain = host.replace(
      /^(?:(?:www[0-9]?|m|mobile|touch|old|new|amp|l|lm|out|away|web|wap|lite|[a-z]{2}(?:-[a-z]{2})?)\.)+([^.]+\.[^.])/u,
      '$1',
    );
    const anyCountry = plain.replace(/\.(?:com|net|org|[a-z]{2}|(?:com?|org|net|ne|or)\.[a-z]{2})$/u, '.*');
    const labels = host.split('.');
    spellings.push(host, plain, anyCountry, ...[1, 2, 3].map((n) => `*.${labels.slice(n).join('.')}`));
  } else spellings.push(name.replace(/[ _-]?ads?$/u, ''));
  for (const spelling of spellings) {
    const canonical = known.get(spelling);
    if (spelling !== '' && canonical !== undefined) return canonical;
  }
  return name;
}
