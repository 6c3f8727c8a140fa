/** What reports of one account take from each other: told before it is imported. */
import { addDays, type Day } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { fromMicros } from './amounts.ts';
import { areOfEmail, comparable, counting, meet, replaces, type Campaign, type Report } from './compared-reports.ts';
import type { Looked } from './looked.ts';
import { isFiner, isShort, rowsOf } from './restated.ts';

/** Whether a report tells of a campaign: by its name where one of the two has no ids. */
const tellsOf = ({ campaigns }: Report, id: string, { name }: Campaign) =>
  campaigns.has(id) || campaigns.has(name) || [...campaigns.values()].some((one) => one.name === id);

/** Campaigns that an older report has, and a newer one that replaces its days lacks. */
function lostCampaigns(reports: readonly Report[], older: Report, newer: Report): Campaign[] {
  const isFirst = (day: Day) => reports.find((one) => replaces(one, older, day)) === newer;
  return [...older.campaigns].flatMap(([id, campaign]) =>
    !tellsOf(newer, id, campaign) &&
    [...campaign.days].some(
      ([day, { spend }]) => spend !== undefined && isFirst(day) && counting(reports, older, id, day) === undefined,
    )
      ? [campaign]
      : [],
  );
}

/** What a campaign has in a coarser report, and in the finer one that counts in its place. */
interface Short {
  readonly name: string;
  readonly currency: string;
  readonly coarse: bigint;
  readonly fine: bigint;
}

/** Campaigns of which a finer report, which counts, has less than a coarser one on the same days. */
function shortCampaigns(reports: readonly Report[], coarser: Report, finer: Report): Short[] {
  return [...coarser.campaigns].flatMap(([id, { name, days }]): Short[] => {
    const sums = new Map<string, { coarse: bigint; fine: bigint }>();
    for (const [day, { level, currency, spend }] of days) {
      if (level === 'view' || currency === undefined || !isFiner(finer.level, level)) continue;
      const other = finer.campaigns.get(id)?.days.get(day);
      if (other?.currency !== currency || !isFiner(other.level, level)) continue;
      if (counting(reports, coarser, id, day) !== finer) continue;
      // What a newer report of its own level has corrected is no measure.
      if (reports.some((newer) => replaces(newer, coarser, day))) continue;
      const { coarse, fine } = sums.get(currency) ?? { coarse: 0n, fine: 0n };
      sums.set(currency, { coarse: coarse + (spend ?? 0n), fine: fine + (other.spend ?? 0n) });
    }
    return [...sums].flatMap(([currency, { coarse, fine }]) =>
      isShort(fine, coarse) ? [{ name, currency, coarse, fine }] : [],
    );
  });
}

const oneOf = (count: number, name: string) =>
  count === 1 ? `its campaign “${name}”` : `${count} of its campaigns, as “${name}”`;

function lostLine(older: Report, newer: Report, lost: readonly Campaign[]): string[] {
  const [first] = lost;
  return first === undefined
    ? []
    : [
        `${newer.name} replaces the days that ${older.name} has too, and lacks ` +
          `${oneOf(lost.length, first.name)}: their spend on these days is gone. If each file has a part of the ` +
          'account, export all campaigns in one report.',
      ];
}

function shortLine(coarser: Report, finer: Report, short: readonly Short[]): string[] {
  const [first] = short;
  if (first === undefined) return [];
  const { name, currency, coarse, fine } = first;
  const amount = (sum: bigint) => `${fromMicros(sum)} ${currency}`;
  const others = short.length === 1 ? '' : ` (and ${short.length - 1} more)`;
  return [
    `${finer.name} has ${amount(fine)} of “${name}”${others} by ${rowsOf[finer.level]}; ${coarser.name} has ` +
      `${amount(coarse)} for the same days. The finer report counts, so ${amount(coarse - fine)} of it are in ` +
      'no figure. Export the finer one again without filters, also what is paused, archived or deleted; or ' +
      'leave it out.',
  ];
}

/** Copies are often as old as each other; the days of reports are told by the second. */
const isSameSecond = (one: Report, other: Report) =>
  one.hash !== other.hash && one.exportedAt.slice(0, 19) === other.exportedAt.slice(0, 19);

function sameSecondLine(older: Report, newer: Report): string {
  const [first, second] = [older.name, newer.name].toSorted((a, b) => (a < b ? -1 : 1));
  return (
    `${first} and ${second} tell of the same days, and were written in the same second: which of them corrects ` +
    `the other cannot be known, and ${newer.name} is taken for the newer one. Is ${older.name} the newer one? ` +
    `Take the other out: sillage import --undo ${newer.name}`
  );
}

/** Platforms correct what they told of the last days; of so many that are older, hardly one. */
const [settledAfter, settledDays, correctedShare] = [4, 3, 0.5];
const isNear = (one: bigint, other: bigint) =>
  (one > other ? one - other : other - one) * 50n <= (one > other ? one : other);

/** Whether a newer report has other amounts than an older one on most days that were settled when that was written. */
function otherAmountsLine(reports: readonly Report[], older: Report, newer: Report): string[] {
  const settled = addDays(older.exportedAt.slice(0, 10), -settledAfter);
  const days = [...older.covered].filter(
    (day) => day <= settled && reports.find((one) => replaces(one, older, day)) === newer,
  );
  const sums = days.flatMap((day) => {
    const both = [...older.campaigns].flatMap(([id, { days: own }]) => {
      const [was, is] = [own.get(day)?.spend, newer.campaigns.get(id)?.days.get(day)?.spend];
      return was === undefined || is === undefined ? [] : [{ was, is }];
    });
    const sum = (of: 'was' | 'is') => both.reduce((all, one) => all + one[of], 0n);
    return both.length === 0 ? [] : [{ was: sum('was'), is: sum('is') }];
  });
  const changed = sums.filter(({ was, is }) => !isNear(was, is));
  if (changed.length < settledDays || changed.length < correctedShare * sums.length) return [];
  const total = (of: 'was' | 'is') => fromMicros(changed.reduce((all, one) => all + one[of], 0n));
  return [
    `${newer.name} replaces ${older.name} with other amounts on ${changed.length} of ${sums.length} days that were ` +
      `settled (${total('is')} in place of ${total('was')}), which no correction does. If they are of two accounts, ` +
      'or each of a part of one, only the newer one counts: say of which account each is (sillage import FILE ' +
      '--account NAME), or export all of it in one report.',
  ];
}

/** Campaigns of e-mail that count on one day by one report, and on another by the other. */
function sentTwiceLine(reports: readonly Report[], older: Report, newer: Report): string[] {
  if (!areOfEmail(older, newer) || older.account !== newer.account) return [];
  const dayIn = (one: Report, id: string): Day | undefined => {
    const [told, ...others] = one.campaigns.get(id)?.days ?? [];
    const isOnce = told !== undefined && others.length === 0 && told[1].spend !== undefined;
    return isOnce && counting(reports, one, id, told[0]) === one ? told[0] : undefined;
  };
  const twice = [...newer.campaigns].flatMap(([id, { name }]) => {
    const [was, is] = [dayIn(older, id), dayIn(newer, id)];
    // What has no id is known by its name, which the next newsletter may have, too; another account counts from 1, too.
    const isSame = id !== name && older.campaigns.get(id)?.name === name;
    return !isSame || was === undefined || is === undefined || was === is ? [] : [{ name, was, is }];
  });
  const [first] = twice;
  return first === undefined
    ? []
    : [
        `${older.name} has “${first.name}” on ${first.was}, and ${newer.name} on ${first.is}` +
          `${twice.length === 1 ? '' : ` (and ${twice.length - 1} more so)`}: a campaign is sent once, and it ` +
          'counts on both days. Was it put off, or is one of the files in another time zone? Then take the one ' +
          `that is wrong out: sillage import --undo ${older.file}`,
      ];
}

const written = (time: string) => `${time.slice(0, 19).replace('T', ' ')} UTC`;

/** A file of now that is older than one of before, by their times, and tells of some days otherwise: it does not count there. */
function olderLine(reports: readonly Report[], older: Report, newer: Report): string[] {
  if (!older.isNew || newer.isNew || isSameSecond(older, newer)) return [];
  const days = [...older.covered].filter(
    (day) =>
      reports.find((one) => replaces(one, older, day)) === newer &&
      [...older.campaigns].some(([id, { days: own }]) => {
        const [was, is] = [own.get(day)?.spend, newer.campaigns.get(id)?.days.get(day)?.spend];
        return was !== undefined && is !== undefined && was !== is;
      }),
  );
  return days.length === 0
    ? []
    : [
        `${older.name} does not count on ${days.length === 1 ? 'a day' : `${days.length} days`} of which ` +
          `${newer.name} tells other amounts (the first: ${days.toSorted()[0]}), for it is the older one by its ` +
          `time (${written(older.exportedAt)}; ${newer.name}: ${written(newer.exportedAt)}). If it is the newer ` +
          `one, take the other out: sillage import --undo ${newer.file}`,
      ];
}

const replacesAny = (newer: Report, older: Report) => [...older.covered].some((day) => replaces(newer, older, day));

/**
 * Reports that take campaigns away: two parts of one account, exported apart, are not one report and its correction.
 * And finer ones that take a part of what a coarser one has.
 */
export async function replaced(lake: Lake, looked: readonly Looked[]): Promise<string[]> {
  const reports = await comparable(lake, looked);
  const lines = new Set<string>();
  for (const [at, older] of reports.entries())
    for (const newer of reports.slice(at + 1)) {
      if (!(older.isNew || newer.isNew)) continue;
      for (const line of sentTwiceLine(reports, older, newer)) lines.add(line);
      if (!meet(older, newer)) continue;
      if (isSameSecond(older, newer) && replacesAny(newer, older)) lines.add(sameSecondLine(older, newer));
      const otherAmounts = otherAmountsLine(reports, older, newer);
      for (const line of [
        ...lostLine(older, newer, lostCampaigns(reports, older, newer)),
        ...(otherAmounts.length > 0 ? otherAmounts : olderLine(reports, older, newer)),
        ...shortLine(older, newer, shortCampaigns(reports, older, newer)),
        ...shortLine(newer, older, shortCampaigns(reports, newer, older)),
      ])
        lines.add(line);
    }
  return [...lines];
}
