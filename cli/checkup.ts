import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { LakeUnavailable } from '../lambdas/shared/ports/lake.ts';
import { explain } from '../localstack/embedded/lake/errors.ts';
import { isLocked } from '../localstack/embedded/lake/lock.ts';
import { servingOf } from '../localstack/embedded/live/serving.ts';
import { findChromium } from './chromium.ts';
import { hasRaw, isBuilt } from './context.ts';
import { packageOf } from './version.ts';

/**
 * What was looked at. `missing`: it is needed and not there; `absent`: it is not there, and something that few need
 * does without.
 */
export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'missing' | 'absent';
  readonly found: string;
  /** What it is for, or what to do. */
  readonly note: string;
}

const gb = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** A first run of 90 days peaks at 1.2 GB. */
const memory = { least: 1.5e9, good: 3e9 };
/** A lake of 90 days takes 0.2 GB, and while it is built as much again. */
const disk = { least: 0.5e9, good: 2e9 };

function graded(value: number, { least, good }: { readonly least: number; readonly good: number }): Finding['state'] {
  return value < least ? 'missing' : value < good ? 'warning' : 'ok';
}

function node(version: string): Finding {
  const wanted = packageOf().engines.node;
  const parts = (text: string) => (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1, 3).map(Number);
  const [[major = 0, minor = 0], [least = 0, leastMinor = 0]] = [parts(version), parts(wanted)];
  const isNew = major > least || (major === least && minor >= leastMinor);
  return {
    what: 'Node',
    state: isNew ? 'ok' : 'missing',
    found: version,
    note: isNew ? 'runs everything' : `install Node ${wanted}, from https://nodejs.org`,
  };
}

function memoryOf(): Finding {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  const state = graded(bytes, memory);
  return {
    what: 'memory',
    state,
    found: gb(bytes),
    note: state === 'ok' ? 'for building tables and queries' : `a first run of 90 days takes up to ${gb(memory.least)}`,
  };
}

/** The folder itself, or the first one above it that is there. */
function standing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : standing(dirname(path));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function diskOf(root: string): Finding {
  const folder = standing(root);
  if (!isWritable(folder))
    return {
      what: 'disk',
      state: 'missing',
      found: 'read-only',
      note: `you may not write to ${folder}: name another folder with --lake`,
    };
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const state = graded(free, disk);
  return {
    what: 'disk',
    state,
    found: `${gb(free)} free`,
    note:
      state === 'ok'
        ? 'a lake of 90 days takes about 0.2 GB'
        : `free some space: with less than ${gb(disk.good)} a run may fail`,
  };
}

function lakeOf(root: string): Finding {
  const what = 'lake';
  const serving = servingOf(root);
  if (serving) return { what, state: 'ok', found: root, note: `served by process ${serving.pid} at ${serving.url}/` };
  if (isLocked(root, 'run')) return { what, state: 'ok', found: root, note: 'a run is at work' };
  if (isBuilt(root)) return { what, state: 'ok', found: root, note: 'built; "sillage status" says more' };
  if (hasRaw(root)) return { what, state: 'warning', found: root, note: 'nothing is built yet: sillage run' };
  return { what, state: 'ok', found: 'none yet', note: `"sillage up" makes one in ${root}` };
}

function keyOf(root: string): Finding {
  const [what, variable] = ['key', process.env['SILLAGE_PSEUDONYM_KEY'] ?? ''];
  if (variable !== '')
    return { what, state: 'ok', found: 'SILLAGE_PSEUDONYM_KEY', note: 'makes the pseudonyms of people' };
  if (existsSync(join(root, '.sillage', 'pseudonym.key')))
    return {
      what,
      state: 'ok',
      found: '.sillage/pseudonym.key',
      note: 'makes the pseudonyms of people: keep a copy elsewhere',
    };
  return isBuilt(root)
    ? {
        what,
        state: 'missing',
        found: 'none',
        note: 'tables were made with one: put .sillage/pseudonym.key back from a copy',
      }
    : { what, state: 'ok', found: 'none yet', note: 'the first run makes one' };
}

async function portOf(port: number, root: string): Promise<Finding> {
  const server = createServer().listen(port, '127.0.0.1');
  // An error ends the waiting, too.
  const isFree = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  server.close();
  const what = `port ${port}`;
  if (isFree) return { what, state: 'ok', found: 'free', note: 'where "sillage up" listens' };
  return servingOf(root)?.url.endsWith(`:${port}`) === true
    ? { what, state: 'ok', found: 'in use', note: 'by "sillage up" of this lake' }
    : {
        what,
        state: 'warning',
        found: 'in use',
        note: 'by another program: sillage up --port 0 takes one that is free',
      };
}

/** The lake, its disk, its key, and who serves it; one line where it is closed to this person. */
async function ofLake(root: string, port: number): Promise<Finding[]> {
  try {
    return [diskOf(root), lakeOf(root), keyOf(root), await portOf(port, root)];
  } catch (error) {
    const why = explain(root, error);
    if (!(why instanceof LakeUnavailable)) throw error;
    return [{ what: 'lake', state: 'missing', found: 'closed', note: why.message }];
  }
}

/** The first line that a program says of its version; undefined where it is not there. */
function said(program: string, ...args: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  if (status !== 0) return undefined;
  return `${stdout}${stderr}`.split('\n', 1)[0]?.trim() || program;
}

function optional(what: string, found: string | undefined, note: string): Finding {
  return { what, state: found === undefined ? 'absent' : 'ok', found: found ?? 'not found', note };
}

/** Looks at all that Sillage needs on this machine, and at what it can use. */
export async function checkup(lake: string, port: number): Promise<Finding[]> {
  const root = resolve(lake);
  const chromium = findChromium();
  return [
    node(process.versions.node),
    memoryOf(),
    ...(await ofLake(root, port)),
    optional(
      'Chromium',
      'executable' in chromium ? chromium.executable : undefined,
      'for "sillage report --format pdf", and tests in a browser',
    ),
    optional('less', said('less', '--version'), 'shows long answers page by page'),
    optional(
      'Java',
      said('java', '-version'),
      'for "sillage query --engine trino", "sillage trino up" and "npm run test:trino"',
    ),
    optional('Python', said('python3', '--version'), 'for the tests against emulators of AWS alone'),
  ];
}
