/** Who a customer is on paper: name, e-mail, telephone, address. Nobody's real ones. */
// One locale a module: the package's main entry loads all seventy, which takes longer than a small world.
import { faker as english } from '@faker-js/faker/locale/en_GB';
import { faker as american } from '@faker-js/faker/locale/en_US';
import { faker as french } from '@faker-js/faker/locale/fr';
import { faker as belgian } from '@faker-js/faker/locale/fr_BE';
import { faker as swiss } from '@faker-js/faker/locale/fr_CH';
import { faker as luxembourgish } from '@faker-js/faker/locale/fr_LU';
import type { Faker } from '@faker-js/faker';
import { Dice } from '../market/dice.ts';
import { personSalts } from '../market/salts.ts';
import { countryOf, regionOf } from '../people/home.ts';
import type { Country } from '../people/home.ts';
import type { Person } from '../people/population.ts';

export interface Contact {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string | null;
  readonly street: string;
  readonly city: string;
  readonly postcode: string;
  readonly country: Country;
  readonly countryName: string;
  readonly newsletter: boolean;
}

const fakers: Readonly<Record<Country, Faker>> = {
  FR: french,
  BE: belgian,
  LU: luxembourgish,
  CH: swiss,
  GB: english,
  US: american,
};

const countryNames: Readonly<Record<Country, string>> = {
  FR: 'France',
  BE: 'Belgium',
  LU: 'Luxembourg',
  CH: 'Switzerland',
  GB: 'United Kingdom',
  US: 'United States',
};

/** Domains under `.example`, where no mail can arrive. */
const mail = ['mail.example', 'orange.example', 'free.example', 'laposte.example', 'proton.example'] as const;

function plain(name: string): string {
  return name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase();
}

/** Numbers that the regulators keep for fiction: nobody answers. */
function phoneOf(country: Country, dice: Dice): string {
  const four = String(dice.int(10_000)).padStart(4, '0');
  if (country === 'GB') return `+447700900${four.slice(1)}`;
  if (country === 'US') return `+1${201 + dice.int(700)}55501${four.slice(2)}`;
  return `+3363998${four}`;
}

/** A postcode of the département; overseas, its third digit tells the island. */
function frenchPostcode(department: string, faker: Faker): string {
  return department === '97'
    ? `97${faker.helpers.arrayElement(['1', '2', '3', '4', '6'])}${faker.string.numeric(2)}`
    : `${department}${faker.string.numeric(3)}`;
}

export function contactOf(person: Person): Contact {
  const dice = new Dice(person.key, personSalts.contact);
  const country = countryOf(person);
  const faker = fakers[country];
  faker.seed(person.key.high);
  const firstName = faker.person.firstName(dice.chance(0.86) ? 'female' : 'male');
  const lastName = faker.person.lastName();
  return {
    firstName,
    lastName,
    email: `${plain(firstName)}.${plain(lastName)}${person.ordinal}@${dice.pick(mail)}`,
    phone: dice.chance(0.7) ? phoneOf(country, dice) : null,
    street: faker.location.streetAddress(),
    city: faker.location.city(),
    postcode: country === 'FR' ? frenchPostcode(regionOf(person), faker) : faker.location.zipCode(),
    country,
    countryName: countryNames[country],
    newsletter: dice.chance(0.55),
  };
}

/** The address as Shopify writes it. */
export function postalAddress(contact: Contact): Record<string, string | null> {
  return {
    first_name: contact.firstName,
    last_name: contact.lastName,
    address1: contact.street,
    address2: null,
    city: contact.city,
    zip: contact.postcode,
    province: null,
    country: contact.countryName,
    country_code: contact.country,
    phone: contact.phone,
  };
}

/** The e-mail as typed this time: one in thirty in odd capitals, at dirt 1. */
export function emailAsTyped(contact: Contact, dice: Dice, dirt: number): string {
  if (!dice.chance(0.033 * dirt)) return contact.email;
  return dice.chance(0.5)
    ? contact.email.toUpperCase()
    : contact.email.replaceAll(/(^|\.)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}
