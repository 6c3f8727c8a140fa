import bowser from 'bowser';
import { isbot } from 'isbot';

/** What a user agent says of itself. */
export interface UserAgent {
  readonly device: 'mobile' | 'tablet' | 'desktop' | 'other';
  readonly browser: string | null;
  readonly os: string | null;
  readonly is_bot: boolean;
}

const devices: Readonly<Record<string, UserAgent['device']>> = {
  mobile: 'mobile',
  tablet: 'tablet',
  desktop: 'desktop',
};

/**
 * Of a browser that it does not know, bowser gives as a name whatever the text begins with: that may be anything, a
 * person's too.
 */
const knownBrowsers: ReadonlySet<string | undefined> = new Set([
  ...Object.values(bowser.BROWSER_MAP),
  'Mozilla',
  'Opera Touch',
  'PlayStation 4',
  'SlimerJS',
]);

/** A user agent without its versions and models, as `coarseUserAgent` writes it. */
const coarse =
  /^Sillage-coarse\/1 \(device=(mobile|tablet|desktop|other); browser=([\w -]*); os=([\w -]*); bot=(yes|no)\)$/;

/** Reads one user agent; a missing one is an unknown device, and no robot. */
export function readUserAgent(text: string | null): UserAgent {
  if (text === null || text === '') return { device: 'other', browser: null, os: null, is_bot: false };
  const [, kind, name = '', system = '', bot] = coarse.exec(text) ?? [];
  if (kind !== undefined)
    return {
      device: devices[kind] ?? 'other',
      browser: name === '' ? null : name,
      os: system === '' ? null : system,
      is_bot: bot === 'yes',
    };
  const { browser, os, platform } = bowser.parse(text);
  return {
    device: devices[platform.type ?? ''] ?? 'other',
    browser: knownBrowsers.has(browser.name) ? (browser.name ?? null) : null,
    os: os.name ?? null,
    is_bot: isbot(text),
  };
}

const written = ({ device, browser, os, is_bot }: UserAgent) =>
  `Sillage-coarse/1 (device=${device}; browser=${browser ?? ''}; os=${os ?? ''}; bot=${is_bot ? 'yes' : 'no'})`;

/**
 * The user agent with nothing in it but what `readUserAgent` says, which is the same of both: it tells no browser from
 * the next.
 */
export const coarseUserAgent = (text: string | null): string | null =>
  text === null || text === '' ? null : written(readUserAgent(text));

/** What other tools call browsers and systems otherwise than `readUserAgent` does. */
const otherNames: ReadonlyMap<string, string> = new Map([
  ['Samsung Browser', 'Samsung Internet for Android'],
  ['Mac', 'macOS'],
  ['Mac OS X', 'macOS'],
  ['GNU/Linux', 'Linux'],
]);
const knownSystems: ReadonlySet<string> = new Set(Object.values(bowser.OS_MAP));
const common = (name: string | null | undefined) => {
  const plain = (name ?? '').replaceAll(/^Mobile | Mobile\b| iOS$/g, '');
  return otherNames.get(plain) ?? plain;
};

/**
 * A user agent of what a tool of web analysis tells of a browser, whose own words it does not keep; undefined where it
 * tells no kind of device.
 */
export function toldUserAgent(
  kind: string | null | undefined,
  browser?: string | null,
  os?: string | null,
): string | undefined {
  const device = /^(?:smartphone|phablet|feature[ _]phone|mobile)$/i.test(kind ?? '')
    ? 'mobile'
    : devices[(kind ?? '').toLowerCase()];
  if (device === undefined) return undefined;
  const [name, system] = [common(browser), common(os)];
  return written({
    device,
    browser: knownBrowsers.has(name) ? name : null,
    os: knownSystems.has(system) ? system : null,
    is_bot: false,
  });
}
