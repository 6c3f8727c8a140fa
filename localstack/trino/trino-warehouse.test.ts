import { afterEach, describe, expect, test } from '@jest/globals';
import { LimitReached, QueryFailed, whole } from '../../lambdas/shared/ports/warehouse.ts';
import { jsonAnswer, type LocalServer, localServer } from '../embedded/http/local-server.ts';
import { trinoWarehouse } from './trino-warehouse.ts';

/** A server that gives pages in their order, and writes down what it was asked. */
let served: LocalServer | undefined;
const asked: string[] = [];
async function warehouseOf(pages: readonly object[]) {
  asked.length = 0;
  served = await localServer({
    bodyBytes: 1000,
    answer: ({ method, url, headers, body }) => {
      asked.push(`${method} ${url.pathname}${body.length > 0 ? ` ${body.toString()}` : ''}`);
      if (method === 'DELETE') return Promise.resolve({ status: 204, headers: {}, body: '' });
      const at = Number(url.searchParams.get('page') ?? 0);
      const isLast = at === pages.length - 1;
      const nextUri = `http://${headers.host ?? ''}/next?page=${at + 1}`;
      return Promise.resolve(jsonAnswer({ id: 'q', ...pages[at], ...(!isLast && { nextUri }) }));
    },
  });
  return trinoWarehouse({ server: served.url, catalog: 'awsdatacatalog', schema: 'sillage' });
}
afterEach(() => served?.close());

const columns = [
  { name: 'n', type: 'bigint' },
  { name: 'd', type: 'decimal(10, 2)' },
];

describe('a Trino as a warehouse', () => {
  test('follows the pages to the end, and reads whole numbers to the last digit', async () => {
    const warehouse = await warehouseOf([{}, { columns }, { columns, data: [[1, '1.50']] }, {}, { data: [[2, null]] }]);
    expect(await warehouse.query('SELECT 1; ')).toEqual({
      columns: [
        { name: 'n', type: 'bigint' },
        { name: 'd', type: 'decimal(10,2)' },
      ],
      rows: [
        [1, '1.50'],
        [2, null],
      ],
    });
    expect(asked[0]).toBe('POST /v1/statement SELECT 1');
  });

  test('who leaves the rows has Trino give the query up', async () => {
    const warehouse = await warehouseOf([{}, { columns, data: [[1, '1.50']] }, { data: [[2, '1']] }, {}]);
    for await (const _ of (await warehouse.stream('SELECT 1')).rows) break;
    expect(asked.filter((each) => each.startsWith('DELETE'))).toHaveLength(1);
  });

  test('what ends it is thrown, and Trino told', async () => {
    const warehouse = await warehouseOf([{}, { columns, data: [[1, '1.50']] }, { data: [[2, '1']] }, {}]);
    const ending = new AbortController();
    const { rows } = await warehouse.stream('SELECT 1', { signal: ending.signal });
    const reason = new Error('enough');
    ending.abort(reason);
    await expect(whole({ columns: [], rows })).rejects.toBe(reason);
    expect(asked.some((each) => each.startsWith('DELETE'))).toBe(true);
  });

  test.each([
    ['USER_ERROR', 'COLUMN_NOT_FOUND', QueryFailed, "line 1:8: Column 'x' cannot be resolved"],
    [
      'INTERNAL_ERROR',
      'GENERIC_INTERNAL_ERROR',
      QueryFailed,
      "GENERIC_INTERNAL_ERROR: line 1:8: Column 'x' cannot be resolved",
    ],
    [
      'INSUFFICIENT_RESOURCES',
      'EXCEEDED_LOCAL_MEMORY_LIMIT',
      LimitReached,
      "The query was ended by Trino: line 1:8: Column 'x' cannot be resolved.",
    ],
  ])('an error of the kind %s', async (errorType, errorName, kind, message) => {
    const warehouse = await warehouseOf([
      {},
      { error: { message: "line 1:8: Column 'x' cannot be resolved", errorName, errorType } },
    ]);
    const failing = warehouse.query('SELECT x');
    await expect(failing).rejects.toBeInstanceOf(kind);
    await expect(failing).rejects.toThrow(message);
  });
});
