/** The addresses of events' pages, and what another tool noted beside them. */

/** Parameters of a link, by their names; what is missing or empty was not noted. */
export type Noted = Readonly<Record<string, string | null | undefined>>;

/** Whether an address names a campaign itself. */
export const namesCampaign = (url: string): boolean => /[?#&;]utm_/i.test(url);
const hasParameter = (url: string, name: string) => new RegExp(`[?#&;]${name}=`, 'i').test(url);

/** A page's address with what was noted beside it: a campaign where it names none, and click ids that it lacks. */
export function withNoted(url: string, noted: Noted): string {
  const isNamed = namesCampaign(url);
  const added = Object.entries(noted).flatMap(([name, value]): [string, string][] =>
    !value || (name.startsWith('utm_') ? isNamed : hasParameter(url, name)) ? [] : [[name, value]],
  );
  if (added.length === 0) return url;
  const end = url.includes('#') ? url.indexOf('#') : url.length;
  const address = url.slice(0, end);
  // The rest of the address stays as it was written: to parse it and write it anew would change its escapes.
  return `${address}${address.includes('?') ? '&' : '?'}${new URLSearchParams(added).toString()}${url.slice(end)}`;
}

/** What an address itself tells of where a visit came from: a campaign, and click ids. */
export function toldIn(url: string): Noted {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1).split('#')[0] : '';
  return Object.fromEntries(
    [...new URLSearchParams(query)].filter(([name]) => /^utm_|clid$|^(?:gad_|[gw]braid$)/i.test(name)),
  );
}

/** Whether an address has one of these parameters. */
export const hasOneOf = (url: string, names: readonly string[]): boolean =>
  names.some((name) => hasParameter(url, name));

/** The host of an address; empty where it has none. The transform reads it in the same way. */
export function hostOf(url: string): string {
  if (!url.includes('://') || url.startsWith('/')) return '';
  const authority = url.split('/')[2] ?? '';
  return authority.split(/[?#]/)[0]?.split('@').at(-1)?.split(':')[0] ?? '';
}

/** Whether an address is one of a page. */
export const hasHost = (url: string): boolean => hostOf(url) !== '';
