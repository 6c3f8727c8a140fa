import { beforeAll, describe, expect, test } from '@jest/globals';
import { readFileSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from './dice.ts';
import {
  contents,
  copyLake,
  done,
  ended,
  filesUnder,
  folder,
  inTurn,
  leftovers,
  start,
  statusOf,
} from './support-sillage.ts';

/** SILLAGE_SEED plays the same kills again. */
const seed = Number(process.env['SILLAGE_SEED'] ?? Math.trunc(Math.random() * 2 ** 32));

/**
 * Ends the process as `kill -9` does, when it renames a file for the nth time: each write to the lake ends in a rename.
 * Without n, counts.
 */
const atRename = (count: string, n?: number, moment: 'before' | 'after' = 'before') => `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { renameSync } = fs;
  let n = 0;
  fs.renameSync = (from, to) => {
    n += 1;
    if (n === ${n ?? -1} && '${moment}' === 'before') process.kill(process.pid, 'SIGKILL');
    try {
      renameSync(from, to);
    } finally {
      // Into a folder that is not there yet it fails, and is tried again.
      if (n === ${n ?? -1}) process.kill(process.pid, 'SIGKILL');
    }
  };
  syncBuiltinESMExports();
  process.on('exit', () => fs.writeFileSync(${JSON.stringify(count)}, String(n)));`;

/** One kill: at a share of the run's time, or of its writes. */
type Kill =
  | { readonly by: 'time'; readonly share: number }
  | { readonly by: 'write'; readonly share: number; readonly moment: 'before' | 'after' };

const derived = ['curated', 'marts', 'ops/rejects'];
const home = folder('kill');
const raw = join(home, 'raw-only');
const generateArgs = (lake: string) => [
  'generate',
  'all',
  '--start-date',
  '2025-01-01',
  '--end-date',
  '2025-01-02',
  '--events-per-day',
  '300',
  '--initial-customers',
  '60',
  '--lake',
  lake,
];

let expected: Readonly<Record<string, string>>;
/** Milliseconds and renames of a run that nobody disturbs. */
let duration = 0;
let writes = 0;

beforeAll(async () => {
  process.stderr.write(`kill.long.ts: SILLAGE_SEED=${seed}\n`);
  await done(generateArgs(raw));
  const undisturbed = await lakeOf('undisturbed');
  const startedAt = performance.now();
  await done(['run', '--lake', undisturbed], { before: atRename(join(home, 'count')) });
  duration = performance.now() - startedAt;
  writes = Number(readFileSync(join(home, 'count'), 'utf8'));
  expected = contents(undisturbed, ...derived);
  expect(Object.keys(expected).filter((key) => key.startsWith('marts/')).length).toBeGreaterThan(0);
  expect(writes).toBeGreaterThan(2 * Object.keys(expected).length);
});

async function lakeOf(name: string): Promise<string> {
  const lake = join(home, name);
  await mkdir(lake, { recursive: true });
  return copyLake(raw, lake);
}

/** Runs until the kill, or to the end where that comes first. Tells whether the kill came. */
async function killed(lake: string, kill: Kill): Promise<boolean> {
  const before =
    kill.by === 'write' ? atRename(join(home, 'ignored'), 1 + Math.trunc(kill.share * writes), kill.moment) : undefined;
  const child = start(['run', '--lake', lake], { before });
  const end = ended(child);
  if (kill.by === 'time') {
    await Promise.race([end, sleep(kill.share * duration)]);
    child.kill('SIGKILL');
  }
  const { code, signal, stderr } = await end;
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`The run ended by itself with ${code}: ${stderr}`);
  return signal === 'SIGKILL';
}

/**
 * Kills spread over the length of a run by turns in its time and its writes; most lakes have two in a row. With those
 * below, twelve.
 */
const roll = dice(seed);
const cases = Array.from({ length: 6 }, (_, i) => {
  const share = (i + roll()) / 6;
  const kill: Kill =
    i % 2 === 0 ? { by: 'write', share, moment: roll() < 0.5 ? 'before' : 'after' } : { by: 'time', share };
  const all: Kill[] = i < 4 ? [kill, { by: 'write', share: roll() * (1 - share), moment: 'after' }] : [kill];
  return {
    name: String(i),
    kills: all,
    at: all.map(({ by, share: at }) => `${(at * 100).toFixed(1)} % of its ${by}`).join(', then at '),
  };
});

describe('a run that is killed', () => {
  test.each(cases)(
    'at $at leaves only whole slices, and the next run finishes the same lake',
    async ({ name, kills }) => {
      const lake = await lakeOf(name);
      for (const [i, kill] of kills.entries()) {
        const came = await killed(lake, kill);
        // A share of the time, or of the writes that an earlier kill left over, may lie behind the end; a share of all
        // writes cannot.
        expect({ kill, came: came || i > 0 || kill.by === 'time' }).toEqual({ kill, came: true });
        // Whatever stands is already what it will be: no slice is torn, and none has rows that a later run would
        // change.
        expect(expected).toMatchObject(contents(lake, ...derived));
      }
      await done(['run', '--lake', lake]);
      expect(contents(lake, ...derived)).toEqual(expected);
      expect(leftovers(lake)).toEqual([]);
    },
  );

  test('is counted once: all these lakes have the same totals', async () => {
    const [undisturbed, ...others] = await statusOf(
      ...['undisturbed', ...cases.map(({ name }) => name)].map((name) => join(home, name)),
    );
    expect(undisturbed?.totals.rows_in).toBeGreaterThan(0);
    for (const { totals } of others) expect(totals).toEqual(undisturbed?.totals);
    expect(others).toHaveLength(cases.length);
  });
});

test('generate, killed and started again, writes the same raw bytes', async () => {
  const lake = join(home, 'generated');
  for (const wait of [450, 550, 650].map((ms) => ms + roll() * 100)) {
    const child = start(generateArgs(lake));
    const end = ended(child);
    await Promise.race([end, sleep(wait)]);
    child.kill('SIGKILL');
    await end;
    expect(contents(raw, 'raw', 'truth')).toMatchObject(contents(lake, 'raw', 'truth'));
  }
  await done(generateArgs(lake));
  expect(contents(lake, 'raw', 'truth')).toEqual(contents(raw, 'raw', 'truth'));
  expect(leftovers(lake)).toEqual([]);
});

test('of two runs at once the second ends at once where it is not to wait, and names the first', async () => {
  const lake = await lakeOf('two');
  const first = start(['run', '--lake', lake]);
  const end = ended(first);
  while (first.exitCode === null && filesUnder(join(lake, '.sillage/locks')).length === 0) await sleep(5);
  first.kill('SIGSTOP');
  const others = await inTurn(['run', '--no-wait', '--lake', lake], ['clean', '--confirm', 'two', '--lake', lake]);
  for (const { code, stdout, stderr } of others) {
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^The lake in \\S+ is in use: process ${first.pid} has held its "run" lock since [^\\n]+\\n$`, 'u'),
    );
  }
  first.kill('SIGCONT');
  expect(await end).toMatchObject({ code: 0 });
  expect(contents(lake, ...derived)).toEqual(expected);
});

test('a key for pseudonyms that was half written when the process died is no key', async () => {
  const lake = await lakeOf('key');
  const ownKey = { SILLAGE_PSEUDONYM_KEY: '' };
  const { signal } = await ended(
    start(['run', '--lake', lake], {
      env: ownKey,
      before: `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { writeFile } = fs.promises;
      fs.promises.writeFile = async (path, data, ...rest) => {
        const isSecret = /^[0-9a-f]{64}$/.test(String(data));
        await writeFile(path, isSecret ? data.slice(0, 20) : data, ...rest);
        if (isSecret) process.kill(process.pid, 'SIGKILL');
      };
      syncBuiltinESMExports();`,
    }),
  );
  expect(signal).toBe('SIGKILL');
  await done(['run', '--lake', lake, '--to', '2024-12-31'], { env: ownKey });
  const path = join(lake, '.sillage/pseudonym.key');
  expect(readFileSync(path, 'utf8')).toMatch(/^[0-9a-f]{64}$/u);
  expect(statSync(path).mode % 0o1000).toBe(0o600);
  expect(leftovers(lake)).toEqual([]);
});

test('a run that died at its checks leaves nothing to build, and the next one checks', async () => {
  const lake = await lakeOf('checks');
  const { signal } = await ended(
    start(['run', '--lake', lake], {
      before: `
      import fs from 'node:fs';
      import { syncBuiltinESMExports } from 'node:module';
      const { renameSync } = fs;
      fs.renameSync = (from, to) => (String(to).includes('/ops/check_results/') ? process.kill(process.pid, 'SIGKILL') : renameSync(from, to));
      syncBuiltinESMExports();`,
    }),
  );
  expect(signal).toBe('SIGKILL');
  expect(contents(lake, 'ops/check_results')).toEqual({});
  const [next, after] = await inTurn(['run', '--lake', lake], ['run', '--lake', lake]);
  expect(next).toMatchObject({ code: 0, stderr: expect.stringMatching(/^nothing new/u) });
  expect(Object.keys(contents(lake, 'ops/check_results'))).toHaveLength(1);
  expect(after).toMatchObject({ code: 0 });
  expect(Object.keys(contents(lake, 'ops/check_results'))).toHaveLength(1);
});
