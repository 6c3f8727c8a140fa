/**
 * Where a person lives: the country, and in France the département. Drawn once, so every order and every experiment
 * agrees.
 */
import { inhabitants } from '../market/departments.ts';
import { Weighted, draw } from '../market/dice.ts';
import { personSalts } from '../market/salts.ts';
import type { Person } from './population.ts';

export type Country = 'FR' | 'BE' | 'LU' | 'CH' | 'GB' | 'US';

const countries = new Weighted<Country>([
  ['FR', 0.86],
  ['BE', 0.045],
  ['LU', 0.012],
  ['CH', 0.045],
  ['GB', 0.02],
  ['US', 0.018],
]);
const departments = new Weighted(Object.entries(inhabitants));

export function countryOf(person: Person): Country {
  return countries.at(draw(person.key, personSalts.country));
}

/** The first two characters of the postcode in France, elsewhere the country. */
export function regionOf(person: Person): string {
  const country = countryOf(person);
  return country === 'FR' ? departments.at(draw(person.key, personSalts.department)) : country;
}
