import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { forgetListings } from '../lake/listed.ts';
import type { RunSummary } from './run-summary.ts';
import { run } from './runner.ts';
import { keepSettled, settledAt, stateOf, type Settled } from './settled.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const roster = (...handles: string[]) =>
  [
    'pseudo;nom;plateforme;palier;abonnes;inscrit_le',
    ...handles.map((handle) => `@${handle};Ana;TikTok;nano;1200;01/01/2025`),
  ].join('\r\n');

const day = 'raw/influencers/roster/dt=2025-01-01';

/** A lake of a few files, none of them a real one: all that counts here is what the file system says of them. */
function someLake(): string {
  const root = mkdtempSync(join(tmpdir(), 'sillage-settled-'));
  folders.push(root);
  for (const key of [
    `${day}/roster.csv`,
    'raw/web/events/dt=2025-01-01/a.jsonl.gz',
    'curated/influencers/dt=2025-01-01/data.parquet',
    'marts/sessions/dt=2025-01-01/data.parquet',
    'ops/pipeline_runs/dt=2025-01-01/run.parquet',
    '.sillage/pseudonym.key',
    'shop.json',
  ]) {
    mkdirSync(dirname(join(root, key)), { recursive: true });
    writeFileSync(join(root, key), `bytes of ${key}`);
  }
  return root;
}

const told: Settled = {
  steps: [{ step: 'transform', table: 'influencers', slices: 1, built: [], removed: [] }],
  checks: [
    {
      run_id: 'r1',
      check_name: 'influencers.handle:unique',
      table_name: 'influencers',
      severity: 'error',
      failures: 0,
      checked: 1,
      checked_at: new Date('2025-01-02T03:04:05.678Z'),
    },
  ],
  unread: [{ key: 'raw/x', reason: 'it stands under no feed.' }],
  refusedFiles: [{ key: 'raw/y', message: 'It is a PDF file.', isImport: false }],
  strangers: ['curated/conflicted copy'],
  warnings: ['There is no shop.json.'],
};
const summary = { ...told, runId: 'r2', damaged: [] };
/** As if the lake had been left alone for a while. */
const later = () => new Date(Date.now() + 3_000);

let root: string;
beforeEach(async () => {
  root = someLake();
  await keepSettled(root, stateOf(root, {}, later()), summary);
});

test('a lake in which nothing has changed is told of as before', () => {
  expect(settledAt(root, stateOf(root))).toEqual(told);
});

test.each<[string, (lake: string) => void]>([
  ['a raw object came', (lake) => writeFileSync(join(lake, day, 'more.csv'), '')],
  ['a raw object came for a feed of its own', (lake) => mkdirSync(join(lake, 'raw/crm/orders'), { recursive: true })],
  ['a raw object went', (lake) => rmSync(join(lake, day, 'roster.csv'))],
  ['a raw object has another name', (lake) => renameSync(join(lake, day, 'roster.csv'), join(lake, day, 'r.csv'))],
  [
    'other bytes have the size and the time of those before',
    (lake) => {
      const path = join(lake, day, 'roster.csv');
      const { atime, mtime, size } = statSync(path);
      writeFileSync(path, 'x'.repeat(size));
      utimesSync(path, atime, mtime);
    },
  ],
  ['a slice is longer', (lake) => appendFileSync(join(lake, 'curated/influencers/dt=2025-01-01/data.parquet'), 'x')],
  ['a mart is gone', (lake) => rmSync(join(lake, 'marts'), { recursive: true })],
  [
    'a copy of a slice came',
    (lake) => cpSync(join(lake, 'marts/sessions'), join(lake, 'marts/copy'), { recursive: true }),
  ],
  ['the ledger has lost a row', (lake) => rmSync(join(lake, 'ops/pipeline_runs/dt=2025-01-01/run.parquet'))],
  ['a link came', (lake) => symlinkSync('/etc/hosts', join(lake, 'raw/link'))],
  ['a folder was closed', (lake) => chmodSync(join(lake, 'raw/web'), 0o700)],
  ['the key is another', (lake) => writeFileSync(join(lake, '.sillage/pseudonym.key'), 'another')],
  ['the profile is another', (lake) => writeFileSync(join(lake, 'shop.json'), '{}')],
  ['a note of an object was found wrong', forgetListings],
  ['what was kept is cut off', (lake) => writeFileSync(join(lake, '.sillage/listed/settled.json'), '{"digest":"')],
])('all is planned again where %s', (_, change) => {
  change(root);
  expect(settledAt(root, stateOf(root))).toBeUndefined();
});

test('a run that publishes looks at all again, even where one that did not found nothing new', () => {
  expect(settledAt(root, stateOf(root, { publishes: true }))).toBeUndefined();
});

test('all is planned again on the next day, and with another key in the environment', () => {
  expect(settledAt(root, stateOf(root, {}, new Date(Date.now() + 86_400_000)))).toBeUndefined();
  const before = process.env['SILLAGE_PSEUDONYM_KEY'];
  try {
    process.env['SILLAGE_PSEUDONYM_KEY'] = 'a key of the environment, long enough';
    expect(settledAt(root, stateOf(root))).toBeUndefined();
  } finally {
    if (before === undefined) delete process.env['SILLAGE_PSEUDONYM_KEY'];
    else process.env['SILLAGE_PSEUDONYM_KEY'] = before;
  }
});

const built = { day: '2025-01-01', rowsOut: 1, rejected: 0, reason: 'never built' };

test.each<[string, Partial<Omit<RunSummary, 'seconds'>>]>([
  ['built a slice', { steps: [{ step: 'transform', table: 't', slices: 1, built: [built], removed: [] }] }],
  ['removed a slice', { steps: [{ step: 'model', table: 't', slices: 1, built: [], removed: ['2025-01-01'] }] }],
  ['found damage', { damaged: [{ key: 'ops/x', problem: 'it cannot be read' }] }],
])('nothing is kept of a run that %s', async (_, part) => {
  const fresh = someLake();
  await keepSettled(fresh, stateOf(fresh, {}, later()), { ...summary, ...part });
  expect(settledAt(fresh, stateOf(fresh))).toBeUndefined();
});

test('nothing is kept of a lake that changed a moment ago, nor of what changed while a run worked', async () => {
  const fresh = someLake();
  await keepSettled(fresh, stateOf(fresh), summary);
  expect(settledAt(fresh, stateOf(fresh))).toBeUndefined();
  const begun = stateOf(fresh, {}, later());
  writeFileSync(join(fresh, day, 'during-the-run.csv'), '');
  await keepSettled(fresh, begun, summary);
  expect(settledAt(fresh, stateOf(fresh))).toBeUndefined();
});

test('a run that has nothing new to plan tells what one that plans all tells, and sees what comes', async () => {
  const lake = mkdtempSync(join(tmpdir(), 'sillage-settled-'));
  folders.push(lake);
  mkdirSync(join(lake, day), { recursive: true });
  writeFileSync(join(lake, day, 'roster.csv'), roster('ana', 'bo'));
  writeFileSync(join(lake, 'raw/lost.csv'), '');
  const first = await run(lake);
  expect(first.steps.find(({ table }) => table === 'influencers')?.built).toMatchObject([{ rowsOut: 2 }]);
  const planned = await run(lake);
  // What a run keeps is kept for a lake at rest: it is made so here by the clock of the test.
  await keepSettled(lake, stateOf(lake, {}, later()), planned);
  expect(settledAt(lake, stateOf(lake))).toBeDefined();
  const settled = await run(lake);
  expect({ ...settled, runId: '', seconds: 0 }).toEqual({ ...planned, runId: '', seconds: 0 });
  expect(settled.unread).toHaveLength(1);
  writeFileSync(join(lake, day, 'roster.csv'), roster('ana', 'bo', 'cy'));
  const next = await run(lake);
  expect(next.steps.find(({ table }) => table === 'influencers')?.built).toMatchObject([{ rowsOut: 3 }]);
});

test('a run that another follows at once leaves the checks to that one, and nothing else', async () => {
  const lake = mkdtempSync(join(tmpdir(), 'sillage-settled-'));
  folders.push(lake);
  mkdirSync(join(lake, day), { recursive: true });
  writeFileSync(join(lake, day, 'roster.csv'), roster('ana', 'bo'));
  const first = await run(lake, { isFollowed: true });
  expect(first.checks).toEqual([]);
  await keepSettled(lake, stateOf(lake, {}, later()), first);
  const next = await run(lake);
  // What the first had built is in the ledger, so it is not built again.
  expect(next.steps.flatMap((step) => step.built)).toEqual([]);
  const alone = mkdtempSync(join(tmpdir(), 'sillage-settled-'));
  folders.push(alone);
  cpSync(join(lake, 'raw'), join(alone, 'raw'), { recursive: true });
  const names = ({ checks }: RunSummary) => checks.map(({ check_name: name }) => name);
  expect(names(next)).toEqual(names(await run(alone)));
});
