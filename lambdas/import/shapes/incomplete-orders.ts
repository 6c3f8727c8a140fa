import { Refused } from '../refused.ts';
import type { Row } from '../rows.ts';
import type { LeftOuts } from '../shape.ts';
import { fromCents } from './shopify-cells.ts';

/** An order of which a line is not there. */
export class IncompleteOrder extends Refused {
  override readonly name = 'IncompleteOrder';
  readonly order: string;
  /** Cents. */
  readonly total: number;
  readonly currency: string;

  constructor(message: string, { name, total, currency }: { name: string; total: number; currency: string }) {
    super(`${message} Or leave such orders out, and import the others: --accept-incomplete.`);
    this.order = name;
    this.total = total;
    this.currency = currency;
  }
}

/** Leaves out orders that lost a line, where a person said so, and tells what that takes from the revenue. */
export class IncompleteOrders {
  readonly #isAccepted: boolean;
  readonly #leftOut: LeftOuts;
  readonly #lost = new Map<string, number>();
  readonly #names: string[] = [];

  constructor(isAccepted: boolean, leftOut: LeftOuts) {
    this.#isAccepted = isAccepted;
    this.#leftOut = leftOut;
  }

  /** An order from its rows; undefined where it lost a line and is left out. @throws Refused */
  read<From extends Pick<Row, 'row'>, Order>(
    rows: readonly From[],
    read: (rows: readonly From[]) => Order,
  ): Order | undefined {
    try {
      return read(rows);
    } catch (error) {
      if (!(error instanceof IncompleteOrder) || !this.#isAccepted) throw error;
      for (const { row } of rows) this.#leftOut.add('an order that lost a line', row);
      this.#names.push(error.order);
      // Of one whose beginning is not there nobody knows what it came to.
      if (error.currency !== '') this.#lost.set(error.currency, (this.#lost.get(error.currency) ?? 0) + error.total);
      return undefined;
    }
  }

  /** What is to be known of what was left out. */
  get notes(): string[] {
    const count = this.#names.length;
    if (count === 0) return [];
    const sums = [...this.#lost].map(([currency, total]) => `${fromCents(total)} ${currency}`).join(' and ');
    const named = `${this.#names.slice(0, 5).join(', ')}${count > 5 ? '…' : ''}`;
    return [
      `${count} ${count === 1 ? 'order' : 'orders'}${sums === '' ? '' : ` of ${sums}`} lost a line and ` +
        `${count === 1 ? 'is' : 'are'} NOT imported (${named}): revenue lacks them. Export ` +
        `${count === 1 ? 'it' : 'them'} again: the newer file adds what this one lacks.`,
    ];
  }
}
