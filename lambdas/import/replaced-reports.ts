/** What reports of one account take from each other, as ad_spend.duplicates.sql has it: told before it is imported. */
import { addDays, type Day, type DayRange } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { fromMicros } from './amounts.ts';
import { allImports } from './land.ts';
import type { Looked } from './looked.ts';
import { isFiner, isShort, rowsOf, spendOf, type Level, type Restated } from './restated.ts';
import { sentOnce } from './shapes/email-campaigns.ts';

/** What a campaign did on a day; `spend` undefined: nothing at all. */
interface Figure {
  readonly level: Level;
  readonly currency: string | undefined;
  readonly spend: bigint | undefined;
}

interface Campaign {
  readonly name: string;
  readonly days: Map<Day, Figure>;
}

/** One account of a report, as it is to be imported or was. */
interface Report {
  /** The file, and its sheet where it has several reports. */
  readonly name: string;
  readonly file: string;
  /** Of the file's bytes. */
  readonly hash: string;
  readonly exportedAt: string;
  readonly isNew: boolean;
  /** Where its records stand in the lake: of two reports that with the later key is the newer one. */
  readonly key: string;
  readonly platform: string;
  readonly account: string | undefined;
  /** Where it names none: whose it is on a day, as reports say that name theirs and share a campaign with it. */
  readonly owners: Map<Day, string>;
  readonly level: Level;
  readonly days: DayRange;
  readonly covered: ReadonlySet<Day>;
  readonly campaigns: ReadonlyMap<string, Campaign>;
}

/** What is known of a part of a file, or was noted of it. */
export interface ReportPart {
  readonly shape: string;
  readonly sheet?: string | undefined;
  readonly days?: DayRange | undefined;
  readonly restated?: readonly Restated[] | undefined;
}

type FileOf = Pick<Report, 'file' | 'hash' | 'exportedAt' | 'isNew'> & { readonly parts: number };

/** The platform of a shape, by whatever door: `google-ads` of `google-ads-json` and of a connector's `google-ads-table`. */
export const platformOf = (shape: string) => shape.replace(/-(?:csv|jsonl?|table)$/, '');

/** An older note says of no day what was spent: it is one of all its days. */
export function figuresOf(spend: string | undefined, { from, to }: DayRange): [Day, bigint | undefined][] {
  if (spend !== undefined) return [...spendOf(spend)];
  const days: [Day, bigint][] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push([day, 0n]);
  return days;
}

function reportsOf(part: ReportPart, key: string | undefined, { parts, ...file }: FileOf): Report[] {
  const { shape, sheet, days, restated } = part;
  if (restated === undefined || days === undefined || key === undefined) return [];
  const name = sheet !== undefined && parts > 1 ? `${file.file}, sheet “${sheet}”,` : file.file;
  return [...new Set(restated.map(({ account }) => account))].map((account): Report => {
    const own = restated.filter((one) => one.account === account);
    const campaigns = new Map<string, Campaign>();
    for (const { level, currency, campaigns: told } of own)
      for (const [id, { name: called, spend }] of Object.entries(told)) {
        const campaign = campaigns.get(id) ?? { name: called, days: new Map<Day, Figure>() };
        campaigns.set(id, campaign);
        for (const [day, amount] of figuresOf(spend, days)) campaign.days.set(day, { level, currency, spend: amount });
      }
    const level = own.reduce<Level>((finest, one) => (isFiner(one.level, finest) ? one.level : finest), 'view');
    const covered = new Set([...campaigns.values()].flatMap((one) => [...one.days.keys()]));
    return {
      ...file,
      name,
      key,
      platform: platformOf(shape),
      account,
      owners: new Map(),
      level,
      days,
      covered,
      campaigns,
    };
  });
}

const toolsOfEmail = new Set(Array.from(sentOnce, platformOf));
/** Both of one tool that sends e-mail, of which a campaign has one day in all files together. */
const areOfEmail = (one: Report, other: Report) => one.platform === other.platform && toolsOfEmail.has(one.platform);
const meet = (one: Report, other: Report) =>
  one.platform === other.platform && one.days.from <= other.days.to && other.days.from <= one.days.to;

/** All reports that have days of those that are new, or campaigns that are sent once, the oldest first. */
async function comparable(lake: Lake, looked: readonly Looked[]): Promise<Report[]> {
  const fresh = looked.flatMap((one) => {
    if (one.kind !== 'understood') return [];
    const { file, hash, parts } = one.understood;
    const own = { file: one.name, hash, exportedAt: file.exportedAt.toISOString(), isNew: true, parts: parts.length };
    return parts.flatMap((part) => reportsOf(part, part.documents[0]?.key, own));
  });
  if (fresh.length === 0) return [];
  const reports = [...fresh];
  for await (const { file, sha256: hash, exported_at: exportedAt, parts } of allImports(lake)) {
    // It is read anew.
    if (fresh.some((one) => one.hash === hash)) continue;
    const own = { file, hash, exportedAt, isNew: false, parts: parts.length };
    for (const part of parts)
      reports.push(
        ...reportsOf(part, part.documents[0], own).filter((report) =>
          fresh.some((one) => meet(one, report) || areOfEmail(one, report)),
        ),
      );
  }
  findOwners(reports);
  return reports.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

const sharesCampaign = (one: Report, other: Report, day: Day) =>
  [...one.campaigns].some(([id, { days }]) => days.has(day) && other.campaigns.get(id)?.days.has(day) === true);

/** Says of reports that name no account whose they are, where another that shares a campaign of the day names it. */
function findOwners(reports: readonly Report[]): void {
  const named = reports.filter(({ account }) => account !== undefined);
  for (const one of reports.filter(({ account }) => account === undefined))
    for (const day of one.covered) {
      const [owner] = named
        .flatMap((other) => (meet(one, other) && sharesCampaign(one, other, day) ? (other.account ?? []) : []))
        .toSorted((a, b) => (a < b ? -1 : 1));
      if (owner !== undefined) one.owners.set(day, owner);
    }
}

/** Reports of accounts that nobody names are of one where they share a campaign of the day. */
function isOfSameAccount(one: Report, other: Report, day: Day): boolean {
  const [own, its] = [one, other].map(({ account, owners }) => account ?? owners.get(day));
  return own !== undefined && its !== undefined ? own === its : sharesCampaign(one, other, day);
}

/** Whether the rows that a report has of a day are void, since a newer one has that day of its account and level. */
const replaces = (newer: Report, older: Report, day: Day) =>
  newer.key > older.key &&
  newer.level === older.level &&
  meet(newer, older) &&
  newer.covered.has(day) &&
  isOfSameAccount(newer, older, day);

/** Of the reports of an account that tell of a campaign on a day, the one that counts: the finest, of these the newest. */
function counting(reports: readonly Report[], like: Report, id: string, day: Day): Report | undefined {
  const levelIn = ({ campaigns }: Report) => campaigns.get(id)?.days.get(day)?.level;
  let best: Report | undefined;
  for (const one of reports) {
    const level = levelIn(one);
    if (level === undefined || !meet(one, like) || !isOfSameAccount(one, like, day)) continue;
    if (reports.some((newer) => replaces(newer, one, day))) continue;
    const known = best && levelIn(best);
    if (known === undefined || !isFiner(known, level)) best = one;
  }
  return best;
}

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
