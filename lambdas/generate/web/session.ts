/** The web events of a visit: what a person does, when, and what is known of them by then. */
import { Dice, Weighted, draw } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { personSalts, salt, visitSalt } from '../market/salts.ts';
import type { Visit } from '../people/journey.ts';
import { startOf } from '../people/journey.ts';
import { checkoutTime, isGuest } from '../people/order.ts';
import type { Order } from '../people/order.ts';
import type { Person } from '../people/population.ts';
import { fxRate } from '../reference/fx.ts';
import { envelopeOf, skewOf } from './envelope.ts';
import { landingOf } from './landing.ts';
import type { Landing } from './landing.ts';
import { account, pricesOn, thanks } from './pages.ts';
import { send } from './send.ts';
import { stepsOf } from './steps.ts';
import type { Step } from './steps.ts';
import { partitionOf } from './wire.ts';
import type { Wire } from './wire.ts';

const knowsPassword = 0.3;

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

/** First visits on which the choice is made on the second page only. */
const lateChoices = 0.06;

const sessionDice = new Dice({ high: 0, low: 0 }, 0);

/** What a person does on a visit. */
function stepsOn(market: Market, person: Person, visit: Visit, order: Order | undefined, landing: Landing): Step[] {
  const { world } = market;
  const guest = isGuest(person);
  const known = !guest && (visit.ordersBefore > 0 || person.habit === 'client');
  const currency = order?.currency ?? 'EUR';
  return stepsOf(
    {
      outcome: visit.outcome,
      channel: visit.arrival.clicked.channel,
      landing: landing.page,
      query: landing.query,
      prices: pricesOn(world.seed, visit.day),
      currency,
      rate: fxRate(world.seed, currency, visit.day),
      ...(order && { order }),
      logsIn: known && sessionDice.chance(knowsPassword) ? 'at once' : known ? 'at checkout' : 'never',
      signsUp: !known && order !== undefined && sessionDice.chance(0.6) && !guest,
    },
    sessionDice,
  );
}

/** Events that say who somebody is. */
const naming: ReadonlySet<string> = new Set(['login', 'sign_up', 'purchase']);

/** Sends the events of a visit that are received on the wire's day. */
export function sendSession(wire: Wire, market: Market, person: Person, visit: Visit, order: Order | undefined): void {
  const dice = sessionDice.seed(person.key, visitSalt(salt.session, visit.number));
  const sender = { wire, market, dice };
  const start = startOf(person, visit);
  const landing = landingOf(person.key, visit, market.world.dirt);
  const consent = consents(market, person);
  const isNamed = consent && !isGuest(person);
  const [paidBy, loggedInBy] = [
    paymentPages.at(draw(person.key, visitSalt(salt.paid, visit.number))),
    loginPages.at(draw(person.key, personSalts.login)),
  ];
  const session = { start, app: landing.app, skew: skewOf(dice, market.world.dirt) };
  const decided = envelopeOf(market, person, visit, { ...session, consent });
  const isUndecided = consent && visit.number === 0 && draw(person.key, personSalts.choice) < lateChoices;
  let envelope = isUndecided ? envelopeOf(market, person, visit, { ...session, consent: false }) : decided;
  const steps = stepsOn(market, person, visit, order, landing);

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
      envelope = decided;
    }
    if (step.page === thanks && paidBy !== '') referrer = paidBy;
    if (step.name === 'login' && step.page === account && loggedInBy !== '') referrer = loggedInBy;
    time += Math.floor(step.wait * msPerWait);
    if (isNamed && naming.has(step.name)) customer = `"${customerId(person)}"`;
    send(sender, envelope, { step, referrer, customer, time });
    before = step;
  }
  if (landing.dirt && wire.receives(start + decided.lateness))
    wire.count(landing.dirt, partitionOf(start + decided.skew, start + decided.lateness));
}
