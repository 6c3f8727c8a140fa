/** What a report says of itself above its heading: that it is filtered, not complete, or of another time zone. */
import { offsetAt } from '../time-zones.ts';

const filter = /^(?:report )?filters?\s*:\s*(?<what>\S.*)$/iu;
const incomplete = /^potential incomplete data\s*:\s*true$/iu;
const zone =
  /^(?:(?:report |account )?time ?zone|fuseau horaire|zeitzone)\s*:\s*(?<name>.*\b(?:GMT|UTC)\s*(?<offset>[+-]\d{1,2}:?\d{2})?\b.*)$/iu;

/** `+1:00`, `+0100`, nothing: `+01:00`. */
const offsetOf = (text = '+00:00') => text.replace(/^(?<sign>[+-])(?<hours>\d{1,2}):?(?<minutes>\d{2})$/, (_, sign: string, hours: string, minutes: string) => `${sign}${hours.padStart(2, '0')}:${minutes}`); // prettier-ignore

const winterAndSummer = ['2025-01-15T12:00:00Z', '2025-07-15T12:00:00Z'];
const otherZone = (name: string, timeZone: string) =>
  `Its days are those of ${name}, and the shop's are of ${timeZone}: what was spent near midnight stands on ` +
  'another day than its orders.';

/** Of accounts whose days are another zone's than the shop's; zones of one clock are one. */
export function zoneRemarks(zones: ReadonlySet<string>, timeZone: string): string[] {
  return [...zones].flatMap((name) => {
    try {
      return winterAndSummer.every((moment) => offsetAt(moment, name) === offsetAt(moment, timeZone))
        ? []
        : [otherZone(name, timeZone)];
    } catch {
      // A name that the runtime does not know tells nothing.
      return [];
    }
  });
}

/** Notes of the lines above a heading. */
export function statedRemarks(above: readonly string[], timeZone: string): string[] {
  return above.flatMap((line) => {
    const what = filter.exec(line)?.groups?.['what'];
    if (what !== undefined && !/^(?:none|-+)$/iu.test(what))
      return [`It is filtered (“${what}”): what is filtered out is in no figure. Download it without a filter.`];
    if (incomplete.test(line))
      return [
        'It says that its data may be incomplete. Download it again in a day or two: the newer file replaces its days.',
      ];
    const { name, offset } = zone.exec(line)?.groups ?? {};
    // Such a name has the offset of winter all year round.
    const own = winterAndSummer.map((moment) => offsetAt(moment, timeZone));
    return name === undefined || own.includes(offsetOf(offset)) ? [] : [otherZone(name, timeZone)];
  });
}
