import { readFile } from 'node:fs/promises';
import { changesIn, compared, type Deal, dealsOf, isToldInTwoWays } from './deals.ts';
import { dealsPrefix } from './land.ts';
import type { Looked } from './looked.ts';
import type { Part, Understood } from './understand.ts';

/** Says something of the deals of a file. */
export const withNotes = (parts: readonly Part[], notes: readonly string[]): Part[] =>
  parts.map((part) => (part.shape === 'influencer-deals-sheet' ? { ...part, notes: [...notes, ...part.notes] } : part));

interface Tab {
  readonly name: string;
  readonly deals: readonly Deal[];
}

/** The deals of a table that is to be landed. */
export async function dealsIn({ documents }: Part): Promise<Deal[]> {
  const deals: Deal[] = [];
  for (const { key, path } of documents)
    if (key.startsWith(dealsPrefix)) deals.push(...dealsOf(await readFile(path, 'utf8')));
  return deals;
}

/** Deals of two tabs that may be one. */
interface Doubt {
  readonly text: string;
  /** One deal that is told in two ways, two that are likely one, or two of which one may be the next. */
  readonly kind: 'one' | 'likely' | 'may be';
}

/** So many deals that may be those of another tab are so by no chance. */
const copies = 3;

/** What is to be said of two tabs; nothing of deals that stand in both alike, which count once. */
function doubtOf(one: Tab, other: Tab): Doubt | undefined {
  const { both } = compared(one.deals, other.deals);
  const pairs = both.filter((pair) => pair.like < 3 || isToldInTwoWays(pair));
  const likest = Math.max(0, ...pairs.map(({ like }) => like));
  if (likest === 0) return undefined;
  const changes = changesIn({ both: pairs.filter(({ like }) => like === likest), gone: [], added: [] });
  // A tab of which each deal may be one of the other is a copy of it, as of what was paid: by chance one or two are.
  const isCopy = pairs.length >= copies && both.length === Math.min(one.deals.length, other.deals.length);
  return {
    kind: likest === 3 ? 'one' : likest === 2 || isCopy ? 'likely' : 'may be',
    text: `its tabs “${one.name}” and “${other.name}” (${changes})`,
  };
}

async function doubtsOf({ parts }: Understood): Promise<Doubt[]> {
  if (parts.length < 2) return [];
  const tabs = await Promise.all(
    parts.map(async (part): Promise<Tab> => ({ name: part.sheet ?? '', deals: await dealsIn(part) })),
  );
  return tabs.flatMap((tab, at) => tabs.slice(0, at).flatMap((before) => doubtOf(before, tab) ?? []));
}

const whyRefused: Readonly<Record<Exclude<Doubt['kind'], 'may be'>, (text: string) => string>> = {
  one: (text) =>
    `One deal is told in two ways, in ${text}, and only one of them can count. Delete it in the other tab.`,
  likely: (text) =>
    `Deals may stand twice, in ${text}. Delete them in the tab that is not to count, or, if both count, say --adds.`,
};

/**
 * Refuses a workbook that may hold two versions of one sheet of influencers, since no tab says which of them counts;
 * where its deals may as well be two, they count, and it is told.
 * @param adds a person said that they count beside each other
 */
export async function withTabsApart(one: Looked, adds: boolean): Promise<Looked> {
  if (one.kind !== 'understood') return one;
  const doubts = await doubtsOf(one.understood);
  for (const kind of adds ? (['one'] as const) : (['one', 'likely'] as const)) {
    const doubt = doubts.find((found) => found.kind === kind);
    if (doubt) return { kind: 'refused', name: one.name, why: whyRefused[kind](doubt.text) };
  }
  if (adds || doubts.length === 0) return one;
  const notes = doubts.map(({ text }) => `Deals may stand twice, in ${text}: both count.`);
  return { ...one, understood: { ...one.understood, parts: withNotes(one.understood.parts, notes) } };
}
