/** The currency that a sign means: one that was left out of a heading would be taken for the shop's. */
export const currencySigns: readonly (readonly [sign: string, currency: string])[] = [
  ['€', 'EUR'],
  ['$', 'USD'],
  ['£', 'GBP'],
  ['¥', 'JPY'],
  ['₩', 'KRW'],
  ['₹', 'INR'],
  ['₺', 'TRY'],
  ['₪', 'ILS'],
  ['฿', 'THB'],
  ['₱', 'PHP'],
  ['₫', 'VND'],
  ['₴', 'UAH'],
  ['₽', 'RUB'],
];

/**
 * A heading as its names are compared: without accents, case and signs. `Amount spent (EUR)` and `Amount spent €` →
 * `amount spent eur`.
 */
export function folded(heading: string): string {
  return currencySigns
    .reduce((text, [sign, currency]) => text.replaceAll(sign, ` ${currency} `), heading.normalize('NFKD'))
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}%#]+/gu, ' ')
    .trim();
}
