/** What the lake keeps of an event: an import announces only that, for the transform would refuse the rest. */
import { hasHost } from './event-address.ts';

interface Told {
  readonly name: string;
  readonly url: string | undefined;
  readonly value: number | undefined;
  readonly currency: string | null | undefined;
}

/** Why the lake keeps no such event; undefined where it does. */
export function whyNotKept({ name, url, value, currency }: Told): string | undefined {
  if (url === undefined || !hasHost(url))
    return `${name}: no address of a page, without which Sillage keeps no event (did a server or an app send it?)`;
  if (value !== undefined && value < 0) return `${name}: its value is below zero`;
  return currency && !/^[a-z]{3}$/i.test(currency)
    ? `${name}: its currency is none of three letters (${currency.slice(0, 20)})`
    : undefined;
}

interface Item {
  readonly price?: number | undefined;
  readonly quantity?: number | undefined;
}

/** The products of events, of which the lake reads none without a price; it would refuse the whole event. */
export class KeptItems {
  #without = 0;

  of<T extends Item>(items: readonly T[] | null | undefined): (T & { price: number; quantity: number })[] | undefined {
    return items?.flatMap((item) => {
      // As GA4 and Segment define it, no quantity is one.
      const { price, quantity = 1 } = item;
      if (price !== undefined && Number.isFinite(price) && Number.isSafeInteger(quantity))
        return [{ ...item, price, quantity }];
      this.#without++;
      return [];
    });
  }

  get notes(): string[] {
    return this.#without === 0
      ? []
      : [
          `${this.#without} ${this.#without === 1 ? 'product' : 'products'} in events without a price, or of no whole number of pieces: the events count, without these products.`,
        ];
  }
}
