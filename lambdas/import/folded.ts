/**
 * A heading as its names are compared: without accents, case and signs. `Amount spent (EUR)` and `Amount spent €` →
 * `amount spent eur`.
 */
export function folded(heading: string): string {
  return heading
    .replaceAll('€', ' EUR ')
    .replaceAll('$', ' USD ')
    .replaceAll('£', ' GBP ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}%#]+/gu, ' ')
    .trim();
}
