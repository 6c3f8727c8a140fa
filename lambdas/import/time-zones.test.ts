import { expect, test } from '@jest/globals';
import { zoneNote } from './time-zones.ts';

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
