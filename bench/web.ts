import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import * as z from 'zod';
import { generateInParallel } from '../localstack/embedded/generate/generate-in-parallel.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { line, megabytes, perSecond, seconds, timed } from './measure.ts';

/** The generator: web events compressed and written, beside compressing the same lines and nothing else. */
export async function benchGenerator(root: string, days: number): Promise<void> {
  const lake = filesLake(root);
  const to = `2025-06-${String(days).padStart(2, '0')}`;
  const made = await timed(() =>
    generateInParallel(lake, { sources: ['web'], from: '2025-06-01', to, eventsPerDay: 1_000_000 }),
  );
  const { records = 0, bytes = 0 } = made.result.feeds['web/events'] ?? {};
  const bodies: Buffer[] = [];
  for await (const object of lake.list('raw/web/events/dt=2025-06-01/')) bodies.push(await lake.get(object.key));
  const plain = await Promise.all(bodies.map((body) => promisify(gunzip)(body)));
  const size = plain.reduce((sum, text) => sum + text.length, 0);
  const compressed = await timed(() => Promise.all(plain.map((text) => promisify(gzip)(text, { level: 3 }))));
  const floor = size / compressed.seconds;
  const lines = plain.reduce((sum, text) => sum + text.toString('latin1').split('\n').length - 1, 0);
  const rate = (records / made.seconds) * (size / lines);
  process.stdout.write(`\nGenerator, ${records.toLocaleString('en-GB')} web events, ${megabytes(bytes)} written\n`);
  line('generate, compress and write', perSecond(records, made.seconds), `${seconds(made.seconds)}; target 100,000/s`);
  line(
    'floor: gzip the same lines on all threads',
    perSecond(lines, compressed.seconds),
    `ratio ${(rate / floor).toFixed(2)}`,
  );
}

const Ran = z.object({
  events: z.number(),
  bytes: z.number(),
  peak: z.number(),
  seconds: z.number(),
  cpuSeconds: z.number(),
  floor: z.object({ read: z.number(), safe: z.number(), written: z.number() }).optional(),
});

/** The web transform over some days of a million events each. @returns seconds an event */
export function benchTransform(root: string, days: readonly string[]): number {
  const script = fileURLToPath(new URL('web-run.ts', import.meta.url));
  const child = spawnSync(process.execPath, ['--import', 'tsx', script, root, ...days], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`The web transform ended with ${child.status}:\n${child.stderr}`);
  const { events, bytes, peak, floor, ...done } = Ran.parse(JSON.parse(child.stdout));
  process.stdout.write(
    `\nWeb transform, ${events.toLocaleString('en-GB')} events of ` +
      `${days.length === 1 ? 'one day' : `${days.length} days`}, two threads\n`,
  );
  line(
    'raw objects → one sorted Parquet object a day',
    perSecond(events, done.seconds),
    `${seconds(done.seconds)}, ${((done.cpuSeconds / events) * 1e6).toFixed(1)} CPU-µs an event, ${megabytes(bytes)} out`,
  );
  line('peak memory', megabytes(peak), days.length === 1 ? 'target 1.5 GB' : '');
  if (floor !== undefined) {
    line(
      'floor: DuckDB reads the objects and counts every column',
      perSecond(events, floor.read),
      `ratio ${(floor.read / done.seconds).toFixed(2)}; target 0.5`,
    );
    line(
      'floor: the same without losing lines beside broken ones',
      perSecond(events, floor.safe),
      `ratio ${(floor.safe / done.seconds).toFixed(2)}`,
    );
    line(
      'floor: that, sorted and written as Parquet, no rule',
      perSecond(events, floor.written),
      `ratio ${(floor.written / done.seconds).toFixed(2)}`,
    );
  }
  return done.seconds / events;
}
