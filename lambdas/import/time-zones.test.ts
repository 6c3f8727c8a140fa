import { expect, test } from '@jest/globals';
import { localMoment, zoneNote } from './time-zones.ts';

test.each([
  ['a shop in Paris that is read as one of New York', { '+01:00': '2026-11-10T14:16:00+01:00', '+02:00': '2026-09-10T14:16:00+02:00' }, 'America/New_York', 'time_zone=Europe/Paris --lake L'], // prettier-ignore
  ['a shop in New York that is read as one of Paris', { '-05:00': '2025-03-07T10:00:00-05:00' }, 'Europe/Paris', 'time_zone=America/New_York --lake L'], // prettier-ignore
  ['a zone that is named nowhere here', { '+05:45': '2025-03-07T10:00:00+05:45' }, 'Europe/Paris', 'by its IANA name: sillage shop --set time_zone=NAME --lake L'], // prettier-ignore
])('the zone that is proposed is one in which the orders were written: %s', (_, offsets, zone, words) => {
  expect(zoneNote(offsets, zone, ' --lake L')).toMatch(words);
});

test.each([
  ['all times are of the shop', { '+01:00': '2026-11-10T14:16:00+01:00' }, 'Europe/Paris'],
  ['UTC tells of no zone', { Z: '2026-11-10T14:16:00Z' }, 'America/New_York'],
])('nothing is told: %s', (_, offsets, zone) => {
  expect(zoneNote(offsets, zone)).toBeUndefined();
});

// By hand, from the days on which these clocks are put back and forward.
test.each([
  ['2025-07-01', '10:00:00', 'Europe/Paris', '+02:00'],
  ['2025-10-26', '02:30:00', 'Europe/Paris', '+02:00'],
  ['2025-10-26', '03:00:00', 'Europe/Paris', '+01:00'],
  ['2025-03-30', '02:30:00', 'Europe/Paris', '+01:00'],
  ['2025-03-30', '03:00:00', 'Europe/Paris', '+02:00'],
  ['2025-11-02', '01:30:00', 'America/New_York', '-04:00'],
  ['2025-11-02', '02:00:00', 'America/New_York', '-05:00'],
  ['2025-04-06', '01:45:00', 'Australia/Lord_Howe', '+11:00'],
  ['2025-04-06', '02:00:00', 'Australia/Lord_Howe', '+10:30'],
  ['2025-10-26', '02:30:00', 'Asia/Tokyo', '+09:00'],
])('%s %s in %s is %s: of an hour that comes twice the first', (day, time, timeZone, offset) => {
  expect(localMoment(day, time, timeZone)).toBe(`${day}T${time}${offset}`);
});
