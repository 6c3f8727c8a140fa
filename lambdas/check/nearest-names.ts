/** Names of campaigns that are alike: links spell them otherwise than platforms do. */

/** Letters and digits alone, without accents and case. */
const bare = (name: string): string =>
  name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');

function pairs(text: string): Map<string, number> {
  const found = new Map<string, number>();
  for (let at = 0; at < text.length - 1; at++) {
    const pair = text.slice(at, at + 2);
    found.set(pair, (found.get(pair) ?? 0) + 1);
  }
  return found;
}

/** How alike two names are, from 0 to 1: the share of pairs of letters that they have in common (Sørensen–Dice). */
export function likeness(one: string, other: string): number {
  const [a, b] = [bare(one), bare(other)];
  if (a === b) return a === '' ? 0 : 1;
  const [ofA, ofB] = [pairs(a), pairs(b)];
  let common = 0;
  for (const [pair, count] of ofA) common += Math.min(count, ofB.get(pair) ?? 0);
  const all = Math.max(0, a.length - 1) + Math.max(0, b.length - 1);
  return all === 0 ? 0 : (2 * common) / all;
}

/** Names that are less alike are told of as none. */
const leastLikeness = 0.4;

/** The names that are most like one, the nearest first. */
export function nearestNames(name: string, names: readonly string[], most = 3): string[] {
  return [...new Set(names)]
    .map((one) => ({ one, like: likeness(name, one) }))
    .filter(({ like }) => like >= leastLikeness)
    .toSorted((a, b) => b.like - a.like || (a.one < b.one ? -1 : 1))
    .slice(0, most)
    .map(({ one }) => one);
}
