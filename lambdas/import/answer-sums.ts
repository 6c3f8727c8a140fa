/** What the records of a platform's own answers come to. */
import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import { isDay } from '../shared/days.ts';
import { fromMicros, micros } from './amounts.ts';
import { isView } from '../shared/report-dimensions.ts';
import { Refused } from './refused.ts';
import { RefusedAhead } from './refused-ahead.ts';
import { SpendSeen, type SpendRow } from './restated.ts';
import { DaySpan, type Converted, type Total } from './shape.ts';
import { OffsetsSeen } from './time-zones.ts';

const text = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const named = z.object({ id: text, name: text }).partial().optional().catch(undefined);
const record = z.looseObject({
  account_id: text,
  account_currency: text,
  campaign_id: text,
  campaign_name: text,
  adset_id: text,
  ad_id: text,
  date_start: text,
  date_stop: text,
  spend: text,
  impressions: text,
  customer: z.object({ id: text, currencyCode: text, timeZone: text }).partial().optional().catch(undefined),
  campaign: named,
  adGroup: named,
  adGroupAd: z.object({ ad: named }).optional().catch(undefined),
  segments: z.object({ date: text }).partial().optional().catch(undefined),
  metrics: z
    .object({
      costMicros: text,
      spend: text,
      impressions: text,
      currency: text,
      advertiser_id: text,
      campaign_id: text,
      campaign_name: text,
      adgroup_id: text,
    })
    .partial()
    .optional()
    .catch(undefined),
  dimensions: z
    .object({ stat_time_day: text, advertiser_id: text, campaign_id: text, adgroup_id: text, ad_id: text })
    .partial()
    .optional()
    .catch(undefined),
  created_at: text,
  processed_at: text,
  total_price: text,
  currency: text,
  event_time: text,
});
type KnownRecord = z.infer<typeof record>;

/** What an amount of a record is, in millionths. */
function amountOf(one: KnownRecord): bigint {
  if (one.metrics?.costMicros !== undefined && /^-?\d+$/.test(one.metrics.costMicros))
    return BigInt(one.metrics.costMicros);
  return micros(one.spend ?? one.metrics?.spend ?? one.total_price ?? '') ?? 0n;
}

const accountOf = (one: KnownRecord) =>
  one.account_id ?? one.customer?.id ?? one.metrics?.advertiser_id ?? one.dimensions?.advertiser_id;
const currencyOf = (one: KnownRecord) =>
  one.account_currency ?? one.customer?.currencyCode ?? one.metrics?.currency ?? one.currency;
const dayOf = (one: KnownRecord) =>
  (
    one.date_start ??
    one.segments?.date ??
    one.dimensions?.stat_time_day ??
    one.processed_at ??
    one.created_at ??
    one.event_time
  )?.slice(0, 10);

/** On which level a record is, as ad_spend.sql has it. */
function levelOf(one: KnownRecord): SpendRow['level'] {
  const has = (...ids: readonly (string | undefined)[]) => ids.some((id) => id !== undefined);
  if (one.customer !== undefined && Object.keys(one).some(isView)) return 'view';
  if (has(one.ad_id, one.adGroupAd?.ad?.id, one.dimensions?.ad_id)) return 'ad';
  return has(one.adset_id, one.adGroup?.id, one.dimensions?.adgroup_id, one.metrics?.adgroup_id)
    ? 'ad_group'
    : 'campaign';
}

/** A record of a report as it is compared with others; undefined where it lacks what the lake asks of it. */
function spendRow(one: KnownRecord, spend: bigint): SpendRow | undefined {
  const [day, currency] = [dayOf(one), currencyOf(one)];
  const id = one.campaign_id ?? one.campaign?.id ?? one.dimensions?.campaign_id ?? one.metrics?.campaign_id;
  if (day === undefined || !isDay(day) || currency === undefined || id === undefined) return undefined;
  const name = one.campaign_name ?? one.campaign?.name ?? one.metrics?.campaign_name ?? id;
  const impressions = one.impressions ?? one.metrics?.impressions ?? '';
  return {
    account: accountOf(one),
    level: levelOf(one),
    currency: currency.toUpperCase(),
    campaign: { id, name },
    day,
    spend,
    isIdle: spend === 0n && !/[1-9]/.test(impressions),
  };
}

/** The time zones of the accounts, where the answer has them. */
interface Zones {
  readonly zones: ReadonlySet<string>;
}

type Sums = Zones & Pick<Converted, 'account' | 'restated' | 'currencies' | 'days' | 'offsets' | 'totals' | 'notes'>;

/** Whether an order is left out, since it lost a line. @throws Refused where nobody said that it may be */
type IsLost = (value: unknown, line: number) => boolean;

/**
 * Records of a report that are equal in all to one above. Of campaigns whose ad groups nobody asked for two may have cost
 * the same, so all count; where a page was put into the file twice, or its pages overlap, the same is told again.
 */
class Repeated {
  readonly #seen = new Set<string>();
  readonly #sums = new Map<string, bigint>();
  #records = 0;
  #first = 0;

  look(line: string, at: number, amount: bigint, currency = ''): void {
    // Not the line itself: an answer may have millions; nor fewer bits, of which two of a million would be equal.
    const sign = hash('md5', line, 'base64').slice(0, 14);
    if (amount === 0n || this.#seen.size < this.#seen.add(sign).size) return;
    if (this.#records++ === 0) this.#first = at;
    this.#sums.set(currency, (this.#sums.get(currency) ?? 0n) + amount);
  }

  get notes(): string[] {
    if (this.#records === 0) return [];
    const amounts = [...this.#sums].map(([currency, sum]) => `${fromMicros(sum)} ${currency}`.trim()).join(' and ');
    return [
      `${this.#records} ${this.#records === 1 ? 'record is' : 'records are'} equal in all to one above (the ` +
        `first is record ${this.#first}), and ${this.#records === 1 ? 'counts' : 'count'} beside it: ` +
        `${amounts}. If pages of the answer overlap, or one is in the file twice, take it out again (sillage ` +
        'import --undo FILE), and import each record once.',
    ];
  }
}

/** Adds up what the records tell; a record that is no JSON object is the transform's to refuse. */
export async function summed(path: string, { feed }: { readonly feed: string }, isLost: IsLost): Promise<Sums> {
  const isReport = feed.startsWith('advertising/');
  const [days, offsets, seen] = [new DaySpan(), new OffsetsSeen(), new SpendSeen()];
  const [accounts, zones, sums] = [new Set<string>(), new Set<string>(), new Map<string, bigint>()];
  const again = new Repeated();
  const refused = new RefusedAhead(feed);
  let [records, below, undated, at] = [0, 0, 0, 0];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    at++;
    if (line === '') continue;
    records++;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      continue;
    }
    if (isLost(value, at)) {
      records--;
      continue;
    }
    const read = record.safeParse(value);
    if (!read.success) continue;
    const one = read.data;
    if (feed === 'crm/orders' && one.created_at !== undefined) offsets.add(one.created_at);
    const day = dayOf(one);
    if (day !== undefined && isDay(day)) days.add(day);
    if (one.date_stop !== undefined && one.date_stop !== one.date_start)
      throw new Refused(
        `It adds up days: a record is of ${one.date_start} to ${one.date_stop}, so nothing can be said of one ` +
          'of them. Ask for time_increment=1.',
      );
    const account = isReport ? accountOf(one) : undefined;
    if (account !== undefined) accounts.add(account);
    if (feed === 'advertising/google_ads' && day === undefined) {
      undated++;
      continue;
    }
    if (refused.look(value)) continue;
    if (isReport && one.customer?.timeZone !== undefined) zones.add(one.customer.timeZone);
    const currency = currencyOf(one);
    const amount = amountOf(one);
    if (amount < 0n) {
      below++;
      continue;
    }
    if (currency !== undefined) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
    const row = isReport ? spendRow(one, amount) : undefined;
    if (row) seen.add(row);
    if (isReport) again.look(line, at, amount, currency);
  }
  if (undated > 0 && undated === records)
    throw new Refused(
      'No record of it has segments.date, so nothing can be said of one day. Ask for segments.date (in place ' +
        'of segments.week or segments.month).',
    );
  const overlaid = seen.overlaid;
  const what = isReport ? 'spend' : feed === 'crm/orders' ? 'total' : undefined;
  const totals: Total[] = [
    { what: 'records', imported: String(records) },
    ...(what === undefined
      ? []
      : [...sums].map(([currency, sum]) => ({
          what,
          imported: `${fromMicros(sum - (overlaid.get(currency) ?? 0n))} ${currency}`,
        }))),
  ];
  const notes = [...refused.notes(records), ...seen.notes, ...again.notes];
  if (undated > 0)
    notes.push(
      `${undated} ${undated === 1 ? 'record has' : 'records have'} no segments.date: ` +
        `${undated === 1 ? 'it is' : 'they are'} going to be refused, and ${undated === 1 ? 'is' : 'are'} not ` +
        'in the sum.',
    );
  if (overlaid.size > 0)
    notes.push(
      'Campaigns in it have records on several levels on the same days: the finest count, and the sum is of ' +
        'them alone.',
    );
  if (below > 0)
    notes.push(
      `${below} ${below === 1 ? 'record has' : 'records have'} an amount of less than nothing: they are going ` +
        'to be refused, and are not in the sum.',
    );
  return {
    zones,
    account: [...accounts].join(', ') || undefined,
    ...(isReport && { restated: seen.restated }),
    currencies: [...sums.keys()],
    days: days.range,
    ...(feed === 'crm/orders' && { offsets: offsets.all }),
    totals,
    notes,
  };
}
