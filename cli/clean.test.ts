import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { openLogStream } from '../localstack/embedded/stream/log-stream.ts';
import { cleanCommand } from './clean.ts';

const home = mkdtempSync(join(tmpdir(), 'sillage-clean-'));
afterAll(() => rmSync(home, { recursive: true }));
let said: ReturnType<typeof jest.spyOn>;
beforeEach(() => {
  said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const strangers = [
  'raw/photos/a.txt',
  'ops/runbook.md',
  'ops/routes.md',
  'curated/notes.txt',
  'marts/q.sql',
  'truth/diary.txt',
  'raw/web/readme.md',
  'notes.txt',
];
const derived = [
  'curated/orders/dt=2025-01-01/orders.parquet',
  'marts/sessions/dt=2025-01-01/sessions.parquet',
  'ops/rejects/dt=2025-01-01/orders.parquet',
  'ops/routes/orders.json',
  'ops/pipeline_runs/dt=2025-01-01/a.parquet',
  'ops/check_results/dt=2025-01-01/a.parquet',
];
const raw = [
  'raw/web/events/dt=2025-01-01/a.jsonl',
  'raw/reference/fx_rates/b.csv',
  'truth/world.json',
  'truth/lifts.json',
  'truth/curves.json',
  'truth/incremental/dt=2025-01-01/truth.json',
  'truth/dirt/dt=2025-01-01.json',
  'raw/failed/land/shardId-000000000000/2025/01/01/1.json',
  'ops/rejects/dt=2025-01-01/land-shardId-000000000000-1.parquet',
];

function folderWith(name: string, files: readonly string[]): string {
  const root = join(home, name);
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), 'x');
  }
  return root;
}

const clean = (root: string, what: string) =>
  cleanCommand()
    .exitOverride()
    .parseAsync(['--what', what, '--confirm', basename(root), '--lake', root], { from: 'user' });

test.each([
  ['derived', derived, [...strangers, ...raw]],
  ['all', [...derived, ...raw], strangers],
] as const)("%s takes what the lake's writers made, and no file of a stranger", async (what, taken, left) => {
  const root = folderWith(what, [...strangers, ...derived, ...raw]);
  await clean(root, what);
  expect(taken.filter((file) => existsSync(join(root, file)))).toEqual([]);
  expect(left.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(said).toHaveBeenCalledWith(`removed ${taken.length} objects of ${root}\n`);
});

test('links are not followed: neither what they lead to is taken, nor they', async () => {
  const outside = folderWith('outside', ['a.parquet', 'raw/crm/orders/dt=2025-01-01/a.jsonl']);
  const root = folderWith('linked', raw);
  const links = [
    'curated/orders/dt=2025-01-01/orders.parquet',
    'raw/crm/orders/dt=2025-01-01',
    'raw/web/events/dt=2025-01-01/loop',
  ];
  for (const [i, target] of [
    join(outside, 'a.parquet'),
    join(outside, 'raw/crm/orders/dt=2025-01-01'),
    '..',
  ].entries()) {
    mkdirSync(dirname(join(root, links[i] ?? '')), { recursive: true });
    symlinkSync(target, join(root, links[i] ?? ''));
  }
  await clean(root, 'all');
  expect(
    ['a.parquet', 'raw/crm/orders/dt=2025-01-01/a.jsonl'].filter((file) => !existsSync(join(outside, file))),
  ).toEqual([]);
  expect(links.filter((link) => !lstatSync(join(root, link)).isSymbolicLink())).toEqual([]);
  expect(raw.filter((file) => existsSync(join(root, file)))).toEqual([]);
});

test('streams that are a link are not taken, and nothing else is', async () => {
  const outside = folderWith('streams', ['web-events/shards.json']);
  const root = folderWith('elsewhere', [...raw, '.sillage/meta/a']);
  symlinkSync(outside, join(root, '.sillage/streams'));
  await expect(clean(root, 'all')).rejects.toThrow(/streams is a link/u);
  expect(
    [...raw.map((file) => join(root, file)), join(outside, 'web-events/shards.json')].filter(
      (file) => !existsSync(file),
    ),
  ).toEqual([]);
});

test('nothing is taken from a folder that is no lake, nor from one without a name', async () => {
  const root = folderWith('foreign', strangers);
  await expect(clean(root, 'all')).rejects.toThrow(/is not a lake/u);
  expect(strangers.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(existsSync(join(root, '.sillage'))).toBe(false);
  await expect(clean('/', 'all')).rejects.toThrow(/has no name to confirm with/u);
});

test('all takes what the stream still holds, but not from under a collector', async () => {
  const root = folderWith('streaming', raw);
  const log = await openLogStream(root, { name: 'web-events', shards: 1 });
  await log.put([{ data: Buffer.from('an address'), partitionKey: 'v' }]);
  await expect(clean(root, 'all')).rejects.toThrow(/is in use/u);
  await log.close();
  await clean(root, 'all');
  expect(existsSync(join(root, '.sillage/streams/web-events'))).toBe(false);
});
