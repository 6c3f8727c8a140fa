/** The dirt of real life in web events: one table of rates, and what each kind does to a line. */
import type { Dice } from '../market/dice.ts';

/** Lines that no reader can take for an event. */
export const spoilt = ['truncated_json', 'wrong_type', 'missing_field', 'malformed_field', 'unknown_event'] as const;
export type Spoilt = (typeof spoilt)[number];

/**
 * Everything counted in `truth/dirt`: the spoilt lines, what is well-formed and still misleads, and UTM values soiled
 * (per session).
 */
export const dirtKinds = [...spoilt, 'duplicate', 'late', 'clock_skew', 'bot', 'utm_case', 'utm_typo'] as const;
export type Dirt = (typeof dirtKinds)[number];

export type DirtCounts = Record<Dirt, number>;

export function noDirt(): DirtCounts {
  return {
    truncated_json: 0,
    wrong_type: 0,
    missing_field: 0,
    malformed_field: 0,
    unknown_event: 0,
    duplicate: 0,
    late: 0,
    clock_skew: 0,
    bot: 0,
    utm_case: 0,
    utm_typo: 0,
  };
}

/**
 * Share of events at dirt 1; clock skew by session. Late events are decided in `people/scan.ts`, UTM values in
 * `web/landing.ts`.
 */
export const rates = {
  truncated_json: 0.001,
  wrong_type: 0.001,
  missing_field: 0.0015,
  malformed_field: 0.001,
  unknown_event: 0.0005,
  duplicate: 0.01,
  clock_skew: 0.004,
  bot: 0.02,
} as const;

const spoiltShare = spoilt.reduce((sum, kind) => sum + rates[kind], 0);
const dirtyShare = spoiltShare + rates.duplicate;

/** The kind of dirt of an event, from one draw in [0, 1) already divided by the world's dirt. */
export function fateOf(unit: number): Spoilt | 'duplicate' | undefined {
  if (unit >= dirtyShare) return undefined;
  let upTo = 0;
  for (const kind of spoilt) {
    upTo += rates[kind];
    if (unit < upTo) return kind;
  }
  return 'duplicate';
}

export interface SpoiltLine {
  readonly line: string;
  /** False when the event's time can no longer be read: it then belongs to the day on which it was received. */
  readonly timed: boolean;
}

const firstField = /^\{"event_id":"[^"]*",/;
const name = /"event_name":"[^"]*"/;
const timePattern = /"event_time":"([^"]*)"/;
const page = /"page":\{"url":("(?:[^"\\]|\\.)*"),"referrer":[^}]*\}/;
const consent = /"consent":\{[^}]*\}/;

const spoilers: Readonly<Record<Spoilt, (line: string, dice: Dice) => SpoiltLine>> = {
  truncated_json: (line, dice) => ({
    line: line.slice(0, Math.floor(line.length * dice.between(0.1, 0.95))),
    timed: false,
  }),
  wrong_type: (line, dice) => {
    const kind = dice.int(3);
    if (kind === 0)
      return { line: line.replace(timePattern, (_, time: string) => `"event_time":${Date.parse(time)}`), timed: false };
    return {
      line: kind === 1 ? line.replace(page, '"page":$1') : line.replace(consent, '"consent":"granted"'),
      timed: true,
    };
  },
  missing_field: (line, dice) => {
    const kind = dice.int(3);
    if (kind === 0) return { line: line.replace(/"event_time":"[^"]*",/, ''), timed: false };
    return {
      line: kind === 1 ? line.replace(firstField, '{') : line.replace(/"event_name":"[^"]*",/, ''),
      timed: true,
    };
  },
  malformed_field: (line, dice) => {
    const kind = dice.int(3);
    if (kind === 0) return { line: line.replace(timePattern, '"event_time":"NaN-aN-aNTaN:aN:aN"'), timed: false };
    return {
      line: kind === 1 ? line.replace(firstField, '{"event_id":"undefined",') : line.replace(name, '"event_name":""'),
      timed: true,
    };
  },
  unknown_event: (line, dice) => ({
    line: line.replace(name, `"event_name":"${dice.pick(['purchse', 'scroll_depth', 'PageView', 'wishlist_add'])}"`),
    timed: true,
  }),
};

/** A well-formed line, spoilt. */
export function spoil(line: string, kind: Spoilt, dice: Dice): SpoiltLine {
  return spoilers[kind](line, dice);
}
