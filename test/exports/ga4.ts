/** GA4's export to BigQuery, as `bq extract` writes it: JSON, or Parquet. */
import { writeFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { drawn, json } from './clothes.ts';
import type { ExportedFile } from './trip.ts';
import type { Visit } from './visits.ts';
import { pathLiteral, targetLiteral, type Session } from '../../lambdas/shared/duckdb.ts';

const micros = (moment: string) => `${Date.parse(moment)}000`;
const yesNo = (is: boolean) => (is ? 'Yes' : 'No');

const text = (key: string, value: string | undefined) =>
  value === undefined || value === '' ? [] : [{ key, value: { string_value: value } }];
const number = (key: string, value: number | undefined) =>
  value === undefined
    ? []
    : [{ key, value: Number.isInteger(value) ? { int_value: String(value) } : { double_value: value } }];

const searches = fc.constantFrom('search', 'view_search_results');

/** What GA4 sends by itself beside an event. */
const bookkeeping = ['session_start', 'user_engagement', 'scroll'];

function eventRow(visit: Visit, at: number) {
  const { ecommerce, page, device } = visit;
  const isPurchase = visit.event_name === 'purchase';
  return {
    event_date: visit.event_time.slice(0, 10).replaceAll('-', ''),
    event_timestamp: micros(visit.event_time),
    event_name: visit.event_name === 'search' ? drawn(searches, `ga4 ${String(at % 5)}`) : visit.event_name,
    event_params: [
      ...text('page_location', page.url),
      ...text('page_referrer', page.referrer),
      ...text('page_title', page.title),
      { key: 'ga_session_number', value: { int_value: '1' } },
      ...text('currency', ecommerce?.currency),
      ...text('coupon', ecommerce?.coupon),
      ...text('transaction_id', ecommerce?.transaction_id),
      ...number('value', ecommerce?.value),
    ],
    event_server_timestamp_offset: String((Date.parse(visit.received_at) - Date.parse(visit.event_time)) * 1000),
    event_bundle_sequence_id: String(at),
    user_pseudo_id: visit.visitor_id ?? undefined,
    user_id: visit.customer_id ?? undefined,
    privacy_info: {
      analytics_storage: yesNo(visit.consent.analytics),
      ads_storage: yesNo(visit.consent.ads),
      uses_transient_token: 'No',
    },
    device: {
      category: device.device,
      operating_system: device.os ?? '',
      language: visit.language,
      web_info: { browser: 'Chrome', hostname: new URL(page.url).host },
    },
    ecommerce: isPurchase
      ? { transaction_id: ecommerce?.transaction_id, purchase_revenue: ecommerce?.value, total_item_quantity: '1' }
      : { transaction_id: '(not set)' },
    items: (ecommerce?.items ?? []).map((item) => ({
      ...item,
      quantity: item.quantity === undefined ? undefined : String(item.quantity),
    })),
  };
}

function rows(visits: readonly Visit[]): object[] {
  return visits.flatMap((visit, at) => {
    const row = eventRow(visit, at);
    const beside = at % 20 === 0 ? bookkeeping[(at / 20) % bookkeeping.length] : undefined;
    return beside === undefined ? [row] : [{ ...row, event_name: beside, ecommerce: undefined }, row];
  });
}

export const ga4Json = (visits: readonly Visit[]): ExportedFile[] => [
  { name: 'events.json', bytes: json(rows(visits), 'ga4', { forms: ['lines'] }) },
];

export async function ga4Parquet(visits: readonly Visit[], session: Session, folder: string): Promise<ExportedFile[]> {
  const [from, to] = [join(folder, 'ga4.json'), join(folder, 'ga4.parquet')];
  await writeFile(
    from,
    rows(visits)
      .map((one) => `${JSON.stringify(one)}\n`)
      .join(''),
  );
  const whole =
    'CAST(event_timestamp AS BIGINT) AS event_timestamp, CAST(event_server_timestamp_offset AS BIGINT) AS event_server_timestamp_offset';
  await session.rows(
    `COPY (SELECT * REPLACE (${whole}) FROM read_json(${pathLiteral(from)}, format = 'newline_delimited', ` +
      `sample_size = -1)) TO ${targetLiteral(to)} (FORMAT parquet)`,
  );
  return [{ name: 'events.parquet', bytes: await readFile(to) }];
}
