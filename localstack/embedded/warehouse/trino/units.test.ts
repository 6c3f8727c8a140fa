import { expect, test } from '@jest/globals';
import type { Relation } from '../../../../lambdas/shared/ports/warehouse.ts';
import { Gate } from './gate.ts';

const ads: Relation = {
  name: 'ads',
  kind: 'view',
  sql: 'SELECT 1',
  columns: [
    { name: 'campaign', type: 'varchar' },
    { name: 'ctr', type: 'double', unit: 'share' },
    { name: 'roas', type: 'double' },
  ],
};
const gate = new Gate([ads]);
const shares = (sql: string) =>
  gate.admitQuery(sql).columns.flatMap(({ name, unit }) => (unit === 'share' ? [name] : []));

test.each([
  ['SELECT * FROM ads', ['ctr']],
  ['SELECT ctr, roas FROM ads', ['ctr']],
  ['SELECT a.ctr AS clicked, campaign FROM ads AS a', ['clicked']],
  ['SELECT sillage.ads.ctr FROM ads', ['ctr']],
  ['WITH best AS (SELECT campaign, ctr FROM ads) SELECT * FROM best ORDER BY ctr DESC LIMIT 3', ['ctr']],
  ['SELECT rate FROM (SELECT campaign, ctr FROM ads) AS a(name, rate)', ['rate']],
  ['SELECT campaign, ctr FROM ads GROUP BY campaign, ctr', ['ctr']],
  ['SELECT ctr FROM ads UNION ALL SELECT ctr FROM ads', ['ctr']],
  ['SELECT a.ctr, b.ctr AS other FROM ads AS a LEFT JOIN ads AS b ON a.campaign = b.campaign', ['ctr', 'other']],
  ['SELECT ctr FROM ads AS a JOIN ads AS b USING (ctr)', ['ctr']],
])('a share that a query takes as it is stays one: %s', (sql, expected) => {
  expect(shares(sql)).toEqual(expected);
});

test.each([
  'SELECT 100.0 * ctr AS ctr FROM ads',
  'SELECT avg(ctr) AS ctr FROM ads',
  'SELECT roas AS ctr FROM ads',
  'SELECT ctr FROM (SELECT 100.0 * ctr AS ctr FROM ads) AS a',
  'WITH ads AS (SELECT 100.0 * ctr AS ctr FROM sillage.ads) SELECT * FROM ads',
  'SELECT ctr FROM ads UNION ALL SELECT 100.0 * ctr FROM ads',
  'SELECT 100.0 * ctr FROM ads UNION ALL SELECT ctr FROM ads',
  'SELECT ctr FROM ads AS a JOIN (SELECT roas AS ctr FROM ads) AS b USING (ctr)',
  'WITH RECURSIVE r(ctr) AS (SELECT ctr FROM ads UNION ALL SELECT 100.0 * ctr FROM r WHERE ctr < 1) SELECT ctr FROM r',
  'SELECT (SELECT max(ctr) FROM ads) AS ctr',
])('what a query makes of it is a number, whatever it is called: %s', (sql) => {
  expect(shares(sql)).toEqual([]);
});

test('a view of a session passes it on', () => {
  const own: Relation = { name: 'mine', kind: 'view', sql: 'SELECT ctr AS rate, 2 * ctr AS ctr FROM ads' };
  const { columns } = gate.with([own]).admitQuery('SELECT * FROM mine');
  expect(columns.map(({ name, unit }) => [name, unit])).toEqual([
    ['rate', 'share'],
    ['ctr', undefined],
  ]);
});
