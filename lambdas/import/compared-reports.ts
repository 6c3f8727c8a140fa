/** Reports that tell of the same accounts and days, and which of them counts: as ad_spend.duplicates.sql has it. */
import { addDays, type Day, type DayRange } from '../shared/days.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { allImports } from './land.ts';
import type { Looked } from './looked.ts';
import { isFiner, spendOf, type Level, type Restated } from './restated.ts';
import { sentOnce } from './shapes/email-campaigns.ts';

/** What a campaign did on a day; `spend` undefined: nothing at all. */
interface Figure {
  readonly level: Level;
  readonly currency: string | undefined;
  readonly spend: bigint | undefined;
}

export interface Campaign {
  readonly name: string;
  readonly days: Map<Day, Figure>;
}

/** One account of a report, as it is to be imported or was. */
export interface Report {
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
export const areOfEmail = (one: Report, other: Report) =>
  one.platform === other.platform && toolsOfEmail.has(one.platform);
export const meet = (one: Report, other: Report) =>
  one.platform === other.platform && one.days.from <= other.days.to && other.days.from <= one.days.to;

/** All reports that have days of those that are new, or campaigns that are sent once, the oldest first. */
export async function comparable(lake: Lake, looked: readonly Looked[]): Promise<Report[]> {
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
export const replaces = (newer: Report, older: Report, day: Day) =>
  newer.key > older.key &&
  newer.level === older.level &&
  meet(newer, older) &&
  newer.covered.has(day) &&
  isOfSameAccount(newer, older, day);

/** Of the reports of an account that tell of a campaign on a day, the one that counts: the finest, of these the newest. */
export function counting(reports: readonly Report[], like: Report, id: string, day: Day): Report | undefined {
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
