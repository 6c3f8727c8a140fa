/** Currencies as people and platforms write them, beside an amount or in a cell of their own. */
import { currencySigns } from './folded.ts';
import { Refused } from './refused.ts';

/** ISO 4217 of words and signs; each has its letters, too. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^(?:€|euros?)$/i, 'EUR'],
  [/^(?:(?:us ?)?\$|(?:us )?dollars?(?: us| am[ée]ricains?)?)$/i, 'USD'],
  [/^(?:£|livres?(?: sterling)?|pounds?)$/i, 'GBP'],
  [/^(?:s?fr\.?)$/i, 'CHF'],
  [/^yens?$/i, 'JPY'],
  [/^z[łl]$/i, 'PLN'],
  [/^kč$/i, 'CZK'],
  [/^ft$/i, 'HUF'],
  [/^lei$/i, 'RON'],
];
const signs = new Map(currencySigns);

/** The letters of a currency beside its name or its sign: `EUR - Euro`, `EUR (€)`, `Euro (EUR)`. */
const lettersIn = (text: string) => {
  const [, first, last] = /^([a-z]{3})(?=\s*[^\sa-z])|\(([a-z]{3})\)$/i.exec(text) ?? [];
  return first ?? last;
};

/** The currency that a word, a sign or letters mean: letters that are no known word as they are. */
export const currencyNamed = (text: string): string =>
  signs.get(text) ?? words.find(([pattern]) => pattern.test(text))?.[1] ?? (lettersIn(text) ?? text).toUpperCase();

/** What names a currency beside an amount, as it is written: `€` of `100 €`, `CA$` of `CA$100`. */
function writtenBeside(text: string): string | undefined {
  if (!/\d/.test(text)) return undefined;
  return /[a-z]{0,2}[€$£¥]|(?<![a-z])(?:[a-z]{3}|s?fr\.)(?![a-z])/i.exec(text)?.[0];
}

/** The currency that stands beside an amount: `100 €`, `$100`, `CHF 100`; undefined where none does. */
export function currencyBeside(text: string): string | undefined {
  const written = writtenBeside(text);
  return written === undefined ? undefined : currencyNamed(written);
}

/** The currencies of which people write one bare sign. */
const sharing: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['$', new Set(['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'MXN'])],
  ['¥', new Set(['JPY', 'CNY'])],
  ['kr', new Set(['SEK', 'NOK', 'DKK', 'ISK'])],
  ['kr.', new Set(['SEK', 'NOK', 'DKK', 'ISK'])],
]);

/** Whether a sign or a word beside amounts may mean a currency. */
export const mayMean = (written: string, currency: string): boolean =>
  currencyNamed(written) === currency || sharing.get(written)?.has(currency) === true;

/** Whether an amount may be in a currency, as far as it says one itself. */
export function isIn(text: string, currency: string): boolean {
  const written = writtenBeside(text);
  return written === undefined || mayMean(written, currency);
}

/**
 * The currency that a cell of a column of currencies names; empty where it names none, or is a bare $, which may be any
 * dollar.
 * @throws Refused where it is none that is known: no rate would ever be found
 */
export function currencyOfCell(text: string, where: () => string): string {
  if (text === '' || text === '$') return '';
  const named = currencyNamed(text);
  // A bare ¥ in a cell of its own is of Japan or of China, and no amount stands there that could tell.
  if (/^[A-Z]{3}$/.test(named) && text !== '¥') return named;
  throw new Refused(
    `${where()} is “${text}”, which is no currency that is known. Write its three letters, as EUR or USD.`,
  );
}
