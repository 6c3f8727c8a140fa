import { beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { visible } from '../lambdas/shared/visible.ts';
import { contents, copyLake, done, filesUnder, folder, leftovers, sillage, statusOf } from './support-sillage.ts';

const home = folder('odd-folders');
const printable = Array.from({ length: 95 }, (_, i) => String.fromCodePoint(32 + i))
  .filter((character) => character !== '/')
  .join('');

/**
 * Lakes in folders whose names mean something to an engine, a shell or a terminal, each beside what a pattern would
 * take it for: any of its patterns alone, or all of them.
 */
const cases: readonly { readonly name: string; readonly decoys: readonly string[] }[] = [
  { name: 'l[1]/m*/n?', decoys: ['l1/m*/n?', 'l[1]/mx/n?', 'l[1]/m*/ny', 'l1/mx/ny'] },
  {
    name: `${printable.replace('\\', '')}/table_name=orders/slice=2020-01-01/dt=2020-01-02/_record=x/customer_id=7`,
    decoys: [],
  },
  // A backslash and a pattern together cannot be told to the engine.
  { name: `a\\b\n\r\t\u001B[31m\u0007\u007F é 日本 😀 \u202E`.replace('[', ''), decoys: [] },
];

const market = [
  '--start-date',
  '2025-01-01',
  '--end-date',
  '2025-01-03',
  '--events-per-day',
  '120',
  '--initial-customers',
  '40',
];
const query = 'SELECT * FROM roi_by_channel_daily ORDER BY 1, channel, attribution_model';
const plain = join(home, 'plain');

const Unread = z.object({ unread: z.array(z.object({ key: z.string(), reason: z.string() })) });

beforeAll(async () => {
  const [raw, other] = [join(home, 'raw'), join(home, 'other')];
  await done(['generate', 'all', ...market, '--lake', raw]);
  await done(['generate', 'all', ...market, '--seed', '7', '--lake', other]);
  await done(['run', '--lake', other]);
  const copies = [
    ['plain', raw] as const,
    ...cases.flatMap(({ name, decoys }) => [[name, raw] as const, ...decoys.map((decoy) => [decoy, other] as const)]),
  ];
  for (const [name, from] of copies) {
    mkdirSync(join(home, name), { recursive: true });
    copyLake(from, join(home, name));
  }
  await done(['run', '--lake', plain]);
});

test.each(cases.map((one) => ({ ...one, shown: visible(one.name) })))(
  'a lake in $shown has the figures of one in a plain folder',
  async ({ name, decoys }) => {
    const lake = join(home, name);
    const env = { TMPDIR: join(home, 'tmp', name) };
    mkdirSync(env.TMPDIR, { recursive: true });
    await done(['run', '--lake', lake], { env });
    const made = contents(lake, 'curated', 'marts', 'ops/rejects');
    expect(Object.keys(made).length).toBeGreaterThan(15);
    expect(made).toEqual(contents(plain, 'curated', 'marts', 'ops/rejects'));
    const [mine, theirs] = [
      await done(['query', '--lake', lake, '--json', query], { env }),
      await done(['query', '--lake', plain, '--json', query]),
    ];
    expect(mine).toBe(theirs);
    expect(leftovers(lake)).toEqual([]);
    expect(await sillage(['run', '--lake', lake], { env })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('nothing new'),
    });
    for (const decoy of decoys)
      expect(contents(join(home, decoy), 'curated', 'marts')).toEqual(
        contents(join(home, 'other'), 'curated', 'marts'),
      );
  },
);

test.each(['generate', 'run', 'status', 'up'])(
  '%s refuses a folder that the engine cannot be told, and writes nothing',
  async (command) => {
    const lake = join(home, 'a\\b*');
    mkdirSync(join(lake, '.sillage/meta'), { recursive: true });
    const args =
      command === 'generate' ? ['generate', 'all', ...market] : command === 'up' ? ['up', '--no-serve'] : [command];
    expect(await sillage([...args, '--lake', lake])).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(/^The query engine cannot be told \S+a\\b\*: a backslash together with [^\n]+\n$/u),
    });
    expect(contents(lake, '.')).toEqual({});
  },
);

test('what stands in raw is read, rejected or named, whatever it is called, and nothing hangs', async () => {
  const lake = join(home, 'strange');
  mkdirSync(lake);
  copyLake(join(home, 'raw'), lake);
  const day = join(lake, 'raw/crm/orders/dt=2025-01-02');
  const [order = ''] = filesUnder(day);
  const orders = gunzipSync(readFileSync(order));
  // Read: none of these has more than an order that is known already.
  const read = [
    'é'.repeat(120),
    '"'.repeat(200),
    "it's [a] *?{b} %2F",
    `${'n'.repeat(240)}/${'m'.repeat(240)}/${'k'.repeat(240)}`,
    '\u202Egpj',
    'dt=2025-01-02/a=b',
  ];
  for (const name of read) {
    mkdirSync(dirname(join(day, name)), { recursive: true });
    writeFileSync(join(day, name), orders);
  }
  const named = ['a\nb', 'a\u001B[2Jb', 'a\\b', '.orders.jsonl', 'x'.repeat(250)];
  for (const name of named) writeFileSync(join(day, name), orders);
  const links = {
    out: '/etc/passwd',
    loop: 'loop',
    broken: 'nowhere',
    up: '../..',
    key: '../../../../.sillage/pseudonym.key',
  };
  for (const [name, target] of Object.entries(links)) symlinkSync(target, join(day, name));
  execFileSync('mkfifo', [join(day, 'pipe')]);
  writeFileSync(Buffer.concat([Buffer.from(`${day}/`), Buffer.from([0xe9])]), orders);

  const run = await sillage(['run', '--lake', lake, '--json']);
  expect(run).toMatchObject({
    code: 0,
    stderr: expect.stringContaining(
      'warning: raw/crm/orders/dt=2025-01-02/.orders.jsonl is not read: one of its names begins with a dot. ' +
        'Rename it.\n',
    ),
  });
  expect(run.stderr).not.toMatch(/[^\n -~é]/u);
  const unread = Unread.parse(JSON.parse(run.stdout)).unread.map(({ key }) => key);
  expect(unread.toSorted()).toEqual(
    [...named, ...Object.keys(links), 'pipe', '\uFFFD']
      .map((name) => `raw/crm/orders/dt=2025-01-02/${name}`)
      .toSorted(),
  );
  expect(
    Unread.parse(JSON.parse(await done(['status', '--lake', lake, '--json']))).unread.map(({ key }) => key),
  ).toEqual(unread);

  const [{ slices } = { slices: [] }, { slices: before } = { slices: [] }] = await statusOf(lake, plain);
  const of = (all: typeof slices) => all.find(({ table }) => table === 'orders');
  const more = read.length * orders.toString().trim().split('\n').length;
  expect(of(slices)).toMatchObject({
    rows_in: Number(of(before)?.rows_in) + more,
    rows_out: of(before)?.rows_out,
    duplicates: Number(of(before)?.duplicates) + more,
    rejected: of(before)?.rejected,
  });
});
