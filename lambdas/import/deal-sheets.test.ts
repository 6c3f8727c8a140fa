/**
 * A sheet of influencers that was corrected and imported again: its deals never count twice, those of another sheet are
 * never taken for it, and nothing is lost without a word.
 */
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Lake } from '../shared/ports/lake.ts';
import { memoryLake } from '../shared/ports/memory-lake.ts';
import { importInbox } from './inbox.ts';
import { dealsOf } from './deals.ts';
import { sheetsToldTwice } from './deal-sheets.ts';
import { landAll, look, type LookOptions } from './import.ts';
import { dealsPrefix, importOf } from './land.ts';
import type { Looked } from './looked.ts';
import { workbook } from './samples/workbook.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'deal-sheets-'));
});
afterEach(() => rm(home, { recursive: true }));

interface File {
  readonly name: string;
  /** The day of April 2026 on which it was written. */
  readonly at: number;
  /** Rows: handle, day, fee and code, as `lea 03/04 1200 LEA10`. */
  readonly rows: readonly string[];
  readonly text?: (rows: readonly string[]) => string | Uint8Array;
}
type Said = Pick<LookOptions, 'replaces' | 'adds'>;

const cellsOf = (row: string) => {
  const [handle = '', day = '', fee = '', code = ''] = row.split(' ');
  return { handle, day: `${day}/2026`, fee, code };
};
const sheet = (rows: readonly string[], platform = 'Instagram') =>
  [
    'Pseudo;Plateforme;Date;Cachet;Devise;Code',
    ...rows.map(cellsOf).map(({ handle, day, fee, code }) => `@${handle};${platform};${day};${fee};EUR;${code}`),
  ].join('\n');
const file = (name: string, at: number, rows: readonly string[], text?: File['text']): File => ({
  name,
  at,
  rows,
  ...(text && { text }),
});

let calls = 0;
/** Imports files by one call of the command. */
async function imported(lake: Lake, files: readonly File[], said: Said = {}): Promise<Looked[]> {
  const folder = await mkdtemp(join(home, 'files-'));
  const paths: string[] = [];
  for (const { name, at, rows, text = sheet } of files) {
    const path = join(folder, name);
    await writeFile(path, text(rows));
    const moment = new Date(Date.UTC(2026, 3, at));
    await utimes(path, moment, moment);
    paths.push(path);
  }
  const scratch = join(home, `scratch-${calls++}`);
  const looked = await look(lake, paths, { scratch, ...said });
  await landAll(lake, looked, scratch);
  return looked;
}

/** What all deals of a lake cost: of one id the document whose key sorts last counts, as for the transform. */
async function fees(lake: Lake): Promise<number> {
  const byId = new Map<string, number>();
  for await (const key of lake.keys(dealsPrefix))
    for (const { id, fee } of dealsOf((await lake.get(key)).toString('utf8')))
      byId.set(id, Number.parseFloat(fee) || 0);
  return [...byId.values()].reduce((sum, fee) => sum + fee, 0);
}

const april = ['lea 03/04 1200 LEA10', 'max 13/04 800 MAX10', 'zoe 15/04 300 ZOE10'];
const [lea = '', max = '', zoe = ''] = april;
const first = file('j1.csv', 20, april);
const may = ['lea 03/05 1200 LEA10', 'max 13/05 800 MAX10', 'zoe 15/05 300 ZOE10'];
const withIds = (rows: readonly string[]) =>
  [
    'Id;Pseudo;Plateforme;Date;Cachet;Devise;Code',
    ...rows.map((row) => {
      const { handle, day, fee, code } = cellsOf(row);
      return `D-${handle};@${handle};Instagram;${day};${fee};EUR;${code}`;
    }),
  ].join('\n');
const withCampaign = (rows: readonly string[]) =>
  sheet(rows)
    .split('\n')
    .map((line, at) => `${line};${at === 0 ? 'Campagne' : 'printemps'}`)
    .join('\n');
const byPage = (rows: readonly string[]) => sheet(rows).replaceAll('@', 'https://www.instagram.com/');
const tiktok = (rows: readonly string[]) => sheet(rows, 'TikTok');

describe('fees after the second sheet, by hand', () => {
  test.each<[string, readonly File[], number]>([
    ['the same file again', [first, first], 2300],
    ['a renamed copy', [first, { ...first, name: 'copie.csv', at: 22 }], 2300],
    ['the same rows, saved anew', [first, file('j2.csv', 22, april, (rows) => `${sheet(rows)}\n`)], 2300],
    ['a fee that was corrected', [first, file('j2.csv', 22, ['lea 03/04 1000 LEA10', max, zoe])], 2100],
    ['a date that was moved', [first, file('j2.csv', 22, [lea, 'max 20/04 800 MAX10', zoe])], 2300],
    ['a code that was changed', [first, file('j2.csv', 22, [lea, max, 'zoe 15/04 300 ZOE15'])], 2300],
    [
      'all three, and one that is new',
      [
        first,
        file('j2.csv', 22, ['lea 03/04 1000 LEA10', 'max 20/04 800 MAX10', 'zoe 15/04 300 ZOE15', 'ana 15/05 100 ANA']),
      ],
      2200,
    ],
    ['ids that were added', [first, file('j2.csv', 22, ['lea 03/04 1000 LEA10', max, zoe], withIds)], 2100],
    ['a campaign that was added', [first, file('j2.csv', 22, april, withCampaign)], 2300],
    ['handles written as their pages', [first, file('j2.csv', 22, april, byPage)], 2300],
    ['another month of the same influencers, with their codes and fees', [first, file('mai.csv', 22, may)], 4600],
    ['another network', [first, file('tiktok.csv', 22, april, tiktok)], 4600],
    ['other influencers', [first, file('j2.csv', 22, ['ana 03/04 1200 ANA'])], 3500],
    [
      'both months in one sheet, after each',
      [first, file('mai.csv', 21, may), file('tout.csv', 22, [...april, ...may])],
      4600,
    ],
    ['an older version after the newer', [file('j2.csv', 22, ['lea 03/04 1000 LEA10', max, zoe]), first], 2100],
    [
      'two deals of one influencer, of which one is moved',
      [
        file('a.csv', 20, ['lea 03/04 1200 LEA10', 'lea 17/04 800 LEA10']),
        file('b.csv', 22, ['lea 03/04 1200 LEA10', 'lea 19/04 800 LEA10']),
      ],
      2000,
    ],
    [
      'two deals of one influencer, day and code, of which one fee is corrected',
      [
        file('a.csv', 20, ['lea 03/04 300 LEA10', 'lea 03/04 500 LEA10']),
        file('b.csv', 22, ['lea 03/04 300 LEA10', 'lea 03/04 600 LEA10']),
      ],
      900,
    ],
    [
      'a gift without fee and code',
      [file('a.csv', 20, ['lea 03/04 0', max]), file('b.csv', 22, ['lea 03/04 0', 'max 13/04 900 MAX10'])],
      900,
    ],
    [
      'own ids: each deal as its newest sheet has it',
      [file('a.csv', 20, april, withIds), file('b.csv', 22, ['zoe 15/06 350 ZOE15', 'ana 01/06 100 ANA'], withIds)],
      2450,
    ],
  ])('%s', async (_, files, total) => {
    const lake = memoryLake();
    for (const one of files) {
      const [looked] = await imported(lake, [one]);
      expect(looked?.kind).not.toBe('refused');
    }
    expect(await fees(lake)).toBe(total);
    expect(await sheetsToldTwice(lake)).toEqual([]);
    // The order in which files come, and whether by one call, is nothing.
    const together = memoryLake();
    await imported(together, files.toReversed());
    expect(await fees(together)).toBe(total);
  });
});

describe('where nobody can say, a person does', () => {
  test.each<[string, readonly string[], string, { refused: RegExp; replaces: number; adds: number }]>([
    [
      'rows that were deleted',
      [lea],
      'j2.csv',
      { refused: /not in the newer: @max of 13\/04\/2026/, replaces: 1200, adds: 2300 },
    ],
    [
      'one row that was moved',
      ['max 20/04 800 MAX10'],
      'j2.csv',
      { refused: /@max 13\/04\/2026 → 20\/04\/2026/, replaces: 800, adds: 3100 },
    ],
    [
      'another month under the same name',
      may,
      'J1 (2).csv',
      { refused: /a newer version of j1\.csv/, replaces: 2300, adds: 4600 },
    ],
    [
      'a deal on the same day with another code and fee',
      ['lea 03/04 50 LEA99'],
      'j2.csv',
      { refused: /@lea 1200\.00 EUR → 50\.00 EUR, LEA10 → LEA99/, replaces: 50, adds: 2350 },
    ],
  ])('%s', async (_, rows, name, { refused, replaces, adds }) => {
    const lake = memoryLake();
    await imported(lake, [first]);
    const next = file(name, 22, rows);
    const [asked] = await imported(lake, [next]);
    expect(asked).toMatchObject({ kind: 'refused', why: expect.stringMatching(refused) as unknown });
    expect(asked).toMatchObject({ why: expect.stringMatching(/say --replaces "j1\.csv".*say --adds/) as unknown });
    expect(await fees(lake)).toBe(2300);
    await imported(lake, [next], { adds: true });
    expect(await fees(lake)).toBe(adds);
    expect(await sheetsToldTwice(lake)).toEqual([]);
    // Also of a sheet that is there, and back again.
    await imported(lake, [next], { replaces: 'j1.csv' });
    expect(await fees(lake)).toBe(replaces);
    await imported(lake, [first], { replaces: name });
    expect(await fees(lake)).toBe(2300);
    await imported(lake, [next]);
    expect(await fees(lake)).toBe(2300);
  });

  test('an older sheet that counts beside a newer one is told no more', async () => {
    const lake = memoryLake();
    await imported(lake, [file('j2.csv', 22, [lea])]);
    await imported(lake, [first], { adds: true });
    expect([await fees(lake), await sheetsToldTwice(lake)]).toEqual([2300, []]);
  });

  test('two files of one second: which of them corrects the other cannot be known', async () => {
    const lake = memoryLake();
    const both = await imported(lake, [first, file('j2.csv', 20, ['lea 03/04 1000 LEA10', max, zoe])]);
    expect(both.map(({ kind }) => kind)).toEqual(['understood', 'refused']);
    expect(await fees(lake)).toBe(2300);
  });

  test('a name that no sheet has', async () => {
    const lake = memoryLake();
    await imported(lake, [first]);
    const [one] = await imported(lake, [file('j2.csv', 22, [lea])], { replaces: 'k.csv' });
    expect(one).toMatchObject({ why: expect.stringContaining('Those that count: "j1.csv".') as unknown });
  });

  test('in the inbox: what is sure is done and told, what is not waits with its reason', async () => {
    const lake = memoryLake();
    await lake.put('inbox/a.csv', sheet(april));
    await importInbox(lake, join(home, 'a'));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await lake.put('inbox/b.csv', sheet([lea, max, 'zoe 15/04 350 ZOE10']));
    const { notes } = await importInbox(lake, join(home, 'b'));
    expect(notes).toContainEqual({ name: 'b.csv', note: expect.stringContaining('newer version of a.csv') as unknown });
    expect(await fees(lake)).toBe(2350);
    await lake.put('inbox/c.csv', sheet([lea]));
    const { refused } = await importInbox(lake, join(home, 'c'));
    expect(refused).toEqual([{ name: 'c.csv', why: expect.stringContaining('--replaces "b.csv"') as unknown }]);
    expect(await fees(lake)).toBe(2350);
  });
});

describe('is told', () => {
  const notesOf = (one: Looked | undefined) =>
    one?.kind === 'understood' ? one.understood.parts.flatMap(({ notes }) => notes) : [];

  test('what a newer version changed, and what an older one is', async () => {
    const lake = memoryLake();
    await imported(lake, [first]);
    const [newer] = await imported(lake, [file('j2.csv', 22, [lea, 'max 20/04 800 MAX10', zoe, 'ana 15/05 100 ANA'])]);
    expect(notesOf(newer)[0]).toBe(
      'It is a newer version of j1.csv, which counts no more (the same in both: 2. changed: @max 13/04/2026 → ' +
        '20/04/2026. only in the newer: @ana of 15/05/2026 (100.00 EUR, ANA)). If both sheets count, say --adds.',
    );
    const [older] = await imported(lake, [file('j0.csv', 19, [lea, max])]);
    expect(notesOf(older)[0]).toMatch(/^j2\.csv is a newer version of it, so none of its deals counts/);
    const [known] = await imported(lake, [first]);
    expect(known).toMatchObject({ kind: 'known', before: { replaced_by: { file: 'j2.csv' } } });
  });

  test('deals by their own ids that a newer sheet does not have', async () => {
    const lake = memoryLake();
    await imported(lake, [file('a.csv', 20, april, withIds)]);
    const [one] = await imported(lake, [file('b.csv', 22, [lea, max], withIds)]);
    expect(notesOf(one)[0]).toBe(
      'Deals of a.csv that are not in it go on counting: @zoe of 15/04/2026 (300.00 EUR, ZOE10). If they were ' +
        'deleted, say --replaces "a.csv".',
    );
    expect(await fees(lake)).toBe(2300);
  });

  /** Takes out of the notes of a lake what imports of before did not write. */
  async function asBefore(lake: Lake): Promise<void> {
    for await (const key of lake.keys('raw/imports/')) {
      const text = (await lake.get(key)).toString('utf8');
      await lake.put(key, text.replace(' "adds": true,\n', ''));
    }
  }

  test('nothing of sheets of before of which the newer has every deal under its id', async () => {
    const lake = memoryLake();
    await imported(lake, [first]);
    const other = memoryLake();
    await imported(other, [file('j2.csv', 22, ['lea 03/04 1000 LEA10', max, zoe])]);
    for await (const key of other.keys('')) await lake.put(key, await other.get(key));
    expect([await fees(lake), await sheetsToldTwice(lake)]).toEqual([2100, []]);
  });

  test('a lake in which both count, as imports of before left it', async () => {
    const lake = memoryLake();
    const corrected = file('j2.csv', 22, [lea, 'max 20/04 800 MAX10', zoe]);
    await imported(lake, [first]);
    await imported(lake, [corrected], { adds: true });
    await asBefore(lake);
    expect(await sheetsToldTwice(lake, ' --lake shop')).toEqual([
      'j1.csv and j2.csv may be two versions of one sheet of influencers, and the deals of both count (the ' +
        'same in both: 2. changed: @max 13/04/2026 → 20/04/2026). If j2.csv is the newer version: sillage ' +
        'import "j2.csv" --replaces "j1.csv" --lake shop; if both count: sillage import "j2.csv" --adds --lake ' +
        'shop',
    ]);
    expect(await fees(lake)).toBe(3100);
    await imported(lake, [corrected], { replaces: 'j1.csv' });
    expect([await fees(lake), await sheetsToldTwice(lake)]).toEqual([2300, []]);
  });
});

test('what was taken back is noted, with what counts in place of it', async () => {
  const lake = memoryLake();
  const [one] = await imported(lake, [first]);
  if (one?.kind !== 'understood') throw new Error(JSON.stringify(one));
  const { hash, parts } = one.understood;
  const keys = parts.flatMap(({ documents }) => documents.map(({ key }) => key));
  await imported(lake, [file('j2.csv', 22, [...april, 'ana 15/05 100 ANA'])]);
  expect(await importOf(lake, hash)).toMatchObject({
    replaced_by: { file: 'j2.csv' },
    taken_back: keys,
    parts: [{ documents: [] }],
  });
});

interface Drawn {
  readonly handle: string;
  readonly day: number;
  readonly fee: number;
  readonly code: string;
}

/** Sheets by chance: influencers of a month, each with one or more deals. */
const dealArb: fc.Arbitrary<Drawn> = fc.record({
  handle: fc.constantFrom('lea', 'max', 'zoe', 'ana'),
  day: fc.integer({ min: 1, max: 28 }),
  fee: fc.integer({ min: 1, max: 3 }).map((hundreds) => hundreds * 100),
  code: fc.constantFrom('A', 'B', 'C'),
});
const rowOf = ({ handle, day, fee, code }: Drawn, month = 4) =>
  `${handle} ${String(day).padStart(2, '0')}/${String(month).padStart(2, '0')} ${fee} ${code}`;
const sheetArb = fc.uniqueArray(dealArb, { minLength: 1, maxLength: 6, selector: (one) => rowOf(one) });
const sumOf = (deals: readonly Drawn[]) => deals.reduce((sum, { fee }) => sum + fee, 0);
const correctionArb = fc.record({
  field: fc.constantFrom('day', 'fee', 'code', 'none'),
  to: fc.integer({ min: 1, max: 27 }),
});
const corrected = (deal: Drawn, { field, to }: { field: string; to: number }): Drawn =>
  field === 'day'
    ? { ...deal, day: to }
    : field === 'fee'
      ? { ...deal, fee: 1000 + to }
      : field === 'code'
        ? { ...deal, code: `X${to}` }
        : deal;

test('of a corrected sheet one version counts, whatever was corrected, deleted or added', async () => {
  await fc.assert(
    fc.asyncProperty(
      sheetArb,
      fc.array(correctionArb, { minLength: 6, maxLength: 6 }),
      fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
      sheetArb,
      async (deals, corrections, kept, more) => {
        const lake = memoryLake();
        const rest = deals.map((deal, at) => corrected(deal, corrections[at] ?? { field: 'none', to: 0 }));
        const left = rest.filter((_, at) => kept.includes(at));
        fc.pre(left.length > 0);
        const next = [...new Map([...left, ...more].map((deal) => [rowOf(deal), deal])).values()];
        await imported(lake, [
          file(
            'a.csv',
            20,
            deals.map((deal) => rowOf(deal)),
          ),
        ]);
        const [one] = await imported(lake, [
          file(
            'b.csv',
            22,
            next.map((deal) => rowOf(deal)),
          ),
        ]);
        const total = await fees(lake);
        expect(total).toBe(one?.kind === 'refused' ? sumOf(deals) : sumOf(next));
        if (one?.kind === 'refused')
          await imported(
            lake,
            [
              file(
                'b.csv',
                22,
                next.map((deal) => rowOf(deal)),
              ),
            ],
            { replaces: 'a.csv' },
          );
        expect(await fees(lake)).toBe(sumOf(next));
      },
    ),
    { numRuns: 25 },
  );
});

test('sheets of two months add up, whoever is in both', async () => {
  await fc.assert(
    fc.asyncProperty(sheetArb, sheetArb, async (one, other) => {
      const lake = memoryLake();
      await imported(lake, [
        file(
          'avril.csv',
          20,
          one.map((deal) => rowOf(deal)),
        ),
      ]);
      await imported(lake, [
        file(
          'juin.csv',
          22,
          other.map((deal) => rowOf(deal, 6)),
        ),
      ]);
      expect(await fees(lake)).toBe(sumOf(one) + sumOf(other));
    }),
    { numRuns: 15 },
  );
});

describe('of two tabs of one workbook', () => {
  const headings = ['Pseudo', 'Plateforme', 'Date', 'Cachet', 'Devise', 'Code'];
  const tab = (rows: readonly string[]) => [
    headings,
    ...rows
      .map(cellsOf)
      .map(({ handle, day, fee, code }) => [`@${handle}`, 'Instagram', day, Number(fee), 'EUR', code]),
  ];
  const book = (one: readonly string[], other: readonly string[]): File =>
    file('deals.xlsx', 20, [], () => workbook({ 'Avril v1': tab(one), 'Avril v2': tab(other) }));

  test.each<[string, readonly string[], readonly string[], number]>([
    ['other deals add up', april, may, 4600],
    ['a deal that stands in both alike counts once', april, [lea], 2300],
    ['an influencer’s next deal, of the same code and another fee, weeks later', [lea], ['lea 25/04 900 LEA10'], 2100],
  ])('%s', async (_, one, other, total) => {
    const lake = memoryLake();
    await imported(lake, [book(one, other)]);
    expect(await fees(lake)).toBe(total);
  });

  test('what may as well be the next deal counts, and is told', async () => {
    const [looked] = await imported(memoryLake(), [book([lea], ['lea 25/04 900 LEA10'])]);
    expect(JSON.stringify(looked)).toContain('“Avril v1” and “Avril v2” (changed: @lea 03/04/2026 → 25/04/2026');
  });

  test.each<[string, Said]>([
    ['as it is', {}],
    ['whoever says that both count', { adds: true }],
  ])('one deal with two fees is refused, %s', async (_, said) => {
    const lake = memoryLake();
    const [looked] = await imported(lake, [book(april, ['lea 03/04 1000 LEA10', max, zoe])], said);
    expect(looked).toMatchObject({ kind: 'refused', why: expect.stringMatching(/1200.* EUR → 1000.* EUR/) as unknown });
    expect(await fees(lake)).toBe(0);
  });

  test.each([
    ['fee', 'lea 03/04 1000 LEA10'],
    ['code', 'lea 03/04 1200 LEA15'],
    ['day', 'lea 09/04 1200 LEA10'],
  ])('one deal by its own id is refused where its tabs differ in its %s', async (_, other) => {
    const lake = memoryLake();
    const ownTab = (row: string) => {
      const [heading = [], ...rows] = tab([row]);
      return [['Id', ...heading], ...rows.map((cells) => ['D-1', ...cells])];
    };
    const versions = file('deals.xlsx', 20, [], () => workbook({ v1: ownTab(lea), v2: ownTab(other) }));
    const [looked] = await imported(lake, [versions]);
    expect(looked).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('only one of them can count') as unknown,
    });
    const [alike] = await imported(lake, [
      file('alike.xlsx', 20, [], () => workbook({ v1: ownTab(lea), v2: ownTab(lea) })),
    ]);
    expect(alike).toMatchObject({ kind: 'understood' });
    expect(await fees(lake)).toBe(1200);
  });

  test('a code that was corrected in one of them is refused, and both count where a person says so', async () => {
    const lake = memoryLake();
    const versions = book(april, ['lea 03/04 1200 LEA15', max, zoe]);
    const [looked] = await imported(lake, [versions]);
    expect(looked).toMatchObject({ kind: 'refused', why: expect.stringContaining('--adds') as unknown });
    expect(await fees(lake)).toBe(0);
    expect(await imported(lake, [versions], { adds: true })).toMatchObject([{ kind: 'understood' }]);
    expect(await fees(lake)).toBe(3500);
  });
});

describe('of a file without deals nobody can say that it replaces a sheet, or counts beside one', () => {
  const report = file('meta.csv', 22, [], () =>
    ['Campaign name,Day,Amount spent (EUR),Impressions,Link clicks', 'Spring,2026-04-20,12.34,1000,10'].join('\n'),
  );

  test.each<[string, Said]>([
    ['--replaces', { replaces: 'j1.csv' }],
    ['--adds', { adds: true }],
  ])('%s', async (_, said) => {
    const lake = memoryLake();
    await imported(lake, [first]);
    const [looked] = await imported(lake, [report], said);
    expect(looked).toMatchObject({ kind: 'refused', why: expect.stringContaining('no deal is in it') as unknown });
    expect(await fees(lake)).toBe(2300);
  });

  test('beside a sheet it is what it is', async () => {
    const lake = memoryLake();
    await imported(lake, [first]);
    const looked = await imported(lake, [report, file('j2.csv', 22, [lea])], { replaces: 'j1.csv' });
    expect(looked.map(({ kind }) => kind)).toEqual(['understood', 'understood']);
    expect(await fees(lake)).toBe(1200);
  });
});
