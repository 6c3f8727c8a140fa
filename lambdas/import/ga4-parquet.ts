import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import * as z from 'zod';
import { convertGa4 } from './ga4.ts';
import type { JsonShape } from './json-shape.ts';
import type { Numbered } from './json-lines.ts';
import { Refused } from './refused.ts';

/** Rows that are held together. */
const rowsAtOnce = 5_000;
const columns = [
  'event_name',
  'event_timestamp',
  'event_server_timestamp_offset',
  'event_bundle_sequence_id',
  'batch_event_index',
  'event_params',
  'user_pseudo_id',
  'stream_id',
  'user_id',
  'privacy_info',
  'device',
  'collected_traffic_source',
  'session_traffic_source_last_click',
  'ecommerce',
  'items',
];

const rowSchema = z.record(z.string(), z.unknown());

/** As BigQuery writes the same in JSON: whole numbers as text. */
const plain = (row: unknown) =>
  rowSchema.parse(JSON.parse(JSON.stringify(row, (_, one: unknown) => (typeof one === 'bigint' ? String(one) : one))));

async function* parquetRecords(path: string): AsyncGenerator<Numbered> {
  try {
    const file = await asyncBufferFromFile(path);
    const metadata = await parquetMetadataAsync(file);
    const names = new Set(metadata.schema.slice(1).map(({ name }) => name));
    const wanted = columns.filter((name) => names.has(name));
    if (!names.has('event_name') || !names.has('event_timestamp'))
      throw new Refused(
        'It is a Parquet file of nothing that is known: known is GA4’s BigQuery export. Of PostHog, Snowplow ' +
          'and others export JSON, one record a line (docs/sources.md).',
      );
    const rows = Number(metadata.num_rows);
    for (let rowStart = 0; rowStart < rows; rowStart += rowsAtOnce) {
      const rowEnd = Math.min(rows, rowStart + rowsAtOnce);
      const found = await parquetReadObjects({ file, metadata, compressors, columns: wanted, rowStart, rowEnd });
      for (const [at, row] of found.entries()) yield { row: rowStart + at + 1, record: plain(row) };
    }
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused('It is a Parquet file that is damaged, or was cut short: export it again.', { cause: error });
  }
}

/** GA4's BigQuery export, as Parquet. */
export const ga4Parquet: JsonShape = {
  name: 'ga4-parquet',
  source: 'GA4',
  report: 'BigQuery export',
  marks: [],
  convert: (path, documents) => convertGa4(parquetRecords(path), documents),
};
