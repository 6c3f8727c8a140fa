import { fails, refused, type Trap } from './trap.ts';

/** Whole statements. */
export const statements: readonly Trap[] = [
  [
    'group by ordinal',
    'SELECT dt, sum(n) AS s FROM days GROUP BY 1 ORDER BY 1',
    [
      ['2024-01-01', 3],
      ['2024-01-02', 3],
    ],
  ],
  ['group by an alias', 'SELECT dt AS d, sum(n) FROM days GROUP BY d', fails],
  [
    'group by a name that is both',
    "SELECT date_trunc('month', dt) AS dt, sum(n) FROM days GROUP BY dt",
    [
      ['2024-01-01', 3],
      ['2024-01-01', 3],
    ],
  ],
  ['having with an alias', 'SELECT dt, sum(n) AS s FROM days GROUP BY dt HAVING s > 1', fails],
  [
    'an alias without AS that is a keyword elsewhere',
    'SELECT n day, n + 1 isnull, n * 2 "a ""b" FROM numbers ORDER BY 1',
    [
      [1, 2, 2],
      [3, 4, 6],
      [4, 5, 8],
    ],
  ],
  ['where with an alias', 'SELECT n AS k FROM days WHERE k > 1', fails],
  ['an alias used beside it', 'SELECT n * 2 AS a, a + 1 AS b FROM days', fails],
  ['order by what distinct left out', 'SELECT DISTINCT dt FROM days ORDER BY n', fails],
  [
    'columns called like the letters of a macro',
    "SELECT array_except(a, x) AS e, array_join(a, '-', n) AS j, date_diff('day', b2, a2) AS d FROM (VALUES " +
      "(ARRAY['p', NULL], ARRAY['q'], '-', 'n', DATE '2024-01-01', DATE '2024-01-05')) AS t(a, x, b, n, b2, a2)",
    [[['p', null], 'p-n', 4]],
  ],
  ['a column called user', 'SELECT user FROM (VALUES 1) AS t(user)', refused],
  ['order by an expression of a name that is both', 'SELECT -n AS n FROM numbers ORDER BY n + 0', refused],
  ['order by a name that is both', 'SELECT -n AS n FROM numbers ORDER BY n', [[-4], [-3], [-1]]],
  ['order by an alias', 'SELECT n AS k FROM numbers ORDER BY k DESC', [[4], [3], [1]]],
  ['order by puts NULL last', 'SELECT x FROM (VALUES 2, NULL, 1) AS t(x) ORDER BY x', [[1], [2], [null]]],
  [
    'order by descending puts NULL last',
    'SELECT x FROM (VALUES 2, NULL, 1) AS t(x) ORDER BY x DESC',
    [[2], [1], [null]],
  ],
  ['order by nulls first', 'SELECT x FROM (VALUES 2, NULL) AS t(x) ORDER BY x NULLS FROM', fails],
  ['order by nulls first spelt right', 'SELECT x FROM (VALUES 2, NULL) AS t(x) ORDER BY x NULLS FIRST', [[null], [2]]],
  ['offset and limit', 'SELECT n FROM numbers ORDER BY n OFFSET 1 LIMIT 1', [[3]]],
  ['limit before offset', 'SELECT n FROM numbers ORDER BY n LIMIT 1 OFFSET 1', refused],
  ['fetch first', 'SELECT n FROM numbers ORDER BY n FETCH FIRST 1 ROW ONLY', [[1]]],
  ['fetch with ties', 'SELECT dt, n FROM days ORDER BY dt, n DESC FETCH FIRST 1 ROW WITH TIES', [['2024-01-01', 2]]],
  ['fetch with ties by a position', 'SELECT n FROM days ORDER BY 1 DESC FETCH FIRST ROW WITH TIES', [[2], [2]]],
  [
    'fetch with ties of a group',
    'SELECT sum(n) FROM (SELECT k, sum(n) AS n FROM days GROUP BY k ORDER BY n FETCH FIRST 1 ROW WITH TIES)',
    [[6]],
  ],
  ['fetch with ties without an order', 'SELECT n FROM numbers FETCH FIRST 1 ROW WITH TIES', fails],
  ['fetch with ties by an expression', 'SELECT n FROM numbers ORDER BY -n FETCH FIRST 1 ROW WITH TIES', refused],
  [
    'fetch with ties behind an offset',
    'SELECT n FROM numbers ORDER BY n OFFSET 1 FETCH FIRST 1 ROW WITH TIES',
    refused,
  ],
  [
    'groups frame',
    'SELECT DISTINCT dt, sum(n) OVER (ORDER BY dt GROUPS 1 PRECEDING) FROM days ORDER BY 1',
    [
      ['2024-01-01', 3],
      ['2024-01-02', 6],
    ],
  ],
  ['groups frame without an order', 'SELECT sum(n) OVER (GROUPS 1 PRECEDING) FROM days', fails],
  ['rows frame of a fraction', 'SELECT sum(n) OVER (ORDER BY dt ROWS 1.5 PRECEDING) FROM days', fails],
  ['range frame of days by a number', 'SELECT sum(n) OVER (ORDER BY dt RANGE 6 PRECEDING) FROM days', fails],
  [
    'range frame of days',
    "SELECT DISTINCT dt, sum(n) OVER (ORDER BY dt RANGE INTERVAL '6' DAY PRECEDING) FROM days ORDER BY 1",
    [
      ['2024-01-01', 3],
      ['2024-01-02', 6],
    ],
  ],
  ['frame backwards', 'SELECT sum(n) OVER (ORDER BY dt ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM days', fails],
  [
    'rolling rows',
    'SELECT n, sum(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS r FROM numbers ORDER BY n',
    [
      [1, 1],
      [3, 4],
      [4, 7],
    ],
  ],
  [
    'rolling range of days',
    "SELECT DISTINCT dt, sum(n) OVER (ORDER BY dt RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) " +
      'AS r FROM days ORDER BY dt',
    [
      ['2024-01-01', 3],
      ['2024-01-02', 6],
    ],
  ],
  [
    'default frame takes peers in',
    'SELECT DISTINCT dt, sum(n) OVER (ORDER BY dt) AS r FROM days ORDER BY dt',
    [
      ['2024-01-01', 3],
      ['2024-01-02', 6],
    ],
  ],
  [
    'ignore nulls',
    'SELECT i, last_value(x) IGNORE NULLS OVER (ORDER BY i) AS v FROM (VALUES (1, 5), (2, NULL)) AS t(i, x) ORDER BY i',
    [
      [1, 5],
      [2, 5],
    ],
  ],
  [
    'lag ignoring nulls',
    'SELECT i, lag(x) IGNORE NULLS OVER (ORDER BY i) AS v FROM (VALUES (1, 5), (2, NULL), (3, 7)) AS t(i, x) ' +
      'ORDER BY i',
    [
      [1, null],
      [2, 5],
      [3, 5],
    ],
  ],
  [
    'lag with a default',
    'SELECT n, lag(n, 1, 0) OVER (ORDER BY n) AS v FROM numbers ORDER BY n',
    [
      [1, 0],
      [3, 1],
      [4, 3],
    ],
  ],
  [
    'ntile',
    'SELECT n, ntile(2) OVER (ORDER BY n) AS v FROM numbers ORDER BY n',
    [
      [1, 1],
      [3, 1],
      [4, 2],
    ],
  ],
  [
    'row_number in a subquery',
    'SELECT n FROM (SELECT n, row_number() OVER (ORDER BY n DESC) AS r FROM numbers) AS q WHERE r = 1',
    [[4]],
  ],
  [
    'share of the whole',
    'SELECT n, CAST(n AS double) / sum(n) OVER () AS v FROM numbers ORDER BY n',
    [
      [1, 0.125],
      [3, 0.375],
      [4, 0.5],
    ],
  ],
  [
    'aggregate of an aggregate in a window',
    'SELECT dt, sum(sum(n)) OVER (ORDER BY dt) AS v FROM days GROUP BY dt ORDER BY dt',
    [
      ['2024-01-01', 3],
      ['2024-01-02', 6],
    ],
  ],
  ['count distinct with a filter', 'SELECT count(DISTINCT k) FILTER (WHERE n > 1) AS v FROM days', [[2]]],
  [
    'rollup',
    'SELECT k, sum(n) AS s FROM days GROUP BY ROLLUP (k) ORDER BY k',
    [
      ['a', 3],
      ['b', 3],
      [null, 6],
    ],
  ],
  [
    'grouping sets',
    'SELECT k, grouping(k) AS g, sum(n) AS s FROM days GROUP BY GROUPING SETS ((k), ()) ORDER BY g, k',
    [
      ['a', 0, 3],
      ['b', 0, 3],
      [null, 1, 6],
    ],
  ],
  [
    'cube',
    'SELECT k, dt, sum(n) AS s FROM days GROUP BY CUBE (k, dt) ORDER BY s DESC, k, dt LIMIT 1',
    [[null, null, 6]],
  ],
  ['unnest', 'SELECT x FROM UNNEST(ARRAY[1, 2]) AS t(x) ORDER BY x', [[1], [2]]],
  [
    'unnest with ordinality',
    "SELECT x, i FROM UNNEST(split('b|a', '|')) WITH ORDINALITY AS t(x, i) ORDER BY i",
    [
      ['b', 1],
      ['a', 2],
    ],
  ],
  [
    'unnest of rows',
    'SELECT o.id, i.sku, i.qty FROM orders AS o CROSS JOIN UNNEST(o.items) AS i(sku, qty) ORDER BY 1, 2',
    [
      ['o1', 's1', 1],
      ['o1', 's2', 2],
    ],
  ],
  [
    'unnest of rows with ordinality',
    'SELECT i.sku, i.place FROM orders AS o CROSS JOIN UNNEST(o.items) WITH ORDINALITY AS i(sku, qty, place) ' +
      'ORDER BY 2',
    [
      ['s1', 1],
      ['s2', 2],
    ],
  ],
  [
    'unnest of rows keeps the rest',
    'SELECT o.id, i.sku FROM orders AS o LEFT JOIN UNNEST(o.items) AS i(sku, qty) ON TRUE ORDER BY 1, 2',
    [
      ['o1', 's1'],
      ['o1', 's2'],
      ['o2', null],
    ],
  ],
  [
    'unnest of a map',
    "SELECT k, v FROM (VALUES MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(m) CROSS JOIN UNNEST(map_entries(m)) AS " +
      'u(k, v) ORDER BY k',
    [
      ['a', 1],
      ['b', 2],
    ],
  ],
  [
    'unnest of a map as it is',
    "SELECT k, v FROM (VALUES MAP(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(m) CROSS JOIN UNNEST(m) AS u(k, v) ORDER BY k",
    [
      ['a', 1],
      ['b', 2],
    ],
  ],
  [
    'unnest of two arrays pads',
    "SELECT a, b FROM UNNEST(ARRAY[1, 2], ARRAY['x']) AS t(a, b) ORDER BY a",
    [
      [1, 'x'],
      [2, null],
    ],
  ],
  ['unnest with a condition', 'SELECT x FROM orders AS o LEFT JOIN UNNEST(ARRAY[1]) AS t(x) ON x > 1', refused],
  ['unnest in the select list', 'SELECT unnest(ARRAY[1, 2])', refused],
  [
    'calendar',
    "SELECT c.d, coalesce(sum(s.n), 0) AS n FROM UNNEST(sequence(DATE '2024-01-01', DATE '2024-01-03', " +
      "INTERVAL '1' DAY)) AS c(d) LEFT JOIN days AS s ON s.dt = c.d GROUP BY c.d ORDER BY c.d",
    [
      ['2024-01-01', 3],
      ['2024-01-02', 3],
      ['2024-01-03', 0],
    ],
  ],
  [
    'join',
    'SELECT a.n, b.word FROM numbers AS a JOIN words AS b ON a.n = b.n ORDER BY 1',
    [
      [1, 'apple'],
      [3, 'pear'],
    ],
  ],
  [
    'join using',
    'SELECT n, b.word FROM numbers AS a JOIN words AS b USING (n) ORDER BY 1',
    [
      [1, 'apple'],
      [3, 'pear'],
    ],
  ],
  [
    'star over a join with using',
    'SELECT * FROM numbers JOIN words USING (n)',
    [
      [1, '1.25', 'apple'],
      [3, '2.50', 'pear'],
    ],
  ],
  ['natural join', 'SELECT 1 FROM numbers NATURAL JOIN words', refused],
  [
    'full join',
    'SELECT a.n, b.n AS m FROM numbers AS a FULL OUTER JOIN words AS b ON a.n = b.n ORDER BY 1, 2',
    [
      [1, 1],
      [3, 3],
      [4, null],
      [null, 2],
    ],
  ],
  ['ambiguous column', 'SELECT n FROM numbers AS a, words AS b', fails],
  [
    'lateral',
    'SELECT a.n, l.w FROM numbers AS a CROSS JOIN LATERAL (SELECT max(word) AS w FROM words AS b WHERE b.n <= ' +
      'a.n) AS l ORDER BY 1',
    [
      [1, 'apple'],
      [3, 'pear'],
      [4, 'pear'],
    ],
  ],
  ['exists', 'SELECT n FROM numbers AS a WHERE NOT EXISTS (SELECT 1 FROM words AS b WHERE b.n = a.n)', [[4]]],
  ['scalar subquery of two rows', 'SELECT (SELECT n FROM numbers)', fails],
  ['in a subquery with NULL', 'SELECT 5 NOT IN (SELECT x FROM (VALUES 1, NULL) AS t(x)) AS v', [[null]]],
  ['union takes doubles out', 'SELECT 1 AS x UNION SELECT 1 UNION ALL SELECT 2 ORDER BY x', [[1], [2]]],
  ['union of two types', "SELECT 1 UNION ALL SELECT 'a'", fails],
  ['union widens', 'SELECT 1 AS x UNION ALL SELECT 2.5 ORDER BY x', [['1.0'], ['2.5']]],
  ['intersect binds before union', 'SELECT 1 AS x UNION SELECT 2 INTERSECT SELECT 3', [[1]]],
  ['except', 'SELECT n FROM numbers EXCEPT SELECT n FROM words', [[4]]],
  ['except all', 'SELECT x FROM (VALUES 1, 1, 2) AS t(x) EXCEPT ALL SELECT 1 ORDER BY 1', [[1], [2]]],
  [
    'intersect all',
    'SELECT x FROM (VALUES 1, 1, 1, 2) AS t(x) INTERSECT ALL SELECT y FROM (VALUES 1, 1) AS u(y)',
    [[1], [1]],
  ],
  [
    'a whole table',
    'TABLE words',
    [
      [1, 'apple'],
      [2, 'fig'],
      [3, 'pear'],
    ],
  ],
  ['a whole table in a query', 'SELECT count(*) FROM (TABLE words) AS t', [[3]]],
  [
    'unnest of rows by their own names',
    'SELECT id, sku, qty FROM orders CROSS JOIN UNNEST(items) ORDER BY 2',
    [
      ['o1', 's1', 1],
      ['o1', 's2', 2],
    ],
  ],
  [
    'unnest of rows with a name',
    'SELECT i.sku FROM orders AS o LEFT JOIN UNNEST(o.items) AS i ON TRUE ORDER BY 1',
    [['s1'], ['s2'], [null]],
  ],
  ['with', 'WITH a AS (SELECT n FROM numbers), b(m) AS (SELECT n + 1 FROM a) SELECT max(m) FROM b', [[5]]],
  [
    'recursion',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT sum(n) FROM r',
    [[6]],
  ],
  [
    'recursion as deep as Trino goes',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 11) SELECT max(n), count(*) FROM r',
    [[11, 11]],
  ],
  [
    'recursion that goes deeper',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 12) SELECT max(n), count(*) FROM r',
    fails,
  ],
  [
    // With a LIMIT, Trino answers where it has rows enough before it comes to the depth that fails: chance decides.
    'recursion without end',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r',
    fails,
  ],
  [
    'recursion that comes round',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n % 3 + 1 FROM r) SELECT n FROM r',
    fails,
  ],
  [
    'recursion without what it has had',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION SELECT n + 1 FROM r WHERE n < 5) SELECT n FROM r ORDER BY n',
    [[1], [2], [3], [4], [5]],
  ],
  [
    'recursion without names',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r',
    fails,
  ],
  [
    'recursion to itself twice',
    'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT a.n + 1 FROM r a, r b WHERE a.n < 3) SELECT n FROM r',
    fails,
  ],
  ['recursion of none', 'WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT 2) SELECT n FROM r ORDER BY n', [[1], [2]]],
  [
    'recursion over a table',
    'WITH RECURSIVE r(n, path) AS (SELECT n, CAST(n AS varchar) FROM numbers WHERE n = 1 UNION ALL SELECT ' +
      "numbers.n, path || '>' || CAST(numbers.n AS varchar) FROM r JOIN numbers ON numbers.n > r.n) SELECT path " +
      'FROM r ORDER BY path',
    [['1'], ['1>3'], ['1>3>4'], ['1>4']],
  ],
  [
    'values',
    "VALUES (1, 'a'), (2, 'b')",
    [
      [1, 'a'],
      [2, 'b'],
    ],
  ],
  ['values of rows', "SELECT a FROM (VALUES ROW(1, 'a'), ROW(2, 'b')) AS t(a, b) ORDER BY 1", [[1], [2]]],
  [
    'sessions',
    'SELECT u, count(*) AS views FROM (SELECT u, sum(fresh) OVER (PARTITION BY u ORDER BY ts) AS s FROM ' +
      "(SELECT u, ts, CASE WHEN date_diff('minute', lag(ts) OVER (PARTITION BY u ORDER BY ts), ts) <= 30 THEN 0 " +
      'ELSE 1 END AS fresh FROM views) AS a) AS b GROUP BY u, s ORDER BY 1, 2',
    [
      ['u1', 1],
      ['u1', 2],
      ['u2', 1],
    ],
  ],
  [
    'path of touches',
    "SELECT u, array_join(array_agg(page ORDER BY ts), ' > ') AS path FROM views GROUP BY u ORDER BY u",
    [
      ['u1', 'a > b > c'],
      ['u2', 'a'],
    ],
  ],
  [
    'time decay',
    "SELECT round(sum(power(2E0, -date_diff('hour', ts, TIMESTAMP '2024-01-02 10:00:00') / 24E0)), 4) AS w " +
      "FROM views WHERE u = 'u2'",
    [[0.5]],
  ],
  [
    'pivot by conditions',
    "SELECT sum(CASE k WHEN 'a' THEN n END) AS a, sum(IF(k = 'b', n, 0)) AS b FROM days",
    [[3, 3]],
  ],
  ['a view reads a view', 'SELECT s FROM totals ORDER BY s', [[3], [3]]],
  ['show tables', 'SHOW TABLES', [['days'], ['numbers'], ['orders'], ['totals'], ['views'], ['words']]],
  [
    'describe',
    'DESCRIBE numbers',
    [
      ['n', 'integer', '', ''],
      ['amount', 'decimal(10,2)', '', ''],
    ],
  ],
  [
    'show columns',
    'SHOW COLUMNS FROM numbers',
    [
      ['n', 'integer', '', ''],
      ['amount', 'decimal(10,2)', '', ''],
    ],
  ],
  ['a semicolon at the end', 'SELECT 1;', [[1]]],
  ['comments', 'SELECT /* one */ 1 -- two', [[1]]],
  ['two statements', 'SELECT 1; SELECT 2', refused],
  ['no statement', '', fails],
  ['from first', 'FROM numbers', refused],
  ['from before select', 'FROM numbers SELECT n', refused],
  ['qualify', 'SELECT n FROM numbers QUALIFY row_number() OVER (ORDER BY n) = 1', refused],
  ['exclude', 'SELECT * EXCLUDE (n) FROM numbers', refused],
  ['star replace', 'SELECT * REPLACE (1 AS n) FROM numbers', refused],
  ['group by all', 'SELECT n, count(*) FROM numbers GROUP BY ALL', refused],
  ['order by all', 'SELECT n FROM numbers ORDER BY ALL', refused],
  ['distinct on', 'SELECT DISTINCT ON (n) n FROM numbers', refused],
  ['asof join', 'SELECT 1 FROM numbers AS a ASOF JOIN words AS b ON a.n >= b.n', refused],
  ['semi join', 'SELECT 1 FROM numbers SEMI JOIN words ON true', refused],
  ['tablesample', 'SELECT count(*) FROM numbers TABLESAMPLE BERNOULLI (100)', [[3]]],
  ['match_recognize', 'SELECT * FROM views MATCH_RECOGNIZE (PARTITION BY u PATTERN (a) DEFINE a AS true)', refused],
  ['pivot', 'SELECT * FROM days PIVOT (sum(n) FOR k IN (1))', refused],
  ['trailing comma', 'SELECT n, FROM numbers', fails],
  ['backticks', 'SELECT `n` FROM numbers', refused],
  ['parameter', 'SELECT ?', refused],
  ['named argument', 'SELECT f(a => 1)', refused],
  ['window by name', 'SELECT sum(n) OVER w FROM numbers WINDOW w AS (ORDER BY n)', [[1], [4], [8]]],
  ['schema', 'SELECT n FROM lake.numbers', fails],
  ['unknown table', 'SELECT 1 FROM nubmers', fails],
  ['unknown column', 'SELECT m FROM numbers', fails],
  ['time travel', "SELECT n FROM numbers FOR TIMESTAMP AS OF TIMESTAMP '2024-01-01 00:00:00'", refused],
  ['union by name', 'SELECT 1 AS a UNION BY NAME SELECT 2 AS a', refused],
  ['any', 'SELECT 1 = ANY (SELECT n FROM numbers)', [[true]]],
  ['explain validate', 'EXPLAIN (TYPE VALIDATE) SELECT n FROM numbers', [[true]]],
  ['explain of no query', 'EXPLAIN SELECT m FROM numbers', fails],
  ['explain', 'EXPLAIN ANALYZE SELECT 1', refused],
  ['create', 'CREATE TABLE x AS SELECT 1 AS a', refused],
  ['insert', 'INSERT INTO numbers VALUES (1, 1.0)', refused],
  ['delete', 'DELETE FROM numbers', refused],
  ['drop', 'DROP VIEW numbers', refused],
  ['set', 'SET threads = 1', refused],
  ['execute', 'EXECUTE p', refused],
];
