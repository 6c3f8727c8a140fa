import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { command, line, megabytes, perSecond, seconds } from './measure.ts';

const Said = z.object({
  url: z.string().optional(),
  rss: z.number().optional(),
  landed: z.number().optional(),
  problem: z.string().optional(),
});
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

function event(id: string): string {
  return JSON.stringify({
    event_id: id,
    event_name: 'view_item',
    event_time: new Date().toISOString(),
    visitor_id: id.slice(0, 12),
    customer_id: null,
    page: {
      url: 'https://www.sillage-cosmetics.example/produits/serum-nuit-bakuchiol?utm_source=instagram&utm_medium=paid_social&utm_campaign=hiver',
      referrer: 'https://l.instagram.com/',
      title: 'Sérum Nuit Bakuchiol | Sillage',
    },
    screen: '390x844',
    language: 'fr-FR',
    consent: { analytics: true, ads: true },
    ecommerce: {
      transaction_id: null,
      value: 34,
      currency: 'EUR',
      coupon: null,
      items: [
        { item_id: 'SER-BAK-30', item_name: 'Sérum Nuit Bakuchiol', item_category: 'Sérums', price: 34, quantity: 1 },
      ],
    },
  });
}

/**
 * A body of 500 events whose ids are patched for each post: making the load must not take the processor of what is
 * measured.
 */
function template(): { readonly body: Buffer; readonly places: readonly number[] } {
  const marks = Array.from({ length: 500 }, () => randomUUID());
  const body = Buffer.from(`[${marks.map(event).join(',')}]`);
  return { body, places: marks.map((mark) => body.indexOf(`"event_id":"${mark}"`) + 12) };
}

let counter = 0;

/** Gives every event of the body an id that was never used. */
function renumber({ body, places }: ReturnType<typeof template>): void {
  for (const place of places) body.write((counter++).toString(16).padStart(12, '0'), place + 24, 'latin1');
}

/** @returns ms until the answer, and its status; 0 where there was none */
function post(url: string, body: Buffer): Promise<{ ms: number; status: number }> {
  return new Promise((resolve) => {
    const startedAt = performance.now();
    const failed = () => resolve({ ms: performance.now() - startedAt, status: 0 });
    const sent = request(
      `${url}/collect`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': body.length } },
      (answer) => {
        answer
          .resume()
          .once('end', () => resolve({ ms: performance.now() - startedAt, status: answer.statusCode ?? 0 }))
          .once('error', failed);
      },
    );
    sent.once('error', failed).end(body);
  });
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/**
 * collect → stream → land → raw, at a steady rate: posts of 500 events leave at their times, whether or not earlier
 * ones were answered.
 */
export async function benchStream(root: string, rate = 20_000, duration = 60): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('stream-server.ts', import.meta.url)), root],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const memory: number[] = [];
  let [landed, lag] = [0, 0];
  let [posted, latest] = [0, 0];
  const problems: string[] = [];
  let listens = (_url: string): void => undefined;
  const listening = new Promise<string>((resolve) => {
    listens = resolve;
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    const said = Said.parse(JSON.parse(text));
    if (said.url !== undefined) listens(said.url);
    landed = said.landed ?? landed;
    if (said.rss !== undefined) {
      memory.push(said.rss);
      lag = Math.max(lag, latest - landed);
    }
    if (said.problem !== undefined) problems.push(said.problem);
  });
  const url = await Promise.race([
    listening,
    once(child, 'exit').then(() => Promise.reject(new Error('The collector ended at its start.'))),
  ]);
  const bodies = Array.from({ length: 64 }, template);
  const answers: Promise<{ ms: number; status: number }>[] = [];
  const every = (500 / rate) * 1000;
  const startedAt = performance.now();
  for (let i = 0; performance.now() - startedAt < duration * 1000; i++) {
    const due = startedAt + i * every;
    if (due > performance.now()) await sleep(due - performance.now());
    const body = bodies[i % bodies.length];
    if (body === undefined) continue;
    renumber(body);
    latest = posted += 500;
    answers.push(post(url, Buffer.from(body.body)));
  }
  const took = (performance.now() - startedAt) / 1000;
  const results = await Promise.all(answers);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const ms = results.map((result) => result.ms).toSorted((a, b) => a - b);
  const failed = results.filter((result) => result.status !== 200).length;
  process.stdout.write(
    `\ncollect → stream → land → raw, ${duration} s of ${rate.toLocaleString('en-GB')} events a second in ` +
      `posts of 500\n`,
  );
  line(
    'events taken',
    perSecond(posted - 500 * failed, took),
    `${failed} of ${results.length} posts failed; target 20,000/s`,
  );
  line(
    'post until durable, p50 / p99',
    `${quantile(ms, 0.5).toFixed(1)} / ${quantile(ms, 0.99).toFixed(1)} ms`,
    'target: p99 under 50 ms',
  );
  line(
    'landed in the end',
    landed.toLocaleString('en-GB'),
    `of ${(posted - 500 * failed).toLocaleString('en-GB')} acknowledged; at most ${lag.toLocaleString('en-GB')} behind`,
  );
  const third = Math.floor(memory.length / 3);
  const most = (part: readonly number[]) => megabytes(Math.max(...part));
  line(
    'memory: most in the first, second, last third',
    most(memory.slice(0, third)),
    `${most(memory.slice(third, 2 * third))}, ${most(memory.slice(2 * third))}`,
  );
  if (problems.length > 0) line('problems', String(problems.length), problems[0]);
}

/** From a post to its row in an answer, while `sillage up` serves a lake of 90 days. */
export async function benchLive(lake: string, root: string, posts = 40): Promise<void> {
  cpSync(lake, root, { recursive: true, preserveTimestamps: true });
  await command('run', '--lake', root);
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('../bin/sillage.mjs', import.meta.url)), 'up', '--lake', root, '--port', '0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let url: string | undefined;
  while ((url = /POST (http:\S+)\/collect/.exec(said)?.[1]) === undefined) {
    if (child.exitCode !== null) throw new Error(`sillage up ended with ${child.exitCode}.`);
    await sleep(50);
  }
  const waiting = new Map<string, number>();
  const took: number[] = [];
  const over = new AbortController();
  const look = async () => {
    while (!over.signal.aborted || waiting.size > 0) {
      const { rows } = await withWarehouse(filesLake(root), loadCatalog(), (warehouse) =>
        warehouse.query(
          `SELECT event_id FROM web_events WHERE dt >= date_add('day', -1, DATE ` +
            `'${new Date().toISOString().slice(0, 10)}')`,
        ),
      );
      const now = performance.now();
      for (const [id] of rows) {
        const at = typeof id === 'string' ? waiting.get(id) : undefined;
        if (at === undefined || typeof id !== 'string') continue;
        took.push((now - at) / 1000);
        waiting.delete(id);
      }
      await sleep(250);
    }
  };
  const looking = look();
  for (let i = 0; i < posts; i++) {
    const id = randomUUID();
    waiting.set(id, performance.now());
    await post(url, Buffer.from(event(id)));
    await sleep(500 + Math.random() * 1000);
  }
  over.abort();
  await looking;
  child.kill('SIGINT');
  await once(child, 'exit');
  const sorted = took.toSorted((a, b) => a - b);
  process.stdout.write(`\nFrom a post to its row in a query, ${posts} events, 90 days in the lake\n`);
  line(
    'p50 / p95 / slowest',
    seconds(quantile(sorted, 0.5)),
    `${seconds(quantile(sorted, 0.95))} / ${seconds(sorted.at(-1) ?? Number.NaN)}; target: p95 under 10 s`,
  );
}
