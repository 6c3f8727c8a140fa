import type { Product } from '../market/catalogue.ts';

/** A line of an order. */
export interface Line {
  readonly product: Product;
  readonly quantity: number;
  /** A unit's price, hundredths of the order's currency, VAT included. */
  readonly priceCents: number;
  /** The line's share of the order's discount. */
  readonly discountCents: number;
  /** VAT contained in what is paid for the line. */
  readonly taxCents: number;
}
