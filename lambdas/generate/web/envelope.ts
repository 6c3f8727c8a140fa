/** What all events of one visit say of the browser, and of who sits before it. */
import { dayMs, parisOffset } from '../market/calendar.ts';
import { Dice, draw, keyOf } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { personSalts, salt, visitSalt } from '../market/salts.ts';
import { countryOf } from '../people/home.ts';
import type { Country } from '../people/home.ts';
import type { Device, Visit } from '../people/journey.ts';
import type { Person } from '../people/population.ts';
import { latenessOf } from '../people/scan.ts';
import { rates } from './dirt.ts';
import { checkout, checkoutShop, shop, thanks } from './pages.ts';
import type { Page } from './pages.ts';
import { clientOf } from './user-agents.ts';
import type { App } from './user-agents.ts';

/** People who pay on the checkout's own host. */
const paysApartShare = 0.3;
/** Of two people in a row, so many share a computer, and its browser. */
const households = 0.3;
/** Visits on which the shop's tag did not know who it was, and what it then says. */
const brokenTags = 0.004;
const nobody = ['undefined', 'null', '[object Object]', '00000000-0000-0000-0000-000000000000'] as const;

/** One id for each of a person's devices; a household's computer has one for two people. */
function visitorId({ world }: Market, person: Person, { device, number }: Visit): string {
  const tag = draw(person.key, visitSalt(salt.tag, number)) / brokenTags;
  if (tag < 1) return nobody[Math.floor(tag * nobody.length)] ?? nobody[0];
  const household = keyOf(world.seed ^ 0x40e5, person.ordinal >> 1, 1);
  if (device === 'desktop' && draw(household, 1) < households) return new Dice(household, 2).uuid();
  return new Dice(person.key, device === 'desktop' ? 0x0de5_4709 : 0x0f0e_0e11).uuid();
}

const tongues: Readonly<Record<Country, string>> = {
  FR: 'fr-FR',
  BE: 'fr-BE',
  LU: 'fr-LU',
  CH: 'fr-CH',
  GB: 'en-GB',
  US: 'en-US',
};

function tongueOf(person: Person): string {
  const country = countryOf(person);
  if (country !== 'FR') return tongues[country];
  const unit = draw(person.key, personSalts.tongue);
  return unit < 0.9 ? 'fr-FR' : unit < 0.94 ? 'fr' : unit < 0.97 ? 'en-US' : unit < 0.985 ? 'es-ES' : 'pt-PT';
}

function addressOf(person: Person, device: Device): string {
  const dice = new Dice(person.key, personSalts.home + device.length);
  if (dice.chance(0.25))
    return [
      '2a01',
      dice.pick(['e0a', 'cb04', 'cb19', 'e34']),
      ...Array.from({ length: 6 }, () => dice.int(65_536).toString(16)),
    ].join(':');
  return `${dice.pick(['78', '82', '86', '88', '90', '92', '109', '176', '185'])}.${dice.int(256)}.${dice.int(256)}.${1 + dice.int(254)}`;
}

/** Local clock of a visitor: offset from UTC in ms, and as text. */
function clockOf(person: Person, time: number): readonly [offset: number, text: string] {
  const paris = parisOffset(time);
  const country = countryOf(person);
  const hours = paris / 3_600_000 - (country === 'GB' ? 1 : country === 'US' ? 6 : 0);
  return [hours * 3_600_000, `${hours < 0 ? '-' : '+'}0${Math.abs(hours)}:00`];
}

/** Minutes to hours for most wrong clocks; the others show another day, or another year. */
export function skewOf(dice: Dice, dirt: number): number {
  if (!dice.chance(rates.clock_skew * dirt)) return 0;
  const size = dice.chance(0.85) ? dice.between(5 * 60_000, 6 * 3_600_000) : dice.between(2 * dayMs, 800 * dayMs);
  return Math.round(dice.chance(0.5) ? size : -size);
}

/** Everything of an event's line that the whole session shares. */
export interface Envelope {
  readonly visitorId: string | undefined;
  /** From `page` to `ecommerce`. */
  readonly tail: string;
  readonly offset: number;
  readonly zone: string;
  readonly skew: number;
  readonly lateness: number;
  readonly bot: boolean;
  /** Scheme and host that a page stands on. */
  readonly shopOf: (page: Page) => string;
}

export function tailOf(userAgent: string, ip: string, screen: string, language: string, consent: boolean): string {
  return `,"user_agent":"${userAgent}","ip":"${ip}","screen":"${screen}","language":"${language}","consent":{"analytics":${consent},"ads":${consent}},"ecommerce":`;
}

/**
 * The envelope of a visit's events. Where the person does not consent, it names no browser.
 * @param app the app in whose browser the visit is made
 * @param skew by how much the browser's clock is wrong, ms
 */
export function envelopeOf(
  market: Market,
  person: Person,
  visit: Visit,
  {
    start,
    app,
    skew,
    consent,
  }: { readonly start: number; readonly app: App | undefined; readonly skew: number; readonly consent: boolean },
): Envelope {
  const client = clientOf(visit.device, app, draw(person.key, personSalts.taste));
  const [offset, zone] = clockOf(person, start);
  const paysApart = draw(person.key, personSalts.checkout) < paysApartShare;
  return {
    visitorId: consent ? visitorId(market, person, visit) : undefined,
    tail: tailOf(client.userAgent, addressOf(person, visit.device), client.screen, tongueOf(person), consent),
    offset,
    zone,
    skew,
    lateness: latenessOf(market, person.key, visit.number),
    bot: false,
    shopOf: (page) => (paysApart && (page === checkout || page === thanks) ? checkoutShop : shop),
  };
}
