/**
 * Web events of a visit, as the tracker sends them: one JSON line each, built by templates because millions are needed.
 */
import { dayMs, isoTime, parisOffset, seasonality } from '../market/calendar.ts';
import { allProducts } from '../market/catalogue.ts';
import { Dice, Weighted, draw, keyOf } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { personSalts, salt, visitSalt } from '../market/salts.ts';
import type { Device, Visit } from '../people/journey.ts';
import { startOf } from '../people/journey.ts';
import { countryOf } from '../people/home.ts';
import type { Country } from '../people/home.ts';
import { checkoutTime, isGuest } from '../people/order.ts';
import type { Order } from '../people/order.ts';
import type { Person } from '../people/population.ts';
import { latenessOf } from '../people/scan.ts';
import type { Lane } from '../people/scan.ts';
import { fxRate } from '../reference/fx.ts';
import { rates, fateOf, spoil } from './dirt.ts';
import { landingOf } from './landing.ts';
import {
  account,
  allCategories,
  checkout,
  checkoutShop,
  home,
  shop,
  thanks,
  categoryPage,
  pricesOn,
  productPage,
} from './pages.ts';
import { stepsOf } from './steps.ts';
import type { Step } from './steps.ts';
import type { Page } from './pages.ts';
import { bots, clientOf } from './user-agents.ts';
import { partitionOf } from './wire.ts';
import type { Wire } from './wire.ts';

const knowsPassword = 0.3;

/** People who pay on the checkout's own host. */
const paysApartShare = 0.3;
/** Where buyers are sent and come back from: to pay, to prove their card, to log in. Empty: nowhere. */
const paymentPages = new Weighted([
  ['', 35],
  ['https://www.paypal.com/', 22],
  ['https://hooks.stripe.com/', 8],
  ['https://www.wlp-acs.com/', 12],
  ['https://3ds-acs.banque-du-midi.example/', 8],
  ['https://checkout.getalma.eu/', 6],
  ['https://pay.klarna.com/', 5],
  ['https://shop.app/', 4],
]);
const loginPages = new Weighted([
  ['', 70],
  ['https://accounts.google.com/', 22],
  ['https://appleid.apple.com/', 8],
]);

export function customerId(person: Person): number {
  return 7_100_000_000_000 + person.ordinal;
}

export function consents({ world }: Market, person: Person): boolean {
  return draw(person.key, personSalts.consent) < world.consent;
}

/** Of two people in a row, so many share a computer, and its browser. */
const households = 0.3;
/** Visits on which the shop's tag did not know who it was, and what it then says. */
const brokenTags = 0.004;
const nobody = ['undefined', 'null', '[object Object]', '00000000-0000-0000-0000-000000000000'] as const;
/** First visits on which the choice is made on the second page only. */
const lateChoices = 0.06;

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
function skewOf(dice: Dice, dirt: number): number {
  if (!dice.chance(rates.clock_skew * dirt)) return 0;
  const size = dice.chance(0.85) ? dice.between(5 * 60_000, 6 * 3_600_000) : dice.between(2 * dayMs, 800 * dayMs);
  return Math.round(dice.chance(0.5) ? size : -size);
}

/** Everything of an event's line that the whole session shares. */
interface Envelope {
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

function tailOf(userAgent: string, ip: string, screen: string, language: string, consent: boolean): string {
  return `,"user_agent":"${userAgent}","ip":"${ip}","screen":"${screen}","language":"${language}","consent":{"analytics":${consent},"ads":${consent}},"ecommerce":`;
}

/** Sends one event over the wire, with its dirt. */
function send(
  wire: Wire,
  market: Market,
  dice: Dice,
  envelope: Envelope,
  step: Step,
  referrer: string,
  customer: string,
  time: number,
): void {
  const received = time + envelope.lateness + 120 + dice.int(2400);
  const id = dice.uuid();
  const fate = fateOf(dice.next() / market.world.dirt);
  // Its own stream: a session that runs past midnight is drawn on both days, and must not depend on what each day takes
  // of it.
  const spoiling = dice.word();
  if (!wire.receives(received)) return;
  const shown = time + envelope.skew;
  const visitor = envelope.visitorId === undefined ? 'null' : `"${envelope.visitorId}"`;
  const head = `{"event_id":"${id}","event_name":"${step.name}","event_time":"${isoTime(shown + envelope.offset)}${envelope.zone}","received_at":"`;
  const rest =
    `Z","visitor_id":${visitor},"customer_id":${customer},` +
    `"page":{"url":"${envelope.shopOf(step.page)}${step.page.path}${step.query}",` +
    `"referrer":"${referrer}","title":"${step.page.title}"}${envelope.tail}${step.ecommerce}}`;
  const line = `${head}${isoTime(received)}${rest}`;
  let partition = partitionOf(shown, received);
  if (fate === undefined || fate === 'duplicate') wire.add(line, partition, received);
  else {
    const spoilt = spoil(line, fate, new Dice({ high: spoiling, low: received % 86_400_000 }, 0));
    if (!spoilt.timed) partition = wire.day;
    wire.add(spoilt.line, partition, received);
    wire.count(fate, partition);
  }
  if (fate === 'duplicate') {
    const again = received + 800 + (spoiling % 30_000);
    // A retry that fell on the next day would be another day's work.
    const repeated = wire.receives(again) ? again : received;
    wire.add(`${head}${isoTime(repeated)}${rest}`, partition, repeated);
    wire.count('duplicate', partition);
  }
  if (envelope.lateness > 0) wire.count('late', partition);
  if (envelope.skew !== 0) wire.count('clock_skew', partition);
  if (envelope.bot) wire.count('bot', partition);
}

const sessionDice = new Dice({ high: 0, low: 0 }, 0);

/** Sends the events of a visit that are received on the wire's day. */
export function sendSession(wire: Wire, market: Market, person: Person, visit: Visit, order: Order | undefined): void {
  const { world } = market;
  const dice = sessionDice.seed(person.key, visitSalt(salt.session, visit.number));
  const start = startOf(person, visit);
  const landing = landingOf(person.key, visit, world.dirt);
  const consent = consents(market, person);
  const client = clientOf(visit.device, landing.app, draw(person.key, personSalts.taste));
  const [offset, zone] = clockOf(person, start);
  const guest = isGuest(person);
  const known = !guest && (visit.ordersBefore > 0 || person.habit === 'client');
  const currency = order?.currency ?? 'EUR';
  const paysApart = draw(person.key, personSalts.checkout) < paysApartShare;
  const [paidBy, loggedInBy] = [
    paymentPages.at(draw(person.key, visitSalt(salt.paid, visit.number))),
    loginPages.at(draw(person.key, personSalts.login)),
  ];
  const envelope: Envelope = {
    visitorId: consent ? visitorId(market, person, visit) : undefined,
    tail: tailOf(client.userAgent, addressOf(person, visit.device), client.screen, tongueOf(person), consent),
    offset,
    zone,
    skew: skewOf(dice, world.dirt),
    lateness: latenessOf(market, person.key, visit.number),
    bot: false,
    shopOf: (page) => (paysApart && (page === checkout || page === thanks) ? checkoutShop : shop),
  };
  const undecided: Envelope = {
    ...envelope,
    visitorId: undefined,
    tail: tailOf(client.userAgent, addressOf(person, visit.device), client.screen, tongueOf(person), false),
  };
  let isUndecided = consent && visit.number === 0 && draw(person.key, personSalts.choice) < lateChoices;
  const steps = stepsOf(
    {
      outcome: visit.outcome,
      channel: visit.arrival.clicked.channel,
      landing: landing.page,
      query: landing.query,
      prices: pricesOn(world.seed, visit.day),
      currency,
      rate: fxRate(world.seed, currency, visit.day),
      ...(order && { order }),
      logsIn: known && dice.chance(knowsPassword) ? 'at once' : known ? 'at checkout' : 'never',
      signsUp: !known && order !== undefined && dice.chance(0.6) && !guest,
    },
    dice,
  );

  // Who pays does so at the time of the order in the CRM: the waits are stretched to end there.
  const waited = steps.reduce((sum, { wait }) => sum + wait, 0);
  const msPerWait = order ? checkoutTime(person, visit.number) / waited : 1000;
  let time = start;
  let referrer = landing.referrer;
  let customer = 'null';
  let before: Step | undefined;
  for (const step of steps) {
    if (before && (before.page !== step.page || before.query !== step.query)) {
      referrer = `${envelope.shopOf(before.page)}${before.page.path}${before.query}`;
      isUndecided = false;
    }
    if (step.page === thanks && paidBy !== '') referrer = paidBy;
    if (step.name === 'login' && step.page === account && loggedInBy !== '') referrer = loggedInBy;
    time += Math.floor(step.wait * msPerWait);
    if (consent && !guest && (step.name === 'login' || step.name === 'sign_up' || step.name === 'purchase'))
      customer = `"${customerId(person)}"`;
    send(wire, market, dice, isUndecided ? undecided : envelope, step, referrer, customer, time);
    before = step;
  }
  if (landing.dirt && wire.receives(start + envelope.lateness))
    wire.count(landing.dirt, partitionOf(start + envelope.skew, start + envelope.lateness));
}

const botPages = [home, ...allCategories.map(categoryPage), ...allProducts.map(productPage)];
const pagesOfABot = 6;

/** The bots of a day and lane; they come from data centres, all day alike. */
export function sendBots(wire: Wire, market: Market, { lane, of }: Lane): void {
  const { world } = market;
  const crawls = Math.round((world.eventsPerDay * seasonality(wire.day) * rates.bot * world.dirt) / pagesOfABot);
  for (let crawl = lane; crawl < crawls; crawl += of) {
    const dice = sessionDice.seed(keyOf(world.seed ^ 0xb075, wire.day, crawl), 1);
    const bot = bots.at(dice.next());
    const envelope: Envelope = {
      visitorId: bot.headless ? dice.uuid() : undefined,
      tail: tailOf(
        bot.userAgent,
        `${dice.pick(['66.249', '54.36', '20.171', '40.77', '185.191'])}.${dice.int(256)}.${1 + dice.int(254)}`,
        bot.screen,
        'en-US',
        bot.headless,
      ),
      offset: 0,
      zone: '+00:00',
      skew: 0,
      lateness: 0,
      bot: true,
      shopOf: () => shop,
    };
    let time = wire.day * dayMs + dice.int(dayMs - 300_000);
    for (let pages = 2 + dice.int(pagesOfABot * 2 - 3); pages > 0; pages -= 1) {
      const page = botPages[dice.int(botPages.length)] ?? home;
      send(
        wire,
        market,
        dice,
        envelope,
        { name: 'page_view', page, query: '', ecommerce: 'null', wait: 0 },
        '',
        'null',
        time,
      );
      time += 300 + dice.int(4000);
    }
  }
}
