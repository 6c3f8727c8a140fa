import { daysBetween, isDay } from '../shared/days.ts';
import { sheetRows } from '../transform/sheet-rows.ts';
import { Amounts, fromMicros, micros } from './amounts.ts';
import { folded } from './folded.ts';

/** A deal of a sheet, as far as it tells whether another sheet has it too. */
export interface Deal {
  readonly id: string;
  /** The sheet itself names it: a made-up id is other where day or code are. */
  readonly hasOwnId: boolean;
  readonly handle: string;
  /** Platform and handle, as they are compared. */
  readonly whose: string;
  readonly day: string;
  readonly code: string;
  /** With its currency; empty where nothing was paid. */
  readonly fee: string;
}

const madeUpId = /^[0-9a-f]{12}(?:-\d+)?$/;
/** Before the handle in the address of an influencer's page. */
const page = /^.*(?:instagram|tiktok|youtube)\.com\/@?/i;

/** Platform and handle, as they are compared, however the handle is written. */
export const accountOf = (platform: string, handle: string): string =>
  `${folded(platform)} ${folded(handle.replace(page, ''))}`;

/** Whether the transform reads a handle in a text (`handle_of` in record.sql). */
export function isHandle(text: string): boolean {
  const handle = text
    .trim()
    .toLowerCase()
    .normalize('NFC')
    .replace(
      /^(?:https?:\/\/)?(?:[a-z0-9-]+\.)*(?:instagram|tiktok|youtube)\.com\/(?:c\/|channel\/|user\/|_u\/)?([^/?#\s]+).*$/u,
      '$1',
    ) // prettier-ignore
    .replace(/\s*\([^()]*\)$/u, '');
  const isOfNobody =
    text.includes('/') &&
    /^(?:p|tv|reels?|stories|explore|video|watch|shorts|playlist|embed|c|channel|user)$/u.test(handle);
  return !isOfNobody && /^@?[\p{L}\p{N}_][\p{L}\p{N}\p{M}._-]*$/u.test(handle);
}

/** The deals of a sheet, as an import lands it. */
export function dealsOf(landed: string): Deal[] {
  const [heading, ...rows] = [...sheetRows(landed, ';')].flatMap(({ cells }) =>
    cells === undefined || cells.every((cell) => cell === '') ? [] : [cells],
  );
  const cell = (row: readonly string[], name: string) => row[heading?.indexOf(name) ?? -1]?.trim() ?? '';
  const amounts = new Amounts('fr');
  for (const row of rows) amounts.learn(cell(row, 'cachet'), 'money');
  return rows.map((row) => {
    const [id, handle, written] = [cell(row, 'id_contrat'), cell(row, 'pseudo'), cell(row, 'cachet')];
    const read = amounts.read(written, 'money');
    const paid = micros(read === '' ? '0' : read);
    const day = cell(row, 'date_contrat').split('/').toReversed().join('-');
    return {
      id,
      hasOwnId: !madeUpId.test(id),
      handle,
      whose: accountOf(cell(row, 'plateforme'), handle),
      day: isDay(day) ? day : cell(row, 'date_contrat'),
      code: cell(row, 'code_promo').toUpperCase(),
      fee: paid === 0n ? '' : `${paid === undefined ? written : fromMicros(paid)} ${cell(row, 'devise')}`,
    };
  });
}

/** Days by which a deal is moved: those of two months are two, also with the same code and fee. */
const moved = 27;

/**
 * How like each other two deals of two sheets are: the same one, one of which code or fee was corrected, one that may
 * be the other, or another.
 */
function likeness(older: Deal, newer: Deal): 0 | 1 | 2 | 3 {
  if (older.id === newer.id) return 3;
  if (older.whose !== newer.whose || (older.hasOwnId && newer.hasOwnId)) return 0;
  const hasSame = (field: 'code' | 'fee') => older[field] !== '' && older[field] === newer[field];
  const hasNeither = [older, newer].every(({ code, fee }) => code === '' && fee === '');
  if (older.day === newer.day) return hasSame('code') || hasSame('fee') || hasNeither ? 2 : 1;
  const isNear = isDay(older.day) && isDay(newer.day) && Math.abs(daysBetween(older.day, newer.day)) <= moved;
  return isNear && (hasSame('code') || hasSame('fee')) ? 1 : 0;
}

/** What two sheets have in common, and what they do not. */
export interface Compared {
  /** Deals of both, as each has them. */
  readonly both: readonly { readonly older: Deal; readonly newer: Deal; readonly like: number }[];
  /** Deals of the older sheet that the newer one does not have. */
  readonly gone: readonly Deal[];
  readonly added: readonly Deal[];
}

/** What is told of a deal beside its id: where a sheet names its deals, any of it may be corrected. */
const told = ['day', 'fee', 'code'] as const;

/** Whether two sheets have one deal by its id, and say another thing of it. */
export const isToldInTwoWays = ({ older, newer, like }: Compared['both'][number]): boolean =>
  like === 3 && told.some((field) => older[field] !== newer[field]);

/** Each deal of a sheet with at most one of the other: the likest first. */
export function compared(older: readonly Deal[], newer: readonly Deal[]): Compared {
  const [gone, added] = [new Set(older), new Set(newer)];
  const both: { older: Deal; newer: Deal; like: number }[] = [];
  for (const like of [3, 2, 1])
    for (const one of gone)
      for (const other of added)
        if (likeness(one, other) === like) {
          both.push({ older: one, newer: other, like });
          gone.delete(one);
          added.delete(other);
          break;
        }
  return { both, gone: [...gone], added: [...added] };
}

/**
 * What a sheet is beside an older one: another (both count), its newer version (it alone counts), one of the same deals
 * by their own ids (each counts as the newer has it), or nobody can say.
 */
export type Verdict = 'another' | 'newer version' | 'by id' | 'unclear';

export function verdictOn({ both, gone }: Compared, isOfOneName: boolean): Verdict {
  if (both.length === 0) return isOfOneName ? 'unclear' : 'another';
  if (both.every(({ older, newer }) => older.hasOwnId && older.id === newer.id)) return 'by id';
  // A deal of the same day and code, or fee, is not told by chance; and nothing may be lost that nobody named.
  return gone.length === 0 && both.some(({ like }) => like >= 2) ? 'newer version' : 'unclear';
}

const shownDay = (day: string) => day.split('-').toReversed().join('/');
const shown = ({ handle, day, fee, code }: Deal) =>
  `${handle} of ${shownDay(day)} (${[fee || 'no fee', code].filter((text) => text !== '').join(', ')})`;
const change = (from: string, to: string) => (from === to ? [] : [`${from || 'nothing'} → ${to || 'nothing'}`]);
const listed = (texts: readonly string[]) =>
  texts.slice(0, 5).join('; ') + (texts.length > 5 ? `; and ${texts.length - 5} more` : '');

/** What was changed from the older sheet to the newer one, in words; empty where nothing was. */
export function changesIn({ both, gone, added }: Compared): string {
  const changed = both.flatMap(({ older, newer }) => {
    const what = [
      ...change(shownDay(older.day), shownDay(newer.day)),
      ...change(older.fee, newer.fee),
      ...change(older.code, newer.code),
    ];
    return what.length === 0 ? [] : [`${older.handle} ${what.join(', ')}`];
  });
  const same = both.length - changed.length;
  return [
    ...(same > 0 ? [`the same in both: ${same}`] : []),
    ...(changed.length > 0 ? [`changed: ${listed(changed)}`] : []),
    ...(gone.length > 0 ? [`not in the newer: ${listed(gone.map(shown))}`] : []),
    ...(added.length > 0 ? [`only in the newer: ${listed(added.map(shown))}`] : []),
  ].join('. ');
}
