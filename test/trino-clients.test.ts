/**
 * Clients as people have them, over the protocol of `sillage serve --trino`. What is not on this machine is skipped,
 * and says so.
 */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LocalServer, localServer } from '../localstack/embedded/http/local-server.ts';
import { protocolPages, type ProtocolPages } from '../localstack/embedded/trino-protocol/protocol-pages.ts';
import { duckdbWarehouse, type DuckdbWarehouse } from '../localstack/embedded/warehouse/duckdb-warehouse.ts';
import { skipped } from './skipped.ts';

/** A Python that has the client; `pip install "trino[sqlalchemy]==0.337.0"` gives one. */
const python = process.env['SILLAGE_TRINO_PYTHON'] ?? 'python3';
const hasClient = spawnSync(python, ['-c', 'import trino, sqlalchemy'], { stdio: 'ignore' }).status === 0;
if (!hasClient) skipped('The Python client of Trino', `${python} has no trino[sqlalchemy]`, { couldBeMade: false });

let warehouse: DuckdbWarehouse;
let pages: ProtocolPages;
let server: LocalServer;
beforeAll(async () => {
  warehouse = await duckdbWarehouse({
    relations: [
      {
        name: 'spend',
        kind: 'view',
        sql:
          "SELECT * FROM (VALUES ('ads', DECIMAL '1.50', DATE '2025-01-31'), ('it''s', DECIMAL '2.25', DATE " +
          "'2025-02-01')) AS t(channel, cost, day)",
      },
    ],
    resolve: () => Promise.reject(new Error('there are no files')),
  });
  pages = protocolPages({
    answering: (sql) => async (signal, read) => read(await warehouse.stream(sql, { signal })),
    release: '435',
    onProblem: (error) => {
      throw error;
    },
  });
  server = await localServer({ bodyBytes: 300_000, answer: pages.answer });
});
afterAll(async () => {
  pages.close();
  await server.close();
  await warehouse.close();
});

const script = `
import datetime, decimal, json, sys
import trino
from sqlalchemy import create_engine, inspect, text
port = int(sys.argv[1])
told = {}
def connect(**more):
    return trino.dbapi.connect(host='127.0.0.1', port=port, user='me', catalog='awsdatacatalog', schema='sillage', **more)
for name, legacy in (('immediate', False), ('prepared', True)):
    cursor = connect(legacy_prepared_statements=legacy).cursor()
    cursor.execute('SELECT channel, cost, day FROM spend WHERE channel = ? AND day >= ? LIMIT ?', ("it's", datetime.date(2025, 1, 1), 5))
    told[name] = [[str(value) + ' ' + type(value).__name__ for value in row] for row in cursor.fetchall()]
cursor = connect().cursor()
cursor.execute("SELECT ARRAY[1, 2], MAP(ARRAY['a'], ARRAY[1.5]), TIMESTAMP '2024-01-01 10:00:00.123', 1E10, NULL, CAST(9007199254740993 AS bigint)")
told['values'] = repr(cursor.fetchall())
told['types'] = [column[1] for column in cursor.description]
try:
    cursor.execute('SELECT nope FROM spend')
    cursor.fetchall()
except trino.exceptions.TrinoUserError as error:
    told['error'] = [error.error_name, error.message]
engine = create_engine(f'trino://me@127.0.0.1:{port}/awsdatacatalog/sillage')
seen = inspect(engine)
told['schemas'] = seen.get_schema_names()
told['views'] = seen.get_view_names()
told['columns'] = [[column['name'], str(column['type'])] for column in seen.get_columns('spend')]
with engine.connect() as connection:
    told['sum'] = str(connection.execute(text('SELECT sum(cost) FROM spend WHERE day > :day'), {'day': datetime.date(2025, 1, 1)}).scalar())
    told['version'] = connection.dialect.server_version_info
print(json.dumps(told))
`;

(hasClient ? describe : describe.skip)('the Python client and SQLAlchemy', () => {
  test('ask the lake as they ask a Trino', async () => {
    const { stdout } = await promisify(execFile)(python, ['-c', script, new URL(server.url).port]);
    const row = ["it's str", '2.25 Decimal', '2025-02-01 date'];
    expect(JSON.parse(stdout)).toEqual({
      immediate: [row],
      prepared: [row],
      values:
        "[[[1, 2], {'a': Decimal('1.5')}, datetime.datetime(2024, 1, 1, 10, 0, 0, 123000), 10000000000.0, " +
        'None, 9007199254740993]]',
      types: ['array(integer)', 'map(varchar, decimal(2, 1))', 'timestamp(3)', 'double', 'unknown', 'bigint'],
      error: ['COLUMN_NOT_FOUND', "line 1:8: Column 'nope' cannot be resolved"],
      schemas: ['information_schema', 'sillage'],
      views: ['spend'],
      columns: [
        ['channel', 'VARCHAR'],
        ['cost', 'DECIMAL(3, 2)'],
        ['day', 'DATE'],
      ],
      sum: '3.75',
      version: ['435'],
    });
  });
});
