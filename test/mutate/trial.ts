/** Jest over some test files of a copy of the checkout, in a process of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';

export interface Trial {
  readonly status: 'passed' | 'failed' | 'endless';
  readonly cpuSeconds: number;
  readonly output: string;
}

/** When a trial is taken for one that never ends. */
export interface Limit {
  /** Time of the processor, not of the clock: a busy machine makes nothing endless. */
  readonly cpuSeconds: number;
  /** How long all of its processes may compute nothing at all. */
  readonly idleSeconds: number;
}

const everySeconds = 1;

/** The time that `ps` tells as `[[days-]hours:]minutes:seconds`. */
function secondsOf(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  return Number(days) * 86_400 + (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** What the processes of a group have computed so far, in seconds. */
function cpuOf(group: number): number {
  const lines = execFileSync('ps', ['-A', '-o', 'pgid=,time='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/u))
    .filter(([of]) => Number(of) === group)
    .reduce((sum, [, time = '0']) => sum + secondsOf(time), 0);
}

const node = (root: string): [program: string, ...arguments_: string[]] => [
  process.execPath,
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // A loop without an end may take memory rather than time.
  '--max-old-space-size=2000',
  join(root, 'node_modules/jest/bin/jest.js'),
  `--cacheDirectory=${join(root, '.cache/jest')}`,
];
const resultsPath = (root: string) => join(root, '.cache/results.json');

/** The test files that import a module, directly or by others. */
export function relatedTests(root: string, file: string): string[] {
  const [program, ...options] = node(root);
  const listed = execFileSync(program, [...options, '--listTests', '--findRelatedTests', join(root, file)], {
    cwd: root,
    encoding: 'utf8',
  });
  return listed
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => relative(root, path));
}

/** Runs the test files in this order, and ends with the first that fails. */
export async function runTests(root: string, tests: readonly string[], limit: Limit): Promise<Trial> {
  const [program, ...options] = node(root);
  const child = spawn(
    program,
    [
      ...options,
      '--runInBand',
      '--bail=1',
      '--json',
      `--outputFile=${resultsPath(root)}`,
      `--testSequencer=${join(import.meta.dirname, 'given-order.mjs')}`,
      '--runTestsByPath',
      ...tests.map((test) => join(root, test)),
    ],
    { cwd: root, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const { pid = 0 } = child;
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-100_000)));
  let cpuSeconds = 0;
  let idle = 0;
  let isEndless = false;
  const kill = () => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  };
  const watch = setInterval(() => {
    const now = cpuOf(pid);
    idle = now > cpuSeconds ? 0 : idle + everySeconds;
    cpuSeconds = Math.max(cpuSeconds, now);
    isEndless ||= cpuSeconds > limit.cpuSeconds || idle > limit.idleSeconds;
    if (isEndless) kill();
  }, everySeconds * 1000);
  process.once('exit', kill);
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    return { status: isEndless ? 'endless' : code === 0 ? 'passed' : 'failed', cpuSeconds, output };
  } finally {
    clearInterval(watch);
    // A test that fails may leave processes behind.
    kill();
    process.off('exit', kill);
  }
}

const results = z.object({
  testResults: z.array(z.object({ name: z.string(), startTime: z.number(), endTime: z.number() })),
});

/** How long each test file of the last trial took. */
export function durations(root: string): Map<string, number> {
  const { testResults } = results.parse(JSON.parse(readFileSync(resultsPath(root), 'utf8')));
  return new Map(
    testResults.map(({ name, startTime, endTime }) => [relative(root, name), (endTime - startTime) / 1000]),
  );
}
