import { beforeAll, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { buildDashboard } from './build.ts';

let folder: string;
beforeAll(async () => {
  folder = await buildDashboard();
});

const kB = 1000;
const files = (ending: string) => readdirSync(join(folder, 'assets')).filter((name) => name.endsWith(ending));
const bytes = (name: string) => readFileSync(join(folder, 'assets', name));
const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);

/** Loaded only when somebody asks for a file of that kind. */
const lazy = /^(csv|xlsx|png)-/;

test('scripts with the worker are at most 80 kB, compressed; what writes files comes when it is asked for', () => {
  const scripts = files('.js');
  expect(scripts.filter((name) => lazy.test(name))).toHaveLength(3);
  const sizes = scripts.filter((name) => !lazy.test(name)).map((name) => gzipSync(bytes(name)).length);
  expect(sum(sizes)).toBeLessThanOrEqual(80 * kB);
});

test('fonts are at most 80 kB', () => {
  expect(files('.woff2')).toHaveLength(2);
  expect(sum(files('.woff2').map((name) => bytes(name).length))).toBeLessThanOrEqual(80 * kB);
});

test('no other decompression than that of hyparquet itself, SNAPPY, is sent to a browser', () => {
  const worker = files('.js').find((name) => name.startsWith('worker-'));
  // Brotli's dictionary begins so; ZSTD's magic number is this.
  expect(bytes(worker ?? '').toString()).not.toMatch(/timedownlife|4247762216|0xfd2fb528/);
});

test('the page names files within itself alone, and has nothing inline that its policy would refuse', () => {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org)|<style|<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
  expect([...html.matchAll(/(?:src|href)="(?!data:)([^"]*)"/g)].map(([, at]) => at)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^\.\/assets\/index-[\w-]+\.js$/)]),
  );
});

test('a build is for production whoever asks for it: nothing in it names a file of this machine', () => {
  for (const name of files('.js')) expect([name, bytes(name).includes(process.cwd())]).toEqual([name, false]);
});

test('the same sources are built once', async () => {
  expect(await buildDashboard()).toBe(folder);
});
