/** The keywords of search ad groups, as data: what people type, and what an ad's link says of it as `utm_term`. */
import { draw, type Key } from '../market/dice.ts';
import { personSalts } from '../market/salts.ts';
import type { Visit } from '../people/journey.ts';

export interface Keyword {
  readonly text: string;
  readonly matchType: 'EXACT' | 'PHRASE' | 'BROAD';
  /** Of the ad group's clicks. The rest is matched without a keyword (dynamic ads), and no report of keywords has it. */
  readonly share: number;
}

const keywords: Readonly<Record<string, readonly Keyword[]>> = {
  marque_exact: [
    { text: 'sillage', matchType: 'EXACT', share: 0.7 },
    { text: 'sillage cosmétiques', matchType: 'EXACT', share: 0.3 },
  ],
  marque_produits: [
    { text: 'crème sillage', matchType: 'PHRASE', share: 0.6 },
    { text: 'sérum sillage', matchType: 'PHRASE', share: 0.4 },
  ],
  'creme-visage-bio': [
    { text: 'crème visage bio', matchType: 'BROAD', share: 0.5 },
    { text: 'crème hydratante naturelle', matchType: 'PHRASE', share: 0.3 },
    { text: 'crème visage peau sèche', matchType: 'BROAD', share: 0.1 },
  ],
  'serum-naturel': [
    { text: 'sérum visage naturel', matchType: 'PHRASE', share: 0.6 },
    { text: 'sérum vitamine c bio', matchType: 'EXACT', share: 0.3 },
  ],
  'savon-artisanal': [{ text: 'savon artisanal', matchType: 'BROAD', share: 0.8 }],
};

/** Google's number of a keyword, the same in every ad group that has it. */
export const criterionId = ({ text }: Keyword): number =>
  Buffer.from(text).reduce((id, byte) => (id * 31 + byte) % 1_000_000_007, 7);

/** The keywords of an ad group; none of one that is not of search. */
export const keywordsOf = (group: string): readonly Keyword[] => keywords[group] ?? [];

/** The keyword by which a visit came; undefined where its ad was shown without one. */
export function keywordOf(group: string, key: Key, visit: Visit): Keyword | undefined {
  let unit = draw(key, personSalts.keyword + visit.number);
  return keywordsOf(group).find(({ share }) => (unit -= share) < 0);
}
