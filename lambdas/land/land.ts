/** Lands a batch of the stream in the raw zone. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { parquetRows } from '../shared/parquet-rows.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { streamLimits } from '../shared/ports/stream.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import { inWords, partsOf } from '../shared/schema/reject-rules.ts';
import type { RejectsRow } from '../shared/schema/rows.generated.ts';
import { unpacked } from './aggregated.ts';
import { decode } from './decode.ts';
import { batchOf, type BatchRecord } from './kinesis-event.ts';
import { gzipLevel } from '../shared/gzip.ts';

/**
 * The feed of what is landed, and the table that its rejects name: they were refused before they became raw objects.
 */
export const landedFeed = 'raw_web_events';

/** What became of a batch. `events = landed + rejected`. */
export interface Landed {
  /** Records of the stream. */
  readonly records: number;
  /** Events in them: an aggregated record holds several. */
  readonly events: number;
  readonly landed: number;
  readonly rejected: number;
  readonly objects: number;
}

/** What goes into one object. */
interface Part<T> {
  readonly key: string;
  readonly rows: T[];
}

interface Line {
  readonly text: string;
  readonly isCertain: boolean;
}

type Refused = RejectsRow & { readonly dt: Date };

/** Parts by shard and day, each named when it is given its first record. */
class Parts<T> {
  readonly #parts = new Map<string, Part<T>>();
  readonly #keyOf: (day: string, first: BatchRecord) => string;

  constructor(keyOf: (day: string, first: BatchRecord) => string) {
    this.#keyOf = keyOf;
  }

  add(day: string, record: BatchRecord, row: T): void {
    const place = `${record.shardId} ${day}`;
    const part = this.#parts.get(place) ?? { key: this.#keyOf(day, record), rows: [] };
    part.rows.push(row);
    this.#parts.set(place, part);
  }

  get all(): Part<T>[] {
    return [...this.#parts.values()];
  }
}

/**
 * Writes the events of a Lambda's Kinesis event as raw objects, one a day that has any, and what cannot be read as
 * rejects.
 *
 * A fault of the lake fails the whole batch: it throws, and the batch is to be delivered again from its first record,
 * in whatever parts. Each object is named after the first record of its day in the batch. A later try that begins with
 * the same record meets that record first too, so it overwrites what an earlier one left, however far that reached:
 * nothing lands twice. What lands twice all the same (records delivered again after others behind them; a
 * parallelization factor above 1) the transform knows by `event_id`.
 *
 * The event may also be the record of a batch that was given up, as the failure destination keeps it. No records follow
 * it, so what it overwrites must hold no more than it does: its objects are named after the first and the last record of
 * the batch, and another batch that shares some of these has other names.
 *
 * @throws ZodError where the event is no batch of Kinesis @throws what the lake throws
 */
export async function land(
  { lake, catalog }: { readonly lake: Lake; readonly catalog: Catalog },
  event: unknown,
): Promise<Landed> {
  const feed = tableNamed(catalog, landedFeed);
  const rejects = tableNamed(catalog, 'rejects');
  const { records, isRedriven } = batchOf(event);
  const batch = `${records[0]?.shardId}-${records[0]?.sequenceNumber}-${records.at(-1)?.sequenceNumber}`;
  const nameOf = ({ shardId, sequenceNumber }: BatchRecord) => (isRedriven ? batch : `${shardId}-${sequenceNumber}`);
  const raw = new Parts<Line>(
    (day, first) => `${feed.prefix}dt=${day}/${isRedriven ? 'redriven' : 'stream'}-${nameOf(first)}.jsonl.gz`,
  );
  const refused = new Parts<Refused>(
    (day, first) => `${rejects.prefix}dt=${day}/land${isRedriven ? '-redriven' : ''}-${nameOf(first)}.parquet`,
  );
  let events = 0;
  let landed = 0;
  for (const record of records) {
    for (const [place, data] of unpacked(record.data).entries()) {
      events++;
      const decoded = decode(data, record.arrivedAt);
      if ('line' in decoded) {
        landed++;
        raw.add(decoded.partition.day, record, { text: decoded.line, isCertain: decoded.partition.isCertain });
      } else {
        const day = record.arrivedAt.toISOString().slice(0, 10);
        refused.add(day, record, {
          table_name: feed.name,
          feed: feed.name,
          object: `${record.stream}/${record.shardId}/${record.sequenceNumber}`,
          line: place + 1,
          reasons: [decoded.reason],
          messages: [
            inWords(partsOf(decoded.reason).rule, {
              field: 'record',
              isSheet: false,
              prefix: feed.prefix,
              headings: [],
            }),
          ],
          record: data.toString('utf8', 0, streamLimits.recordBytes),
          dt: new Date(day),
        });
      }
    }
  }
  // One after the other: no write may still be under way when a fault has sent the batch back.
  for (const { key, rows } of raw.all) await putLines(lake, key, rows);
  for (const { key, rows } of refused.all) await lake.put(key, await parquetRows(rejects, rows));
  return {
    records: records.length,
    events,
    landed,
    rejected: events - landed,
    objects: raw.all.length + refused.all.length,
  };
}

const compress = promisify(gzip);

async function putLines(lake: Lake, key: string, lines: readonly Line[]): Promise<void> {
  const body = await compress(lines.map(({ text }) => `${text}\n`).join(''), { level: gzipLevel });
  const isSingleDay = lines.every(({ isCertain }) => isCertain);
  await lake.put(key, body, {
    contentType: 'application/gzip',
    metadata: { rows: String(lines.length), producer: 'land', ...(isSingleDay && { 'single-day': 'true' }) },
  });
}
