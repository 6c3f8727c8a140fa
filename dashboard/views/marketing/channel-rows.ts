import { campaignKey, campaignTexts } from '../../app/options.ts';
import type { Page } from '../../app/view.ts';
import type { Days } from '../../../lambdas/shared/day-numbers.ts';
import type { Marts } from '../../data/mart.ts';
import { groupsOf, type Sums, type Where } from '../../figures/sums.ts';
import { areVisitsKnown, choiceOf, martOf, visits } from '../../figures/totals.ts';
import { coverage, knownMargin, type Figure } from '../../figures/ratios.ts';

/** What of a page decides the rows. */
type Choice = Pick<Page, 'days' | 'before' | 'model' | 'state' | 'hasOrders'>;

/** A channel, a campaign of it or an ad of that. What is not known of it is null. */
export interface ReturnsRow {
  readonly id: string;
  readonly level: 'channel' | 'campaign' | 'ad';
  /** Null: what belongs to no campaign that is known. */
  readonly name: string | null;
  /** The platform or the ad group, where it helps to tell it from another. */
  readonly aside: string | null;
  readonly spend: Figure;
  readonly sessions: Figure;
  /** Sessions that bought. */
  readonly purchases: Figure;
  readonly orders: Figure;
  readonly newCustomers: Figure;
  readonly revenue: Figure;
  readonly margin: Figure;
  /** Of the revenue, the share that the margin is of. */
  readonly coverage: Figure;
  readonly revenueSquares: number;
  readonly marginSquares: number;
  /** Revenue of what it is compared to; undefined where nothing is. */
  readonly before: Figure | undefined;
  readonly hasMore: boolean;
  readonly isOpen: boolean;
}

const measures = [
  'orders',
  'new_customers',
  'net_revenue_eur',
  'covered_eur',
  'margin_eur',
  'net_revenue_squares',
  'margin_squares',
] as const;
type Returns = Sums<(typeof measures)[number]>;
const nothing: Returns = {
  orders: 0,
  new_customers: 0,
  net_revenue_eur: 0,
  covered_eur: 0,
  margin_eur: 0,
  net_revenue_squares: 0,
  margin_squares: 0,
};

/** The sums of a mart by the texts of some columns: a map from these, joined, to the sums. */
function mapOf<M extends string>(marts: Marts, name: string, of: readonly M[], by: readonly string[], where: Where) {
  const groups = groupsOf(martOf(marts, name), of, by, where);
  return new Map(groups.map(({ keys, sums }) => [keys.map((key) => key ?? '').join('\u0000'), { keys, sums }]));
}

interface Known {
  readonly id: string;
  readonly level: ReturnsRow['level'];
  readonly name: string | null;
  readonly aside?: string | null;
  readonly returns: Returns | undefined;
  readonly before: Returns | undefined;
  readonly isCompared: boolean;
  readonly spend: Figure;
  readonly sessions: Figure;
  readonly purchases: Figure;
  readonly hasMore: boolean;
  readonly isOpen: boolean;
}

const rowOf = ({ returns = nothing, before, isCompared, aside = null, ...rest }: Known): ReturnsRow => ({
  ...rest,
  aside,
  orders: returns.orders,
  newCustomers: returns.new_customers,
  revenue: returns.net_revenue_eur,
  margin: knownMargin(returns.margin_eur, returns.covered_eur, returns.net_revenue_eur),
  coverage: coverage(returns.covered_eur, returns.net_revenue_eur),
  revenueSquares: returns.net_revenue_squares,
  marginSquares: returns.margin_squares,
  before: isCompared ? (before?.net_revenue_eur ?? 0) : undefined,
});

/** A row of which it is not known what came back. */
const withoutReturns = (row: ReturnsRow): ReturnsRow => ({
  ...row,
  orders: null,
  newCustomers: null,
  revenue: null,
  margin: null,
  coverage: null,
});

/** What the platform reports of a campaign by ad, or by ad group where it has no ads. */
const adKeys = ['ad_id', 'ad_group_id'] as const;

/**
 * The ads of a campaign of a channel: platforms report what they cost, and nobody knows what one of them alone brought
 * back. What it reports of the campaign without an ad is a row, too, so that the rows add up to the campaign.
 */
function adRows(page: Choice, marts: Marts, campaign: Pick<ReturnsRow, 'id'> & AdsOf): ReturnsRow[] {
  const { days, state } = page;
  const isSpendKnown = state.filters.country === undefined && state.filters.device === undefined;
  const where = { days, texts: { channel: campaign.channel, ...campaignTexts(campaign.key) } };
  const groups = groupsOf(martOf(marts, 'ads_daily'), ['spend_eur'], adKeys, where, ['ad', 'ad_group']);
  return groups.map(({ keys: [id = null, groupId = null], names: [ad = null, group = null], sums }) =>
    withoutReturns(
      rowOf({
        id: `${campaign.id}/${id ?? groupId ?? ''}`,
        level: 'ad',
        name: id === null ? (group ?? groupId) : (ad ?? id),
        aside: id === null ? null : group,
        returns: undefined,
        before: undefined,
        isCompared: false,
        spend: isSpendKnown ? sums.spend_eur : null,
        sessions: null,
        purchases: null,
        hasMore: false,
        isOpen: false,
      }),
    ),
  );
}

interface AdsOf {
  readonly channel: string;
  readonly key: string;
}

/** The campaigns of which something is reported by ad or ad group. */
function withAds(page: Choice, marts: Marts): ReadonlySet<string> {
  const groups = groupsOf(martOf(marts, 'ads_daily'), [], ['channel', 'platform', 'campaign_id', ...adKeys], {
    days: page.days,
  });
  return new Set(
    groups.flatMap(({ keys: [channel, platform, id, ad = null, group = null] }) =>
      ad === null && group === null ? [] : [`${channel ?? ''}/${campaignKey(platform ?? '', id ?? '')}`],
    ),
  );
}

/**
 * What each channel cost and brought back, by the model that is chosen, and what each campaign did of those that are
 * open.
 * @param sort puts the rows of one level in order
 */
export function returnsRows(
  page: Choice,
  marts: Marts,
  open: ReadonlySet<string>,
  sort: (rows: ReturnsRow[]) => ReturnsRow[],
): ReturnsRow[] {
  const { days, before, model, state, hasOrders } = page;
  const choice = choiceOf(state.filters, model, { hasOrders });
  const row = (known: Known) => (choice.returns === null ? withoutReturns(rowOf(known)) : rowOf(known));
  const { channel, campaign, country, device } = state.filters;
  const texts = { channel, ...campaignTexts(campaign) };
  const where = { texts: { attribution_model: model, ...texts, country, device } };
  const at = (of: Days | undefined, by: readonly string[]) =>
    of ? mapOf(marts, 'returns_daily', measures, by, { ...where, days: of }) : new Map<string, never>();
  const costs = (by: readonly string[]) => mapOf(marts, 'roi_by_campaign_daily', ['spend_eur'], by, { texts, days });

  const [now, then, spent] = [at(days, ['channel']), at(before, ['channel']), costs(['channel'])];
  const seen =
    choice.sessions && areVisitsKnown(marts, days)
      ? mapOf(marts, choice.sessions.mart, visits, ['channel'], { ...choice.sessions.where, days })
      : null;
  const byCampaign = ['channel', 'platform', 'campaign_id', 'campaign'];
  const isSpendKnown = choice.spend !== null;
  const isSessionsKnown = seen !== null;
  const seenOf = mapOf(marts, 'campaign_funnel_daily', visits, byCampaign, { texts: { ...texts, device }, days });
  const adsOf = withAds(page, marts);

  const campaigns = (of: string): ReturnsRow[] => {
    const found = new Map<
      string,
      {
        name: string | null;
        platform: string | null;
        key: string | null;
        now?: Returns;
        earlier?: Returns;
        spend: number;
        sessions: number;
        purchases: number;
      }
    >();
    const put = (keys: readonly (string | null)[]) => {
      const [inChannel, platform = null, id = null, name = null] = keys;
      if (inChannel !== of) return undefined;
      // A reported campaign and a deal are known by their ids; what is neither, by what its links say.
      const key = platform !== null && id !== null ? campaignKey(platform, id) : null;
      const place = key ?? `${id ?? ''} ${name ?? ''}`;
      const known = found.get(place) ?? { name: null, platform, key, spend: 0, sessions: 0, purchases: 0 };
      known.name ??= name;
      found.set(place, known);
      return known;
    };
    for (const { keys, sums } of costs(byCampaign).values()) {
      const one = put(keys);
      if (one) one.spend += sums.spend_eur;
    }
    for (const { keys, sums } of at(days, byCampaign).values()) {
      const one = put(keys);
      if (one) one.now = sums;
    }
    for (const { keys, sums } of at(before, byCampaign).values()) {
      const one = put(keys);
      if (one) one.earlier = sums;
    }
    for (const { keys, sums } of seenOf.values()) {
      const one = put(keys);
      if (!one) continue;
      one.sessions += sums.sessions;
      one.purchases += sums.purchase_sessions;
    }
    const rows = [...found].map(([place, one]) =>
      // What the shop's profile adds has no links, by which orders could come.
      (one.platform === 'shop' ? (known: Known) => withoutReturns(row(known)) : row)({
        id: `${of}/${place}`,
        level: 'campaign',
        name: one.name,
        aside: one.platform,
        returns: one.now,
        before: one.earlier,
        isCompared: before !== undefined,
        spend: isSpendKnown ? one.spend : null,
        sessions: isSessionsKnown ? one.sessions : null,
        purchases: isSessionsKnown ? one.purchases : null,
        hasMore: adsOf.has(`${of}/${place}`),
        isOpen: open.has(place) && adsOf.has(`${of}/${place}`),
      }),
    );
    return sort(rows).flatMap((one) => {
      const key = one.id.slice(of.length + 1);
      return one.isOpen ? [one, ...sort(adRows(page, marts, { id: one.id, channel: of, key }))] : [one];
    });
  };

  const names = [...new Set([...now.keys(), ...then.keys(), ...spent.keys(), ...(seen?.keys() ?? [])])];
  const rows = names.map((name) =>
    row({
      id: name,
      level: 'channel',
      name,
      returns: now.get(name)?.sums,
      before: then.get(name)?.sums,
      isCompared: before !== undefined,
      spend: isSpendKnown ? (spent.get(name)?.sums.spend_eur ?? 0) : null,
      sessions: seen ? (seen.get(name)?.sums.sessions ?? 0) : null,
      purchases: seen ? (seen.get(name)?.sums.purchase_sessions ?? 0) : null,
      hasMore: true,
      isOpen: open.has(name),
    }),
  );
  return sort(rows).flatMap((one) => (one.isOpen ? [one, ...campaigns(one.id)] : [one]));
}
