/** What people write into a spreadsheet of influencers' posts, and whose posts they then are. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { landed, partsOf } from './samples/look-at.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'influencer-posts-'));
});
afterEach(() => rm(home, { recursive: true }));

const read = async (text: string) => {
  const [part] = await partsOf(home, 'posts.csv', text);
  const [names = '', ...rows] = (part ? landed(part) : '').trim().split('\n');
  const column = (name: string) => rows.map((row) => row.split(';')[names.split(';').indexOf(name)] ?? '');
  return { ids: column('id_publication'), platforms: column('plateforme'), notes: (part?.notes ?? []).join('\n') };
};

test('posts of two accounts for one deal, on one day and in one format are two, however a handle is written', async () => {
  const post = (handle: string, platform: string) => `${handle};${platform};13/03/2025;Reel;100;Printemps`;
  const idsOf = async (...rows: readonly string[]) =>
    (await read(['Pseudo;Plateforme;Date;Format;Vues;Deal', ...rows].join('\n'))).ids;
  const ids = await idsOf(post('@nina', 'Instagram'), post('@zoe', 'Instagram'), post('@zoe', 'TikTok'));
  expect(new Set(ids).size).toBe(3);
  expect(await idsOf(post('https://www.instagram.com/Nina/', 'Insta'))).toEqual([ids[0]]);
});

test('several stories of one day are several posts, but for rows that are equal in every cell', async () => {
  const story = (views: number) => `@nina;Instagram;13/03/2025;Story;${views};D1`;
  const { ids } = await read(
    ['Pseudo;Plateforme;Date;Format;Vues;Deal', story(100), story(90), story(100), story(80)].join('\n'),
  );
  expect([new Set(ids).size, ids[2]]).toEqual([3, ids[0]]);
});

test('a post of no deal is told before it is landed', async () => {
  const { notes } = await read('Pseudo;Plateforme;Date;Vues;Deal\n@nina;Instagram;13/03/2025;100;\n');
  expect(notes).toMatch(/1 row is going to be refused.*“Deal” is empty\): write the id of its deal/u);
});

test.each([
  ['IG', 'Instagram'],
  ['Tik Tok', 'TikTok'],
  ['YT', 'YouTube'],
  ['Pinterest', 'Pinterest'],
])('the platform “%s” is %s, as in a sheet of deals', async (said, platform) => {
  const { platforms } = await read(`Pseudo;Plateforme;Date;Vues;Deal\n@nina;${said};13/03/2025;100;D1\n`);
  expect(platforms).toEqual([platform]);
});

test('where no column names the platform, the address of the account does, or Instagram is taken, which is told', async () => {
  const { platforms, notes } = await read(
    'Pseudo;Date;Vues;Deal\n@nina;13/03/2025;100;D1\nhttps://www.tiktok.com/@zoe;13/03/2025;100;D2\n',
  );
  expect(platforms).toEqual(['Instagram', 'TikTok']);
  expect(notes).toContain('does not name the platform, so Instagram is taken');
});
