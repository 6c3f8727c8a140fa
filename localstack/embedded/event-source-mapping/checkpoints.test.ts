import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { machineDisk } from '../stream/disk.ts';
import { systemError } from '../stream/log-fixture.ts';
import { fileCheckpoints, memoryCheckpoints, standings } from './checkpoints.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sillage-checkpoints-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const shard = 'shardId-000000000000';
const large = '49635052289529725553291405521504870233219489715332317186';

describe.each([
  ['files', () => fileCheckpoints(root, 'web', 'land')],
  ['memory', memoryCheckpoints],
])('checkpoints in %s', (_, open) => {
  test('begin before the oldest record, and are what was saved last, to the last digit', async () => {
    const checkpoints = open();
    expect(await checkpoints.load(shard)).toEqual({ isFinished: false });
    await checkpoints.save(shard, { after: '7', isFinished: false });
    await checkpoints.save(shard, { after: large, isFinished: true });
    await checkpoints.save('shardId-000000000001', { isFinished: true });
    expect(await checkpoints.load(shard)).toEqual({ after: large, isFinished: true });
    expect(await checkpoints.load('shardId-000000000001')).toEqual({ isFinished: true });
  });
});

describe('checkpoints in files', () => {
  const folder = () => join(root, '.sillage', 'streams', 'web', 'checkpoints', 'land');

  test('last longer than a process, apart for each consumer, and leave nothing unfinished', async () => {
    await fileCheckpoints(root, 'web', 'land').save(shard, { after: large, isFinished: false });
    expect(await fileCheckpoints(root, 'web', 'land').load(shard)).toEqual({ after: large, isFinished: false });
    expect(await fileCheckpoints(root, 'web', 'other').load(shard)).toEqual({ isFinished: false });
    expect(await fileCheckpoints(root, 'other', 'land').load(shard)).toEqual({ isFinished: false });
    expect(readdirSync(folder())).toEqual([`${shard}.json`]);
    expect(JSON.parse(readFileSync(join(folder(), `${shard}.json`), 'utf8'))).toMatchObject({
      after: large,
      isFinished: false,
    });
  });

  test.each([
    ['nothing', ''],
    ['half a file', '{"after":"1'],
    ['no number', '{"after":"x","isFinished":false}'],
    ['another number than was saved', '{"after":"10","isFinished":false,"crc32":"00000000"}'],
  ])('that hold %s say what to do', async (_, text) => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), `${shard}.json`), text);
    await expect(fileCheckpoints(root, 'web', 'land').load(shard)).rejects.toThrow(
      `The checkpoint ${join(folder(), `${shard}.json`)} cannot be read. Delete it: the shard is then read from its ` +
        'oldest record, and what was done already is recognised as repeated.',
    );
  });

  test('of before they had a checksum are read', async () => {
    mkdirSync(folder(), { recursive: true });
    writeFileSync(join(folder(), `${shard}.json`), '{"after":"10","isFinished":false}');
    expect(await fileCheckpoints(root, 'web', 'land').load(shard)).toEqual({ after: '10', isFinished: false });
  });

  test('tell any bit that flips', async () => {
    const checkpoints = fileCheckpoints(root, 'web', 'land');
    await checkpoints.save(shard, { after: '123456789', isFinished: false });
    const path = join(folder(), `${shard}.json`);
    const bytes = readFileSync(path);
    const found: string[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      writeFileSync(path, flipped);
      found.push(JSON.stringify(await checkpoints.load(shard).catch(() => 'refused')));
    }
    // A space may become another one.
    expect(found.filter((one) => !['"refused"', '{"after":"123456789","isFinished":false}'].includes(one))).toEqual([]);
    expect(found.length).toBeGreaterThan(400);
  });

  test('that cannot be read or kept are an error, at once', async () => {
    mkdirSync(join(folder(), `${shard}.json`), { recursive: true });
    await expect(fileCheckpoints(root, 'web', 'land').load(shard)).rejects.toMatchObject({ code: 'EISDIR' });
    let tries = 0;
    const rename = async () => {
      tries += 1;
      throw systemError('EIO');
    };
    const checkpoints = fileCheckpoints(root, 'web', 'land', { ...machineDisk, rename });
    await expect(checkpoints.save(shard, { isFinished: false })).rejects.toThrow('its disk reports an error');
    expect(tries).toBe(1);
  });

  test('tell where all consumers stand, but for those that are damaged', async () => {
    expect(await standings(root, 'web', machineDisk)).toEqual([]);
    await fileCheckpoints(root, 'web', 'land').save(shard, { after: '7', isFinished: false });
    await fileCheckpoints(root, 'web', 'land').save('other', { isFinished: false });
    await fileCheckpoints(root, 'web', 'copy').save(shard, { after: large, isFinished: true });
    writeFileSync(join(folder(), 'damaged.json'), '{"after":"1');
    writeFileSync(join(folder(), `${shard}-copy`), '');
    writeFileSync(join(folder(), '..', 'no-consumer'), '');
    expect(await standings(root, 'web', machineDisk)).toEqual([
      { shardId: shard, after: BigInt(large) },
      { shardId: shard, after: 7n },
    ]);
    const list = async () => {
      throw systemError('EIO');
    };
    await expect(standings(root, 'web', { ...machineDisk, list })).rejects.toThrow('EIO');
    mkdirSync(join(folder(), 'folder.json'));
    await expect(standings(root, 'web', machineDisk)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  test('where a file stands in the way of their folder say so', async () => {
    writeFileSync(join(root, '.sillage'), '');
    await expect(fileCheckpoints(root, 'web', 'land').save(shard, { isFinished: false })).rejects.toThrow(
      `The lake in ${root} cannot be used: a file stands where a folder must be.`,
    );
  });
});
