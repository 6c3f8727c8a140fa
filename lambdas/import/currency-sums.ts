import { fromMicros } from './amounts.ts';
import type { Total } from './shape.ts';

/** Sums of money, currency by currency: amounts of two currencies have no sum. */
export class CurrencySums {
  readonly #sums = new Map<string, bigint>();

  /** @param amount in millionths @param currency undefined where nothing tells it */
  add(amount: bigint, currency: string | undefined): void {
    const name = currency ?? '';
    this.#sums.set(name, (this.#sums.get(name) ?? 0n) + amount);
  }

  /** The currencies that were named. */
  get currencies(): string[] {
    return [...this.#sums.keys()].filter((name) => name !== '');
  }

  /** Each sum as an import tells it. */
  totals(what: string): Total[] {
    return [...this.#sums].map(([currency, sum]) => ({ what, imported: `${fromMicros(sum)} ${currency}`.trim() }));
  }
}
