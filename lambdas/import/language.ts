import { folded } from './folded.ts';

/** What a file's headings are written in: it tells what a comma in a number is where the numbers do not. */
export type Language = 'en' | 'fr' | 'de';

const words: readonly (readonly [Language, RegExp])[] = [
  [
    'fr',
    /\b(?:jour|campagne|montant|depense|cout|clics|nom|couverture|devise|achats|valeur|pseudo|plateforme|cachet)\b/,
  ],
  ['de', /\b(?:tag|datum|kampagne|kosten|klicks|wahrung|impressionen|konto|betrag|ausgegebener)\b/],
];

export function languageOf(headings: readonly string[]): Language {
  const text = headings.map(folded).join(' ');
  const count = (pattern: RegExp) => text.match(new RegExp(pattern, 'g'))?.length ?? 0;
  const [fr, de] = words.map(([, pattern]) => count(pattern));
  if ((fr ?? 0) === 0 && (de ?? 0) === 0) return 'en';
  return (de ?? 0) > (fr ?? 0) ? 'de' : 'fr';
}
