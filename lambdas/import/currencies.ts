/** Currencies as people and platforms write them, beside an amount or in a cell of their own. */

/** ISO 4217 of words and signs; each has its letters, too. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^(?:€|euros?)$/i, 'EUR'],
  [/^(?:(?:us ?)?\$|(?:us )?dollars?)$/i, 'USD'],
  [/^(?:£|livres?(?: sterling)?|pounds?)$/i, 'GBP'],
  [/^(?:s?fr\.?)$/i, 'CHF'],
];

/** The currency that a word, a sign or letters mean: letters that are no known word as they are. */
export const currencyNamed = (text: string): string =>
  words.find(([pattern]) => pattern.test(text))?.[1] ?? text.toUpperCase();

/** What names a currency beside an amount, as it is written: `€` of `100 €`, `CA$` of `CA$100`. */
function writtenBeside(text: string): string | undefined {
  if (!/\d/.test(text)) return undefined;
  return /[a-z]{0,2}[€$£]|(?<![a-z])(?:[a-z]{3}|s?fr\.)(?![a-z])/i.exec(text)?.[0];
}

/** The currency that stands beside an amount: `100 €`, `$100`, `CHF 100`; undefined where none does. */
export function currencyBeside(text: string): string | undefined {
  const written = writtenBeside(text);
  return written === undefined ? undefined : currencyNamed(written);
}

/** The currencies of which people write a bare $. */
const dollars: ReadonlySet<string> = new Set(['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'MXN']);

/** Whether an amount may be in a currency, as far as it says one itself. */
export function isIn(text: string, currency: string): boolean {
  const written = writtenBeside(text);
  return written === undefined || currencyNamed(written) === currency || (written === '$' && dollars.has(currency));
}
