/** Tables of one platform as connectors (Fivetran, Airbyte, Stitch, BigQuery's transfers) put them into a warehouse: by the names of its interface. */
import { fromMicros } from '../amounts.ts';
import { Refused } from '../refused.ts';
import type { Shape } from '../shape.ts';
import { folded } from '../folded.ts';
import type { Table } from '../table.ts';
import { googleAds } from './google-ads.ts';
import { metaAds } from './meta-ads.ts';
import { tiktokAds } from './tiktok-ads.ts';
import { anyOf, numbers } from './report-row.ts';

/** A table whose costs are in millionths, as its heading says, with costs in full. */
function inFull(table: Table): Table {
  const heading = table.headingOf('spend');
  if (!/\bmicros$/.test(folded(heading))) return table;
  return table.reading('spend', (text, row) => {
    if (text === '') return text;
    const { whole } = /^(?<whole>-?\d+)(?:\.0+)?$/.exec(text)?.groups ?? {};
    if (whole !== undefined) return fromMicros(BigInt(whole));
    throw new Refused(`In row ${row}, “${heading}” is “${text}”, which is no whole number of millionths.`);
  });
}

/** When a connector that keeps each telling of a row wrote it. */
const synced = /^_airbyte_(?:extracted|emitted)_at$/;
/** What tells the rows of one ad and day apart, besides what is read. */
const apart =
  /\b(?:segments|network|hour|device|platform|position|placement|age|gender|country|region|city|geo|slot|keyword|type|id)\b/;
const figures = /^(?:_|cost per|unique|website|outbound|actions?|action values|conversions?|conversion values|video)/;

/**
 * @throws Refused where a row is told again at a later time: as the platform corrects its last days, a connector that only
 * appends has each of them several times
 */
async function refuseAppended(table: Table): Promise<Table> {
  const { written, columns } = table.heading;
  const at = written.findIndex((heading) => synced.test(heading));
  if (at < 0) return table;
  const read = [...columns].filter(([field]) => !Object.hasOwn(numbers, field)).map(([, column]) => column);
  const others = written.flatMap((heading, column) =>
    apart.test(folded(heading)) && !figures.test(heading.startsWith('_') ? '_' : folded(heading)) ? [column] : [],
  );
  const identity = [...new Set([...read, ...others])];
  const seen = new Map<string, { readonly row: number; readonly time: string }>();
  for await (const { row, cells } of table.rows()) {
    const key = JSON.stringify(identity.map((column) => cells[column]?.trim()));
    const [before, time] = [seen.get(key), cells[at]?.trim() ?? ''];
    if (before !== undefined && before.time !== time)
      throw new Refused(
        `Row ${row} tells of the same ad and day as row ${before.row}, and was synced at another time ` +
          `(“${written[at]}”): the table keeps what each sync told, and both would count. Export the last of ` +
          'each, as “Append + Deduped” of Airbyte has it.',
      );
    if (before === undefined) seen.set(key, { row, time });
  }
  return table;
}

/** TikTok's: `stat_time_day` or `date_day`, `spend`, and how long its videos were watched. */
export const tiktokAdsTable: Shape = {
  ...tiktokAds,
  name: 'tiktok-ads-table',
  report: 'campaigns, ad groups or ads by day (table of a connector)',
  fields: {
    day: /^(?:stat time day|date(?: day)?)$/,
    account: /^(?:advertiser|account) name$/,
    account_id: /^(?:advertiser|account) id$/,
    currency: /^currency$/,
    campaign: /^campaign name$/,
    campaign_id: /^campaign id$/,
    ad_group: /^ad ?group name$/,
    ad_group_id: /^ad ?group id$/,
    ad: /^ad name$/,
    ad_id: /^ad id$/,
    objective: /^objective type$/,
    impressions: /^impressions$/,
    clicks: /^clicks$/,
    spend: /^spend$/,
    conversions: /^complete payment$/,
  },
  needs: ['day', 'campaign_id', 'campaign', 'spend', 'impressions', 'clicks'],
  prefers: {},
  settled: refuseAppended,
  own: anyOf('stat time day', 'video watched [26] ?s', 'average video play(?: per user)?'),
};

/** Google's: `metrics_cost_micros` or `metrics.cost_micros`, `segments_date`, `campaign_name`. */
export const googleAdsTable: Shape = {
  ...googleAds,
  name: 'google-ads-table',
  report: 'campaigns, ad groups or ads by day (table of a connector)',
  fields: {
    day: /^(?:segments )?date(?: day)?$/,
    account: /^(?:customer descriptive|account|customer) name$/,
    account_id: /^(?:external )?(?:customer|account) id$/,
    currency: /^(?:customer )?currency(?: code)?$/,
    campaign: /^campaign name$/,
    // Fivetran's campaign_stats have nothing but it: names are in another table, and links have the id.
    campaign_id: /^(?:campaign )?id$/,
    type: /^(?:campaign )?advertising channel type$/,
    ad_group: /^ad group name$/,
    ad_group_id: /^ad group id$/,
    ad_id: /^(?:ad group ad )?ad id$/,
    keyword: /^(?:ad group criterion )?keyword text$/,
    match_type: /^(?:ad group criterion )?keyword match type$/,
    search_term: /^(?:search term view )?search term$/,
    device: /^(?:segments )?device$/,
    impressions: /^(?:metrics )?impressions$/,
    clicks: /^(?:metrics )?clicks$/,
    spend: /^(?:(?:metrics )?cost micros|cost|spend)$/,
    conversions: /^(?:metrics )?conversions$/,
    value: /^(?:metrics )?conversions value$/,
    repeats_whole: /^(?:segments )?(?:conversion action(?: name| category)?|click type)$|\basset\b/,
  },
  needs: ['day', 'campaign_id', 'spend', 'clicks'],
  prefers: { campaign_id: [/campaign/, /./] },
  own: anyOf('(?:metrics )?cost micros', '(?:campaign )?advertising channel type'),
  settled: async (table) => refuseAppended(inFull(table)),
};

/** Meta's Insights: `date_start`, `inline_link_clicks`, `spend`. */
export const metaAdsTable: Shape = {
  ...metaAds,
  name: 'meta-ads-table',
  report: 'campaigns, ad sets or ads by day (table of a connector)',
  fields: {
    day: /^date(?: day)?$/,
    start: /^date start$/,
    end: /^date stop$/,
    account: /^account name$/,
    account_id: /^account id$/,
    currency: /^(?:account )?currency$/,
    campaign: /^campaign name$/,
    campaign_id: /^campaign id$/,
    ad_group: /^ad ?set name$/,
    ad_group_id: /^ad ?set id$/,
    ad: /^ad name$/,
    ad_id: /^ad id$/,
    objective: /^objective$/,
    device: /^(?:impression device|device platform)$/,
    impressions: /^impressions$/,
    clicks: /^(?:inline link )?clicks$/,
    spend: /^spend$/,
    repeats_whole:
      /^(?:product id|(?:body|call to action|description|image|link url|title|video) asset.*|action (?:type|destination|device).*)$/,
  },
  needs: ['campaign', 'spend', 'impressions'],
  prefers: { clicks: [/link/, /./] },
  settled: refuseAppended,
  own: anyOf('inline link clicks'),
};
