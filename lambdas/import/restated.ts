/** What a report of advertisements restates: of which account, on which level, and what each campaign spent on a day. */
import { addDays, isDay, type Day } from '../shared/days.ts';
import { fromMicros, micros } from './amounts.ts';

/** The finest first, as the lake ranks them: see ad_spend.duplicates.sql. */
export const levels = ['ad', 'ad_group', 'campaign', 'view'] as const;
export type Level = (typeof levels)[number];
export const isFiner = (one: Level, other: Level): boolean => levels.indexOf(one) < levels.indexOf(other);

/** What the rows of a level are, in words. */
export const rowsOf: Readonly<Record<Level, string>> = {
  ad: 'ads',
  ad_group: 'ad groups (ad sets)',
  campaign: 'campaigns',
  view: 'keywords or the like',
};

/** What is noted of one account of a report, on one level. */
export interface Restated {
  /** Its id; undefined where the report names none, and its campaigns tell of which account it is. */
  readonly account?: string | undefined;
  readonly level: Level;
  /** What is not known of an older note is undefined. */
  readonly currency?: string | undefined;
  /** By their ids. `spend`: see `noted`. */
  readonly campaigns: Readonly<Record<string, { readonly name: string; readonly spend?: string | undefined }>>;
}

/** What a campaign spent by day, in millionths; undefined where it is told of, and nothing happened at all. */
export type SpendByDay = ReadonlyMap<Day, bigint | undefined>;

const idle = '-';

/** As one text, for notes are read often: a day, and the amounts of this and the next days, until another day is named. */
export function noted(spend: SpendByDay): string {
  let next: Day | undefined;
  return [...spend]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([day, amount]) => {
      const text = amount === undefined ? idle : fromMicros(amount);
      const words = day === next ? [text] : [day, text];
      next = addDays(day, 1);
      return words;
    })
    .join(' ');
}

/** The opposite of `noted`. */
export function spendOf(text: string): Map<Day, bigint | undefined> {
  const spend = new Map<Day, bigint | undefined>();
  let day = '';
  for (const word of text.split(' ')) {
    if (isDay(word)) day = word;
    else {
      spend.set(day, word === idle ? undefined : micros(word));
      day = addDays(day, 1);
    }
  }
  return spend;
}

/** Whether one amount lacks what the other has: more than a hundredth, and more than one unit of the currency. */
export const isShort = (less: bigint, more: bigint): boolean => more - less > 1_000_000n && (more - less) * 100n > more;

/** A row of a report, as far as it is compared with others. */
export interface SpendRow {
  readonly account: string | undefined;
  readonly level: Level;
  readonly currency: string;
  readonly campaign: { readonly id: string; readonly name: string };
  readonly day: Day;
  readonly spend: bigint;
  /** Whether it says that nothing happened: nothing is lost with it. */
  readonly isIdle: boolean;
}

interface SeenCampaign {
  readonly name: string;
  readonly days: Map<Day, bigint | undefined>;
}

interface Seen extends Pick<SpendRow, 'account' | 'level' | 'currency'> {
  readonly campaigns: Map<string, SeenCampaign>;
}

/** Sums of a campaign on two levels of one report, on the same days. */
interface Twice extends Pick<Seen, 'currency' | 'level'> {
  readonly name: string;
  readonly finer: Level;
  readonly own: bigint;
  readonly finerOwn: bigint;
}

/** Adds up what the rows of one report say was spent. Of a campaign that has rows on several levels the finest count. */
export class SpendSeen {
  readonly #seen = new Map<string, Seen>();

  add({ account, level, currency, campaign, day, spend, isIdle }: SpendRow): void {
    const key = JSON.stringify([account, level, currency]);
    const one: Seen = this.#seen.get(key) ?? { account, level, currency, campaigns: new Map() };
    this.#seen.set(key, one);
    const own: SeenCampaign = one.campaigns.get(campaign.id) ?? { name: campaign.name, days: new Map() };
    one.campaigns.set(campaign.id, own);
    const before = own.days.get(day);
    own.days.set(day, isIdle ? before : (before ?? 0n) + spend);
  }

  /** Whether its campaign has finer rows on that day: it does not count. */
  isOverlaid(row: Pick<SpendRow, 'account' | 'level' | 'campaign' | 'day'>): boolean {
    return this.#finer(row, row.campaign.id, row.day) !== undefined;
  }

  /** What does not count of each currency, since finer rows do. */
  get overlaid(): Map<string, bigint> {
    const sums = new Map<string, bigint>();
    for (const { currency, own } of this.#twice()) sums.set(currency, (sums.get(currency) ?? 0n) + own);
    return sums;
  }

  /** What is to be known of campaigns with rows on several levels that do not come to the same. */
  get notes(): string[] {
    return this.#twice()
      .filter(({ own, finerOwn }) => isShort(own, finerOwn) || isShort(finerOwn, own))
      .map(({ name, currency, level, finer, own, finerOwn }) => {
        const [coarse, fine] = [own, finerOwn].map((sum) => `${fromMicros(sum)} ${currency}`);
        return (
          `Of “${name}” it has ${coarse} by ${rowsOf[level]} and ${fine} by ${rowsOf[finer]}, on the same days: ` +
          'only the finer rows count, and the two are not the same. Export one level alone, without filters: ' +
          'also what is paused, archived or deleted.'
        );
      });
  }

  /** What is noted of the rows that count. */
  get restated(): Restated[] {
    return [...this.#seen.values()].flatMap((one): Restated[] => {
      const campaigns = [...one.campaigns].flatMap(([id, { name, days }]) => {
        const counted = [...days].filter(([day]) => this.#finer(one, id, day) === undefined);
        return counted.length === 0 ? [] : [[id, { name, spend: noted(new Map(counted)) }] as const];
      });
      const { account, level, currency } = one;
      return campaigns.length === 0
        ? []
        : [{ ...(account !== undefined && { account }), level, currency, campaigns: Object.fromEntries(campaigns) }];
    });
  }

  /** Of those rows of its account that are finer, the finest of the campaign on that day. */
  #finer({ account, level }: Pick<SpendRow, 'account' | 'level'>, id: string, day: Day): Seen | undefined {
    let finest: Seen | undefined;
    for (const one of this.#seen.values())
      if (
        one.account === account &&
        isFiner(one.level, finest?.level ?? level) &&
        one.campaigns.get(id)?.days.has(day) === true
      )
        finest = one;
    return finest;
  }

  #twice(): Twice[] {
    const found = new Map<string, Twice>();
    for (const one of this.#seen.values())
      for (const [id, { name, days }] of one.campaigns)
        for (const [day, spend] of days) {
          const finer = this.#finer(one, id, day);
          if (!finer) continue;
          const key = JSON.stringify([one.account, one.level, one.currency, id, finer.level]);
          const sums = found.get(key);
          found.set(key, {
            name,
            currency: one.currency,
            level: one.level,
            finer: finer.level,
            own: (sums?.own ?? 0n) + (spend ?? 0n),
            finerOwn: (sums?.finerOwn ?? 0n) + (finer.campaigns.get(id)?.days.get(day) ?? 0n),
          });
        }
    return [...found.values()];
  }
}
