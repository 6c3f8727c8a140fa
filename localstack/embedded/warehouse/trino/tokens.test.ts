import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { array, assert, asyncProperty, constantFrom, nat, oneof, property, record, string } from 'fast-check';
import { literal } from '../../../../lambdas/shared/duckdb.ts';
import { openDuckdb } from '../sandbox.ts';
import { Gate } from './gate.ts';
import { spelt, type Token, tokens } from './tokens.ts';

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  ({ instance, connection } = await openDuckdb({}));
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

const gate = new Gate([]);
const admit = (sql: string): string => {
  const answer = gate.admit(sql);
  return 'rows' in answer ? '' : answer.sql;
};

describe('what is read apart by lexers', () => {
  test.each([
    ['a comment ends at a carriage return', 'SELECT 7 -- seven\r / 2', 'SELECT (7 // 2)'],
    ['and at a line feed', 'SELECT 7 -- seven\n / 2', 'SELECT (7 // 2)'],
    ['a comment does not nest', 'SELECT 1 /* /* */ + 1', 'SELECT 1 + 1'],
    ['comments are gone', 'SELECT /* a */ 1 -- b', 'SELECT 1'],
    ['a text keeps what looks like a comment', "SELECT '--\n/* */ $$x$$'", "SELECT '--\n/* */ $$x$$'"],
    ['a name keeps its quotes', 'SELECT 1 AS "a""b"', 'SELECT 1 AS "a""b"'],
    ['minus signs stay apart', 'SELECT 1 - - 1', 'SELECT 1 - - 1'],
    ['the last semicolon is gone', 'SELECT 1 ; -- end', 'SELECT 1'],
  ])('%s', (_, sql, written) => {
    expect(admit(sql)).toBe(written.replace(/SELECT| AS /g, (word) => word.toLowerCase()));
  });

  test.each([
    ['a NUL', 'SELECT 1\u0000', 'line 1:9: the character U+0000 is not allowed in a query; in a text, write chr(0)'],
    ['a NUL in a text', "SELECT 'a\u0000b'", 'U+0000'],
    ['an escape', "SELECT '\u001b]0;x'", 'U+001B'],
    ['a form feed', 'SELECT\f1', 'U+000C'],
    ['a control character of C1', "SELECT '\u0085'", 'U+0085'],
    ['half a character', "SELECT '\ud800'", 'U+D800'],
    ['a no-break space', 'SELECT\u00a01', 'the white space U+00A0 is not allowed between words; write a blank'],
    ['a line separator', 'SELECT\u20281', 'U+2028'],
    ['a byte order mark', '\ufeffSELECT 1', 'U+FEFF'],
    ['a letter beyond ASCII', 'SELECT é', 'unexpected character U+00E9, "é"'],
    ['a comment without an end', 'SELECT 1 /* x', "unexpected '*'"],
    ['an empty name', 'SELECT 1 AS ""', 'a name in double quotes is empty'],
    ['a name without an end', 'SELECT "a', 'a name has no closing double quote'],
    ['a quoted parenthesis', 'SELECT abs "(" 1)', 'unexpected'],
    ['a quoted bracket', "SELECT ARRAY '[' 1]", 'a literal of type array'],
    ['dollar quotes', 'SELECT $$x$$', '`$`'],
    ['a query beyond the length of Athena', `SELECT '${'é'.repeat(140_000)}'`, 'more than 262144 bytes'],
  ])('%s is refused by name', (_, sql, message) => {
    expect(() => gate.admit(sql)).toThrow(message);
  });
});

/** What stands between two tokens, and what could be taken for an end of it. */
const separator = array(
  constantFrom(
    ' ',
    '\n',
    '\r',
    '\t',
    '\r\n',
    '/* c */',
    '/* /* */',
    '/*\r--*/',
    '-- c\n',
    '-- c\r',
    "-- ' \n",
    '/* " */',
    "/*'*/",
    '/**/',
    '--\r',
  ),
  { minLength: 1, maxLength: 3 },
).map((parts) => parts.join(''));
const anyText = string({
  unit: oneof(
    constantFrom(
      "'",
      '"',
      '-',
      '/',
      '*',
      '\\',
      '$',
      '\n',
      '\r',
      ';',
      ' ',
      '\u00a0',
      '\u2028',
      '\ufeff',
      'é',
      '𝄞',
      'a',
      'E',
      '%',
      '{',
      '(',
      '?',
      '@',
    ),
    string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 12,
});
const readable = anyText.filter((text) => !/(?![\t\r\n])[\p{Cc}\p{Cs}]/u.test(text));

describe('the gate and the engine read the same tokens', () => {
  test('of random texts and names, whatever stands between them', async () => {
    const item = record({
      text: readable,
      name: readable.map((name) => name.toLowerCase()).filter((name) => name !== ''),
      between: array(separator, { minLength: 5, maxLength: 5 }),
    });
    const same = asyncProperty(array(item, { minLength: 1, maxLength: 5 }), async (found) => {
      const items = found.map(({ name, ...others }, i) => ({ ...others, name: `${name}${i}` }));
      // Written as the SQL standard has it, not by the code under test.
      const sql = `SELECT${items.map(({ text, name, between: [a = ' ', b = ' ', c = ' ', d = ' '] }, i) => `${i > 0 ? `${d},` : ''}${a}'${text.split("'").join("''")}'${b}AS${c}"${name.split('"').join('""')}"`).join('')}`;
      const written = admit(sql);
      // In hexadecimal, since the driver takes a byte order mark away from the beginning of a text.
      const values = await connection.runAndReadAll(
        `SELECT ${items.map((_item, i) => `hex(c${i})`).join(', ')} FROM (${written}) AS ` +
          `t(${items.map((_item, i) => `c${i}`).join(', ')})`,
      );
      expect(values.getRows()).toEqual([items.map(({ text }) => Buffer.from(text).toString('hex').toUpperCase())]);
      const names = await connection.runAndReadAll(`SELECT hex(column_name) FROM (DESCRIBE ${written})`);
      expect(names.getRows().map(([name]) => String(name))).toEqual(
        items.map(({ name }) => Buffer.from(name).toString('hex').toUpperCase()),
      );
    });
    await assert(same, { numRuns: 2000 });
  });

  test('of any text that the gate cuts: DuckDB sees each of its tokens alone', async () => {
    const soup = array(
      oneof(
        separator,
        constantFrom(
          'SELECT',
          "'a'",
          "'it''s'",
          '"n"',
          '1',
          '2.5',
          '1e3',
          '.5',
          '<>',
          '!=',
          '->',
          '||',
          '(',
          ')',
          ',',
          '+',
          '-',
          '--',
          '/*',
          '*/',
          'E',
          'U&',
          "'",
          '"',
          '$$',
          '\\',
          'x',
          '\u00a0',
          ';',
          '\u0000',
        ),
        readable,
      ),
      { maxLength: 25 },
    );
    const apart = asyncProperty(soup, async (parts) => {
      let found: readonly Token[];
      try {
        found = tokens(parts.join(''));
      } catch {
        return;
      }
      // Each token as a text of its own, in one list: were one of them read with its neighbour, the list would be
      // another.
      const spelling = found.filter(({ kind }) => kind === 'string' || kind === 'integer');
      if (spelling.length === 0) return;
      const list = `[${spelling.map((token) => `CAST(${spelt(token)} AS VARCHAR)`).join(' , ')}]`;
      const [row] = (await connection.runAndReadAll(`SELECT list_transform(${list}, lambda x: hex(x))`)).getRowsJson();
      expect(row?.[0]).toEqual(
        spelling.map(({ kind, value }) =>
          Buffer.from(kind === 'integer' ? String(BigInt(value)) : value)
            .toString('hex')
            .toUpperCase(),
        ),
      );
      // And written once more, the same tokens are read.
      const again = tokens(found.map(spelt).join(' '));
      expect(again.map((token) => [token.kind, token.value])).toEqual(found.map((token) => [token.kind, token.value]));
    });
    await assert(apart, { numRuns: 3000 });
  });

  test('of a query whose parts are wrapped and respelt: the engine reads exactly one SELECT', async () => {
    const parts = constantFrom(
      'nullif(1, 2.5)',
      "'a' || 'b'",
      'CAST(1 AS varchar)',
      "date_add('day', 1, DATE '2024-01-31')",
      'cardinality(transform(ARRAY[1], "x y" -> "x y" + 1))',
      "DECIMAL '1.50'",
      '(SELECT 1)',
      "concat_ws('-', 'a', 'b')",
      'count_if(true)',
      '7 / 2',
    );
    const wrapped = asyncProperty(
      array(record({ value: parts, before: separator, behind: separator }), { minLength: 1, maxLength: 4 }),
      async (items) => {
        const written = admit(
          `SELECT${items.map(({ value, before, behind }) => `${before}${value}${behind}`).join(',')}`,
        );
        const plain = admit(`SELECT ${items.map(({ value }) => value).join(' , ')}`);
        expect(written).toBe(plain);
        expect((await connection.extractStatements(written)).count).toBe(1);
      },
    );
    await assert(wrapped, { numRuns: 500 });
  });
});

describe('a query that goes on and on ends in words', () => {
  const [n, few] = [20_000, 200];
  const chains: readonly (readonly [string, (times: number) => string])[] = [
    ['NOT', (times) => `SELECT ${'NOT '.repeat(times)}true`],
    ['signs', (times) => `SELECT ${'- '.repeat(times)}1`],
    ['plus', (times) => `SELECT 1${' + 1'.repeat(times)}`],
    ['texts', (times) => `SELECT 'a'${" || 'a'".repeat(times)}`],
    ['parentheses', (times) => `SELECT ${'('.repeat(times)}1${')'.repeat(times)}`],
    ['queries in parentheses', (times) => `${'('.repeat(times)}SELECT 1${')'.repeat(times)}`],
    ['derived tables', (times) => `${'SELECT * FROM ('.repeat(times)}SELECT 1${') AS t'.repeat(times)}`],
    ['scalar subqueries', (times) => `SELECT ${'(SELECT '.repeat(times)}1${')'.repeat(times)}`],
    ['IN', (times) => `SELECT ${'1 IN (SELECT '.repeat(times)}1${')'.repeat(times)}`],
    ['EXISTS', (times) => `SELECT ${'EXISTS (SELECT '.repeat(times)}1${')'.repeat(times)}`],
    ['CASE', (times) => `SELECT ${'CASE WHEN true THEN '.repeat(times)}1${' END'.repeat(times)}`],
    ['calls', (times) => `SELECT ${'abs('.repeat(times)}1${')'.repeat(times)}`],
    ['calls of two signatures', (times) => `SELECT ${"concat_ws('-', ".repeat(times)}'a'${')'.repeat(times)}`],
    ['nullif', (times) => `SELECT ${'nullif('.repeat(times)}1${', 2)'.repeat(times)}`],
    ['arrays', (times) => `SELECT ${'ARRAY['.repeat(times)}1${']'.repeat(times)}`],
    ['types', (times) => `SELECT CAST(NULL AS ${'array('.repeat(times)}bigint${')'.repeat(times)})`],
    ['fields', (times) => `SELECT ROW(1)${'.a'.repeat(times)}`],
    ['unions', (times) => `SELECT 1${' UNION ALL SELECT 1'.repeat(times)}`],
    ['intersections', (times) => `SELECT 1${' INTERSECT SELECT 1'.repeat(times)}`],
    ['joins', (times) => `SELECT 1 FROM (SELECT 1) AS t${' CROSS JOIN (SELECT 1) AS t'.repeat(times)}`],
    ['tables', (times) => `SELECT 1 FROM (SELECT 1) AS t${', (SELECT 1) AS t'.repeat(times)}`],
    ['tables in parentheses', (times) => `SELECT 1 FROM ${'('.repeat(times)}t${')'.repeat(times)}`],
    ['lambdas', (times) => `SELECT ${'transform(ARRAY[1], x -> '.repeat(times)}1${')'.repeat(times)}`],
    [
      'chains in chains',
      (times) =>
        Array.from({ length: Math.min(times, 100) })
          .reduce<string>((inner) => `(${inner}${' + 1'.repeat(100)})`, '1')
          .replace(/^/, 'SELECT '),
    ],
  ];

  test.each(chains)('%s', async (_, query) => {
    const outcome = (sql: string): Promise<string> =>
      Promise.resolve()
        .then(() => connection.runAndReadAll(admit(sql)))
        .then(
          () => 'answered',
          (error: unknown) => String(error),
        );
    expect(await outcome(query(n))).toMatch(/more than|too deeply|exceeded/);
    // Where it is let pass, the engine plans it, and does not hang.
    expect(await outcome(query(few))).toMatch(/./);
  });

  test('patterns that hang JavaScript', () => {
    const patterns = [
      '(((((.{0,9}){9}){9}){9}){9}){9}y',
      '(a+)+$',
      '(a|a)*b',
      '((a*)*)*',
      '(x+x+)+y',
      '('.repeat(5000),
      '[',
      'a{0,999}'.repeat(300),
    ];
    const outcomes = patterns.flatMap((pattern) =>
      ['regexp_like', 'regexp_extract', 'regexp_split', 'regexp_count', 'regexp_extract_all'].map((call) => {
        try {
          return admit(`SELECT ${call}('a', ${literal(pattern)})`).slice(0, 6);
        } catch (error) {
          return String(error).replace(/: .*/s, '');
        }
      }),
    );
    expect([...new Set(outcomes)].toSorted()).toEqual(['UnportableSql', 'select']);
  });

  test('long names, of which none is near', () => {
    expect(() => admit(`SELECT ${'a'.repeat(100_000)} FROM (SELECT 1 AS ${'b'.repeat(100_000)}) AS t`)).toThrow(
      /cannot be resolved/,
    );
  });
});

test('a pattern matches an empty text by its structure as JavaScript finds it to', () => {
  // A pattern that JavaScript surely ends with: few parts, over a text of two letters.
  const atoms = constantFrom('a', '[ab]', '.', '\\.', '$', '^');
  const quantifiers = constantFrom('', '', '*', '+', '?', '{0,2}', '{1,2}', '{0}', '*?');
  const pattern = array(
    record({ atom: atoms, quantifier: quantifiers, join: constantFrom('', '', '|'), group: nat(3) }),
    { minLength: 1, maxLength: 4 },
  ).map((parts) =>
    parts
      .map(
        ({ atom, quantifier, join, group }, i) =>
          `${i > 0 ? join : ''}${group === 0 ? `(${atom}${quantifier})${quantifier}` : group === 1 ? `(?:${atom}|${atom}${quantifier})` : `${atom}${/[$^]/.test(atom) ? '' : quantifier}`}`,
      )
      .join(''),
  );
  assert(
    property(pattern, (text) => {
      let found: boolean;
      try {
        found = [...'\u0001\u0001'.matchAll(new RegExp(text, 'gu'))].some(
          ({ 0: match, index }) => match === '' && index > 0,
        );
      } catch {
        return;
      }
      let refused = false;
      try {
        admit(`SELECT regexp_count('a', ${literal(text)})`);
      } catch (error) {
        refused = String(error).includes('also matches an empty text');
      }
      // An empty match that no text shows may be refused too, never the reverse.
      expect({ text, refused: refused || !found }).toEqual({ text, refused: true });
    }),
    { numRuns: 2000 },
  );
});
