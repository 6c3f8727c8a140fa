import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { statementsOf } from '../cli/statements.ts';
import { isShopTable } from '../lambdas/model/shop-tables.ts';
import { loadCatalog, tableNamed } from '../lambdas/shared/schema/catalog.ts';
import { isSeen } from './seen.ts';
import {
  contents,
  copyLake,
  done,
  ended,
  folder,
  inTurn,
  rowsOf,
  sillage,
  start,
  Status,
  statusOf,
} from './support-sillage.ts';

const home = folder('cli');
const lake = join(home, 'lake');
/** To the second, as the run's own time. */
const startedAt = Math.trunc(Date.now() / 1000) * 1000;
const derived = ['curated', 'marts', 'ops/rejects'];

/** The flags of the issue, word by word; a market that is small, so that it takes a second. */
const days = ['--start-date', '2025-01-01', '--end-date', '2025-01-05'];
const generating = (folderOf: string) =>
  [
    [
      'generate',
      'web',
      '--mode',
      'batch',
      ...days,
      '--events-per-day',
      '500',
      '--seed',
      '7',
      '--initial-customers',
      '80',
      '--lake',
      folderOf,
    ],
    ['generate', 'crm', ...days, '--frequency', 'daily', '--initial-customers', '80', '--lake', folderOf],
    ['generate', 'advertising', ...days, '--frequency', 'daily', '--lake', folderOf],
    ['generate', 'influencers', ...days, '--frequency', 'daily', '--lake', folderOf],
  ] as const;

beforeAll(async () => {
  const outcomes = await inTurn(...generating(lake), ['run', '--lake', lake]);
  expect(outcomes.map(({ code, stdout }) => ({ code, stdout }))).toEqual(outcomes.map(() => ({ code: 0, stdout: '' })));
});

async function copyOf(name: string): Promise<string> {
  const to = join(home, name, 'lake');
  await mkdir(to, { recursive: true });
  return copyLake(lake, to);
}

describe('help', () => {
  const commands = [
    'up',
    'generate',
    'generate web',
    'generate crm',
    'generate advertising',
    'generate influencers',
    'generate all',
    'import',
    'run',
    'verify',
    'shop',
    'shop map',
    'status',
    'query',
    'doctor',
    'report',
    'rejects',
    'replay',
    'expire',
    'clean',
  ];

  test('of every command says what it does and shows an example', async () => {
    const [whole, ...each] = await inTurn(['--help'], ...commands.map((command) => [...command.split(' '), '--help']));
    expect(whole).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/Exit codes: 0 .*1 .*2 .*3 /su) });
    commands.forEach((command, i) => {
      const said = each[i]?.stdout ?? '';
      expect({ command, code: each[i]?.code, stderr: each[i]?.stderr }).toEqual({ command, code: 0, stderr: '' });
      expect(said).toMatch(new RegExp(`^Usage: sillage ${command}[^\\n]*\\n\\n\\S`, 'u'));
      expect(said).toMatch(new RegExp(`Examples?:\\n  sillage ${command}`, 'u'));
      // Every option has its words.
      for (const line of said.split('\n').filter((one) => one.startsWith('  -')))
        expect(line).toMatch(/^ {2}-.*\S {2,}\S/u);
    });
    for (const command of commands.filter((one) => !one.includes(' ')))
      expect(whole?.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'mu'));
  });

  test('its examples are command lines that it takes', async () => {
    const helps = await inTurn(...commands.map((command) => [...command.split(' '), '--help']));
    // Of several lines, where they are long, and with what they do behind them.
    const example = /^ {2}sillage (?<line>(?:"[^"]*"|'[^']*'|(?! {3})[^\n"'])*)(?: {3,}.*)?$/gmu;
    const examples = helps.flatMap(({ stdout }) =>
      [...stdout.replaceAll(/ \\\n +/gu, ' ').matchAll(example)].map((match) => match.groups?.['line'] ?? ''),
    );
    expect(examples.length).toBeGreaterThan(commands.length);
    // Of each its options alone, with --help, which then wins: a misspelt one would be refused first.
    const options = examples.map((line) =>
      [...line.matchAll(/"[^"]*"|[^\s<>|]+/gu)].map(([word]) => word.replaceAll('"', '')),
    );
    const outcomes = await inTurn(
      ...options.map((words) => [...words.slice(0, words.findIndex((word) => word === 'jq') >>> 0), '--help']),
    );
    outcomes.forEach(({ code, stderr }, i) => expect([examples[i], code, stderr]).toEqual([examples[i], 0, '']));
  });
});

describe('a mistake ends with code 2 and one line that says what to do', () => {
  const cases: readonly (readonly [args: string, stderr: string | RegExp])[] = [
    ['quary', "error: unknown command 'quary'\n(Did you mean query?)\n"],
    ['frobnicate', "error: unknown command 'frobnicate'\n"],
    ['run --lak x', "error: unknown option '--lak'\n(Did you mean --lake?)\n"],
    ['query --formt csv', "error: unknown option '--formt'\n(Did you mean --format?)\n"],
    ['generate wob', /^error: unknown command 'wob'\n\(Did you mean web\?\)\n$/u],
    [
      'generate web --end-date 2025-01-02',
      'Name both days, --start-date 2025-01-01 --end-date 2025-01-31, or neither: then the market goes on ' +
        'until yesterday.\n',
    ],
    ['frobnicate --help', "error: unknown command 'frobnicate'\n"],
    ['quary --help', "error: unknown command 'quary'\n(Did you mean query?)\n"],
    ['help quary', "error: unknown command 'quary'\n(Did you mean query?)\n"],
    ['generate wob -h', "error: unknown command 'wob'\n(Did you mean web?)\n"],
    [
      'generate web --start-date 2025-02-30 --end-date 2025-03-01',
      '"2025-02-30" is not a day; write it as 2025-01-31.\n',
    ],
    [
      'generate web --start-date 2025-01-03 --end-date 2025-01-02',
      '--start-date 2025-01-03 is after --end-date 2025-01-02.\n',
    ],
    [
      'generate web --start-date 2025-01-01 --end-date 2025-01-02 --mode stream',
      /^A stream begins now, at its own pace/u,
    ],
    [
      'generate web --start-date 2025-01-01 --end-date 2025-01-02 --events-per-day many',
      "error: option '--events-per-day <n>' argument 'many' is invalid. Give a number.\n",
    ],
    [
      'generate web --start-date 2025-01-01 --end-date 2025-01-02 --events-per-day 99 --lake HOME/none',
      '--events-per-day must be at least 100\n',
    ],
    [
      'generate all --start-date 2025-01-01 --end-date 2025-01-02 --dirt 1.5 --lake HOME/none',
      '--dirt must be between 0 (clean) and 1 (as in real life)\n',
    ],
    [
      'generate all --start-date 2025-01-01 --end-date 2025-01-02 --seed 8 --lake LAKE',
      /^The lake at \S+ holds a world with --seed 7, and 8 was asked for: leave --seed out, or generate into another lake\.\n$/u,
    ],
    [
      'generate all --start-date 2024-12-01 --end-date 2025-01-02 --lake LAKE',
      /^The market opens on 2025-01-01, and 2024-12-01 was asked for/u,
    ],
    ['run --from 2025-13-01 --lake LAKE', '"2025-13-01" is not a day; write it as 2025-01-31.\n'],
    ['run --from 2025-02-01 --to 2025-01-01 --lake LAKE', '--from 2025-02-01 is after --to 2025-01-01.\n'],
    ['rejects --from 2025-02-01 --to 2025-01-01 --lake LAKE', '--from 2025-02-01 is after --to 2025-01-01.\n'],
    ['rejects --limit ten --lake LAKE', '--limit ten is not a whole number.\n'],
    [
      'rejects --limit 0 --lake LAKE',
      '--limit 0 shows no record: leave it out for the counts by reason, or give a number from 1.\n',
    ],
    ['rejects --reason unknown --lake LAKE', /^No record is refused for "unknown"; .*required, type, /u],
    ['rejects --table web_event --lake LAKE', /^No table web_event refuses records; those that do are .*web_events/u],
    ...['run', 'verify', 'shop', 'status', 'query', 'rejects', 'replay', 'expire', 'clean'].map(
      (command) =>
        [
          `${command} --lake HOME/none`,
          /^There is no lake in \S+none; --lake names another folder\. Make one of your own files with "sillage import --lake \S+ FILES", or a simulated shop with "sillage up --lake \S+"\.\n$/u,
        ] as const,
    ),
    // A simulated shop does not come among a person's own files.
    ...['up --no-serve', 'generate all'].map(
      (command) => [`${command} --lake HOME`, /^\S+ is not a lake: it holds other files/u] as const,
    ),
    ['import HOME/none.csv --lake LAKE', /^There is no file or folder \S+none\.csv\.\n$/u],
    ['import --feed meta x --lake LAKE', /^--feed meta is not known; those are: shopify-orders-csv, /u],
    ['import --currency euros x --lake LAKE', '--currency euros is no currency: write its three letters, as EUR.\n'],
    ['import --dates ymd x --lake LAKE', /Allowed choices are dmy, mdy\.\n$/u],
    ['query --file HOME/none.sql --lake LAKE', /^--file \S+none\.sql cannot be read: [^\n]+\n$/u],
    ['query --file x SELECT --lake LAKE', 'Give the SQL or --file, not both.\n'],
    ['query --json --format csv --lake LAKE', '--json and --format csv contradict each other: give one of them.\n'],
    ['query --timeout 0 --lake LAKE', '--timeout 0 is no number of seconds: give one from 1, as --timeout 60.\n'],
    ['query --memory 4 --lake LAKE', '--memory 4 is no size: write it as 500MB or 4GB.\n'],
    ['query --raw --lake LAKE SHOW', /^--raw is for --format csv: /u],
    [
      'query --format xml --lake LAKE',
      /argument 'xml' is invalid\. Allowed choices are table, vertical, csv, json, jsonl\.\n$/u,
    ],
    ['expire --lake s3://some-bucket', /^The lifecycle of s3:\/\/some-bucket removes what is past its retention/u],
    [
      'expire --confirm other --lake LAKE',
      /^Nothing was removed: to remove what is past its retention of \S+, confirm/u,
    ],
    ['clean --what raw --lake LAKE', /argument 'raw' is invalid\. Allowed choices are derived, all\.\n$/u],
    [
      'clean --confirm other --lake LAKE',
      /^Nothing was removed: to remove derived of \S+, confirm with its name, --confirm lake\.\n$/u,
    ],
  ];
  const real = (args: string) => args.replaceAll('LAKE', lake).replaceAll('HOME', home).split(' ');

  test('whatever it is', async () => {
    const outcomes = await inTurn(...cases.map(([args]) => real(args)));
    outcomes.forEach(({ code, stdout, stderr }, i) => {
      const [args, expected = ''] = cases[i] ?? [];
      const isSaid = typeof expected === 'string' ? stderr === expected : expected.test(stderr);
      expect({ args, code, stdout, stderr, isSaid }).toEqual({ args, code: 2, stdout: '', stderr, isSaid: true });
    });
    expect(existsSync(join(home, 'none'))).toBe(false);
  });

  test('and no confirmation from a pipe is none', async () => {
    expect(await sillage(['clean', '--lake', lake], { input: 'lake\n' })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Nothing was removed/u),
    });
  });

  const sql: readonly (readonly [sql: string, stderr: string])[] = [
    ['SELECT * FRM orders', "line 1:10: unexpected 'frm'; did you mean FROM?\n"],
    ['SELECT nope\nFROM orders', "line 1:8: Column 'nope' cannot be resolved\n"],
    ['SELECT 1\nFROM nope', "line 2:6: Table 'nope' does not exist\n"],
    ['SELECT promo_codes[0] FROM orders', 'SQL array indices start at 1\n'],
    ['', 'line 1:1: unexpected the end of the query, expected SELECT\n'],
  ];

  test('in SQL, with line and column', async () => {
    const outcomes = await inTurn(...sql.map(([query]) => ['query', '--lake', lake, query]));
    expect(outcomes).toEqual(sql.map(([, stderr]) => ({ code: 2, stdout: '', stderr })));
  });

  test('in SQL that writes: nothing is written', async () => {
    const before = contents(lake, '');
    const outcomes = await inTurn(
      ...[
        'DROP TABLE orders',
        'DELETE FROM orders',
        'INSERT INTO orders SELECT * FROM orders',
        'CREATE TABLE t AS SELECT 1 AS a',
        `COPY (SELECT 1) TO '${home}/written.csv'`,
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        'SELECT 1; DROP TABLE orders',
        "ATTACH 'x.db'",
        'SET threads = 1',
        'PRAGMA database_list',
        "SELECT getenv('HOME')",
      ].map((query) => ['query', '--lake', lake, query]),
    );
    for (const { code, stdout, stderr } of outcomes)
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^line \d+:\d+: [^\n]+\n$/u),
      });
    expect(contents(lake, '')).toEqual(before);
    expect(readdirSync(home)).not.toContain('written.csv');
  });
});

describe('query', () => {
  const everyType =
    `SELECT DATE '2025-01-31' AS day, 1 AS n, 'a,"b"' AS name, CAST(NULL AS varchar) AS nothing, 0.1E0 AS ` +
    `share, ARRAY[1, 2] AS list, true AS yes, DECIMAL '1.50' AS money, 9007199254740993 AS large`;

  test('prints in every format', async () => {
    const [shown, csv, json, jsonl, short] = await inTurn(
      ...[[], ['--format', 'csv'], ['--format', 'json'], ['--format', 'jsonl'], ['--json']].map((format) => [
        'query',
        '--lake',
        lake,
        ...format,
        everyType,
      ]),
    );
    expect(shown?.stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      ' day         n  name   nothing  share  list   yes   money             large',
      expect.stringMatching(/^ ─+$/u),
      ' 2025-01-31  1  a,"b"             0.1  [1,2]  true   1.50  9007199254740993',
      '(1 row)',
      '',
    ]);
    expect(csv?.stdout).toBe(
      'day,n,name,nothing,share,list,yes,money,large\n2025-01-31,1,"a,""b""",,0.1,"[1,2]",true,1.50,9007199254740993\n',
    );
    const row = {
      day: '2025-01-31',
      n: 1,
      name: 'a,"b"',
      nothing: null,
      share: 0.1,
      list: [1, 2],
      yes: true,
      money: '1.50',
      large: '9007199254740993',
    };
    expect(json?.stdout).toBe(`${JSON.stringify([row], null, 2)}\n`);
    expect(short).toEqual(json);
    expect(jsonl?.stdout).toBe(`${JSON.stringify(row)}\n`);
  });

  test('as JSON has one value under a name, and says so where there are two', async () => {
    const [json, lines, csv, file] = await inTurn(
      ['query', '--lake', lake, '--json', 'SELECT 1 AS a, 2 AS a'],
      ['query', '--lake', lake, '--format', 'jsonl', 'SELECT 1 AS "a", 2 AS a'],
      ['query', '--lake', lake, '--format', 'csv', 'SELECT 1 AS a, 2 AS a'],
      ['query', '--lake', lake, '--file', '/dev/zero'],
    );
    for (const one of [json, lines])
      expect(one).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/Two columns are named a/u) });
    expect(csv).toMatchObject({ code: 0, stdout: expect.stringMatching(/^a,a\r?\n1,2/u) });
    expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining('more than a query can') });
  });

  test('takes a file, and semicolons at its end', async () => {
    const path = join(home, 'query.sql');
    writeFileSync(path, '-- how many\nSELECT count(*) AS n\nFROM orders\nWHERE false;\n\n');
    const outcomes = await inTurn(
      ['query', '--lake', lake, '--format', 'csv', '--file', path],
      ['query', '--lake', lake, '--format', 'csv', 'SELECT 1 AS a;'],
    );
    expect(outcomes.map(({ stdout }) => stdout)).toEqual(['n\n0\n', 'a\n1\n']);
  });

  test('answers the statements of a pipe, up to the first mistake, which it tells by its place in the whole', async () => {
    const args = ['query', '--lake', lake, '--format', 'csv'];
    const [good, bad, json] = await Promise.all([
      sillage(args, { input: 'SELECT \'a;b\' AS "x;"; SELECT 2 AS b; -- the end;\n/* and ; */ SELECT\n3 AS c' }),
      sillage(args, { input: 'SELECT 1 AS a;\nSELECT 2 AS b; SELECT\n nope;\nSELECT 3 AS c;' }),
      sillage(['query', '--lake', lake, '--json'], { input: 'SELECT 1 AS a;\nSELECT 2 AS b;' }),
    ]);
    expect(good).toEqual({ code: 0, signal: null, stdout: 'x;\na;b\nb\n2\nc\n3\n', stderr: '' });
    expect(bad).toEqual({
      code: 2,
      signal: null,
      stdout: 'a\n1\nb\n2\n',
      stderr: "line 3:2: Column 'nope' cannot be resolved\n",
    });
    expect(json).toEqual({
      code: 2,
      signal: null,
      stdout: '',
      stderr: 'The answers of 2 statements are no one JSON document: give one statement, or take --format jsonl.\n',
    });
  });

  const endless =
    'FROM UNNEST(sequence(1, 10000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(y) CROSS JOIN ' +
    'UNNEST(sequence(1, 10000)) AS c(z) CROSS JOIN UNNEST(sequence(1, 10000)) AS d(w)';

  test('that reaches a limit of time or memory says so, and ends with code 4', async () => {
    const [time, memory] = await inTurn(
      ['query', '--lake', lake, '--timeout', '0.2', `SELECT count(*) ${endless} WHERE x + y = z - w - 1`],
      [
        'query',
        '--lake',
        lake,
        '--memory',
        '100MB',
        'SELECT array_agg(x * y) FROM UNNEST(sequence(1, 9000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 2000)) AS b(y)',
      ],
    );
    expect(time).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(
        /^The query was ended: it took longer than 0\.2 s\. Ask for less [^\n]* --timeout\.\n$/u,
      ),
    });
    expect(memory).toEqual({
      code: 4,
      stdout: '',
      stderr: expect.stringMatching(
        /^The query was ended: it needs more memory than 100 MB\. Ask for less [^\n]* --memory\.\n$/u,
      ),
    });
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('that %s ends stops in order, and ends with code %i', async (signal, code) => {
    const child = start(['query', '--lake', lake, '--format', 'jsonl', `SELECT x + y + z + w AS n ${endless}`]);
    const end = ended(child);
    child.stdout?.once('data', () => child.kill(signal));
    const { stdout, ...rest } = await end;
    expect(rest).toEqual({ code, signal: null, stderr: '' });
    expect(stdout).toMatch(/^\{"n":4\}\n/u);
    expect(existsSync(join(tmpdir(), `sillage-spill-${child.pid}`))).toBe(false);
  });

  test('whose reader has seen enough ends without a word', async () => {
    const child = start([
      'query',
      '--lake',
      lake,
      '--format',
      'csv',
      'SELECT * FROM web_events CROSS JOIN UNNEST(sequence(1, 6)) AS s(n)',
    ]);
    const end = ended(child);
    child.stdout?.once('data', () => child.stdout?.destroy());
    expect(await end).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  test('into a full device says so', () => {
    const program = join(import.meta.dirname, '../bin/sillage.mjs');
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', `${process.execPath} '${program}' query --lake '${lake}' --format csv 'SELECT 1 AS a' > /dev/full`],
      { encoding: 'utf8' },
    );
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^What was asked for cannot be written: [^\n]+\n$/u),
    });
  });

  test('cuts a script where a quote or a comment does not hide the semicolon', () => {
    const part = fc.constantFrom("'a;b'", "'it''s;'", '"c;"', '-- d;\n', '/* ; */', ' ', '\n', 'SELECT', '1', '/', '-');
    fc.assert(
      fc.property(fc.array(fc.array(part, { maxLength: 6 }), { maxLength: 5 }), (statements) => {
        const written = statements.map((parts) => parts.join(' '));
        const says = (one: string) => one.replaceAll(/-- d;\n|\/\* ; \*\//g, '').trim() !== '';
        expect(statementsOf(written.join(';')).map((one) => one.sql)).toEqual(
          written.filter(says).map((one) => one.trim()),
        );
      }),
      { verbose: true },
    );
  });
});

describe('status', () => {
  test('accounts for every raw record', async () => {
    const [json, shown] = await inTurn(['status', '--lake', lake, '--json'], ['status', '--lake', lake]);
    const { totals, slices, freshness, lake: location, last_run: last } = Status.parse(JSON.parse(json?.stdout ?? ''));
    expect(location).toBe(lake);
    expect(totals.rows_in).toBeGreaterThan(2000);
    expect(totals.rows_in).toBe(totals.rows_out + totals.rejected + totals.duplicates);
    for (const one of slices) {
      // What is made of the shop's profile alone is of no day.
      expect({ table: one.table, hasNone: one.first === null }).toEqual({
        table: one.table,
        hasNone: one.slices === 0 || isShopTable(tableNamed(loadCatalog(), one.table)),
      });
      expect(freshness[one.table]).toBe(one.last ?? undefined);
      // A model has no raw records.
      expect({ ...one }).toEqual({
        ...one,
        rows_in: one.rejected === null || one.duplicates === null ? null : one.rows_out + one.rejected + one.duplicates,
      });
    }
    expect(freshness['orders']).toBe('2025-01-05');
    expect(Date.parse(last ?? '')).toBeGreaterThanOrEqual(startedAt);
    expect(shown?.stdout).toContain(
      `${totals.rows_in.toLocaleString('en-GB')} records read, counted once for each table that reads them = `,
    );
  });

  test('counts the records of web events that are in the raw objects', async () => {
    const paths = readdirSync(join(lake, 'raw/web/events'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.gz'),
    );
    const texts = await Promise.all(
      paths.map((path) => text(createReadStream(join(lake, 'raw/web/events', path)).pipe(createGunzip()))),
    );
    const lines = texts
      .join('')
      .split('\n')
      .filter((line) => line !== '').length;
    const [status] = await statusOf(lake);
    expect(status?.slices.find(({ table }) => table === 'web_events')?.rows_in).toBe(lines);
  });
});

const Count = z.object({
  table_name: z.string(),
  reason: z.string(),
  records: z.number(),
  first_day: z.string(),
  last_day: z.string(),
  example: z.string(),
});
const One = z.strictObject({
  table_name: z.string(),
  dt: z.string(),
  reasons: z.array(z.string()),
  messages: z.array(z.string().min(20)),
  object: z.string(),
  line: z.number(),
  record: z.string().optional(),
});

/** A reason for which web events of this market are refused. */
let reason = '';
beforeAll(async () => {
  const counts = z
    .array(Count)
    .parse(JSON.parse(await done(['rejects', '--lake', lake, '--table', 'web_events', '--json'])));
  reason = counts[0]?.reason ?? '';
  expect(counts[0]?.records).toBeGreaterThan(0);
});

describe('shop', () => {
  test('shows the profile, checks and sets it, and the next run builds only what depends on it', async () => {
    const own = await copyOf('shop');
    const [shown, set, wrong, none, checkedOnly, ran, again] = await inTurn(
      ['shop', '--lake', own],
      [
        'shop',
        '--set',
        'currency=CHF',
        '--set',
        'marketing_costs=[{"name":"Tool","channel":"Email","from":"2025-01-01","amount_eur":31,"per":"month"}]',
        '--lake',
        own,
      ],
      ['shop', '--set', 'currency=euros', '--lake', own],
      ['shop', '--set', 'colour=red', '--lake', own],
      ['shop', '--set', 'name=Other', '--check', '--lake', own],
      ['run', '--json', '--lake', own],
      ['shop', '--lake', own],
    );
    expect(JSON.parse(shown?.stdout ?? '')).toMatchObject({
      name: 'Sillage Cosmetics',
      currency: 'EUR',
      domains: ['sillage-cosmetics.example'],
    });
    expect(set).toMatchObject({ code: 0, stderr: expect.stringContaining('Written to shop.json') });
    expect(wrong).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/currency: .*ISO 4217.*Nothing was written/u),
    });
    expect(none).toMatchObject({ code: 2, stderr: expect.stringMatching(/"colour=red".*currency/u) });
    expect(checkedOnly).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing was written') });
    const steps = z
      .object({
        steps: z.array(
          z.object({
            table: z.string(),
            built: z.array(z.object({ reason: z.string() }).transform((one) => one.reason)),
          }),
        ),
      })
      .parse(JSON.parse(ran?.stdout ?? '')).steps;
    const built = new Map(
      steps.filter((step) => step.built.length > 0).map(({ table, built: all }) => [table, [...new Set(all)]]),
    );
    expect(Object.fromEntries(built)).toEqual({
      product_costs: ['shop.json#currency changed'],
      products: ['shop.json#currency changed'],
      shop: ['shop.json#currency changed'],
      shop_marketing_costs: ['never built'],
    });
    expect(JSON.parse(again?.stdout ?? '')).toMatchObject({ name: 'Sillage Cosmetics', currency: 'CHF' });
    // Five of the 31 days of January.
    expect(
      await rowsOf(
        z.object({ spend: z.string() }),
        own,
        "SELECT CAST(sum(spend_eur) AS varchar) AS spend FROM marketing_costs WHERE platform = 'shop'",
      ),
    ).toEqual([{ spend: '5.000000' }]);
  });

  test('a profile that is wrong stops a run and leaves the lake as it is; without one a run says what it assumed', async () => {
    const own = await copyOf('no-shop');
    writeFileSync(join(own, 'shop.json'), '{"currency": "EUR",');
    const [refused, shown, queried] = await inTurn(
      ['run', '--lake', own],
      ['shop', '--lake', own],
      ['query', 'SELECT count(*) AS n FROM shop', '--lake', own],
    );
    for (const one of [refused, shown])
      expect(one).toMatchObject({
        code: 3,
        stdout: '',
        stderr: expect.stringMatching(/shop\.json.*it is no JSON.*docs\/shop\.md/u),
      });
    expect(queried).toMatchObject({ code: 0 });
    renameSync(join(own, 'shop.json'), join(home, 'broken.json'));
    const [assumed] = await inTurn(['run', '--lake', own]);
    expect(assumed).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/There is no shop\.json.*Europe\/Paris.*EUR 5\.50/u),
    });
  });
});

describe('rejects', () => {
  test('counts by table and reason, shows them one by one, and the records themselves only with --raw', async () => {
    const [counts, web, some, raw, byReason, none, shown] = await inTurn(
      ...[
        ['--json'],
        ['--table', 'web_events', '--json'],
        ['--limit', '2', '--json'],
        ['--limit', '500', '--raw', '--json', '--table', 'web_events'],
        ['--table', 'web_events', '--reason', reason, '--limit', '500', '--json'],
        ['--from', '2030-01-01', '--json'],
        [],
      ].map((flags) => ['rejects', '--lake', lake, ...flags]),
    );
    const all = z.array(Count).parse(JSON.parse(counts?.stdout ?? ''));
    expect(z.array(Count).parse(JSON.parse(web?.stdout ?? ''))).toEqual(
      all.filter((one) => one.table_name === 'web_events'),
    );
    expect(z.array(One).parse(JSON.parse(some?.stdout ?? ''))).toHaveLength(2);
    expect(some?.stdout).not.toContain('"record"');
    expect(JSON.parse(none?.stdout ?? '')).toEqual([]);
    const records = z.array(One).parse(JSON.parse(raw?.stdout ?? ''));
    const [status] = await statusOf(lake);
    expect(records).toHaveLength(status?.slices.find(({ table }) => table === 'web_events')?.rejected ?? -1);
    expect(z.array(One).parse(JSON.parse(byReason?.stdout ?? ''))).toHaveLength(
      all.find((one) => one.table_name === 'web_events' && one.reason === reason)?.records ?? -1,
    );
    expect(shown?.stdout).toContain(
      `\n${status?.totals.rejected} records refused; one with several reasons is counted under each.`,
    );
    // Each is where it is said to be, as it came.
    for (const { object, line, record } of records) {
      const lines = (await text(createReadStream(join(lake, object)).pipe(createGunzip()))).split('\n');
      expect(lines[line - 1]).toBe(record);
    }
  });

  test('shows no personal data without --raw', async () => {
    const outcomes = await inTurn(
      ['rejects', '--lake', lake],
      ['rejects', '--lake', lake, '--limit', '1000'],
      ['status', '--lake', lake],
      ['status', '--lake', lake, '--json'],
    );
    for (const { code, stdout } of outcomes) {
      expect(code).toBe(0);
      expect(stdout).not.toMatch(/@|Mozilla|\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b|\+33/u);
    }
  });
});

const Run = z.object({ table_name: z.string(), slice: z.string(), action: z.string(), reason: z.string() });
const lastRun = (folderOf: string) =>
  rowsOf(
    Run,
    folderOf,
    'SELECT table_name, slice, action, reason FROM pipeline_runs WHERE run_id = (SELECT max(run_id) FROM ' +
      'pipeline_runs) ORDER BY 1, 2',
  );

test('replay judges the refused records again, and only their slices', async () => {
  const mine = await copyOf('replay');
  const [nothing, replayed] = await inTurn(
    ['replay', '--lake', mine, '--from', '2030-01-01'],
    ['replay', '--lake', mine, '--table', 'web_events', '--reason', reason, '--json'],
  );
  expect(nothing).toEqual({ code: 0, stdout: '', stderr: 'No slice has such rejects: nothing to replay.\n' });
  expect(replayed?.code).toBe(0);
  expect(replayed?.stderr).toMatch(/replayed \d+ slices: (?<n>\d+) records were refused before, \k<n> are now\n$/u);
  const rejects = z
    .array(One)
    .parse(
      JSON.parse(
        await done([
          'rejects',
          '--lake',
          mine,
          '--table',
          'web_events',
          '--reason',
          reason,
          '--limit',
          '500',
          '--json',
        ]),
      ),
    );
  expect(await lastRun(mine)).toEqual(
    [...new Set(rejects.map(({ dt }) => dt))]
      .toSorted()
      .map((slice) => ({ table_name: 'web_events', slice, action: 'built', reason: 'replayed' })),
  );
  expect(contents(mine, ...derived)).toEqual(contents(lake, ...derived));
});

test('run and status say what was built and why, what was refused, and what is not read', async () => {
  const mine = join(home, 'own');
  const files = {
    'raw/reference/fx_rates/dt=2025-03-28/eurofxref.csv': 'Date, USD, \n28 March 2025, 1.0815, \nnever, 1, \n',
    'raw/web/events/dt=28-03-2025/a.jsonl': '{}\n',
    'raw/meta/insights.json': '{}',
  };
  for (const [key, body] of Object.entries(files)) {
    await mkdir(dirname(join(mine, key)), { recursive: true });
    writeFileSync(join(mine, key), body);
  }
  const unread = [
    { key: 'raw/meta/insights.json', reason: 'it stands under no feed.' },
    {
      key: 'raw/web/events/dt=28-03-2025/a.jsonl',
      reason: 'it stands in no folder of a day. Move it, as to raw/web/events/dt=2025-01-31/a.jsonl',
    },
  ];
  const [run, beyond, status] = await inTurn(
    ['run', '--lake', mine, '--json'],
    ['run', '--lake', mine, '--from', '2030-01-01'],
    ['status', '--lake', mine, '--json'],
  );
  expect(run).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(
      /\nwarning: raw\/meta\/insights\.json is not read[^]*\nwarning: raw\/web\/events\/dt=28-03-2025\/a\.jsonl is not read[^]*\n1 record refused: sillage rejects --lake \S+\n$/u,
    ),
  });
  expect(JSON.parse(run?.stdout ?? '')).toMatchObject({
    unread,
    steps: expect.arrayContaining([
      {
        step: 'transform',
        table: 'fx_rates',
        slices: 1,
        outdated: [],
        removed: [],
        built: [{ day: '2025-03-28', rowsOut: 1, rejected: 1, reason: 'never built' }],
      },
    ]),
  });
  expect(beyond?.stderr).toMatch(/^nothing to do: there is no slice from 2030-01-01 /u);
  expect(JSON.parse(status?.stdout ?? '')).toMatchObject({ unread });
});

test('what strangers wrote reaches no terminal as it is: not by values, names of columns, names of objects, rejects or mistakes', async () => {
  const mine = join(home, 'strangers');
  const hostile = '%1b%5d0%3Bowned%07%c2%9b2J%e2%80%ae%0d%0Aerror%3a%20none%00';
  const event = (n: number, over: object) =>
    JSON.stringify({
      event_id: `00000000-0000-4000-8000-00000000000${n}`,
      event_name: 'page_view',
      event_time: '2025-01-05T10:00:00.000Z',
      received_at: '2025-01-05T10:00:01.000Z',
      visitor_id: 'v',
      page: {
        url: `https://shop.example/?utm_source=${hostile}&utm_medium=email&utm_campaign=%3Dcmd%7C' /C calc'!A0`,
        title: '\u001b[31mred\u009b',
      },
      consent: { analytics: true, ads: true },
      user_agent: '\u001b[2Jagent',
      ...over,
    });
  const folderOf = join(mine, 'raw/web/events/dt=2025-01-05');
  await mkdir(folderOf, { recursive: true });
  await mkdir(join(mine, 'raw/meta'), { recursive: true });
  writeFileSync(join(folderOf, 'a.jsonl'), `${event(1, {})}\n${event(2, { event_time: '\u001b[2J\u202e' })}\n`);
  writeFileSync(join(mine, 'raw/meta/in\u001b[31msights\nerror: none.json'), '{}');
  const asked = ['query', '--lake', mine];
  const outcomes = await inTurn(
    ['run', '--lake', mine],
    ['run', '--lake', mine, '--json'],
    ['status', '--lake', mine],
    ['status', '--lake', mine, '--json'],
    ['rejects', '--lake', mine],
    ['rejects', '--lake', mine, '--raw'],
    ['rejects', '--lake', mine, '--raw', '--json'],
    ...['table', 'csv', 'json', 'jsonl'].map((format) => [...asked, '--format', format, 'SELECT * FROM web_events']),
    [...asked, 'SELECT 1 AS "\u001b[31mred"'],
    [...asked, 'SELECT "\u001b[31mred" FROM orders'],
    [...asked, "SELECT '\u001b[31mred' + 1"],
    [...asked, '--format', '\u001b[31mred', 'SELECT 1'],
    ['\u001b[31mred'],
    ['run', '--lake', `${mine}/\u001b[31mnone`],
  );
  for (const { stdout, stderr } of outcomes) {
    expect(isSeen(stdout.replaceAll('\n', ''))).toBe(true);
    expect(isSeen(stderr.replaceAll('\n', ''))).toBe(true);
    expect(`${stdout}${stderr}`).not.toMatch(/^error: none/mu);
  }
  // And it is there, to be seen.
  const [, , , , , , , table, csv] = outcomes;
  for (const shown of [table, csv])
    expect(shown?.stdout).toMatch(/\\x1b\]0;owned\\x07\\x9b2J\\u\{202e\}\\x0d\\nerror: none/iu);
  expect(csv?.stdout).toMatch(/,"?'=cmd\|/u);
});

test('clean takes away what was derived, which the next run makes again to the byte; or everything', async () => {
  const mine = await copyOf('clean');
  const before = contents(mine, ...derived);
  const raw = contents(mine, 'raw', 'truth');
  const [cleaned] = await inTurn(['clean', '--lake', mine, '--confirm', 'lake']);
  expect(cleaned).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^removed \d+ objects of \S+\n$/u),
  });
  expect(contents(mine, 'curated', 'marts', 'ops')).toEqual({});
  expect(contents(mine, 'raw', 'truth')).toEqual(raw);
  await inTurn(['run', '--lake', mine]);
  expect(contents(mine, ...derived)).toEqual(before);
  await inTurn(['clean', '--what', 'all', '--lake', mine, '--confirm', 'lake']);
  expect(contents(mine, 'raw', 'truth', 'curated', 'marts', 'ops')).toEqual({});
});

test('checks that do not hold are told again by a run that finds nothing new', async () => {
  const mine = await copyOf('checks');
  // Two web events with one id, on two days: no slice alone can see it.
  const event = {
    event_name: 'page_view',
    received_at: '2025-01-05T10:00:00.000Z',
    page: { url: 'https://www.sillage-cosmetics.example/' },
    consent: { analytics: false, ads: false },
    user_agent: 'x',
  };
  for (const day of ['2025-01-02', '2025-01-04']) {
    writeFileSync(
      join(mine, `raw/web/events/dt=${day}/twin.jsonl`),
      `${JSON.stringify({ ...event, event_id: '00000000-0000-4000-8000-000000000001', event_time: `${day}T10:00:00.000Z` })}\n`,
    );
  }
  const [first, second] = await inTurn(['run', '--lake', mine], ['run', '--lake', mine]);
  expect([first?.code, second?.code]).toEqual([1, 1]);
  for (const said of [first?.stderr, second?.stderr])
    expect(said).toMatch(
      /\nerror: web_events\.event_id:unique fails for 1 of \d+: rows beyond the first of one key\n/u,
    );
  expect(second?.stderr).toMatch(/^nothing new/u);
});

describe('generate', () => {
  test('gives the same bytes source by source as at once, and another seed gives others', async () => {
    const same = join(home, 'same');
    const other = join(home, 'other');
    const [summary] = await inTurn(
      [
        'generate',
        'all',
        ...days,
        '--events-per-day',
        '500',
        '--seed',
        '7',
        '--initial-customers',
        '80',
        '--dirt',
        '1',
        '--lake',
        same,
        '--json',
      ],
      [
        'generate',
        'all',
        '--start-date',
        '2025-01-01',
        '--end-date',
        '2025-01-02',
        '--events-per-day',
        '500',
        '--seed',
        '8',
        '--initial-customers',
        '80',
        '--dirt',
        '0',
        '--lake',
        other,
      ],
    );
    expect(contents(same, 'raw')).toEqual(contents(lake, 'raw'));
    const { feeds } = z
      .object({ feeds: z.record(z.string(), z.object({ records: z.number() })) })
      .parse(JSON.parse(summary?.stdout ?? ''));
    expect(feeds['web/events']?.records).toBeGreaterThan(1000);
    const web = contents(lake, 'raw/web');
    for (const [key, hash] of Object.entries(contents(other, 'raw/web'))) expect(web[key]).not.toBe(hash);
  });
});

describe('up', () => {
  test('--no-serve brings a lake up to date and prints what each euro brought back; a second time it says that nothing is new', async () => {
    const mine = await copyOf('up');
    const [again, run, elsewhere] = await inTurn(
      ['up', '--no-serve', '--lake', mine],
      ['run', '--lake', mine],
      ['run', '--lake', mine, '--json'],
    );
    expect(again?.code).toBe(0);
    expect(again?.stderr).toMatch(/^nothing new: \d+ slices stand \([\d.]+ s\)\n$/u);
    expect(run?.stderr).toMatch(/^nothing new: \d+ slices stand/u);
    // The checks of the last run that built anything still stand, and are told again.
    const checks = await rowsOf(
      z.object({ check_name: z.string(), failures: z.number(), checked: z.number(), severity: z.string() }),
      mine,
      'SELECT check_name, failures, checked, severity FROM check_results ORDER BY check_name',
    );
    expect(JSON.parse(elsewhere?.stdout ?? '')).toMatchObject({ checks });
    expect(checks.length).toBeGreaterThan(100);
    const report = again?.stdout ?? '';
    expect(report).toContain('What each euro brought back, 2025-01-01 to 2025-01-05');
    // The table's total is what the tables say.
    const [sums] = await rowsOf(
      z.object({ spend: z.string() }),
      mine,
      "SELECT sum(spend_eur) AS spend FROM roi_by_channel_daily WHERE attribution_model = 'last_non_direct'",
    );
    const spend = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 }).format(Number(sums?.spend));
    expect(report).toMatch(new RegExp(`^ all with spend +${spend} `, 'mu'));
  });

  test('one late event rebuilds its own slice and those whose window covers it, and the ledger says why', async () => {
    const mine = await copyOf('late');
    const late = 'raw/web/events/dt=2025-01-04/late.jsonl.gz';
    const base =
      (
        await text(
          createReadStream(
            join(
              mine,
              'raw/web/events/dt=2025-01-03',
              readdirSync(join(mine, 'raw/web/events/dt=2025-01-03')).find((name) => name.endsWith('.gz')) ?? '',
            ),
          ).pipe(createGunzip()),
        )
      ).split('\n')[0] ?? '';
    const event = z.looseObject({}).parse(JSON.parse(base));
    writeFileSync(
      join(mine, late),
      gzipSync(
        `${JSON.stringify({ ...event, event_id: '00000000-0000-4000-8000-000000000001', event_time: '2025-01-04T10:00:00.000Z', received_at: '2025-01-04T10:00:01.000Z' })}\n`,
      ),
    );
    const before = contents(mine, 'curated', 'marts');
    await done(['up', '--no-serve', '--lake', mine]);
    const runs = await lastRun(mine);
    const of = (table: string) => runs.filter((run) => run.table_name === table).map(({ slice }) => slice);
    expect(runs.find(({ table_name: table }) => table === 'web_events')).toEqual({
      table_name: 'web_events',
      slice: '2025-01-04',
      action: 'built',
      reason: `${late} added`,
    });
    // What a slice may see is declared in the schema documents: a day before, a day after, or what comes later.
    const windows = (table: string) =>
      readFileSync(join(import.meta.dirname, `../glue-schemas/marts/${table}.json`), 'utf8');
    const window = (table: string, input: string) =>
      new RegExp(`"sillage\\.reads": "[^"]*\\b${input}(?:\\[(?<from>-?\\d+)\\.\\.(?<to>-?\\d+)\\])?`, 'u').exec(
        windows(table),
      )?.groups;
    const everyDay = ['2025-01-01', '2025-01-02', '2025-01-03', '2025-01-04', '2025-01-05'];
    const distance = (day: string) => (Date.parse('2025-01-04') - Date.parse(day)) / 86_400_000;
    const covering = everyDay.filter((day) => {
      const { from = '0', to = '0' } = window('sessions', 'web_events') ?? {};
      return distance(day) >= Number(from) && distance(day) <= Number(to);
    });
    expect(of('sessions')).toEqual(covering);
    expect(covering.length).toBeLessThan(everyDay.length);
    for (const run of runs)
      expect(`${run.table_name}: ${run.reason}`).toMatch(
        /^(?:web_events|purchases|deal_landings|sessions|path_types|attribution_weights|touchpoints|attribution): .*(?:added|changed|removed)/u,
      );
    const after = contents(mine, 'curated', 'marts');
    const changed = Object.keys(after).filter((key) => after[key] !== before[key]);
    expect(changed).toContain(
      'curated/web_events/dt=2025-01-04/' + readdirSync(join(mine, 'curated/web_events/dt=2025-01-04'))[0],
    );
    expect(
      changed.every((key) => runs.some(({ table_name: table, slice }) => key.includes(`/${table}/dt=${slice}/`))),
    ).toBe(true);
    // And without it everything is as it was.
    renameSync(join(mine, late), join(home, 'taken-back'));
    await done(['run', '--lake', mine]);
    expect(contents(mine, 'curated', 'marts')).toEqual(before);
  });
});
