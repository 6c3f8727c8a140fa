import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AnswerColumn, type AnswerRow, LimitReached, type StreamedAnswer, type Warehouse } from './warehouse.ts';

/** A table of the contract; `rows` is the SELECT that gives its content, absent where it has none yet. */
export interface ContractTable {
  readonly name: string;
  readonly columns: readonly AnswerColumn[];
  readonly rows?: string;
}

export interface ContractView {
  readonly name: string;
  readonly sql: string;
}

export interface ContractOptions {
  /**
   * Arrays, rows and maps in an answer are refused by name: the service gives them as texts that nobody can read back.
   */
  readonly refusesNested?: boolean;
  /** The first rows come when the last are computed. */
  readonly waitsForTheLast?: boolean;
}

const nestedColumns: ReadonlySet<string> = new Set(['tags', 'item', 'counts']);
const answerColumns: readonly AnswerColumn[] = [
  { name: 'dt', type: 'date' },
  { name: 'word', type: 'varchar' },
  { name: 'small', type: 'integer' },
  { name: 'large', type: 'bigint' },
  { name: 'real_number', type: 'double' },
  { name: 'money', type: 'decimal(18,2)' },
  { name: 'seen_at', type: 'timestamp(3)' },
  { name: 'ok', type: 'boolean' },
  { name: 'tags', type: 'array(varchar)' },
  { name: 'item', type: 'row(sku varchar, qty integer)' },
  { name: 'counts', type: 'map(varchar, bigint)' },
];

const rowsQuery = `SELECT DATE '2024-01-05' AS dt, 'é' AS word, 7 AS small, 9007199254740993 AS large, 0.5E0 AS real_number, CAST(19.99 AS decimal(18,2)) AS money,
  TIMESTAMP '2024-01-05 10:00:00.123' AS seen_at, true AS ok, ARRAY['a', NULL] AS tags, CAST(ROW('s1', 2) AS row(sku varchar, qty integer)) AS item,
  MAP(ARRAY['k'], ARRAY[CAST(1 AS bigint)]) AS counts
UNION ALL SELECT DATE '2024-01-06', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`;

/** More rows than any engine counts before a test is over. */
const endlessQuery =
  'UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(y) CROSS JOIN ' +
  'UNNEST(sequence(1, 10000)) AS c(z) CROSS JOIN UNNEST(sequence(1, 10000)) AS d(w)';

async function batchesOf({ rows }: StreamedAnswer): Promise<(readonly AnswerRow[])[]> {
  const batches: (readonly AnswerRow[])[] = [];
  for await (const batch of rows) batches.push(batch);
  return batches;
}

const full = [
  '2024-01-05',
  'é',
  7,
  9_007_199_254_740_993n,
  0.5,
  '19.99',
  '2024-01-05 10:00:00.123',
  true,
  ['a', null],
  { sku: 's1', qty: 2 },
  { k: 1 },
];

/** What every warehouse must do; `open` fills a fresh one with the tables and views. */
export function warehouseContract(
  name: string,
  open: (tables: readonly ContractTable[], views: readonly ContractView[]) => Promise<Warehouse>,
  { refusesNested = false, waitsForTheLast = false }: ContractOptions = {},
): void {
  describe(`the ${name} keeps the contract of a warehouse`, () => {
    let warehouse: Warehouse;
    const shown = answerColumns.filter((column) => !refusesNested || !nestedColumns.has(column.name));
    const list = shown.map((column) => column.name).join(', ');
    beforeAll(async () => {
      warehouse = await open(
        [
          { name: 'things', columns: answerColumns, rows: rowsQuery },
          { name: 'nothings', columns: answerColumns },
        ],
        [
          { name: 'doubled', sql: 'SELECT word, small * 2 AS twice FROM things WHERE small IS NOT NULL' },
          { name: 'doubled_again', sql: 'SELECT twice * 2 AS fourfold FROM doubled' },
        ],
      );
    });
    afterAll(() => warehouse.close());

    test('every type keeps its name and its value', async () => {
      const { columns, rows } = await warehouse.query(`SELECT ${list} FROM things ORDER BY dt`);
      expect(columns).toEqual(shown);
      expect(rows[0]).toEqual(full.slice(0, shown.length));
    });

    if (refusesNested)
      test.each([...nestedColumns])('a column %s that could be read in two ways is refused by name', async (column) => {
        await expect(warehouse.query(`SELECT ${column} FROM things`)).rejects.toMatchObject({
          name: 'UnportableSql',
          message: expect.stringMatching(new RegExp(`^column ${column} of type .*; write CAST\\(x AS json\\)`)),
        });
      });

    test('NULL is null in every type', async () => {
      const { rows } = await warehouse.query(`SELECT ${list} FROM things WHERE dt = DATE '2024-01-06'`);
      expect(rows).toEqual([['2024-01-06', ...Array.from({ length: shown.length - 1 }, () => null)]]);
    });

    test('a table without objects is there, empty, with its columns', async () => {
      expect(await warehouse.query(`SELECT ${list} FROM nothings`)).toEqual({ columns: shown, rows: [] });
      expect((await warehouse.query('SELECT count(*) AS n, sum(money) AS s FROM nothings')).rows).toEqual([[0, null]]);
    });

    test('views read tables and views', async () => {
      expect((await warehouse.query('SELECT fourfold FROM doubled_again')).rows).toEqual([[28]]);
    });

    test('columns without a name are called as Trino calls them', async () => {
      const { columns } = await warehouse.query('SELECT 1, small, sum(large) AS s FROM things GROUP BY small');
      expect(columns).toEqual([
        { name: '_col0', type: 'integer' },
        { name: 'small', type: 'integer' },
        { name: 's', type: 'bigint' },
      ]);
    });

    test('sums and products of decimals keep their scale', async () => {
      const { columns, rows } = await warehouse.query('SELECT sum(money) AS s, max(money * 1.5) AS p FROM things');
      expect(columns.map((column) => column.type)).toEqual(['decimal(38,2)', 'decimal(20,3)']);
      expect(rows).toEqual([['19.99', '29.985']]);
    });

    test('queries run side by side', async () => {
      const answers = await Promise.all(
        [1, 2, 3].map((n) => warehouse.query(`SELECT ${n} + small AS v FROM things WHERE small = 7`)),
      );
      expect(answers.map((answer) => answer.rows)).toEqual([[[8]], [[9]], [[10]]]);
    });

    test('a stream has the same columns and rows, batch by batch', async () => {
      for (const sql of [
        `SELECT ${list} FROM things ORDER BY dt`,
        `SELECT ${list} FROM nothings`,
        'SELECT x FROM UNNEST(sequence(1, 10000)) AS t(x)',
        'SHOW TABLES',
        'DESCRIBE things',
      ]) {
        const streamed = await warehouse.stream(sql);
        const batches = await batchesOf(streamed);
        expect({ columns: streamed.columns, rows: batches.flat() }).toEqual(await warehouse.query(sql));
      }
      expect(
        (await batchesOf(await warehouse.stream('SELECT x FROM UNNEST(sequence(1, 10000)) AS t(x)'))).length,
      ).toBeGreaterThan(1);
    });

    if (!waitsForTheLast)
      test('a stream without end gives its first rows, and is left', async () => {
        let first: AnswerRow | undefined;
        for await (const [row] of (await warehouse.stream(`SELECT x + y + z + w FROM ${endlessQuery}`)).rows) {
          first = row;
          break;
        }
        expect(first).toEqual([expect.any(Number)]);
      });

    test('a signal ends a query with its reason, before it, within it and between two batches', async () => {
      const endless = `SELECT count(*) FROM ${endlessQuery} WHERE x + y = z - w - 1`;
      const reason = new Error('enough');
      await expect(warehouse.query('SELECT small FROM things', { signal: AbortSignal.abort(reason) })).rejects.toBe(
        reason,
      );
      const within = new AbortController();
      const ended = warehouse.query(endless, { signal: within.signal });
      setTimeout(() => within.abort(reason), 50);
      await expect(ended).rejects.toBe(reason);
      const between = new AbortController();
      const many = waitsForTheLast ? 'UNNEST(sequence(1, 10000)) AS t(x)' : endlessQuery;
      const reading = async () => {
        for await (const _ of (await warehouse.stream(`SELECT x FROM ${many}`, { signal: between.signal })).rows)
          between.abort(reason);
      };
      await expect(reading()).rejects.toBe(reason);
      expect((await warehouse.query('SELECT fourfold FROM doubled_again')).rows).toEqual([[28]]);
    });

    test('a query that takes longer than it may is ended in words', async () => {
      const endless = `SELECT count(*) FROM ${endlessQuery} WHERE x + y = z - w - 1`;
      const error: unknown = await warehouse.query(endless, { timeoutMs: 100 }).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(LimitReached);
      expect(error).toMatchObject({ limit: 'time', message: 'The query was ended: it took longer than 0.1 s.' });
      expect((await warehouse.query('SELECT small FROM things WHERE small = 7')).rows).toEqual([[7]]);
    });

    test.each([
      // Trino names the word behind the comma, the laptop the comma.
      ['a syntax error', 'SELECT dt,\n  FROM things', 'QueryFailed', /^line (?:2:3|1:10): /],
      [
        'an unknown table',
        'SELECT * FROM thing',
        'QueryFailed',
        /^line 1:15: Table 'thing' does not exist; did you mean things\?$/,
      ],
      [
        'an unknown column',
        'SELECT wrod FROM things',
        'QueryFailed',
        /^line 1:8: Column 'wrod' cannot be resolved; did you mean word\?$/,
      ],
      ['a failing value', 'SELECT CAST(large AS integer) FROM things', 'QueryFailed', /^[^\n]+$/],
      [
        'a construct outside the subset',
        'SELECT random() FROM things',
        'UnportableSql',
        /^line 1:8: the function random .*write a hash of the key/,
      ],
      ['a statement that writes', 'DROP TABLE things', 'UnportableSql', /^line 1:1: DROP as a statement /],
    ])('%s is an error of one line', async (_, sql, kind, message) => {
      await expect(warehouse.query(sql)).rejects.toMatchObject({ name: kind, message: expect.stringMatching(message) });
      await expect(warehouse.stream(sql).then(batchesOf)).rejects.toMatchObject({
        name: kind,
        message: expect.stringMatching(message),
      });
    });
  });
}
