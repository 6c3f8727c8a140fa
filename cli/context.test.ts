import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { checkup } from './checkup.ts';
import { bucketOf, dayRange, existingLake, inWords, lakeFlag, lakeOption, lakeToBegin, UsageError } from './context.ts';

const home = mkdtempSync(join(tmpdir(), 'sillage-context-'));
afterAll(() => rmSync(home, { recursive: true }));

let made = 0;
function folderWith(...files: readonly string[]): string {
  const root = join(home, String(made++));
  mkdirSync(root);
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), 'x');
  }
  return root;
}

describe('a folder', () => {
  test.each([
    ['of a run', '.sillage/meta/raw/a'],
    ['whose objects were all taken away', '.sillage/pseudonym.key'],
    ['of a generated market', 'truth/world.json'],
    ['of exports put there by hand', 'raw/advertising/meta_ads/dt=2025-03-28/insights.json'],
    ['of a table alone', 'curated/orders/dt=2025-03-28/orders.parquet'],
  ])('%s is a lake', (_, file) => {
    const root = folderWith(file);
    expect(existingLake(root)).toBe(root);
  });

  /** Works on a lake that is closed to this person. */
  async function onClosed(work: (root: string) => unknown): Promise<void> {
    const root = folderWith('curated/orders/dt=2025-03-28/orders.parquet');
    chmodSync(root, 0o000);
    // Nothing is closed to root.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      await work(root);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(root, 0o755);
    }
  }
  const closed = /cannot be used: permission is denied\. Give yourself access/u;

  test.each([existingLake, lakeToBegin])('that is closed to this person is said to be so', (lakeIn) =>
    onClosed((root) => expect(() => lakeIn(root)).toThrow(closed)),
  );

  test('that is closed to this person is among what sillage doctor finds', () =>
    onClosed(async (root) => {
      expect((await checkup(root, 0)).find(({ what }) => what === 'lake')).toMatchObject({
        state: 'missing',
        note: expect.stringMatching(closed) as unknown,
      });
    }));

  test.each([
    [['raw/photos/a.txt', 'ops/runbook.md']],
    [['raw/meta/insights.json']],
    [['package.json']],
    [['raw/web/events/.DS_Store', 'a']],
    [['curated/notes.md', '.sillage/locks/run']],
  ])('with %j is none', (files) => {
    expect(() => existingLake(folderWith(...files))).toThrow(UsageError);
    expect(() => existingLake(folderWith(...files))).toThrow(
      /is not a lake: it holds other files, and no object of a known feed or table, such as raw\/web\/events/u,
    );
  });

  test('that is empty, or not there, has no lake yet', () => {
    for (const root of [folderWith(), folderWith('.DS_Store'), join(home, 'none')])
      expect(() => existingLake(root)).toThrow(
        `There is no lake in ${root}; --lake names another folder. Make one of your own files with "sillage import ` +
          'FILES", or a simulated shop with "sillage up".',
      );
  });
});

test('a lake may begin where nothing is, and nowhere else but in a lake', () => {
  for (const root of [folderWith(), join(home, 'none'), folderWith('truth/world.json')])
    expect(lakeToBegin(root)).toBe(root);
  // What stands there before the first object: a profile by hand, files to import, the lock of a start cut short.
  const begun = folderWith('shop.json', 'experiments.json', 'inbox/meta.csv', '.sillage/locks/run');
  mkdirSync(join(begun, 'raw/web'), { recursive: true });
  expect(lakeToBegin(begun)).toBe(begun);
  for (const root of [folderWith('package.json'), folderWith('.bashrc'), folderWith('shop.json', 'orders_export.csv')])
    expect(() => lakeToBegin(root)).toThrow(UsageError);
});

describe('--lake', () => {
  const before = process.env['SILLAGE_LAKE'];
  afterEach(() => {
    if (before === undefined) delete process.env['SILLAGE_LAKE'];
    else process.env['SILLAGE_LAKE'] = before;
  });
  const lakeOf = (variable: string, ...args: string[]): unknown => {
    process.env['SILLAGE_LAKE'] = variable;
    return new Command().addOption(lakeOption()).parse(args, { from: 'user' }).opts()['lake'];
  };

  test('comes before the variable, and that before the default; a variable set to nothing is not set', () => {
    expect([lakeOf('b', '--lake', 'a'), lakeOf('b'), lakeOf(''), lakeOf(' '), lakeOf('', '--lake', 'a')]).toEqual([
      'a',
      'b',
      'lake',
      'lake',
      'a',
    ]);
  });

  test('that is empty is refused: it would mean the current folder', () => {
    for (const empty of ['', '  '])
      expect(() => lakeOf('b', '--lake', empty)).toThrow(
        '--lake is empty; name the folder of the lake, as --lake lake.',
      );
  });

  test.each(['S3://shop-lake/prod', 's3://', 's3://A_B', 'file:///tmp/lake', 'https://example.com/lake'])(
    'that is the address %s is refused: it would make a folder of that name',
    (address) => {
      expect(() => lakeOf('', '--lake', address)).toThrow(`${address} is no address of a lake`);
      expect(() => lakeOf(address)).toThrow(UsageError);
    },
  );

  test.each([
    ['s3://shop-lake', { bucket: 'shop-lake' }],
    ['s3://shop-lake/', { bucket: 'shop-lake' }],
    ['s3://shop-lake/prod/eu', { bucket: 'shop-lake', prefix: 'prod/eu' }],
  ])('may be a bucket: %s', (address, bucket) => {
    expect(lakeOf('', '--lake', address)).toBe(address);
    expect(bucketOf(address)).toEqual(bucket);
    expect(() => existingLake(address)).toThrow('This command works on a lake in a folder');
  });

  test('is named in advice only where it is not the default', () => {
    expect(
      ['lake', 'mine/shop', 'my shop', '.', '/elsewhere/lake'].map((folder) =>
        lakeFlag(join(folder.startsWith('/') ? '/' : process.cwd(), folder)),
      ),
    ).toEqual(['', ' --lake mine/shop', " --lake 'my shop'", ' --lake .', ' --lake /elsewhere/lake']);
  });
});

test('a range is told as it was asked for', () => {
  const ranges = [{ from: '2030-01-01' }, { to: '2030-01-02' }, { from: '2030-01-01', to: '2030-01-02' }];
  expect(ranges.map((range) => inWords(dayRange(range) ?? { from: '', to: '' }))).toEqual([
    'from 2030-01-01',
    'to 2030-01-02',
    'from 2030-01-01 to 2030-01-02',
  ]);
});
