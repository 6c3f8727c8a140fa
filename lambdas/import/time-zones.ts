/** By offset as it is written, one moment that has it: `{"+01:00": "2025-03-10T10:00:00+01:00"}`. */
export type Offsets = Readonly<Record<string, string>>;

const written = /(?<offset>Z|[+-]\d{2}:\d{2})$/;

/** Keeps the offsets of moments, each with the first that has it. */
export class OffsetsSeen {
  readonly #found = new Map<string, string>();

  add(moment: string): void {
    const offset = written.exec(moment)?.groups?.['offset'];
    if (offset !== undefined && !this.#found.has(offset)) this.#found.set(offset, moment);
  }

  get all(): Offsets {
    return Object.fromEntries(this.#found);
  }
}

/** The offset that a time zone has at a moment: `+01:00`. */
export function offsetAt(moment: string, timeZone: string): string {
  const part = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(new Date(moment))
    .find(({ type }) => type === 'timeZoneName');
  return part?.value.replace('GMT', '') || '+00:00';
}

/**
 * A moment that is told as a day and a time of a time zone, with its offset: of an hour that comes twice, the first; of
 * one that there is not, as if the clock had not been put forward yet.
 */
export function localMoment(day: string, time: string, timeZone: string): string {
  const [before, after] = [-1, 1].map((days) =>
    offsetAt(new Date(Date.parse(`${day}T${time}Z`) + days * 86_400_000).toISOString(), timeZone),
  );
  const offset = [before, after].find((one) => offsetAt(`${day}T${time}${one}`, timeZone) === one) ?? before;
  return `${day}T${time}${offset}`;
}

/** Where most shops are: of zones that have one offset the first is named. */
const zonesOfShops = [
  'Europe/Paris',
  'Europe/London',
  'Europe/Helsinki',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Sydney',
  'Pacific/Auckland',
] as const;

/** A sentence where moments were not written in a time zone; those in UTC tell nothing of one. */
export function zoneNote(offsets: Offsets, timeZone: string, flag = ''): string | undefined {
  const odd = Object.entries(offsets).find(
    ([offset, moment]) => offset !== 'Z' && offset !== '+00:00' && offset !== offsetAt(moment, timeZone),
  );
  if (odd === undefined) return undefined;
  const told = Object.entries(offsets).filter(([offset]) => offset !== 'Z');
  const fits = zonesOfShops.find((zone) => told.every(([offset, moment]) => offset === offsetAt(moment, zone)));
  const how =
    fits === undefined
      ? `by its IANA name: sillage shop --set time_zone=NAME${flag}`
      : `as: sillage shop --set time_zone=${fits}${flag} (or another zone with these times)`;
  return (
    `Orders were written in another time zone than the shop's (${odd[1]} is not ${timeZone}, which is ` +
    `${offsetAt(odd[1], timeZone)} then): orders near midnight stand on another day than in the shop. Set the ` +
    `shop's zone, ${how}`
  );
}
