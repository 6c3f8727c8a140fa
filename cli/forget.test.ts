import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { webEvent } from '../test/small-lake.ts';
import { folder, inTurn } from '../test/support-sillage.ts';

// No test here is about time: a busy machine fails none.
jest.setTimeout(600_000);

const lake = folder('forget-cli');
const key = 'raw/web/events/dt=2025-01-05/a.jsonl';
const read = () => readFileSync(join(lake, key), 'utf8');

beforeAll(async () => {
  const lines = [webEvent(1), webEvent(2, { visitor_id: 'device-of-bob', page: { url: '/?e=bob@x.fr' } })];
  await filesLake(lake).put(key, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
});

const asked = async (...args: readonly string[]) => {
  const [outcome] = await inTurn([...args, '--lake', lake]);
  if (outcome === undefined) throw new Error('The command said nothing.');
  return outcome;
};
const confirmed = ['--confirm', basename(lake)];

describe('sillage forget', () => {
  test.each([
    ['nobody is meant', [...confirmed], 'Say who is meant: --email, --customer or --visitor.'],
    ['it is no address', ['--email', 'bob', ...confirmed], '"bob" is no e-mail address.'],
    ['it is an id of nobody', ['--visitor', 'undefined', ...confirmed], `"undefined" is no visitor's id.`],
    ['both are asked for', ['--email', 'a@b.fr', '--keep-orders', '--erase-orders'], 'not both'],
    ['the lake is not named', ['--visitor', 'device-of-bob'], 'Nothing was removed: to remove a person'],
    [
      'another lake is named',
      ['--visitor', 'device-of-bob', '--confirm', 'other'],
      'Nothing was removed: to remove a person',
    ],
  ])('refuses where %s, and changes nothing', async (_, args, message) => {
    const before = read();
    const { code, stderr } = await asked('forget', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(read()).toBe(before);
  });

  test('says where there was nothing of the person', async () => {
    const { code, stdout } = await asked('forget', '--email', 'nobody@x.fr', ...confirmed);
    expect([code, stdout]).toEqual([0, expect.stringContaining('The lake held nothing of this person')]);
  });

  test('erases, says what it did, and leaves a certificate; an export before has what it takes', async () => {
    const held = await asked('export-person', '--visitor', 'device-of-bob');
    expect(
      held.stdout
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      { object: key, table: 'raw_web_events', record: expect.objectContaining({ visitor_id: 'device-of-bob' }) },
    ]);
    const { code, stdout } = await asked('forget', '--visitor', 'device-of-bob', ...confirmed);
    expect([code, stdout]).toEqual([0, expect.stringContaining('nothing of the person is left')]);
    expect(stdout).not.toContain('held nothing');
    expect(read()).toBe(`${JSON.stringify(webEvent(1))}\n`);
    for (const certificate of readdirSync(join(lake, 'ops/erasures')))
      expect(readFileSync(join(lake, 'ops/erasures', certificate), 'utf8')).not.toContain('bob');
    expect((await asked('export-person', '--visitor', 'device-of-bob')).stderr).toContain(
      'holds nothing of this person',
    );
  });
});
