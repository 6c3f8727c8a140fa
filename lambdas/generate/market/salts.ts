/**
 * What each draw from a person's key is for. A visit's draws add `16 * number` to these, so none is used twice;
 * `visitDays` takes salt 1.
 */
export const salt = {
  halo: 0,
  arrival: 2,
  buys: 3,
  session: 4,
  order: 5,
  late: 6,
  start: 7,
  seen: 8,
  device: 9,
  extras: 10,
  link: 11,
  way: 12,
  paid: 13,
  tag: 14,
  anyway: 15,
} as const;

/** Draws that a person makes once, out of the way of the visits'. */
export const personSalts = {
  susceptibility: 100_001,
  devices: 100_002,
  consent: 100_003,
  country: 100_004,
  tongue: 100_005,
  contact: 100_006,
  home: 100_007,
  taste: 100_008,
  guest: 100_009,
  former: 100_010,
  checkout: 100_011,
  login: 100_012,
  choice: 100_013,
  department: 100_014,
  /** And the holdout's number: whether the platform draws them for the group without ads. */
  holdout: 101_000,
  /** And the visit's number: each click has a keyword of its own. */
  keyword: 100_100,
} as const;

export function visitSalt(purpose: (typeof salt)[keyof typeof salt], visit: number): number {
  return visit * 16 + purpose;
}
