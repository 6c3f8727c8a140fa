import { describe, expect, test } from '@jest/globals';
import type { Relation } from '../../../../lambdas/shared/ports/warehouse.ts';
import { Gate } from './gate.ts';

const orders: Relation = {
  name: 'orders',
  kind: 'table',
  columns: ['order_id', 'email_hash', 'country'].map((name) => ({ name, type: 'varchar' })),
  keys: [],
};
const buyers: Relation = {
  name: 'buyers',
  kind: 'view',
  sql: 'SELECT email_hash AS buyer_id, country, count(*) AS placed FROM orders GROUP BY 1, 2',
};
const gate = new Gate(
  [orders, buyers],
  (relation, column) => `${relation}.${column}` === 'orders.email_hash' || column === 'buyer_id',
);
const columns = (sql: string) => {
  const admitted = gate.admit(sql);
  if ('rows' in admitted) throw new Error(`${sql} is no query.`);
  return admitted;
};

describe('a withheld column is none, however it is asked for', () => {
  test.each([
    'SELECT email_hash FROM orders',
    'SELECT EMAIL_HASH FROM orders',
    'SELECT "email_hash" FROM orders',
    'SELECT o.email_hash FROM orders AS o',
    'SELECT orders.email_hash FROM orders',
    'SELECT count(DISTINCT email_hash) FROM orders',
    'SELECT substr(email_hash, 1, 1) FROM orders',
    'SELECT 1 FROM orders WHERE email_hash = 0',
    "SELECT country FROM orders WHERE email_hash LIKE 'a%'",
    'SELECT country FROM orders GROUP BY country, email_hash',
    'SELECT country FROM orders GROUP BY country HAVING max(email_hash) IS NULL',
    'SELECT country FROM orders ORDER BY email_hash',
    'SELECT row_number() OVER (PARTITION BY email_hash ORDER BY country) FROM orders',
    'SELECT a.country FROM orders AS a JOIN orders AS b ON a.email_hash = b.email_hash',
    'SELECT a.country FROM orders AS a JOIN orders AS b USING (email_hash)',
    'WITH x AS (SELECT * FROM orders) SELECT email_hash FROM x',
    'SELECT q.email_hash FROM (SELECT * FROM orders) AS q',
    'SELECT (SELECT max(email_hash) FROM orders)',
    'SELECT country FROM orders AS a WHERE EXISTS (SELECT 1 FROM buyers AS b WHERE b.country = a.email_hash)',
    'SELECT buyer_id FROM buyers',
    'SELECT a, b, c FROM orders AS o(a, b, c)',
    'SELECT orders FROM orders',
    'SELECT ROW(orders.email_hash) FROM orders',
    'SELECT "shown orders".email_hash FROM "shown orders"',
    'SELECT * FROM "shown orders"',
  ])('%s', (sql) => {
    expect(() => gate.admit(sql)).toThrow(
      /is not shown here|cannot be resolved|does not exist|of USING is missing|3 column names are given for 2/,
    );
  });

  test('whoever names one is told why', () => {
    expect(() => gate.admit('SELECT o.email_hash\nFROM orders AS o')).toThrow(
      /line 1.*Column 'o.email_hash' tells one person of orders from another, and is not shown here/,
    );
  });
});

test.each([
  ['SELECT * FROM orders', ['order_id', 'country']],
  ['SELECT orders.* FROM orders', ['order_id', 'country']],
  ['SELECT * FROM buyers', ['country', 'placed']],
  ['SELECT a, b FROM orders AS o(a, b)', ['a', 'b']],
  ['SELECT * FROM orders UNION ALL SELECT * FROM orders', ['order_id', 'country']],
])('%s answers what is left', (sql, names) => {
  expect(columns(sql).columns.map(({ name }) => name)).toEqual(names);
});

test('the engine is asked for what is shown alone, under a name of its own', () => {
  expect(columns('SELECT orders.country FROM orders JOIN buyers b ON b.country = orders.country').sql).toBe(
    'select orders . country from "shown orders" AS "orders" join "shown buyers" b on b . country = orders . country',
  );
  expect(columns('WITH orders AS (SELECT 1 AS n) SELECT n FROM orders').sql).not.toContain('shown');
  expect(columns('SELECT * FROM orders').uses('orders', 'email_hash')).toBe(false);
});

test('DESCRIBE does not name it; a view is made from it all the same', () => {
  const described = gate.admit('DESCRIBE orders');
  expect('rows' in described && described.rows.map(([name]) => name)).toEqual(['order_id', 'country']);
  expect(gate.view('buyers')?.uses('orders', 'email_hash')).toBe(true);
});
