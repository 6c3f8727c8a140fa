/**
 * A lake of which a part has gone, raw objects or the key of its pseudonyms: a run refuses, and nothing is removed or
 * mixed.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../localstack/embedded/run/runner.ts';
import { house, type Workspace } from './house.ts';
import { contents, copyLake, filesUnder, inTurn } from './support-sillage.ts';

const variable = 'SILLAGE_PSEUDONYM_KEY';
const home = mkdtempSync(join(tmpdir(), 'sillage-vanished-'));

let made: Workspace;
let n = 0;
beforeAll(async () => {
  // The lake has a key of its own.
  process.env[variable] = '';
  made = await house({ from: '2025-01-01', to: '2025-01-06', eventsPerDay: 100, initialCustomers: 60 });
});
afterAll(async () => {
  process.env[variable] = '';
  await made.remove();
  rmSync(home, { recursive: true, force: true });
});

function copied(): string {
  const root = join(home, `lake-${n++}`);
  mkdirSync(root);
  return copyLake(made.root, root);
}

const derived = ['curated', 'marts', 'ops'];
/** All but what is remembered of raw objects, which may be forgotten at any time. */
const all = [
  'raw',
  'curated',
  'marts',
  'ops/pipeline_runs',
  'ops/check_results',
  'ops/rejects',
  'ops/pseudonym_key.json',
];

/** A run that refuses: its words, and nothing changed. */
async function refused(root: string, words: RegExp, options: Parameters<typeof run>[1] = {}): Promise<void> {
  const before = contents(root, ...all);
  await expect(run(root, options)).rejects.toThrow(words);
  expect(contents(root, ...all)).toEqual(before);
}

const days = (root: string, feed: string) => readdirSync(join(root, 'raw', feed)).toSorted();
const removedBy = ({ steps }: Awaited<ReturnType<typeof run>>) => steps.flatMap(({ removed }) => removed).length;

describe('raw', () => {
  test.each([
    ['is not mounted', (root: string) => renameSync(join(root, 'raw'), join(root, 'elsewhere'))],
    [
      'is empty',
      (root: string) => {
        rmSync(join(root, 'raw'), { recursive: true });
        mkdirSync(join(root, 'raw'));
      },
    ],
    [
      'has only what is of no feed',
      (root: string) => {
        rmSync(join(root, 'raw'), { recursive: true });
        mkdirSync(join(root, 'raw/lost+found'), { recursive: true });
        writeFileSync(join(root, 'raw/lost+found/x'), 'x');
      },
    ],
  ])(
    '%s: nothing is removed, even where removal is allowed, and no market is made up in its place',
    async (_, harm) => {
      const root = copied();
      harm(root);
      await refused(
        root,
        /^Nothing was done: raw\/ holds no object of any feed, but the ledger has \d+ slices.*sillage clean --what derived/u,
      );
      await refused(root, /raw\/ holds no object/u, { mayRemove: true });
      const before = contents(root, 'raw', ...derived);
      const [up, ran, query] = await inTurn(
        ['up', '--no-serve', '--lake', root],
        ['run', '--json', '--lake', root],
        ['query', '--lake', root, '--format', 'csv', 'SELECT count(*) > 0 AS yes FROM orders'],
      );
      for (const one of [up, ran])
        expect(one).toMatchObject({ code: 3, stdout: '', stderr: expect.stringMatching(/^Nothing was done: raw\//u) });
      expect(query).toEqual({ code: 0, stdout: 'yes\ntrue\n', stderr: '' });
      expect(contents(root, 'raw', ...derived)).toEqual(before);
    },
  );

  test.each(['web', 'crm/orders', 'advertising/meta_ads', 'crm'])(
    'lacks the folder %s: nothing is built without it, unless that is allowed',
    async (feed) => {
      const root = copied();
      rmSync(join(root, 'raw', feed), { recursive: true });
      await refused(
        root,
        new RegExp(
          `^Nothing was done: \\d+ of the \\d+ objects of raw/${feed}[^ ]* that slices were made from are ` +
            `gone.*sillage run --allow-removal\\.$`,
          'u',
        ),
      );
      const summary = await run(root, { mayRemove: true });
      expect(removedBy(summary) + summary.steps.flatMap(({ built }) => built).length).toBeGreaterThan(3);
      expect((await run(root)).steps.flatMap(({ built, removed }) => [...built, ...removed])).toEqual([]);
    },
  );

  test('lacks a tenth of a feed or less, or one or two objects: they were taken back, and their slices go', async () => {
    const root = copied();
    const [first = '', second = '', ...others] = days(root, 'web/events');
    for (const day of [first, second]) rmSync(join(root, 'raw/web/events', day), { recursive: true });
    expect(removedBy(await run(root))).toBeGreaterThan(0);
    for (const day of others.slice(0, 3)) rmSync(join(root, 'raw/web/events', day), { recursive: true });
    await refused(root, /3 of the \d+ objects of raw\/web\/events\//u);
  });

  test('objects that others stand beside in their place are not missed', async () => {
    const root = copied();
    for (const path of filesUnder(join(root, 'raw/web/events')))
      renameSync(path, path.replace(/[^/]+(\.jsonl\.gz)$/u, 'joined$1'));
    expect(removedBy(await run(root))).toBe(0);
  });

  test('a feed of one or two exports that has become empty is missed: they may be all the products', async () => {
    const root = copied();
    expect(filesUnder(join(root, 'raw/crm/products')).length).toBeLessThan(3);
    rmSync(join(root, 'raw/crm/products'), { recursive: true });
    await refused(root, /objects of raw\/crm\/products\/ that slices were made from are gone/u);
  });

  test('one export of many days that is taken back is asked for, since it takes a table with it', async () => {
    const root = join(home, `lake-${n++}`);
    mkdirSync(join(root, 'raw/reference/fx_rates/dt=2025-01-05'), { recursive: true });
    const path = join(root, 'raw/reference/fx_rates/dt=2025-01-05/eurofxref-hist.csv');
    writeFileSync(path, `Date,USD,\n${Array.from({ length: 5 }, (_, i) => `2025-01-0${i + 1},1.08,\n`).join('')}`);
    const other = 'raw/reference/fx_rates/dt=2025-02-05';
    mkdirSync(join(root, other));
    writeFileSync(join(root, other, 'eurofxref.csv'), 'Date,USD,\n2025-02-05,1.08,\n');
    await run(root);
    rmSync(path);
    await refused(
      root,
      /^Nothing of fx_rates was removed: no raw object is left for 5 of its 6 slices, 2025-01-01 to 2025-01-05\./u,
    );
    expect(removedBy(await run(root, { mayRemove: true }))).toBe(5);
  });
});

describe('what was made', () => {
  test('is gone, as where curated/ is not mounted: a query says so, and a run builds it again', async () => {
    const root = copied();
    const before = contents(root, 'curated', 'marts');
    rmSync(join(root, 'curated'), { recursive: true });
    const [query, status] = await inTurn(
      ['query', '--lake', root, 'SELECT count(*) FROM orders'],
      ['status', '--lake', root],
    );
    expect(query).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(
        /^curated\/orders\/\S+ of the lake in \S+ is missing, though the ledger names it\. .*"sillage run/u,
      ),
    });
    expect(status).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(
        ` is missing, though the ledger names it. "sillage run --lake ${root}" builds it again.`,
      ),
    });
    expect((await run(root)).warnings).toEqual([expect.stringContaining('curated/ was not there')]);
    expect(contents(root, 'curated', 'marts')).toEqual(before);
  });

  test('and what it was made from, and the ledger: what is left is not removed', async () => {
    const root = copied();
    rmSync(join(root, 'raw'), { recursive: true });
    rmSync(join(root, 'ops'), { recursive: true });
    const before = contents(root, 'curated', 'marts');
    await expect(run(root)).rejects.toThrow(/^Nothing of \w+ was removed/u);
    expect(contents(root, 'curated', 'marts')).toEqual(before);
  });

  test('was cleaned: the next run makes it again with the same key', async () => {
    const root = copied();
    const before = contents(root, 'curated', 'marts', 'ops/rejects');
    const [cleaned] = await inTurn(['clean', '--lake', root, '--confirm', root.slice(root.lastIndexOf('/') + 1)]);
    expect(cleaned?.code).toBe(0);
    expect(contents(root, ...derived)).toEqual({});
    await run(root);
    expect(contents(root, 'curated', 'marts', 'ops/rejects')).toEqual(before);
  });
});

describe('the key of the pseudonyms', () => {
  const keyFile = (root: string) => join(root, '.sillage/pseudonym.key');
  const other = 'another secret, as long as the first';
  const withKey = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    process.env[variable] = key;
    try {
      return await work();
    } finally {
      process.env[variable] = '';
    }
  };
  const built = ({ steps }: Awaited<ReturnType<typeof run>>) =>
    steps.filter(({ step }) => step === 'transform').flatMap((step) => step.built).length;
  const slices = ({ steps }: Awaited<ReturnType<typeof run>>) =>
    steps.filter(({ step }) => step === 'transform').reduce((sum, step) => sum + step.slices, 0);

  test.each<readonly [string, (path: string) => void, RegExp]>([
    [
      'is gone',
      (path) => rmSync(path),
      /^Nothing was done: the key of the lake's pseudonyms is gone\..*backup.*SILLAGE_PSEUDONYM_KEY.*"sillage run --new-key"/u,
    ],
    ['is empty', (path) => writeFileSync(path, ''), /pseudonym\.key is empty\. Put it back from a backup/u],
    [
      'is cut short',
      (path) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 9)),
      /pseudonym\.key is cut: it has 9 characters/u,
    ],
    [
      'is cut, and long enough for one',
      (path) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 40)),
      /were made with another key/u,
    ],
    [
      'is a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
      /pseudonym\.key is a folder/u,
    ],
  ])('%s: none is made in silence; where one is asked for, everything is built with it', async (_, harm, words) => {
    const root = copied();
    const key = readFileSync(keyFile(root), 'utf8');
    harm(keyFile(root));
    await refused(root, words);
    expect(
      existsSync(keyFile(root)) &&
        !statSync(keyFile(root)).isDirectory() &&
        readFileSync(keyFile(root), 'utf8').length === 64,
    ).toBe(false);
    // The old key by the variable is as good.
    expect(built(await withKey(key, () => run(root)))).toBe(0);
    const summary = await run(root, { newKey: true });
    expect(built(summary)).toBe(slices(summary));
    expect(built(await run(root))).toBe(0);
    await withKey(key, () => refused(root, /were made with another key/u));
  });

  test('of another shell is refused, whole runs and runs of some days alike', async () => {
    const root = copied();
    await withKey(other, async () => {
      await refused(
        root,
        /another key .*than that of SILLAGE_PSEUDONYM_KEY.*The lake's own key is in \S+pseudonym\.key: unset SILLAGE_PSEUDONYM_KEY/u,
      );
      await refused(root, /another key/u, { days: { from: '2025-01-02', to: '2025-01-03' } });
      const summary = await run(root, { newKey: true });
      expect(built(summary)).toBe(slices(summary));
      expect(built(await run(root, { days: { from: '2025-01-02', to: '2025-01-03' } }))).toBe(0);
    });
    await refused(root, /than that of \S+pseudonym\.key .*Set SILLAGE_PSEUDONYM_KEY as for the runs before/u);
  });

  test("that everything is being built with, in a run that was cut short, is the lake's from then on", async () => {
    const root = copied();
    const Record = z.object({ fingerprint: z.string(), isWhole: z.boolean() });
    const record = () => Record.parse(JSON.parse(readFileSync(join(root, 'ops/pseudonym_key.json'), 'utf8')));
    const whole = record();
    await withKey(other, async () => {
      await expect(
        run(root, {
          newKey: true,
          onProgress: () => {
            throw new Error('cut short');
          },
        }),
      ).rejects.toThrow('cut short');
      expect(record()).toEqual({ fingerprint: expect.not.stringContaining(whole.fingerprint), isWhole: false });
      await expect(run(root, { days: { from: '2025-01-02', to: '2025-01-03' } })).rejects.toThrow(
        /mix two keys in one table\. Run once without --from and --to/u,
      );
      await run(root);
      expect(record().isWhole).toBe(true);
    });
    // No key follows from what the lake tells of it.
    expect(record().fingerprint).toMatch(/^[0-9a-f]{8}$/u);
  });

  test('is made, for its owner alone, where no slice stands yet; one that others may read is taken from them, and told', async () => {
    const root = copied();
    const fresh = join(home, `lake-${n++}`);
    mkdirSync(fresh);
    writeFileSync(join(fresh, 'shop.json'), '{}');
    expect((await run(fresh)).warnings).toEqual([
      expect.stringMatching(/pseudonyms was made, in \S+pseudonym\.key\. Keep a copy/u),
    ]);
    expect(statSync(keyFile(fresh)).mode & 0o777).toBe(0o600);
    expect(statSync(keyFile(root)).mode & 0o777).toBe(0o600);
    chmodSync(keyFile(root), 0o644);
    expect((await run(root)).warnings).toEqual([
      expect.stringMatching(/could be read by others \(mode 644\).*owner's alone now/u),
    ]);
    expect(statSync(keyFile(root)).mode & 0o777).toBe(0o600);
    expect((await run(root)).warnings).toEqual([]);
  });

  test('and some days are not asked for together', async () => {
    const [outcome] = await inTurn(['run', '--new-key', '--from', '2025-01-01', '--lake', made.root]);
    expect(outcome).toEqual({
      code: 2,
      stdout: '',
      stderr: '--new-key builds every slice anew: leave out --from and --to.\n',
    });
  });
});
