import bowser from 'bowser';
import { isbot } from 'isbot';

/** What a user agent says of itself. */
export interface UserAgent {
  readonly device: 'mobile' | 'tablet' | 'desktop' | 'other';
  readonly browser: string | null;
  readonly os: string | null;
  readonly is_bot: boolean;
}

const devices: Readonly<Record<string, UserAgent['device']>> = { mobile: 'mobile', tablet: 'tablet', desktop: 'desktop' };

/** Reads one user agent; a missing one is an unknown device, and no robot. */
export function readUserAgent(text: string | null): UserAgent {
  if (text === null || text === '') return { device: 'other', browser: null, os: null, is_bot: false };
  const { browser, os, platform } = bowser.parse(text);
  return {
    device: devices[platform.type ?? ''] ?? 'other',
    browser: browser.name === undefined || browser.name === '' ? null : browser.name,
    os: os.name ?? null,
    is_bot: isbot(text),
  };
}
