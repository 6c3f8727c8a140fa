import { afterAll } from '@jest/globals';
import { existsSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stream, StreamEntry } from '../../../lambdas/shared/ports/stream.ts';
import { type LogStream, openLogStream, type LogStreamOptions } from './log-stream.ts';
import type { StreamReader } from './log-reader.ts';

const made: string[] = [];
const opened: LogStream[] = [];
afterAll(async () => {
  for (const stream of opened) await stream.close();
  await Promise.all(made.map((root) => rm(root, { recursive: true, force: true })));
});

/** A new folder for a lake, gone after the tests of the file. */
export async function freshRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'sillage-log-'));
  made.push(root);
  return root;
}

/**
 * Opens the stream `web` of a lake, of one shard if it is new; closed after the tests of the file. Of damage it says
 * nothing.
 */
export async function openWeb(root: string, options: Partial<LogStreamOptions> = {}): Promise<LogStream> {
  const stream = await openLogStream(root, { name: 'web', shards: 1, onDamage: () => undefined, ...options });
  opened.push(stream);
  return stream;
}

export const firstShard = 'shardId-000000000000';

export const entry = (text: string, partitionKey = 'k'): StreamEntry => ({ data: Buffer.from(text), partitionKey });

export async function put(stream: Stream, ...texts: readonly string[]): Promise<void> {
  await stream.put(texts.map((text) => entry(text)));
}

/** All that a shard has, as text. */
export async function textsOf(stream: StreamReader, shardId = firstShard): Promise<string[]> {
  const texts: string[] = [];
  for (let after: string | undefined; ;) {
    const batch = await stream.read(shardId, after, 1000);
    if (batch.records.length === 0) return texts;
    texts.push(...batch.records.map(({ data }) => Buffer.from(data).toString()));
    after = batch.after;
  }
}

export const shardFolder = (root: string, shardId = firstShard) => join(root, '.sillage/streams/web', shardId);

/** The paths of a shard's segments, oldest first. */
export async function segmentsOf(root: string, shardId = firstShard): Promise<string[]> {
  return (await readdir(shardFolder(root, shardId)))
    .filter((name) => name.endsWith('.log'))
    .sort((a, b) => (a < b ? -1 : 1))
    .map((name) => join(shardFolder(root, shardId), name));
}

type Method = 'datasync' | 'read' | 'stat' | 'sync' | 'writev' | 'truncate';

/** What takes the place of a method of all open files; it is given the method itself, bound to its file. */
export type Fault = (
  real: (...args: readonly unknown[]) => Promise<unknown>,
  args: readonly unknown[],
) => Promise<unknown>;

/** Plants a fault in Node's file handles. @returns what takes it out again */
export async function plant(method: Method, fault: Fault): Promise<() => void> {
  const handle = await open(tmpdir(), 'r');
  const prototype: unknown = Object.getPrototypeOf(handle);
  await handle.close();
  if (typeof prototype !== 'object' || prototype === null) throw new Error('File handles have no prototype.');
  const real: unknown = Reflect.get(prototype, method);
  if (typeof real !== 'function') throw new Error(`File handles have no ${method}.`);
  Reflect.set(prototype, method, function planted(this: unknown, ...args: readonly unknown[]) {
    return fault(async (...given) => {
      const result: unknown = await Reflect.apply(real, this, given);
      return result;
    }, args);
  });
  return () => Reflect.set(prototype, method, real);
}

/** The files under a folder that this process has open; none where the system does not tell, as Linux does. */
export const openUnder = (folder: string): string[] =>
  (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd') : [])
    // The folder that is read here is closed by now.
    .filter((fd) => lstatSync(`/proc/self/fd/${fd}`, { throwIfNoEntry: false }) !== undefined)
    .map((fd) => readlinkSync(`/proc/self/fd/${fd}`))
    .filter((path) => path.startsWith(folder));

/** An error as the system gives it. */
export const systemError = (code: string) => Object.assign(new Error(`${code}: as the test says, write`), { code });
