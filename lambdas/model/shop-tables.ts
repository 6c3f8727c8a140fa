import { namedModels } from '../shared/attribution-models.ts';
import type { Day } from '../shared/days.ts';
import { literal } from '../shared/duckdb.ts';
import type { Column, Table } from '../shared/schema/table.ts';
import { trinoType } from '../shared/schema/types.ts';
import { testable } from '../shared/shop/experiments.ts';
import { incrementalityOf } from '../shared/shop/incrementality.ts';
import { defaultProfile, type ShopProfile } from '../shared/shop/profile.ts';
import { trafficSource } from '../shared/shop/traffic-source.ts';

/** A row of a table of the shop's profile, by column. */
type ShopRow = Readonly<Record<string, string | number | null>>;

/**
 * All that the profile says stands under this one day: projection gives Athena a partition for each day that a table
 * may have, and looks into all.
 */
const always: Day = '1970-01-01';

/** Each channel that can be withheld: what is believed of such channels, moved by what its experiments found. */
function incrementalities({ experiments, attribution_model, lookback_days }: ShopProfile): ShopRow[] {
  const rounded = (share: number) => Number(share.toFixed(6));
  return testable.map((channel) => {
    const known = incrementalityOf(channel, experiments, lookback_days);
    return {
      channel,
      attribution_model: known.attributionModel ?? attribution_model,
      incrementality: rounded(known.incrementality),
      incrementality_low: rounded(known.low),
      incrementality_high: rounded(known.high),
      tested: rounded(known.tested),
      basis:
        known.experiments.length > 0
          ? `measured: ${known.experiments.join(', ')}`
          : known.outdated === undefined
            ? 'prior'
            : `prior: ${known.outdated}`,
      experiment_id: known.experiments[0] ?? null,
    };
  });
}

/**
 * The least by which a clock is ahead of UTC in a year, in minutes. A clock goes by one of two; by the other, a day that
 * was just over would not be. In Morocco the month of Ramadan has a clock of its own.
 */
function utcOffset(timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const offsets = Array.from({ length: 12 }, (_, month) => {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(clock.format(Date.UTC(2026, month, 1))) ?? [];
    return (sign === '-' ? -1 : 1) * (60 * Number(hours ?? 0) + Number(minutes ?? 0));
  });
  return Math.min(...offsets);
}

/** The rows of each table that is made from the profile alone. */
const rowsOf: Readonly<Record<string, (profile: ShopProfile) => ShopRow[]>> = {
  shop: ({ name, currency, time_zone, attribution_model, lookback_days, earned_media_cpm_eur }) => [
    {
      name,
      currency,
      time_zone,
      utc_offset_minutes: utcOffset(time_zone),
      attribution_model,
      lookback_days,
      earned_media_cpm_eur,
    },
  ],
  // Not what the shop has chosen, but what there is to choose from.
  attribution_models: () => namedModels.map(({ name, kind }) => ({ attribution_model: name, kind })),
  shop_costs: ({ costs }) =>
    costs
      .toSorted((a, b) => (a.from < b.from ? -1 : 1))
      .map(({ from, fulfilment_eur, payment_rate, payment_fixed_eur }, i, sorted) => ({
        holds_from: from,
        holds_until: sorted[i + 1]?.from ?? null,
        fulfilment_eur,
        payment_rate,
        payment_fixed_eur,
      })),
  shop_marketing_costs: ({ marketing_costs }) =>
    marketing_costs.map(({ name, channel, from, to, amount_eur, per }) => ({
      name,
      channel,
      first_day: from,
      last_day: to ?? null,
      amount_eur,
      per,
    })),
  channel_incrementality: incrementalities,
  shop_campaign_names: ({ campaign_names }) =>
    campaign_names.map(({ utm_campaign, utm_source, platform, campaign_id }) => ({
      utm_campaign: utm_campaign.normalize('NFC').replaceAll(/\s+/gu, ' '),
      utm_source: utm_source ?? null,
      source: utm_source === undefined ? null : trafficSource(utm_source),
      platform: platform.toLowerCase(),
      campaign_id,
    })),
};

/** Whether the table is made from the profile alone. */
export const isShopTable = (table: Table): boolean => table.reads.length === 0 && table.shop.length > 0;

function rows(table: Table, profile: ShopProfile): ShopRow[] {
  const make = rowsOf[table.name];
  if (make === undefined) throw new Error(`Nothing makes ${table.name} from the shop's profile.`);
  return make(profile);
}

/** The days of a table of the profile. */
export function shopDays(table: Table, profile: ShopProfile): Day[] {
  return rows(table, profile).length === 0 ? [] : [always];
}

/** A value as a literal of its column. */
function value(column: Column, one: string | number | null | undefined): string {
  if (one === null || one === undefined) return 'NULL';
  if (typeof one === 'number') return String(one);
  return column.type.kind === 'date' ? `DATE ${literal(one)}` : literal(one);
}

/** A SELECT of its rows, in the table's columns. */
export function shopSelect(table: Table, profile: ShopProfile): string {
  const tuples = rows(table, profile).map(
    (row) => `(${table.columns.map((column) => value(column, row[column.name])).join(', ')})`,
  );
  const columns = table.columns.map(({ name, type }) => `CAST(v.${name} AS ${trinoType(type)}) AS ${name}`);
  return (
    `SELECT ${columns.join(', ')} FROM (VALUES ${tuples.join(', ')}) AS ` +
    `v(${table.columns.map(({ name }) => name).join(', ')})`
  );
}

/**
 * What decides the rows of a table besides the profile: it changes with what a release makes of the profile of the
 * defaults, and where.
 */
export function shopCode(table: Table): string {
  return [always, ...shopDays(table, defaultProfile).map(() => shopSelect(table, defaultProfile))].join('\n');
}
