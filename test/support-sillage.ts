import { afterAll } from '@jest/globals';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { environment, inTurn, repository } from './in-turn.ts';

export { inTurn };

/** What a process came to. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd?: string | undefined;
  /** A module's text that runs before the program: it plants a fault. */
  readonly before?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The folder of the program, where it is a copy. */
  readonly program?: string | undefined;
}

/** Starts `sillage` in a process of its own, as a shell would. */
export function start(
  args: readonly string[],
  { cwd, before, env, program = repository }: StartOptions = {},
): ChildProcess {
  const fault = before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(before)}`];
  return spawn(process.execPath, [...fault, join(program, 'bin/sillage.mjs'), ...args], {
    cwd: cwd ?? program,
    env: { ...environment, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** Waits for a process, and gathers what it says. */
export async function ended(child: ChildProcess, input = ''): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // It may end before it has read all.
  child.stdin?.on('error', () => undefined).end(input);
  await once(child, 'close');
  return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
}

/** Runs `sillage` to its end, in a process of its own. */
export function sillage(
  args: readonly string[],
  { input, ...options }: StartOptions & { readonly input?: string } = {},
): Promise<Ended> {
  return ended(start(args, options), input);
}

/**
 * Runs `sillage`, which must do what it is asked: in the process of all commands, unless it is to be started in another
 * way.
 */
export async function done(
  args: readonly string[],
  options?: StartOptions & { readonly input?: string },
): Promise<string> {
  const { code, stdout, stderr } =
    options === undefined ? ((await inTurn(args))[0] ?? {}) : await sillage(args, options);
  if (code !== 0) throw new Error(`sillage ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${stdout}${stderr}`);
  return stdout ?? '';
}

/** A `sillage up` that serves. */
export interface Up {
  readonly url: string;
  readonly child: ChildProcess;
  readonly end: Promise<Ended>;
}

/** Starts `sillage up` on a free port, and waits until it listens. */
export async function serve(lake: string, options: StartOptions = {}): Promise<Up> {
  const child = start(['up', '--lake', lake, '--port', '0'], options);
  let said = '';
  const url = new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      const found = /POST (http:\S+)\/collect/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`sillage up ended: ${said}`)));
  });
  const end = ended(child);
  return { url: await url, child, end };
}

/** The rows that a query gives. */
export async function rowsOf<T>(row: z.ZodType<T>, lake: string, sql: string): Promise<T[]> {
  return z.array(row).parse(JSON.parse(await done(['query', '--lake', lake, '--json', sql])));
}

/** A folder that is removed when the tests of the file are over. Its name ends like `name`. */
export function folder(name: string, before: (path: string) => void = () => undefined): string {
  const made = mkdtempSync(join(tmpdir(), `sillage-${name}-`));
  afterAll(() => {
    before(made);
    rmSync(made, { recursive: true, force: true });
  });
  return made;
}

/** Copies a lake with the times of its files, by which the lake knows its notes. */
export function copyLake(from: string, to: string): string {
  const { status, stderr } = spawnSync('cp', ['-a', `${from}/.`, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return to;
}

/** SHA-256 of each file under some folders of a lake, by its key. */
export function contents(lake: string, ...prefixes: readonly string[]): Readonly<Record<string, string>> {
  const keys = prefixes
    .flatMap((prefix) => filesUnder(join(lake, prefix)))
    .map((path) => relative(lake, path))
    .toSorted();
  return Object.fromEntries(
    keys.map((key) => [
      key,
      createHash('sha256')
        .update(readFileSync(join(lake, key)))
        .digest('hex'),
    ]),
  );
}

/** All files under a folder; none where there is no such folder. */
export function filesUnder(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)],
  );
}

/** What must never be left behind: unfinished files, scratch folders, locks. */
export function leftovers(lake: string): string[] {
  return ['tmp', 'scratch', 'locks'].flatMap((name) => {
    const path = join(lake, '.sillage', name);
    return statSync(path, { throwIfNoEntry: false }) === undefined
      ? []
      : readdirSync(path).map((entry) => `${name}/${entry}`);
  });
}

const Totals = z.object({ rows_in: z.number(), rows_out: z.number(), rejected: z.number(), duplicates: z.number() });

/** What `sillage status --json` gives. */
export const Status = z.object({
  lake: z.string(),
  totals: Totals,
  freshness: z.record(z.string(), z.iso.date()),
  last_run: z.iso.datetime().nullable(),
  slices: z.array(
    z.object({
      table: z.string(),
      slices: z.number(),
      first: z.iso.date().nullable(),
      last: z.iso.date().nullable(),
      bytes: z.number(),
      built_at: z.iso.datetime().nullable(),
      rows_in: z.number().nullable(),
      rows_out: z.number(),
      rejected: z.number().nullable(),
      duplicates: z.number().nullable(),
    }),
  ),
});

/** The status of each lake. */
export async function statusOf(...lakes: readonly string[]): Promise<z.infer<typeof Status>[]> {
  const outcomes = await inTurn(...lakes.map((lake) => ['status', '--lake', lake, '--json']));
  return outcomes.map(({ stdout }) => Status.parse(JSON.parse(stdout)));
}
