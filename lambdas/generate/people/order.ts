/** What is ordered, to the cent, and what becomes of the order. */
import type { Post } from '../influencers/casting.ts';
import { dayMs, seasonOf } from '../market/calendar.ts';
import type { DayIndex } from '../market/calendar.ts';
import { allProducts, routines, costOn, priceOn } from '../market/catalogue.ts';
import type { Product } from '../market/catalogue.ts';
import { Dice, Weighted, draw } from '../market/dice.ts';
import type { Market } from '../market/market.ts';
import { personSalts, salt, visitSalt } from '../market/salts.ts';
import { fxRate } from '../reference/fx.ts';
import type { Currency } from '../reference/fx.ts';
import { aftermathOf, isPaidBack, refundCents, refundTaxCents } from './aftermath.ts';
import type { Aftermath, Part } from './aftermath.ts';
import { countryOf } from './home.ts';
import type { Country } from './home.ts';
import { startOf } from './journey.ts';
import type { Visit } from './journey.ts';
import type { Line } from './line.ts';
import type { Person } from './population.ts';

export interface Order extends Aftermath {
  readonly person: Person;
  readonly visit: Visit;
  readonly number: number;
  readonly placedAt: number;
  /** When it was entered in the shop: a few, taken by telephone, only at the end of the day. */
  readonly enteredAt: number;
  /** Placed without an account. */
  readonly guest: boolean;
  readonly country: Country;
  readonly currency: Currency;
  /** Units of `currency` for one EUR. */
  readonly rate: number;
  readonly lines: readonly Line[];
  readonly shippingCents: number;
  readonly shippingTaxCents: number;
  readonly code?: { readonly text: string; readonly percent: number };
  readonly subtotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
  /** A gift card bought beside the goods, a tip, and what an older gift card paid. */
  readonly giftCardCents: number;
  readonly tipCents: number;
  readonly paidByGiftCardCents: number;
  readonly totalCents: number;
  readonly test: boolean;
}

const currencyOf: Readonly<Record<Country, Currency>> = {
  FR: 'EUR',
  BE: 'EUR',
  LU: 'EUR',
  CH: 'CHF',
  GB: 'GBP',
  US: 'USD',
};
/** Exports leave the Union without VAT. */
const vatFreeCountries: ReadonlySet<Country> = new Set<Country>(['CH', 'GB', 'US']);
const vat = 0.2;

const freeShippingFrom = 4500;
const shippingFeeCents = 490;
/** EUR cents an order: picking, packing, carriage. */
export const fulfilment = 550;
export const paymentRate = 0.015;
export const paymentFixed = 25;

const anyProduct = new Weighted<Product>(allProducts.map((product) => [product, product.appeal]));
const ofCategory = new Map(
  routines.map(([, category]) => [
    category,
    new Weighted<Product>(
      allProducts.filter((product) => product.category === category).map((product) => [product, product.appeal]),
    ),
  ]),
);
const follows = new Map(routines);
const lineCounts = new Weighted<number>([
  [1, 0.43],
  [2, 0.3],
  [3, 0.16],
  [4, 0.08],
  [5, 0.03],
]);

/** Shopify's ids and the number that people read; both can be told from the visit alone. */
function orderNumber(person: Person, visit: number): number {
  return 100_000 + person.ordinal * 128 + visit;
}

/** The discount code used: an influencer's, the welcome code or the season's. */
function codeOf(visit: Visit, posts: readonly Post[], dice: Dice): { text: string; percent: number } | undefined {
  const deal = posts.at(-1)?.deal;
  if (deal && visit.day <= deal.endsOn && dice.chance(0.55))
    return { text: deal.code, percent: Math.round(deal.discount * 100) };
  if (seasonOf(visit.day) === 'black-friday')
    return dice.chance(0.7) ? { text: 'BLACKFRIDAY20', percent: 20 } : undefined;
  if (visit.ordersBefore === 0 && dice.chance(0.18)) return { text: 'BIENVENUE10', percent: 10 };
  return undefined;
}

function chooseProducts(dice: Dice): Map<Product, number> {
  const basket = new Map<Product, number>();
  let last: Product | undefined;
  for (let wanted = lineCounts.at(dice.next()); wanted > 0; wanted -= 1) {
    const partner = last && dice.chance(0.4) ? ofCategory.get(follows.get(last.category) ?? 'cream') : undefined;
    const product = (partner ?? anyProduct).at(dice.next());
    basket.set(product, (basket.get(product) ?? 0) + (product.listPriceCents < 1500 && dice.chance(0.3) ? 2 : 1));
    last = product;
  }
  return basket;
}

function containedTax(cents: number, vatFree: boolean): number {
  return vatFree ? 0 : Math.round((cents * vat) / (1 + vat));
}

/** How long the visit takes until the order is paid, ms. */
export function checkoutTime(person: Person, visit: number): number {
  return Math.floor((5 + 20 * draw(person.key, visitSalt(salt.order, visit))) * 60_000);
}

/** The day a code leaked to a coupon site is found there: an order with a code and no click. */
function leakedPost(market: Market, visit: Visit, dice: Dice): Post[] {
  if (!dice.chance(0.035)) return [];
  const post = market.casting.postSeenOn(visit.day, dice.next());
  return post ? [post] : [];
}

const orderDice = new Dice({ high: 0, low: 0 }, 0);
const extraDice = new Dice({ high: 0, low: 0 }, 0);

/** Who buys without an account, always with the same e-mail. */
export function isGuest(person: Person): boolean {
  return person.habit !== 'client' && draw(person.key, personSalts.guest) < 0.04;
}

/**
 * The order placed at a visit.
 *
 * @param posts the influencers' posts that the person remembers, the latest last
 */
export function orderOf(market: Market, person: Person, visit: Visit, posts: readonly Post[]): Order {
  const { seed } = market.world;
  const dice = orderDice.seed(person.key, visitSalt(salt.order, visit.number));
  const country = countryOf(person);
  const currency = currencyOf[country];
  const rate = fxRate(seed, currency, visit.day);
  const vatFree = vatFreeCountries.has(country);

  const basket = [...chooseProducts(dice)].map(([product, quantity]) => ({
    product,
    quantity,
    priceCents: Math.round(priceOn(seed, product, visit.day) * rate),
  }));
  const gross = basket.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
  const code = codeOf(visit, posts.length > 0 ? posts : leakedPost(market, visit, dice), dice);
  const discountCents = code ? Math.round((gross * code.percent) / 100) : 0;
  const subtotalCents = gross - discountCents;

  let toSpread = discountCents;
  const lines = basket.map((line, index): Line => {
    const whole = line.priceCents * line.quantity;
    // The last line takes what rounding left over, so that the sum is exact.
    const share = index === basket.length - 1 ? toSpread : Math.round((discountCents * whole) / gross);
    toSpread -= share;
    return {
      product: line.product,
      quantity: line.quantity,
      priceCents: line.priceCents,
      discountCents: share,
      taxCents: containedTax(whole - share, vatFree),
    };
  });
  const shippingCents = subtotalCents >= freeShippingFrom * rate ? 0 : Math.round(shippingFeeCents * rate);
  const shippingTaxCents = containedTax(shippingCents, vatFree);

  const extras = extraDice.seed(person.key, visitSalt(salt.extras, visit.number));
  const giftCardCents = extras.chance(0.012) ? Math.round(extras.pick([2500, 5000]) * rate) : 0;
  const tipCents = extras.chance(0.02) ? Math.round(200 * rate) : 0;
  const totalCents = subtotalCents + shippingCents + giftCardCents + tipCents;
  const paidByGiftCardCents =
    giftCardCents === 0 && extras.chance(0.02) ? Math.min(totalCents, Math.round(extras.pick([2500, 5000]) * rate)) : 0;
  const placedAt = Math.floor((startOf(person, visit) + checkoutTime(person, visit.number)) / 1000) * 1000;
  const enteredAt = extras.chance(0.01)
    ? Math.max(placedAt, (Math.floor(placedAt / dayMs) + 1) * dayMs - 1000)
    : placedAt;
  const aftermath = aftermathOf(dice, extras, { day: visit.day, lines, shippingCents, shippingTaxCents, rate });

  return {
    person,
    visit,
    number: orderNumber(person, visit.number),
    placedAt,
    enteredAt,
    guest: isGuest(person),
    country,
    currency,
    rate,
    lines,
    shippingCents,
    shippingTaxCents,
    ...(code && { code }),
    subtotalCents,
    discountCents,
    taxCents: lines.reduce((sum, line) => sum + line.taxCents, shippingTaxCents),
    giftCardCents,
    tipCents,
    paidByGiftCardCents,
    totalCents,
    test: dice.chance(0.003 * market.world.dirt),
    ...aftermath,
  };
}

/** The longest time after which an order is still sent again, days. */
export const orderLifeDays = 26;

/** Whether the order, or a change of it, belongs in the export of a day. */
export function changesOn(order: Order, day: DayIndex): boolean {
  return order.visit.day === day || order.fulfilledOn === day || order.cancelledOn === day || order.refund?.day === day;
}

/** When the shop works on an order on a later day: the same minute for every step of the day, ms. */
export function handledAt(order: Order, day: DayIndex): number {
  return day * dayMs + 8 * 3_600_000 + (order.number % 30_000) * 1000;
}

function quantityOf(parts: readonly Part[], index: number): number {
  return parts.find((part) => part.index === index)?.quantity ?? 0;
}

export interface Earnings {
  readonly netCents: number;
  readonly marginCents: number;
}

/** Net revenue without VAT and contribution margin of an order in the end, EUR cents, its refunds taken off. */
export function earningsOf(market: Market, order: Order): Earnings {
  const eur = (cents: number): number => cents / order.rate;
  const { refund } = order;
  // What an edit took off without a payment was never sold; what it took off at all was never sent.
  const unsold = refund?.payments.length === 0 ? refund : undefined;
  const unsent = refund?.why === 'edited' ? refund.parts : [];
  const refunded = refund && isPaidBack(refund) ? eur(refundCents(refund) - refundTaxCents(refund)) : 0;
  const off = unsold ? eur(refundCents(unsold)) : 0;
  const net =
    eur(order.totalCents - order.taxCents - order.giftCardCents - order.tipCents) -
    (unsold ? eur(refundCents(unsold) - refundTaxCents(unsold)) : 0);
  const goods = order.lines.reduce(
    (sum, { product, quantity }, index) =>
      sum + (quantity - quantityOf(unsent, index)) * costOn(market.world.seed, product, order.visit.day),
    0,
  );
  const paid = eur(order.totalCents - order.paidByGiftCardCents) - off;
  const payment = paid > 0 ? paid * paymentRate + paymentFixed : 0;
  return { netCents: Math.round(net), marginCents: Math.round(net - goods - fulfilment - payment - refunded) };
}
