import { basename } from 'node:path';
import { ObjectNotFound, type Lake } from '../shared/ports/lake.ts';
import {
  changesIn,
  compared,
  dealsOf,
  isToldInTwoWays,
  verdictOn,
  type Compared,
  type Deal,
  type Verdict,
} from './deals.ts';
import { dealsIn, withNotes, withTabsApart } from './deal-tabs.ts';
import { allImports, dealsPrefix, type Manifest } from './land.ts';
import type { Looked } from './looked.ts';
import type { ImportOptions } from './shape.ts';
import type { Named, Understood } from './understand.ts';

/** A file with deals of influencers that counts, or is to. */
interface Sheet extends Named {
  readonly exportedAt: string;
  readonly deals: readonly Deal[];
  /** A person said that it stands beside those before it. */
  readonly adds: boolean;
}

async function landedDeals(lake: Lake, { parts }: Pick<Manifest, 'parts'>): Promise<Deal[]> {
  const deals: Deal[] = [];
  for (const key of parts.flatMap(({ documents }) => documents).filter((one) => one.startsWith(dealsPrefix)))
    try {
      deals.push(...dealsOf((await lake.get(key)).toString('utf8')));
    } catch (error) {
      // Somebody took it away by hand: it counts no more.
      if (!(error instanceof ObjectNotFound)) throw error;
    }
  return deals;
}

/** The sheets of a lake whose deals count, the older ones first. */
async function standing(lake: Lake): Promise<Sheet[]> {
  const sheets: Sheet[] = [];
  for await (const manifest of allImports(lake)) {
    const { sha256: hash, file, exported_at: exportedAt, adds = false } = manifest;
    const deals = await landedDeals(lake, manifest);
    if (deals.length > 0) sheets.push({ hash, file, exportedAt, adds, deals });
  }
  return sheets.toSorted((a, b) => (a.exportedAt < b.exportedAt ? -1 : 1));
}

async function sheetOf({ hash, file, parts }: Understood): Promise<Sheet> {
  const deals = (await Promise.all(parts.map(dealsIn))).flat();
  return { hash, file: file.name, exportedAt: file.exportedAt.toISOString(), deals, adds: false };
}

/** A file's name without what systems add to that of a copy. */
const nameOf = ({ file }: Sheet) =>
  file
    .toLowerCase()
    .replace(/\.[^.]*$/, '')
    .replace(/(?: \(\d+\)| ?- ?(?:copie|copy)(?: \(\d+\))?)$/, '');

interface Judged extends Compared {
  readonly verdict: Verdict;
}

/** What two sheets are to each other, by the time at which each was written. */
function judge(older: Sheet, newer: Sheet): Judged {
  const all = compared(older.deals, newer.deals);
  const whose = new Set(older.deals.map((deal) => deal.whose));
  const isOfOneName = nameOf(older) === nameOf(newer) && newer.deals.some((deal) => whose.has(deal.whose));
  const verdict = verdictOn(all, isOfOneName);
  // Copies are often as old as each other: then nobody knows which of them corrects the other.
  const isOfOneSecond = older.exportedAt.slice(0, 19) === newer.exportedAt.slice(0, 19);
  const isEqual = all.both.every(({ older: one, newer: other }) => one.fee === other.fee && one.id === other.id);
  return verdict === 'newer version' && isOfOneSecond && !(isEqual && all.added.length === 0)
    ? { ...all, verdict: 'unclear' }
    : { ...all, verdict };
}

/** Whether a person means a sheet: by its name as they know it, with or without its folder. */
const isNamed = ({ file }: Sheet, given: string | undefined) =>
  given !== undefined && file.toLowerCase() === basename(given).normalize('NFC').toLowerCase();

const quoted = (file: string) => `"${file.replaceAll(/["\\$`]/g, String.raw`\$&`)}"`;

/** What becomes of a sheet beside those that count. */
type Place =
  | { readonly kind: 'refused'; readonly why: string }
  | {
      readonly kind: 'placed';
      readonly replaces: readonly Sheet[];
      readonly replacedBy: Sheet | undefined;
      readonly notes: readonly string[];
    };

function placeOf(sheet: Sheet, others: readonly Sheet[], { replaces: given, adds = false }: ImportOptions): Place {
  const replaces = others.filter((other) => isNamed(other, given));
  const notes = replaces.map((other) => {
    const all = compared(other.deals, sheet.deals);
    const common = all.both.length === 0 ? 'they have no deal in common. ' : '';
    return `What ${other.file} says counts no more, as you said (${common}${changesIn(all)}).`;
  });
  let replacedBy: Sheet | undefined;
  for (const other of adds ? others.filter((one) => !replaces.includes(one)) : []) {
    const [older, newer] = other.exportedAt <= sheet.exportedAt ? [other, sheet] : [sheet, other];
    const oneInTwoWays = compared(older.deals, newer.deals).both.filter(isToldInTwoWays);
    if (oneInTwoWays.length > 0)
      return {
        kind: 'refused',
        why:
          `A deal of it is in ${other.file} too, in another way, and only one of them can count ` +
          `(${changesIn({ both: oneInTwoWays, gone: [], added: [] })}). If they are two deals, give each an id ` +
          `of its own in a column “Ref”; if this one is right, say --replaces ${quoted(other.file)}.`,
      };
    const same = compared(older.deals, newer.deals).both.filter(({ like }) => like === 3).length;
    if (same > 0) notes.push(`Deals that are in ${other.file} alike count once: ${same}.`);
  }
  for (const other of adds ? [] : others.filter((one) => !isNamed(one, given))) {
    const isNewer = other.exportedAt <= sheet.exportedAt;
    const { verdict, ...all } = isNewer ? judge(other, sheet) : judge(sheet, other);
    const changes = changesIn(all);
    const instead = `If both sheets count, say --adds.`;
    if (verdict === 'unclear')
      return {
        kind: 'refused',
        why:
          `It may be ${isNewer ? 'a newer' : 'an older'} version of ${other.file}, or a sheet of other ` +
          `deals${changes === '' ? '' : ` (${changes})`}. If it is to count in place of that one, say ` +
          `--replaces ${quoted(other.file)}. ${instead}`,
      };
    if (verdict === 'newer version' && isNewer) {
      replaces.push(other);
      notes.push(`It is a newer version of ${other.file}, which counts no more (${changes}). ${instead}`);
    } else if (verdict === 'newer version') {
      replacedBy = other;
      notes.push(
        `${other.file} is a newer version of it, so none of its deals counts (${changes}). If it is to count ` +
          `in place of that one, say --replaces ${quoted(other.file)}. ${instead}`,
      );
    } else if (verdict === 'by id' && isNewer && all.gone.length > 0)
      notes.push(
        `Deals of ${other.file} that are not in it go on counting: ` +
          `${changesIn({ both: [], gone: all.gone, added: [] }).replace('not in the newer: ', '')}. If they ` +
          `were deleted, say --replaces ${quoted(other.file)}.`,
      );
  }
  return { kind: 'placed', replaces, replacedBy, notes };
}

function whyNothingToReplace(
  counting: readonly Sheet[],
  { replaces }: ImportOptions,
): (Place & { readonly kind: 'refused' }) | undefined {
  if (replaces === undefined || counting.some((sheet) => isNamed(sheet, replaces))) return undefined;
  const files = counting.map(({ file }) => quoted(file)).join(', ') || 'none';
  return {
    kind: 'refused',
    why:
      `No sheet of influencers that counts is called ${quoted(replaces)}, so it can replace none. Those that ` +
      `count: ${files}.`,
  };
}

/** A file of which nobody can say that it replaces a sheet, or counts beside one. */
const sayingNothing = (one: Looked): Looked =>
  one.kind === 'understood'
    ? {
        kind: 'refused',
        name: one.name,
        why:
          '--replaces and --adds speak of sheets of influencers, and no deal is in it. Import it without them: ' +
          'of all else the newest report or state of an order counts.',
      }
    : one;

/**
 * Says of sheets of influencers' deals what they are beside those that were imported before, and beside each other: the
 * deals of a newer version count in place of those of the older one, and where nobody can say, the file is refused.
 */
export async function placed(lake: Lake, files: readonly Looked[], options: ImportOptions): Promise<Looked[]> {
  const looked = await Promise.all(files.map((one) => withTabsApart(one, options.adds === true)));
  const isSaid = options.replaces !== undefined || options.adds === true;
  const sheets = new Map<Looked, Sheet>();
  for (const one of looked)
    if (one.kind === 'understood') {
      const sheet = await sheetOf(one.understood);
      if (sheet.deals.length > 0) sheets.set(one, sheet);
    }
  if (sheets.size === 0 && !isSaid) return [...looked];
  let counting = await standing(lake);
  const whyNot = whyNothingToReplace(counting, options);
  for (const one of looked) {
    const known = one.kind === 'known' && isSaid ? counting.find(({ hash }) => hash === one.before.sha256) : undefined;
    if (known) sheets.set(one, known);
  }
  if (sheets.size === 0) return looked.map(sayingNothing);
  const results = new Map<string, Looked>();
  const byAge = [...sheets].toSorted(([, a], [, b]) => (a.exportedAt < b.exportedAt ? -1 : 1));
  for (const [one, sheet] of byAge) {
    const others = counting.filter(({ hash }) => hash !== sheet.hash);
    const place = whyNot ?? placeOf(sheet, others, options);
    if (place.kind === 'refused') {
      results.set(sheet.hash, { kind: 'refused', name: one.name, why: place.why });
      continue;
    }
    const { replaces, replacedBy, notes } = place;
    const versions = {
      replaces: replaces.map(({ hash, file }) => ({ hash, file })),
      ...(replacedBy && { replacedBy: { hash: replacedBy.hash, file: replacedBy.file } }),
      ...(options.adds === true && { adds: true }),
    };
    if (one.kind === 'known') results.set(sheet.hash, { ...one, versions });
    if (one.kind === 'understood')
      results.set(sheet.hash, {
        ...one,
        understood: { ...one.understood, versions, parts: withNotes(one.understood.parts, notes) },
      });
    for (const { hash } of replaces) {
      const before = results.get(hash);
      if (before?.kind === 'understood')
        results.set(hash, {
          ...before,
          understood: {
            ...before.understood,
            versions: {
              replaces: [],
              ...before.understood.versions,
              replacedBy: { hash: sheet.hash, file: sheet.file },
            },
          },
        });
    }
    const gone = new Set(replaces.map(({ hash }) => hash));
    counting = counting.filter(({ hash }) => !gone.has(hash) && hash !== sheet.hash);
    if (replacedBy === undefined) counting.push(sheet);
  }
  return looked.map((one) => {
    const sheet = sheets.get(one);
    return (sheet && results.get(sheet.hash)) ?? one;
  });
}

/** Sheets of a lake that may be two versions of one, of which both count: a sentence for each two. */
export async function sheetsToldTwice(lake: Lake, flag = ''): Promise<string[]> {
  const sheets = await standing(lake);
  return sheets.flatMap((newer, at) =>
    sheets.slice(0, at).flatMap((older) => {
      const { verdict, ...all } = judge(older, newer);
      // Of deals with one id the newer counts: then nothing counts twice.
      const isRight = all.gone.length === 0 && all.both.every(({ like }) => like === 3);
      if (newer.adds || older.adds || isRight || all.both.length === 0 || verdict === 'by id') return [];
      return [
        `${older.file} and ${newer.file} may be two versions of one sheet of influencers, and the deals of ` +
          `both count (${changesIn(all)}). If ${newer.file} is the newer version: sillage import ` +
          `${quoted(newer.file)} --replaces ${quoted(older.file)}${flag}; if both count: sillage import ` +
          `${quoted(newer.file)} --adds${flag}`,
      ];
    }),
  );
}
