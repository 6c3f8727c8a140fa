import type { Names } from './records.ts';

/**
 * What tells a buyer in the shop's records: the customer's id, addresses, and numbers of orders, which look like ids.
 */
export const buyerNames = ({ customer, emails, orders }: Names): string[] => [
  ...(customer === undefined ? [] : [customer]),
  ...emails,
  ...orders.map((one) => `#${one}`),
];

/** Who is one buyer: names that stand in one record, and so on from record to record. */
export class Buyers {
  readonly #groups = new Map<string, Set<string>>();

  /** Takes note that these names are one buyer's. */
  learn(names: readonly string[]): void {
    const all = new Set(names.flatMap((name) => [name, ...(this.#groups.get(name) ?? [])]));
    for (const name of all) this.#groups.set(name, all);
  }

  /** The names of each buyer. */
  groups(): string[][] {
    return Array.from(new Set(this.#groups.values()), (names) => [...names].toSorted());
  }
}
