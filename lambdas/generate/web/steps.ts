/** What a visitor does on the site: the events of a session in their order, without times yet. */
import { allProducts } from '../market/catalogue.ts';
import type { Product } from '../market/catalogue.ts';
import type { Dice } from '../market/dice.ts';
import type { Channel } from '../market/channels.ts';
import type { Outcome } from '../people/journey.ts';
import type { Order } from '../people/order.ts';
import {
  account,
  allCategories,
  cartPage,
  checkout,
  home,
  journal,
  search,
  searches,
  thanks,
  amount,
  categoryPage,
  item,
  productPage,
  productsOf,
} from './pages.ts';
import type { Page } from './pages.ts';

export interface Step {
  readonly name: string;
  readonly page: Page;
  readonly query: string;
  /** JSON: an object or `null`. */
  readonly ecommerce: string;
  /** Seconds since the step before. */
  readonly wait: number;
}

const bouncePaidSocial = 0.62;
const bounce = 0.41;

interface Cart {
  readonly product: Product;
  readonly quantity: number;
  readonly priceCents: number;
}

/** Builds a session's steps one after the other. */
class Visitor {
  readonly steps: Step[] = [];
  readonly #dice: Dice;
  /** EUR cents by product index. */
  readonly #prices: readonly number[];
  readonly #currency: string;
  readonly #rate: number;
  #page: Page;
  #query: string;

  constructor(dice: Dice, prices: readonly number[], currency: string, rate: number, page: Page, query: string) {
    this.#dice = dice;
    this.#prices = prices;
    this.#currency = currency;
    this.#rate = rate;
    this.#page = page;
    this.#query = query;
  }

  price(product: Product): number {
    const cents = this.#prices[product.index] ?? product.listPriceCents;
    return this.#rate === 1 ? cents : Math.round(cents * this.#rate);
  }

  do(name: string, ecommerce = 'null', wait = this.#dice.between(0.2, 4)): void {
    this.steps.push({ name, page: this.#page, query: this.#query, ecommerce, wait });
  }

  open(page: Page, query = ''): void {
    const wait = this.steps.length === 0 ? 0 : 4 + 40 * this.#dice.next() ** 2;
    this.#page = page;
    this.#query = query;
    this.do('page_view', 'null', wait);
  }

  /** The events that a page sends by itself. */
  render(product: Product | undefined): void {
    if (product)
      this.do(
        'view_item',
        `{"currency":"${this.#currency}","value":${amount(this.price(product))},"items":[${item(product, this.price(product), 1)}]}`,
      );
    else if (this.#page.path.startsWith('/collections/')) this.list();
  }

  list(): void {
    const category =
      allCategories.find((each) => categoryPage(each) === this.#page) ?? this.#dice.pick(['cream', 'serum', 'body']);
    const shown = productsOf(category);
    const first = this.#dice.int(shown.length - 2);
    this.do(
      'view_item_list',
      `{"currency":"${this.#currency}","items":[${shown
        .slice(first, first + 3)
        .map((product) => item(product, this.price(product), 1))
        .join(',')}]}`,
    );
  }

  look(product: Product): void {
    this.open(productPage(product));
    this.render(product);
  }

  cart(name: string, cart: readonly Cart[], code?: string): void {
    const value = cart.reduce((sum, { quantity, priceCents }) => sum + quantity * priceCents, 0);
    const coupon = code === undefined ? '' : `"coupon":"${code}",`;
    const items = cart.map(({ product, quantity, priceCents }) => item(product, priceCents, quantity)).join(',');
    this.do(
      name,
      `{"currency":"${this.#currency}","value":${amount(value)},${coupon}"items":[${items}]}`,
      this.#dice.between(2, 30),
    );
  }

  wander(pages: number): void {
    for (let n = 0; n < pages; n += 1) {
      const unit = this.#dice.next();
      if (unit < 0.5) this.look(this.anyProduct());
      else if (unit < 0.78) {
        this.open(categoryPage(allCategories[this.#dice.int(allCategories.length)] ?? 'cream'));
        this.list();
      } else if (unit < 0.86) {
        this.open(search, `?q=${this.#dice.pick(searches)}`);
        this.do('search');
      } else this.open(unit < 0.93 ? home : this.#dice.pick(journal));
    }
  }

  anyProduct(): Product {
    return allProducts[Math.floor(this.#dice.next() ** 1.4 * allProducts.length)] ?? this.anyProduct();
  }
}

export interface Occasion {
  readonly outcome: Outcome;
  readonly channel: Channel;
  readonly landing: Page;
  readonly query: string;
  readonly prices: readonly number[];
  readonly currency: string;
  readonly rate: number;
  readonly order?: Order;
  /** Logs in with an existing account, at once or at the checkout. */
  readonly logsIn: 'at once' | 'at checkout' | 'never';
  /** Opens an account while ordering. */
  readonly signsUp: boolean;
}

/** The coupon is entered at the checkout: it shows from `begin_checkout` on. */
function checkOut(visitor: Visitor, occasion: Occasion, cart: readonly Cart[], steps: number, code?: string): void {
  visitor.open(cartPage);
  visitor.open(checkout);
  visitor.cart('begin_checkout', cart, code);
  if (occasion.logsIn === 'at checkout') visitor.do('login');
  if (occasion.signsUp) visitor.do('sign_up');
  if (steps > 1) visitor.cart('add_shipping_info', cart, code);
  if (steps > 2) visitor.cart('add_payment_info', cart, code);
}

function buy(visitor: Visitor, occasion: Occasion, order: Order, dice: Dice): void {
  visitor.wander(dice.int(4));
  const cart: Cart[] = [];
  for (const line of order.lines) {
    visitor.look(line.product);
    cart.push(line);
    visitor.cart('add_to_cart', [line]);
  }
  checkOut(visitor, occasion, cart, 3, order.code?.text);
  visitor.open(thanks);
  const items = cart.map(({ product, quantity, priceCents }) => item(product, priceCents, quantity)).join(',');
  const coupon = order.code ? `"coupon":"${order.code.text}",` : '';
  visitor.do(
    'purchase',
    `{"transaction_id":"${order.number % 10 === 3 ? '#' : ''}${order.number}","value":${amount(order.totalCents)},"currency":"${order.currency}",${coupon}"items":[${items}]}`,
    0.5,
  );
}

function abandon(visitor: Visitor, occasion: Occasion, dice: Dice): void {
  visitor.wander(1 + dice.int(4));
  const cart = Array.from({ length: 1 + dice.int(2) }, (): Cart => {
    const product = visitor.anyProduct();
    visitor.look(product);
    const line = { product, quantity: 1, priceCents: visitor.price(product) };
    visitor.cart('add_to_cart', [line]);
    return line;
  });
  const last = cart.at(-1);
  if (last && dice.chance(0.2)) {
    visitor.open(cartPage);
    visitor.cart('remove_from_cart', [last]);
  } else if (dice.chance(0.5)) checkOut(visitor, occasion, cart, 1 + dice.int(3));
}

/** The steps of a session; the last one of a visit that bought is `purchase`. */
export function stepsOf(occasion: Occasion, dice: Dice): Step[] {
  const visitor = new Visitor(
    dice,
    occasion.prices,
    occasion.currency,
    occasion.rate,
    occasion.landing,
    occasion.query,
  );
  visitor.open(occasion.landing, occasion.query);
  visitor.render(allProducts.find((product) => productPage(product) === occasion.landing));
  if (occasion.logsIn === 'at once') {
    visitor.open(account);
    visitor.do('login');
  }
  if (occasion.order) buy(visitor, occasion, occasion.order, dice);
  else if (occasion.outcome === 'abandoned') abandon(visitor, occasion, dice);
  else if (!dice.chance(occasion.channel === 'Paid Social' ? bouncePaidSocial : bounce))
    visitor.wander(1 + dice.int(7));
  return visitor.steps;
}
