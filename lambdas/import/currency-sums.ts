import { fromMicros } from './amounts.ts';
import type { Total } from './shape.ts';

/** Sums of money, currency by currency: amounts of two currencies have no sum. */
export class CurrencySums {
  /** By currency, the sum of each thing that is added up. */
  readonly #sums = new Map<string, Map<string, bigint>>();

  /** @param amount in millionths @param currency undefined where nothing tells it */
  add(what: string, amount: bigint, currency: string | undefined): void {
    const code = currency?.toUpperCase() ?? '';
    const own = this.#sums.get(code) ?? new Map<string, bigint>();
    this.#sums.set(code, own.set(what, (own.get(what) ?? 0n) + amount));
  }

  /** The currencies that were named. */
  get currencies(): string[] {
    return [...this.#sums.keys()].filter((name) => name !== '');
  }

  /** Each sum as an import tells it. */
  get totals(): Total[] {
    return [...this.#sums].flatMap(([currency, own]) =>
      [...own].map(([what, sum]) => ({ what, imported: `${fromMicros(sum)} ${currency}`.trim() })),
    );
  }
}
