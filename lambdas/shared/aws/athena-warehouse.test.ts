import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { JsonAnswer } from '../../../test/amazon-json-server.ts';
import {
  type Call,
  failing,
  query,
  results,
  type ScriptedAthena,
  scriptedAthena,
  type Told,
} from '../../../test/scripted-athena.ts';
import { LimitReached, QueryFailed, type Warehouse, WarehouseUnavailable } from '../ports/warehouse.ts';
import { type QueryCost, scanUsd } from './athena-cost.ts';
import { explain } from './athena-errors.ts';
import { athenaClient } from './athena-executions.ts';
import { type AthenaWarehouseOptions, athenaWarehouse } from './athena-warehouse.ts';

beforeAll(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
});

const undo: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0)) await one();
});

interface Opened {
  readonly warehouse: Warehouse;
  readonly athena: ScriptedAthena;
  readonly costs: readonly QueryCost[];
  readonly warnings: readonly string[];
  /** The sleeps that were asked for, ms; each passes at once. */
  readonly sleeps: readonly number[];
}

/** A warehouse before a server that answers as it is told, in a time that passes only by sleeping. */
async function opened(
  answer: (call: Call, count: number) => JsonAnswer,
  options: Partial<AthenaWarehouseOptions> = {},
): Promise<Opened> {
  const athena = await scriptedAthena(answer);
  const client = athenaClient({ AWS_ENDPOINT_URL: athena.url });
  const costs: QueryCost[] = [];
  const warnings: string[] = [];
  const sleeps: number[] = [];
  let now = 0;
  const warehouse = athenaWarehouse({
    workgroup: 'sillage-test',
    database: 'sillage_test',
    client,
    onCost: (cost) => costs.push(cost),
    onWarning: (line) => warnings.push(line),
    timing: {
      now: () => now,
      sleep: async (ms) => {
        sleeps.push(ms);
        now += ms;
      },
      random: () => 1,
    },
    ...options,
  });
  undo.push(
    () => warehouse.close(),
    () => client.destroy(),
    () => athena.close(),
  );
  return { warehouse, athena, costs, warnings, sleeps };
}

const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const succeeded: Told = { state: 'SUCCEEDED' };
const running: Told = { state: 'RUNNING' };

describe('a query', () => {
  test('is started in its workgroup and database with a token of its own, asked after, and read', async () => {
    const { warehouse, athena } = await opened(query([{ state: 'QUEUED' }, running, succeeded]));
    expect(await warehouse.query('SELECT 7 AS n')).toEqual({ columns: [{ name: 'n', type: 'integer' }], rows: [[7]] });
    await warehouse.query('SELECT 7 AS n');
    const [first, second] = athena.calls.filter(({ operation }) => operation === 'StartQueryExecution');
    expect(first?.input).toEqual({
      QueryString: 'SELECT 7 AS n',
      WorkGroup: 'sillage-test',
      QueryExecutionContext: { Database: 'sillage_test' },
      ClientRequestToken: expect.stringMatching(/^[\w-]{32,128}$/),
    });
    expect(second?.input['ClientRequestToken']).not.toBe(first?.input['ClientRequestToken']);
    expect(athena.operations().slice(0, 5)).toEqual([
      'StartQueryExecution',
      ...Array.from({ length: 3 }, () => 'GetQueryExecution'),
      'GetQueryResults',
    ]);
  });

  test('is asked after less and less often', async () => {
    const { warehouse, sleeps } = await opened(query([...Array.from({ length: 7 }, () => running), succeeded]));
    await warehouse.query('SELECT 7 AS n');
    expect(sleeps).toEqual([50, 100, 200, 400, 800, 1000, 1000, 1000]);
  });

  test('waits between half of that and all of it, by chance', async () => {
    const slept: number[] = [];
    const draws = [0, 0.5];
    const { warehouse } = await opened(query([running, succeeded]), {
      timing: { now: () => 0, sleep: async (ms) => slept.push(ms), random: () => draws.shift() ?? 1 },
    });
    await warehouse.query('SELECT 7 AS n');
    expect(slept).toEqual([25, 75]);
  });

  test('may have an equal query’s result, where that is asked for', async () => {
    const { warehouse, athena, costs } = await opened(query([{ ...succeeded, isReused: true }]), {
      reuseMinutes: 60,
      usdPerTb: 5,
    });
    await warehouse.query('SELECT 7 AS n');
    expect(athena.calls[0]?.input['ResultReuseConfiguration']).toEqual({
      ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
    });
    expect(costs).toEqual([{ queryId: 'q1', bytesScanned: 0, milliseconds: 1234, isReused: true, usd: 0 }]);
  });

  test('comes page by page, each asked for when the one before is read, without the names', async () => {
    const columns = [{ Name: 'n', Type: 'bigint' }];
    const { warehouse, athena } = await opened(
      query([succeeded], (token) =>
        token === undefined
          ? results(columns, [['n'], ['1'], ['2']], 'second')
          : token === 'second'
            ? // A row that says the same as the names is a row here.
              results([{ Name: 'n', Type: 'bigint' }], [], 'third')
            : results(columns, [['3']]),
      ),
    );
    const { rows } = await warehouse.stream('SELECT n FROM t');
    const asked = () => athena.operations().filter((operation) => operation === 'GetQueryResults').length;
    const pages = [];
    for await (const page of rows) pages.push([page, asked()]);
    expect(pages).toEqual([
      [[[1], [2]], 1],
      [[[3]], 3],
    ]);
  });

  test('whose rows are the names has them as rows, and SHOW and DESCRIBE have no names', async () => {
    const text = { Name: 'n', Type: 'varchar' };
    const select = await opened(query([succeeded], () => results([text], [['n'], ['n']])));
    expect((await select.warehouse.query('SELECT n FROM t')).rows).toEqual([['n']]);
    const show = await opened(
      query([{ ...succeeded, type: 'UTILITY' }], () => results([text], [['orders'], ['shop']])),
    );
    expect((await show.warehouse.query('SHOW TABLES')).rows).toEqual([['orders'], ['shop']]);
    const described = ['col_name', 'data_type', 'comment'].map((Name) => ({ Name, Type: 'string' }));
    const describing = await opened(
      query([{ ...succeeded, type: 'UTILITY' }], () => results(described, [['dt   \tdate   \tDay of it   ']])),
    );
    expect((await describing.warehouse.query('DESCRIBE orders')).rows).toEqual([['dt', 'date', 'Day of it']]);
  });

  test('has null where there is no text, and an empty text where it is empty', async () => {
    const columns = [
      { Name: 'd', Type: 'date' },
      { Name: 't', Type: 'varchar' },
    ];
    const { warehouse } = await opened(
      query([succeeded], () =>
        results(columns, [
          ['d', 't'],
          ['2024-02-29', ''],
          [null, null],
        ]),
      ),
    );
    expect((await warehouse.query('SELECT d, t FROM t')).rows).toEqual([
      ['2024-02-29', ''],
      [null, null],
    ]);
  });

  test('with a column that cannot be read back is refused by name', async () => {
    const { warehouse } = await opened(
      query([succeeded], () => results([{ Name: 'tags', Type: 'array' }], [['tags'], ['[a, b]']])),
    );
    await expect(warehouse.query('SELECT tags FROM t')).rejects.toMatchObject({
      name: 'UnportableSql',
      message: expect.stringContaining('write CAST(x AS json) AS tags'),
    });
  });

  test('that is not only reading asks nobody', async () => {
    const { warehouse, athena } = await opened(query([succeeded]));
    for (const [sql, says] of [
      ['DROP TABLE orders', /^line 1:1: DROP as a statement is not taken/],
      ['-- SELECT\n /* a */ INSERT INTO t SELECT 1', /^line 2:10: INSERT /],
      ["UNLOAD (SELECT 1) TO 's3://b/'", /^line 1:1: UNLOAD /],
      ['EXPLAIN /* */ ANALYZE INSERT INTO t SELECT 1', /^line 1:1: EXPLAIN ANALYZE /],
      ['EXECUTE p', /^line 1:1: EXECUTE /],
      ['', /^line 1:1: what begins here /],
    ] as const) {
      const error = await caught(warehouse.query(sql));
      expect(error).toMatchObject({ name: 'UnportableSql', message: expect.stringMatching(says) });
    }
    expect(athena.calls).toEqual([]);
    for (const sql of [
      '(SELECT 7 AS n)',
      '-- of it\nwith a as (select 1) select * from a',
      'EXPLAIN SELECT 1',
      'VALUES 1',
    ])
      await warehouse.query(sql);
  });

  test('that the gate does not let pass asks nobody', async () => {
    const { warehouse, athena } = await opened(query([succeeded]), {
      admit: (sql) => {
        throw new QueryFailed(`not ${sql}`);
      },
    });
    await expect(warehouse.query('SELECT 1')).rejects.toThrow('not SELECT 1');
    expect(athena.calls).toEqual([]);
  });
});

describe('what a query takes', () => {
  test.each([
    { what: 'a scan', told: { ...succeeded, bytes: 34_000_001 }, usd: 0.000_175 },
    { what: 'a small one, which is charged as 10 MB', told: { ...succeeded, bytes: 1 }, usd: 0.000_05 },
    { what: 'what asks the catalogue alone', told: { ...succeeded, type: 'UTILITY' }, usd: 0 },
    { what: 'a query that failed', told: { state: 'FAILED', reason: 'X', bytes: 5_000_000_000 }, usd: 0 },
    { what: 'a query that was cancelled', told: { state: 'CANCELLED', bytes: 50_000_000 }, usd: 0.000_25 },
  ])('is told: $what', async ({ told, usd }) => {
    const { warehouse, costs } = await opened(query([told]), { usdPerTb: 5 });
    await caught(warehouse.query('SELECT 7 AS n'));
    expect(costs).toEqual([
      {
        queryId: 'q1',
        bytesScanned: 'bytes' in told ? told.bytes : 0,
        milliseconds: 1234,
        isReused: false,
        usd: expect.closeTo(usd, 9),
      },
    ]);
  });

  test('has no price where none is given', async () => {
    const { warehouse, costs } = await opened(query([succeeded]));
    await warehouse.query('SELECT 7 AS n');
    expect(costs[0]?.usd).toBeUndefined();
  });

  test('is never told too low', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 50 }), (bytes) => {
        const usd = scanUsd(bytes, 5);
        expect(usd).toBeGreaterThanOrEqual((bytes * 5) / 1e12 - 1e-12);
        expect(usd).toBeGreaterThanOrEqual(0.000_05);
        expect(usd).toBeLessThanOrEqual(((bytes + 1e7) * 5) / 1e12 + 1e-12);
      }),
    );
  });
});

describe('what Athena fails, in the words of the port', () => {
  test.each([
    {
      reason:
        "COLUMN_NOT_FOUND: line 2:8: Column 'wrod' cannot be resolved or requester is not authorized to " +
        'access requested resources\nThis query ran against the "sillage_test" database, unless qualified by ' +
        'the query. Please post the error message on our forum',
      says: "line 2:8: Column 'wrod' cannot be resolved or requester is not authorized to access requested resources",
    },
    { reason: 'DIVISION_BY_ZERO: Division\nby zero', says: 'DIVISION_BY_ZERO: Division by zero' },
    { reason: undefined, says: 'the query failed, and Athena does not say why' },
  ])('$says', async ({ reason, says }) => {
    const { warehouse } = await opened(query([{ state: 'FAILED', ...(reason !== undefined && { reason }) }]));
    const error = await caught(warehouse.query('SELECT 1'));
    expect(error).toBeInstanceOf(QueryFailed);
    expect(error).toMatchObject({ message: says });
  });

  test('a text that it cannot parse is refused at once, by its place', async () => {
    const { warehouse } = await opened(() =>
      failing(400, 'InvalidRequestException', "line 1:13: mismatched input 'FRM'. Expecting: ','", {
        AthenaErrorCode: 'MALFORMED_QUERY',
      }),
    );
    const error = await caught(warehouse.query('SELECT * FRM t'));
    expect(error).toBeInstanceOf(QueryFailed);
    expect(error).toMatchObject({ message: "line 1:13: mismatched input 'FRM'. Expecting: ','" });
  });

  test.each([
    'Query cancelled! : Bytes scanned limit was exceeded',
    'EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded per-node memory limit',
    'Query exhausted resources at this scale factor',
    'Query timeout',
  ])('a limit of the service: %s', async (reason) => {
    const { warehouse } = await opened(
      query([{ state: reason.includes('cancelled') ? 'CANCELLED' : 'FAILED', reason }]),
    );
    const error = await caught(warehouse.query('SELECT 1'));
    expect(error).toBeInstanceOf(LimitReached);
    expect(error).toMatchObject({ limit: 'service', message: `The query was ended by Athena: ${reason}.` });
  });

  test('a query that somebody cancelled', async () => {
    const { warehouse } = await opened(query([running, { state: 'CANCELLED', reason: 'Query cancelled by user' }]));
    await expect(warehouse.query('SELECT 1')).rejects.toThrow('the query was cancelled: Query cancelled by user');
  });

  test('objects that may not be read', async () => {
    const { warehouse } = await opened(
      query([{ state: 'FAILED', reason: 'PERMISSION_DENIED: Access Denied (Service: S3, Status Code: 403)' }]),
    );
    const error = await caught(warehouse.query('SELECT 1'));
    expect(error).toBeInstanceOf(WarehouseUnavailable);
    expect(String(error)).toContain('s3:GetObject');
  });

  test.each([
    { status: 400, name: 'AccessDeniedException', says: 'Give this role athena:StartQueryExecution' },
    { status: 400, name: 'UnrecognizedClientException', says: 'AWS does not know these credentials' },
    { status: 400, name: 'ExpiredTokenException', says: 'the credentials have expired. Sign in again' },
    {
      status: 400,
      name: 'InvalidRequestException',
      message: 'WorkGroup sillage-test is not found.',
      says: 'WorkGroup sillage-test is not found. Deploy the stacks first',
    },
  ])('$name: $says', async ({ status, name, message, says }) => {
    const { warehouse } = await opened(() => failing(status, name, message));
    const error = await caught(warehouse.query('SELECT 1'));
    expect(error).toBeInstanceOf(WarehouseUnavailable);
    expect(String(error)).toContain('The warehouse athena://sillage-test/sillage_test cannot be used: ');
    expect(String(error)).toContain(says);
  });

  test('what the port has no words for stays as it is', () => {
    const error = new Error('something else');
    expect(explain('athena://w/d', error)).toBe(error);
  });

  test('a throttle is waited for by the SDK, with the token of the same query', async () => {
    const answer = query([succeeded]);
    const { warehouse, athena } = await opened((call, count) =>
      count === 1 && call.operation !== 'GetQueryResults'
        ? failing(400, call.operation === 'StartQueryExecution' ? 'TooManyRequestsException' : 'ThrottlingException')
        : answer(call, count),
    );
    expect((await warehouse.query('SELECT 7 AS n')).rows).toEqual([[7]]);
    expect(athena.operations()).toEqual([
      'StartQueryExecution',
      'StartQueryExecution',
      'GetQueryExecution',
      'GetQueryExecution',
      'GetQueryResults',
    ]);
    expect(athena.calls[1]?.input).toEqual(athena.calls[0]?.input);
  });
});

describe('an object that is replaced while it is read', () => {
  const torn = [
    'HIVE_BAD_DATA: Error reading tail from s3://lake/x.parquet',
    'HIVE_CURSOR_ERROR: Failed to read Parquet file',
    'HIVE_CANNOT_OPEN_SPLIT: Error opening Hive split: NoSuchKey',
    'GENERIC_INTERNAL_ERROR: could not read page header',
  ];

  test.each(torn)('is asked for again: %s', async (reason) => {
    const { warehouse, athena, costs } = await opened(query([{ state: 'FAILED', reason }, running, succeeded]));
    expect((await warehouse.query('SELECT 7 AS n')).rows).toEqual([[7]]);
    const starts = athena.calls.filter(({ operation }) => operation === 'StartQueryExecution');
    expect(starts.map(({ input }) => input['QueryString'])).toEqual(['SELECT 7 AS n', 'SELECT 7 AS n']);
    // The token of the first would give the first, which has failed.
    expect(new Set(starts.map(({ input }) => input['ClientRequestToken'])).size).toBe(2);
    expect(costs.map(({ queryId }) => queryId)).toEqual(['q1', 'q2']);
  });

  test('is asked for once more, and no second time', async () => {
    const [reason = ''] = torn;
    const { warehouse, athena } = await opened(query([{ state: 'FAILED', reason }]));
    await expect(warehouse.query('SELECT 7 AS n')).rejects.toMatchObject({ name: 'QueryFailed', message: reason });
    expect(athena.operations().filter((operation) => operation === 'StartQueryExecution')).toHaveLength(2);
  });

  test('is not what every failure is', async () => {
    const { warehouse, athena } = await opened(
      query([{ state: 'FAILED', reason: 'DIVISION_BY_ZERO: Division by zero' }]),
    );
    await caught(warehouse.query('SELECT 7 AS n'));
    expect(athena.operations()).toEqual(['StartQueryExecution', 'GetQueryExecution']);
  });
});

describe('a query that is ended', () => {
  test('by its time is stopped, the time of both tries counted', async () => {
    const reason = 'HIVE_BAD_DATA: torn';
    const { warehouse, athena, sleeps, costs } = await opened(
      query([running, running, { state: 'FAILED', reason }, { ...running, bytes: 77 }]),
    );
    const error = await caught(warehouse.query('SELECT 1', { timeoutMs: 1000 }));
    expect(error).toBeInstanceOf(LimitReached);
    expect(error).toMatchObject({ limit: 'time', message: 'The query was ended: it took longer than 1 s.' });
    expect(sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(1000);
    expect(athena.operations().slice(-2)).toEqual(['StopQueryExecution', 'GetQueryExecution']);
    expect(athena.calls.at(-2)?.input).toEqual({ QueryExecutionId: 'q2' });
    // What it has scanned is charged.
    expect(costs.at(-1)).toMatchObject({ queryId: 'q2', bytesScanned: 77 });
  });

  test('by its signal is stopped, also where it was just begun', async () => {
    const stop = new AbortController();
    const reason = new Error('enough');
    const { warehouse, athena } = await opened((call, count) => {
      if (call.operation === 'StartQueryExecution') setImmediate(() => stop.abort(reason));
      return query([running])(call, count);
    });
    await expect(warehouse.query('SELECT 1', { signal: stop.signal })).rejects.toBe(reason);
    await warehouse.close();
    expect(
      athena.calls.filter(({ operation }) => operation === 'StopQueryExecution').map(({ input }) => input),
    ).toEqual([{ QueryExecutionId: 'q1' }]);
  });

  test('before it began was never asked', async () => {
    const { warehouse, athena } = await opened(query([succeeded]));
    const reason = new Error('enough');
    await expect(warehouse.query('SELECT 1', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(athena.calls).toEqual([]);
  });

  test('by the end of the warehouse is stopped, and waited for', async () => {
    let close = (): void => undefined;
    const opening = await opened((call, count) => {
      if (call.operation === 'GetQueryExecution' && count === 3) close();
      return query([running])(call, count);
    });
    const { warehouse, athena } = opening;
    close = () => void warehouse.close();
    await expect(warehouse.query('SELECT 1')).rejects.toThrow(/was closed/);
    await warehouse.close();
    expect(athena.operations()).toContain('StopQueryExecution');
    await expect(warehouse.query('SELECT 1')).rejects.toThrow(/was closed/);
  });

  test('but cannot be asked what it took is no query that goes on', async () => {
    let isStopped = false;
    const { warehouse, warnings, costs } = await opened((call, count) => {
      if (call.operation === 'StopQueryExecution') isStopped = true;
      return isStopped && call.operation === 'GetQueryExecution'
        ? failing(400, 'AccessDeniedException', 'No.')
        : query([running])(call, count);
    });
    await expect(warehouse.query('SELECT 1', { timeoutMs: 100 })).rejects.toBeInstanceOf(LimitReached);
    expect({ warnings, costs }).toEqual({ warnings: [], costs: [] });
  });

  test('but cannot be stopped is told', async () => {
    const { warehouse, warnings } = await opened((call, count) =>
      call.operation === 'StopQueryExecution'
        ? failing(400, 'AccessDeniedException', 'No.')
        : query([running])(call, count),
    );
    await expect(warehouse.query('SELECT 1', { timeoutMs: 100 })).rejects.toBeInstanceOf(LimitReached);
    expect(warnings).toEqual([
      expect.stringMatching(/^The query q1 could not be stopped, and may go on: .*Athena console/),
    ]);
  });
});
