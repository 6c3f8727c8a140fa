import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { uuid } from '../../test/small-lake.ts';
import { land } from './land.ts';
import { aggregated, sampleEvent, type SampleRecord } from './samples.ts';

const catalog = loadCatalog();

/** Every object of the lake with its metadata: the lines of a raw object, the rows of rejects. */
async function contents(lake: Lake): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for await (const { key } of lake.list('')) {
    const body = await lake.get(key);
    const metadata = (await lake.head(key))?.metadata;
    found[key] = key.endsWith('.parquet')
      ? await rejectsIn(body)
      : { lines: gunzipSync(body).toString('utf8').split('\n').slice(0, -1), ...metadata };
  }
  return found;
}

async function rejectsIn(body: Buffer): Promise<Record<string, unknown>[]> {
  const file = new Uint8Array(body).buffer;
  return parquetReadObjects({ file, compressors });
}

const event = (n: number, at: string, over: object = {}) =>
  JSON.stringify({ event_id: uuid(n), event_time: at, received_at: '2025-03-30T00:00:05.000Z', ...over });
const arrivedAt = '2025-03-30T00:00:06.500Z';
const record = (n: number, data: Buffer | string, over: Partial<SampleRecord> = {}): SampleRecord => ({
  data,
  sequenceNumber: `4960000000000000000000000000000000000000000000000000${n}`,
  arrivedAt,
  ...over,
});
const name = (n: number) => `shardId-000000000000-4960000000000000000000000000000000000000000000000000${n}`;
const raw = (day: string, n: number) => `raw/web/events/dt=${day}/stream-${name(n)}.jsonl.gz`;
const reject = (n: number, line: number, reason: string, text: string) => ({
  table_name: 'raw_web_events',
  feed: 'raw_web_events',
  object: `web/shardId-000000000000/4960000000000000000000000000000000000000000000000000${n}`,
  line: BigInt(line),
  messages: [expect.stringMatching(/^The line is (?:not|longer)/)],
  reasons: [reason],
  record: text,
  dt: new Date('2025-03-30'),
});

describe('a batch of the stream', () => {
  test('lands by the days of its events, each object named after its first record; what cannot be read is a reject', async () => {
    const lake = memoryLake();
    const before = event(1, '2025-03-29T23:59:59.000Z');
    const [after, again, packed] = [
      event(2, '2025-03-30T00:00:01.000Z'),
      event(3, '2025-03-29T10:00:00.000Z'),
      event(4, '2025-03-30T00:00:02.000Z'),
    ];
    const tooLong = JSON.stringify({ event_id: 'x'.repeat(1_048_576) });
    const landed = await land(
      { lake, catalog },
      sampleEvent([
        record(10, '{"cut":'),
        record(11, before),
        record(12, after),
        record(13, again),
        record(14, Buffer.from([0x7b, 0xff, 0x7d])),
        record(15, aggregated(['null', packed, '[1]'])),
        record(16, tooLong),
        record(17, ''),
      ]),
    );
    expect(landed).toEqual({ records: 8, events: 10, landed: 4, rejected: 6, objects: 3 });
    const promises = { producer: 'land', rows: '2', 'single-day': 'true' };
    expect(await contents(lake)).toEqual({
      [raw('2025-03-29', 11)]: { lines: [before, again], ...promises },
      [raw('2025-03-30', 12)]: { lines: [after, packed], ...promises },
      [`ops/rejects/dt=2025-03-30/land-${name(10)}.parquet`]: [
        reject(10, 1, 'malformed:record', '{"cut":'),
        reject(14, 1, 'not_utf8:record', '{\uFFFD}'),
        reject(15, 1, 'malformed:record', 'null'),
        reject(15, 3, 'malformed:record', '[1]'),
        reject(16, 1, 'too_long:record', tooLong.slice(0, 1_048_576)),
        reject(17, 1, 'malformed:record', ''),
      ],
    });
  });

  test.each([
    [
      'as it was sent, to the last digit',
      '{ "value": 1.10, "id": 12345678901234567890 }',
      '{ "value": 1.10, "id": 12345678901234567890 }',
    ],
    ['on one line, where it was sent on several', '\r\n{\r\n  "a": "b\\n"\n}\n', '{   "a": "b\\n" }'],
    ['without the byte order mark', '\uFEFF{}', '{}'],
    ['with the separators of lines that only JavaScript knows', '{"a":"\u2028\u0085"}', '{"a":"\u2028\u0085"}'],
    [
      'however deep it is',
      `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
    ],
  ])('keeps a record %s', async (_, sent, line) => {
    const lake = memoryLake();
    await land({ lake, catalog }, sampleEvent([record(1, sent)]));
    expect(await contents(lake)).toMatchObject({ [raw('2025-03-30', 1)]: { lines: [line], rows: '1' } });
  });

  test.each([
    ['a time that another reader may find another day in', event(1, '2025-03-30 00:00:01')],
    // Of two fields of one name the last holds, here as in every other feed.
    [
      'a name twice',
      '{"event_time":"2025-03-29T00:00:00Z","event_time":"2025-03-30T00:00:00Z"}',
      '{"event_time":"2025-03-30T00:00:00Z"}',
    ],
  ])('promises no single day for %s', async (_, sent, landed = sent) => {
    const lake = memoryLake();
    await land({ lake, catalog }, sampleEvent([record(1, sent), record(2, event(2, '2025-03-30T00:00:01.000Z'))]));
    expect(await contents(lake)).toEqual({
      [raw('2025-03-30', 1)]: { lines: [landed, event(2, '2025-03-30T00:00:01.000Z')], rows: '2', producer: 'land' },
    });
  });

  test('writes the same bytes again', async () => {
    const [one, other] = [memoryLake(), memoryLake()];
    const batch = sampleEvent([record(1, event(1, '2025-03-29T00:00:00Z')), record(2, 'no JSON')]);
    await land({ lake: one, catalog }, batch);
    await land({ lake: other, catalog }, batch);
    for await (const { key, etag } of one.list('')) expect((await other.head(key))?.etag).toBe(etag);
    const body = await one.get(raw('2025-03-29', 1));
    expect(body.readUInt32LE(4)).toBe(0);
  });

  test('that was given up lands under names of its own, beside what its tries left', async () => {
    const lake = memoryLake();
    const batch = sampleEvent([record(1, event(1, '2025-03-29T00:00:00Z')), record(2, 'no JSON')]);
    await land({ lake, catalog }, batch);
    const landed = await land(
      { lake, catalog },
      { version: '1.0', KinesisBatchInfo: { batchSize: 2 }, payload: JSON.stringify(batch) },
    );
    expect(landed).toEqual({ records: 2, events: 2, landed: 1, rejected: 1, objects: 2 });
    expect(Object.keys(await contents(lake))).toEqual([
      `ops/rejects/dt=2025-03-30/land-redriven-${name(1)}-${record(2, '').sequenceNumber}.parquet`,
      `ops/rejects/dt=2025-03-30/land-${name(2)}.parquet`,
      raw('2025-03-29', 1)
        .replace('stream-', 'redriven-')
        .replace('.jsonl', `-${record(2, '').sequenceNumber}.jsonl`),
      raw('2025-03-29', 1),
    ]);
  });

  test('that was given up with one record is named after it twice, and one of two shards has an object for each', async () => {
    const lake = memoryLake();
    const one = event(1, '2025-03-29T00:00:00Z');
    await land({ lake, catalog }, { KinesisBatchInfo: {}, payload: JSON.stringify(sampleEvent([record(1, one)])) });
    const other = { shardId: 'shardId-000000000007' };
    const two = event(2, '2025-03-29T00:00:01Z');
    await land(
      { lake, catalog },
      sampleEvent([record(2, one), record(3, two, other), record(4, 'no'), record(5, 'no', other)]),
    );
    const promises = { producer: 'land', rows: '1', 'single-day': 'true' };
    const named = (n: number) => name(n).replace('shardId-000000000000', 'shardId-000000000007');
    const found = await contents(lake);
    expect(Object.keys(found).toSorted()).toEqual([
      `ops/rejects/dt=2025-03-30/land-${name(4)}.parquet`,
      `ops/rejects/dt=2025-03-30/land-${named(5)}.parquet`,
      `raw/web/events/dt=2025-03-29/redriven-${name(1)}-${record(1, '').sequenceNumber}.jsonl.gz`,
      raw('2025-03-29', 2),
      `raw/web/events/dt=2025-03-29/stream-${named(3)}.jsonl.gz`,
    ]);
    expect(found[raw('2025-03-29', 2)]).toEqual({ lines: [one], ...promises });
    expect(found[`raw/web/events/dt=2025-03-29/stream-${named(3)}.jsonl.gz`]).toEqual({ lines: [two], ...promises });
  });

  test('that was given up leaves a larger one that shares its records of a day', async () => {
    const lake = memoryLake();
    const [one, two] = [event(2, '2025-03-30T00:00:01Z'), event(3, '2025-03-30T00:00:02Z')];
    const all = [record(1, 'no JSON'), record(2, one), record(3, two)];
    for (const batch of [all, all.slice(1, 2)])
      await land({ lake, catalog }, { KinesisBatchInfo: {}, payload: JSON.stringify(sampleEvent(batch)) });
    const lines: string[] = [];
    for await (const { key } of lake.list('raw/web/events/'))
      lines.push(
        ...gunzipSync(await lake.get(key))
          .toString()
          .trimEnd()
          .split('\n'),
      );
    expect(lines.toSorted()).toEqual([one, one, two]);
  });

  test.each([
    ['nothing', undefined],
    ['another event', { Records: [{ eventSource: 'aws:s3' }] }],
    ['a record without a shard', { Records: [{ ...sampleEvent([record(1, '{}')]).Records[0], eventID: 'no shard' }] }],
  ])('is refused where it is %s', async (_, batch) => {
    await expect(land({ lake: memoryLake(), catalog }, batch)).rejects.toThrow(/Invalid|expected/i);
  });
});

test('each object says what it is, and who made it of how many records', async () => {
  const memory = memoryLake();
  const said: unknown[] = [];
  const lake: Lake = {
    ...memory,
    put(key, body, options) {
      said.push(options);
      return memory.put(key, body, options);
    },
  };
  const at = '2025-03-30T00:00:01.000Z';
  await land({ lake, catalog }, sampleEvent([record(1, event(1, at)), record(2, event(2, at))]));
  expect(said).toMatchObject([{ contentType: 'application/gzip', metadata: { rows: '2', producer: 'land' } }]);
});

const published = new URL('../../../shared/data/aws-lambda-events/', import.meta.url);
const describePublished = existsSync(published) ? describe : describe.skip;
describePublished('the events that AWS publishes (skipped where shared/data/aws-lambda-events is missing)', () => {
  test.each([
    [
      'kinesis-stream.json',
      'dt=2018-12-17/land-shardId-000000000006-49590338271490256608559692538361571095921575989136588898',
      'lambda-stream',
      ['Hello, this is a test.', 'This is only a test.'],
      'malformed:record',
    ],
    [
      'kinesis-stream-cloudwatch-logs.json',
      'dt=2022-11-10/land-shardId-000000000000-49635052289529725553291405521504870233219489715332317186',
      'pt-1488-KinesisStreamCloudWatchLogs-D8tHs0im0aJG',
      [expect.stringContaining('\uFFFD'), expect.stringContaining('\uFFFD')],
      'not_utf8:record',
    ],
  ])('%s is no event of the shop: each of its records is a reject', async (file, key, stream, texts, reason) => {
    const lake = memoryLake();
    const batch: unknown = JSON.parse(readFileSync(new URL(file, published), 'utf8'));
    expect(await land({ lake, catalog }, batch)).toEqual({
      records: 2,
      events: 2,
      landed: 0,
      rejected: 2,
      objects: 1,
    });
    const found = await contents(lake);
    expect(Object.keys(found)).toEqual([`ops/rejects/${key}.parquet`]);
    const rows = await rejectsIn(await lake.get(`ops/rejects/${key}.parquet`));
    expect(rows.map(({ reasons }) => reasons)).toEqual([[reason], [reason]]);
    expect(rows.every(({ object }) => typeof object === 'string' && object.startsWith(`${stream}/shardId-`))).toBe(
      true,
    );
    expect(rows.map((row) => row['record'])).toEqual(texts);
  });
});

/** A lake whose writes fail as told: before they took place, or after. */
function failing(lake: Lake, faults: readonly ('none' | 'before' | 'after')[]): Lake {
  let puts = 0;
  return {
    ...lake,
    async put(key, body, options) {
      const fault = faults[puts++] ?? 'none';
      if (fault === 'before') throw new Error('not written');
      const object = await lake.put(key, body, options);
      if (fault === 'after') throw new Error('written, and nobody knows');
      return object;
    },
  };
}

describe('delivered again and again, in parts of any size, by a lake that fails', () => {
  const days = ['2025-03-28', '2025-03-29', '2025-03-30'] as const;
  const sent = fc.array(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...days) }, { weight: 1, arbitrary: fc.constant('poison') }),
    { minLength: 1, maxLength: 14 },
  );

  test('each record lands once: nothing is lost, and no earlier try is left over', async () => {
    await fc.assert(
      fc.asyncProperty(
        sent,
        fc.array(fc.nat(5), { maxLength: 30 }),
        fc.array(fc.constantFrom('none', 'none', 'before', 'after'), { maxLength: 25 }),
        async (kinds, sizes, faults) => {
          const records = kinds.map((kind, i) =>
            record(100 + i, kind === 'poison' ? `poison ${i}` : event(i, `${kind}T12:00:00.000Z`), {
              arrivedAt: i % 3 === 0 ? '2025-03-30T23:59:59Z' : '2025-03-31T00:00:00Z',
            }),
          );
          const lake = memoryLake();
          const faulty = failing(lake, faults);
          // As the mapping does it: each try begins at the checkpoint, and only a try that succeeded moves it.
          for (let from = 0, tries = 0; from < records.length; tries++) {
            const batch = records.slice(from, from + 1 + (sizes[tries] ?? 13));
            const done = await land({ lake: faulty, catalog }, sampleEvent(batch)).catch(() => undefined);
            if (done !== undefined) from += batch.length;
          }
          const lines: string[] = [];
          const refused: string[] = [];
          for await (const { key } of lake.list('')) {
            const body = await lake.get(key);
            if (key.endsWith('.parquet')) refused.push(...(await rejectsIn(body)).map((row) => String(row['record'])));
            else lines.push(...gunzipSync(body).toString('utf8').trimEnd().split('\n'));
          }
          const texts = records.map(({ data }) => String(data));
          expect(lines.toSorted()).toEqual(texts.filter((text) => text.startsWith('{')).toSorted());
          expect(refused.toSorted()).toEqual(texts.filter((text) => text.startsWith('poison')).toSorted());
        },
      ),
      { numRuns: 300 },
    );
  });
});
