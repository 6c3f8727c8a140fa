import { describe, expect, test } from '@jest/globals';
import { QueryFailed } from '../../../../lambdas/shared/ports/warehouse.ts';
import { sessionStatement, withParameters } from './prepared.ts';

const prepared = new Map([['p', 'SELECT ? AS a, x FROM t WHERE y = ? -- ?\n']]);

describe('statements of a session', () => {
  test.each([
    ['SELECT 1', { kind: 'statement', sql: 'SELECT 1' }],
    ['PREPARE my FROM SELECT ? + 1;', { kind: 'prepare', name: 'my', sql: 'SELECT ? + 1' }],
    ['prepare "My" from SELECT \'?\'', { kind: 'prepare', name: 'my', sql: "SELECT '?'" }],
    ['-- a\n/* b */ DEALLOCATE PREPARE p', { kind: 'deallocate', name: 'p' }],
    ['USE sillage', { kind: 'use', schema: 'sillage' }],
    ['USE "awsdatacatalog".sillage;', { kind: 'use', catalog: 'awsdatacatalog', schema: 'sillage' }],
    ['DESCRIBE INPUT p', { kind: 'describe input', parameters: 2 }],
    ['DESCRIBE orders', { kind: 'statement', sql: 'DESCRIBE orders' }],
    ['DESCRIBE input', { kind: 'statement', sql: 'DESCRIBE input' }],
    [
      "EXECUTE p USING f(1, ','), -5",
      { kind: 'statement', sql: "SELECT (f(1, ',')) AS a, x FROM t WHERE y = (-5) -- ?\n" },
    ],
    ["EXECUTE IMMEDIATE 'SELECT ''?'', ?' USING 'it''s'", { kind: 'statement', sql: "SELECT '?',  'it''s' " }],
    ["EXECUTE IMMEDIATE 'SELECT 1'", { kind: 'statement', sql: 'SELECT 1' }],
  ])('%s', (sql, expected) => {
    expect(sessionStatement(sql, prepared)).toEqual(expected);
  });

  test.each([
    ['EXECUTE q', 'Prepared statement not found: q'],
    ['DEALLOCATE PREPARE q', 'Prepared statement not found: q'],
    ['EXECUTE p USING 1', 'Incorrect number of parameters: expected 2 but found 1'],
    ['EXECUTE p', 'Incorrect number of parameters: expected 2 but found 0'],
    ['EXECUTE p USING 1,', 'line 1:19: unexpected the end of the query, expected a value'],
    ['PREPARE p SELECT 1', "line 1:11: unexpected 'select', expected FROM"],
    ['PREPARE p FROM', 'line 1:15: unexpected the end of the query, expected a statement'],
    ['USE a.b.c', "line 1:8: unexpected '.', expected the end of the statement"],
  ])('%s is refused', (sql, message) => {
    const reading = () => sessionStatement(sql, prepared);
    expect(reading).toThrow(QueryFailed);
    expect(reading).toThrow(message);
  });

  test('a value keeps to itself: what stands beside it is not drawn into it, nor into a comment', () => {
    expect(withParameters('SELECT 2 * ?', ['1 + 1'])).toBe('SELECT 2 * (1 + 1)');
    expect(withParameters('SELECT 2 -?', ['-1'])).toBe('SELECT 2 -(-1)');
    expect(withParameters('SELECT x FROM t LIMIT ?', ['5'])).toBe('SELECT x FROM t LIMIT  5 ');
  });
});
