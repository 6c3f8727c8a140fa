/** Tables of campaigns by day, as the pages of advertising platforms and e-mail tools write them. */
import fc from 'fast-check';
import * as z from 'zod';
import { workbook } from '../../lambdas/import/samples/workbook.ts';
import { dimensions, type Field, type Language, type Page } from './ad-page-tables.ts';
import { csv, drawn, rowsOf } from './clothes.ts';
import type { SmallLake } from '../small-lake.ts';
import type { ExportedFile } from './trip.ts';

/** What a generated lake knows of a campaign, or an ad of it, on a day. */
const rowSchema = z.object({
  account_id: z.string(),
  campaign_id: z.string(),
  campaign_name: z.string(),
  campaign_type: z.string(),
  ad_group_id: z.string().nullable(),
  ad_group_name: z.string().nullable(),
  ad_id: z.string().nullable(),
  ad_name: z.string().nullable(),
  device: z.string().nullable(),
  dt: z.string(),
  currency: z.string(),
  impressions: z.coerce.number(),
  clicks: z.coerce.number(),
  spend: z.coerce.number(),
  conversions: z.coerce.number().nullable(),
  value: z.coerce.number().nullable(),
});
type Row = z.infer<typeof rowSchema>;

/** How many e-mails were sent for each that was opened. */
const sendsOf = 4;

const figures = ['impressions', 'clicks', 'spend', 'conversions', 'value'] as const;

/** What a page tells, and what a lake of it knows of the same: the same query over the world's platform and its own. */
export function pageQuery(page: Page, isOwn: boolean): string {
  const has = (field: Field) => page.headings[field] !== undefined;
  const email = has('sends');
  const columns = [
    `'${page.platform}' AS platform`,
    // (Tools that send e-mail do not name their account.)
    email ? `'${page.platform}' AS account_id` : 'account_id',
    ...dimensions[page.level].filter((field) => has(field)),
    // A page names an objective in its own words, which are no kind of it that is known.
    has('device') && page.level === 'campaign' ? 'device' : 'NULL AS device',
    'CAST(dt AS varchar) AS dt, currency',
  ];
  // (What another platform sold is bought in its own channel.)
  const channels: Readonly<Record<string, string>> = { criteo: "'Display'", klaviyo: "'Email'", brevo: "'Email'" };
  columns.push(`${channels[page.platform] ?? 'channel'} AS channel`);
  const sends = email ? (isOwn ? 'CAST(sum(impressions) AS bigint) * 4' : 'CAST(sum(sends) AS bigint)') : 'NULL';
  const money = (column: string) => `CAST(sum(${column}) AS decimal(18,2))`;
  return (
    `SELECT ${columns.join(', ')}, ${sends} AS sends, CAST(sum(impressions) AS bigint) AS impressions, ` +
    'CAST(sum(clicks) AS bigint) AS clicks, ' +
    `${has('spend') ? `${money('spend')} AS spend, ${money('spend_eur')} AS spend_eur, ` : ''}CAST(sum(claimed_conversions) ` +
    `AS decimal(18,2)) AS conversions, ${money('claimed_value')} AS value FROM ad_spend WHERE platform = ` +
    `'${isOwn ? page.of : page.platform}' GROUP BY ALL`
  );
}

const locales: Readonly<Record<Language, string>> = { en: 'en-US', fr: 'fr-FR', de: 'de-DE' };

/** The file that a page gives. */
export async function pageFile(page: Page, original: SmallLake): Promise<ExportedFile> {
  const devices = page.headings.device !== undefined && page.level === 'campaign' ? 'device' : 'CAST(NULL AS varchar)';
  const names = ['campaign_id', 'campaign_name', 'ad_group_id', 'ad_group_name', 'ad_id', 'ad_name'] as const;
  const isKept = (name: string) => dimensions[page.level].some((one) => one === name);
  const rows = (
    await original.ask(
      'SELECT account_id, ' +
        `${names.map((name) => (isKept(name) ? name : `CAST(NULL AS varchar) AS ${name}`)).join(', ')}, ` +
        `campaign_type, ${devices} AS device, CAST(dt AS varchar) AS dt, currency, sum(impressions) AS ` +
        'impressions, sum(clicks) AS clicks, CAST(sum(spend) AS double) AS spend, sum(claimed_conversions) AS ' +
        `conversions, sum(claimed_value) AS value FROM ad_spend WHERE platform = '${page.of}' GROUP BY ALL ` +
        'ORDER BY ALL',
    )
  ).map((row) => rowSchema.parse(row));
  const isWorkbook = page.hasWorkbook === true && drawn(fc.boolean(), `${page.platform} workbook`);
  const number = (value: number | null, field: (typeof figures)[number] | 'sends') => {
    if (value === null) return page.nothing;
    const decimals = field === 'spend' || field === 'value' ? 2 : 0;
    if (isWorkbook) return value.toFixed(decimals);
    return value.toLocaleString(locales[page.language], {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
  };
  const told = Object.entries(page.headings).filter(
    ([field]) => !['ad_group_id', 'ad_group_name', 'ad_id', 'ad_name'].includes(field) || page.level === 'ad',
  );
  const cells = (row: Row) => {
    const texts: ReadonlyMap<string, string> = new Map(
      Object.entries({
        account_id: page.account(row.account_id),
        account_name: 'Boutique',
        campaign_id: row.campaign_id,
        campaign_name: row.campaign_name,
        campaign_type: page.types[row.campaign_type] ?? row.campaign_type,
        ad_group_id: row.ad_group_id ?? '',
        ad_group_name: row.ad_group_name ?? '',
        ad_id: row.ad_id ?? '',
        ad_name: row.ad_name ?? '',
        device: page.types[row.device ?? ''] ?? row.device ?? '',
        dt: page.day(row.dt),
        currency: row.currency,
        sends: number(row.impressions * sendsOf, 'sends'),
        impressions: number(row.impressions, 'impressions'),
        clicks: number(row.clicks, 'clicks'),
        spend: number(row.spend, 'spend'),
        conversions: number(row.conversions, 'conversions'),
        value: number(row.value, 'value'),
      }),
    );
    return Object.fromEntries(told.map(([field, heading]) => [heading, texts.get(field) ?? '']));
  };
  const table = rowsOf(
    rows.map((row) => [cells(row)]),
    page.platform,
  );
  const [headings = []] = table;
  const sums = new Map(
    figures.map((field) => [
      page.headings[field],
      number(
        rows.reduce((sum, row) => sum + (row[field] ?? 0), 0),
        field,
      ),
    ]),
  );
  const total =
    page.total === undefined
      ? []
      : [headings.map((heading, at) => (at === 0 ? (page.total ?? '') : (sums.get(heading) ?? '')))];
  if (isWorkbook) {
    // Numbers and days are cells of their own kind there.
    const numeric = new Set(figures.map((field) => page.headings[field]));
    const cell = (text: string, at: number) => {
      if (numeric.has(headings[at]) && /^\d/.test(text)) return Number(text);
      return headings[at] === page.headings.dt && /^\d/.test(text) ? new Date(text) : text;
    };
    const [, ...below] = [...table, ...total];
    return {
      name: `${page.platform}.xlsx`,
      bytes: Buffer.from(workbook({ Report: [headings, ...below.map((row) => row.map(cell))] })),
    };
  }
  return {
    name: `${page.platform}.csv`,
    bytes: csv([...page.above, ...table, ...total, ...page.below], page.platform, page.delimiter),
  };
}
