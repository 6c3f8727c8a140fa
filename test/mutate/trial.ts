/** Jest over some test files of a copy of the checkout, in a process of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { join, relative } from 'node:path';

export interface Trial {
  readonly status: 'passed' | 'failed' | 'endless';
  /** What its processes computed, but for the last second. */
  readonly cpuSeconds: number;
  /** The longest time in which none of them computed or wanted to. */
  readonly idleSeconds: number;
  readonly output: string;
  /** The test file that failed. */
  readonly failed?: string | undefined;
}

/** When a trial is taken for one that never ends. */
export interface Limit {
  /** Time of the processor, not of the clock: a busy machine makes nothing endless. */
  readonly cpuSeconds: number;
  readonly idleSeconds: number;
}

const everySeconds = 1;

/** The time that `ps` tells as `[[days-]hours:]minutes:seconds`. */
function secondsOf(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  return Number(days) * 86_400 + (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/**
 * What the processes of a group have computed so far, in seconds, and whether one of them computes, waits for a core,
 * or was stopped by somebody.
 */
function cpuOf(group: number): { readonly seconds: number; readonly isBusy: boolean } {
  const lines = execFileSync('ps', ['-A', '-o', 'pgid=,stat=,time='], { encoding: 'utf8' }).trim().split('\n');
  const processes = lines.map((line) => line.trim().split(/\s+/u)).filter(([of]) => Number(of) === group);
  return {
    seconds: processes.reduce((sum, [, , time = '0']) => sum + secondsOf(time), 0),
    isBusy: processes.some(([, state = '']) => /^[RDT]/u.test(state)),
  };
}

export interface Watch {
  cpuSeconds(): number;
  idleSeconds(): number;
  isEndless(): boolean;
  kill(): void;
  /** Looks no more. */
  end(): void;
}

/** Looks at the processes of a group, kills them where they pass the limit, and with this process. */
export function watched(group: number, limit: Limit): Watch {
  const begin = cpuOf(group).seconds;
  let cpuSeconds = 0;
  let idle = 0;
  let idleSeconds = 0;
  let isEndless = false;
  const kill = () => {
    try {
      process.kill(-group, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  };
  const timer = setInterval(() => {
    const { seconds, isBusy } = cpuOf(group);
    idle = isBusy || seconds - begin > cpuSeconds ? 0 : idle + everySeconds;
    idleSeconds = Math.max(idleSeconds, idle);
    cpuSeconds = Math.max(cpuSeconds, seconds - begin);
    isEndless ||= cpuSeconds > limit.cpuSeconds || idle > limit.idleSeconds;
    if (isEndless) kill();
  }, everySeconds * 1000);
  // Before the copy is removed: what still writes in it would have it stay.
  process.prependOnceListener('exit', kill);
  return {
    cpuSeconds: () => cpuSeconds,
    idleSeconds: () => idleSeconds,
    isEndless: () => isEndless,
    kill,
    end() {
      clearInterval(timer);
      process.off('exit', kill);
    },
  };
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

/** Runs test files one after the other, and ends with the first test that fails. */
export async function runTests(root: string, tests: readonly string[], limit: Limit): Promise<Trial> {
  const [program, ...options] = node(root);
  const child = spawn(
    program,
    [
      ...options,
      '--runInBand',
      '--bail',
      `--env=${join(import.meta.dirname, 'first-failure.mjs')}`,
      `--testSequencer=${join(import.meta.dirname, 'given-order.mjs')}`,
      '--runTestsByPath',
      ...tests.map((test) => join(root, test)),
    ],
    { cwd: root, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const { pid = 0 } = child;
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-100_000)));
  const watch = watched(pid, limit);
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
    const status = watch.isEndless() ? 'endless' : code === 0 ? 'passed' : 'failed';
    const failed = /^FAIL (\S+)/mu.exec(output)?.[1];
    return { status, cpuSeconds: watch.cpuSeconds(), idleSeconds: watch.idleSeconds(), output, failed };
  } finally {
    watch.end();
    // A test that fails may leave processes behind.
    watch.kill();
  }
}
