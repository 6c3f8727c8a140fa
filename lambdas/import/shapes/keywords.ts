import { folded } from '../folded.ts';

/** A keyword, and how the platform matches it with what people search for, by the name that its API has. */
export interface Keyword {
  readonly text: string;
  readonly matchType?: string;
}

/** Fields of a report of keywords or of search terms. */
export const keywordFields = {
  keyword: /^(?:(?:search )?keyword|mot cle(?: du reseau de recherche)?|(?:such)?keyword(?: im suchnetzwerk)?)$/,
  match_type:
    /^(?:(?:(?:search )?keyword |bid |delivered )?match type|type de correspondance(?: d(?:u|es) mots? cles?(?: du reseau de recherche)?)?|(?:keyword )?(?:option|ubereinstimmungstyp))$/,
  search_term: /^(?:search (?:term|query)|terme de recherche|suchbegriff)$/,
};

/** What pages call a match type in English, French and German; the more particular one first. */
const matchTypes: readonly (readonly [RegExp, string])[] = [
  [/phrase|expression|wortgruppe/, 'PHRASE'],
  [/broad|large|weitgehend/, 'BROAD'],
  [/exact|genau/, 'EXACT'],
];

/** Undefined where a row has no keyword. */
export function keywordOf(text: string, match: string): Keyword | undefined {
  if (text === '') return undefined;
  const matchType = matchTypes.find(([words]) => words.test(folded(match)))?.[1];
  return { text, ...(matchType !== undefined && { matchType }) };
}
