import { expect, test } from '@jest/globals';
import { bareSql } from './bare-sql.ts';

test.each([
  ['SELECT 1', 'SELECT 1'],
  ['-- One row is one thing.\nSELECT 1,\n  2 -- two\n', 'SELECT 1, 2'],
  ["SELECT '-- no  comment' AS a,  'it''s -- none' AS b", "SELECT '-- no  comment' AS a, 'it''s -- none' AS b"],
  ['SELECT "a  -- b" FROM t', 'SELECT "a  -- b" FROM t'],
  ["SELECT a -- it's\n, 'b'", "SELECT a , 'b'"],
  ['SELECT a - -1', 'SELECT a - -1'],
])('%s acts as %s', (sql, bare) => {
  expect(bareSql(sql)).toBe(bare);
});
