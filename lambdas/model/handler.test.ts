import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { openWorkshop } from '../../athena/fixture.ts';
import { failing, query, scriptedAthena } from '../../test/scripted-athena.ts';
import { begin } from '../lease/lease.ts';
import { putBatches } from '../plan/planned.ts';
import { logger } from '../shared/aws/step-lambda.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import type { TableRequest } from '../shared/ports/warehouse.ts';
import { loadCatalog, tableNamed } from '../shared/schema/catalog.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import { handler as deployed, modelHandler, stackAthena, timeoutMs } from './handler.ts';
import type { ModelBatch } from './model.ts';

// What it logs of refusals is no part of what a test says.
logger.setLogLevel('SILENT');

const context = {
  awsRequestId: 'r1',
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'model',
  functionVersion: '1',
  invokedFunctionArn: 'arn',
  logGroupName: 'l',
  logStreamName: 's',
  memoryLimitInMB: '1',
  getRemainingTimeInMillis: () => 900_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
const day = '1970-01-01';
const objectOf = (table: string) => sliceKey(tableNamed(loadCatalog(), table), day);
const batchOf = (table: string, isOutgrown: boolean): ModelBatch => ({
  step: 'model',
  table,
  code: 'c',
  slices: [{ table, day, inputs: [], reason: 'never built' }],
  isOutgrown,
});

let lake: Lake;
let run: string;
beforeEach(async () => {
  lake = memoryLake();
  const begun = await begin(lake, 'e');
  if (begun.held) throw new Error('A lake that is new is held.');
  ({ run } = begun);
  await putBatches(lake, run, 'shop', [batchOf('shop', false), batchOf('shop', true)]);
  await putBatches(lake, run, 'shop_costs', [batchOf('shop_costs', true)]);
});

describe('the Lambda of models', () => {
  // Its process serves one batch after the other, and an engine keeps its memory until it is closed.
  let engines: jest.Spied<typeof DuckDBInstance.create>;
  let closed: jest.Spied<DuckDBInstance['closeSync']>;
  beforeEach(() => {
    engines = jest.spyOn(DuckDBInstance, 'create');
    closed = jest.spyOn(DuckDBInstance.prototype, 'closeSync');
  });
  afterEach(() => {
    expect(engines.mock.calls.length).toBeGreaterThan(0);
    expect(closed.mock.calls).toHaveLength(engines.mock.calls.length);
    jest.restoreAllMocks();
  });

  test('builds what was planned for one machine itself', async () => {
    const handler = modelHandler(() => lake);
    const summary = await handler({ run, execution: 'e', table: 'shop', batch: 0 }, context);
    expect(summary).toEqual({ slicesBuilt: 1, recordsRejected: 0, refusedPercent: 0 });
    expect((await lake.head(objectOf('shop')))?.metadata).toEqual({ rows: '1' });
    await expect(handler({ run, execution: 'e', table: 'shop', batch: 1 }, context)).rejects.toThrow(
      'shop was planned for a distributed engine, and there is none here.',
    );
  });

  test('reads the objects that the batch names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'model-handler-'));
    const workshop = await openWorkshop();
    try {
      const events = tableNamed(loadCatalog(), 'web_events');
      const told = { event_name: 'purchase', visitor_id: 'v', is_bot: false, event_at: '2026-03-10 10:00:00.000' };
      const rows = ['1', '2'].map((id) => ({ ...told, event_id: id, transaction_id: id, dt: '2026-03-10' }));
      const path = join(folder, 'events.parquet');
      await workshop.write(events, rows, path);
      const { key, etag } = await lake.putFile(sliceKey(events, '2026-03-10'), path);
      const slice = { table: 'purchases', day: '2026-03-10', inputs: [{ key, etag }], reason: 'never built' };
      await putBatches(lake, run, 'purchases', [{ ...batchOf('purchases', false), slices: [slice] }]);
      await modelHandler(() => lake)({ run, execution: 'e', table: 'purchases', batch: 0 }, context);
      const made = await lake.head(sliceKey(tableNamed(loadCatalog(), 'purchases'), '2026-03-10'));
      expect(made?.metadata).toEqual({ rows: '2' });
    } finally {
      await workshop.close();
      await rm(folder, { recursive: true });
    }
  });

  test('has the distributed engine compute what was planned for it, and opens that once', async () => {
    const asked: TableRequest[] = [];
    const scratch = memoryLake('scratch');
    let opened = 0;
    const handler = modelHandler(
      () => lake,
      () => {
        opened += 1;
        return {
          scratch,
          locationOf: (folder) => `mem://${folder}`,
          maker: { make: async (request) => asked.push(request) && 0, drop: async () => undefined },
        };
      },
    );
    await handler({ run, execution: 'e', table: 'shop', batch: 1 }, context);
    await handler({ run, execution: 'e', table: 'shop_costs', batch: 0 }, context);
    expect(opened).toBe(1);
    expect(asked.map(({ name, location }) => [name, location.replace(/[^/]+\/$/u, '')])).toEqual([
      ['scratch_shop_19700101', 'mem://shop/dt=1970-01-01/'],
      ['scratch_shop_costs_19700101', 'mem://shop_costs/dt=1970-01-01/'],
    ]);
    // It told of no rows, and left none.
    expect((await lake.head(objectOf('shop')))?.metadata).toEqual({ rows: '0' });
  });
});

describe('Athena, as the stack has it', () => {
  const named = { SCRATCH_BUCKET: 'b', SCRATCH_PREFIX: 'p', ATHENA_WORKGROUP: 'w', ATHENA_DATABASE: 'd' };

  test('puts its parts in a folder of the bucket of scratch', () => {
    expect(stackAthena(named).locationOf('sessions/')).toBe('s3://b/p/sessions/');
  });

  test('logs what its statements took, and which could not be stopped', async () => {
    const info = jest.spyOn(logger, 'info').mockReturnValue();
    const warn = jest.spyOn(logger, 'warn').mockReturnValue();
    const well = query([{ state: 'SUCCEEDED', bytes: 5 }]);
    // The second one is begun, and then nobody answers as to how it is.
    const athena = await scriptedAthena((call, count) =>
      call.operation === 'StartQueryExecution' || (call.operation === 'GetQueryExecution' && count === 1)
        ? well(call, count)
        : failing(400, 'InvalidRequestException'),
    );
    const given = process.env;
    process.env = { ...given, AWS_ENDPOINT_URL: athena.url, AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' };
    try {
      const { maker } = stackAthena(named);
      await maker.drop('m');
      await expect(maker.drop('m')).rejects.toThrow('As told.');
      const cost = { queryId: 'q1', bytesScanned: 5, milliseconds: 1234, isReused: false, usd: undefined };
      expect(info.mock.calls).toEqual([['athena', { cost }]]);
      expect(warn.mock.calls).toEqual([[expect.stringContaining('q2 could not be stopped')]]);
    } finally {
      process.env = given;
      jest.restoreAllMocks();
      await athena.close();
    }
  });

  test('is what the deployed function opens', async () => {
    const given = process.env;
    process.env = { ...given, LAKE_BUCKET: 'b' };
    try {
      await expect(deployed({ run, execution: 'e', table: 'shop', batch: 0 }, context)).rejects.toThrow(
        'ATHENA_WORKGROUP',
      );
    } finally {
      process.env = given;
    }
  });

  test('ends a statement before the function ends, which works for 15 minutes, and not long before', () => {
    expect(timeoutMs / 60_000).toBeGreaterThan(10);
    expect(timeoutMs / 60_000).toBeLessThan(15);
  });

  test.each(Object.keys(named))('is not opened without %s', (name) => {
    expect(() => stackAthena({ ...named, [name]: '' })).toThrow(name);
  });
});
