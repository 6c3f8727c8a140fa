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

/** The amounts that events tell: of one that is no number the event counts, without it. */
export class KeptAmounts {
  #first: string | undefined;
  #unread = 0;

  of(text: string | null | undefined): number | undefined {
    if (text == null || text === '') return undefined;
    const amount = Number(text);
    if (Number.isFinite(amount)) return amount;
    this.#first ??= text;
    this.#unread++;
    return undefined;
  }

  get notes(): string[] {
    return this.#unread === 0
      ? []
      : [
          `${this.#unread} ${this.#unread === 1 ? 'amount of an event is' : 'amounts of events are'} no ` +
            `number (the first is “${this.#first?.slice(0, 20) ?? ''}”): the events count, without what they ` +
            'were worth. Let pages send digits with a point.',
        ];
  }
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
          `${this.#without} ${this.#without === 1 ? 'product' : 'products'} in events without a price, or of ` +
            'no whole number of pieces: the events count, without these products.',
        ];
  }
}
