import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { done, folder, rowsOf, serve, sillage } from './support-sillage.ts';

const lake = folder('live');
const other = folder('live-output');

const event = (over: Readonly<Record<string, unknown>> = {}) => ({
  event_id: randomUUID(),
  event_name: 'page_view',
  event_time: new Date().toISOString(),
  visitor_id: 'v-live',
  customer_id: null,
  page: {
    url: 'https://www.sillage-cosmetics.example/?utm_source=newsletter&utm_medium=email',
    referrer: '',
    title: 'Accueil',
  },
  screen: '390x844',
  language: 'fr-FR',
  consent: { analytics: true, ads: true },
  ecommerce: null,
  ...over,
});

async function post(url: string, body: unknown) {
  const answer = await fetch(`${url}/collect`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: z.looseObject({ accepted: z.number().optional() }).parse(await answer.json()) };
}

const today = () => new Date().toISOString().slice(0, 10);
const seen = async () =>
  (
    await rowsOf(
      z.object({ event_id: z.string() }),
      lake,
      `SELECT event_id FROM web_events WHERE dt >= date_add('day', -1, DATE '${today()}') AND visitor_id = ` +
        `'v-live' ORDER BY 1`,
    )
  ).map((row) => row.event_id);

async function untilSeen(ids: readonly string[]): Promise<void> {
  for (;;) {
    const found = await seen();
    if (ids.every((id) => found.includes(id))) return;
    await sleep(300);
  }
}

beforeAll(async () => {
  await done([
    'generate',
    'all',
    '--start-date',
    '2025-01-01',
    '--end-date',
    '2025-01-03',
    '--events-per-day',
    '100',
    '--lake',
    lake,
  ]);
  await done(['run', '--lake', lake]);
});

test('what is posted is in the answers of a query, once, without anything else being done; Ctrl-C ends it in order', async () => {
  const { url, child, end } = await serve(lake);
  const [first, second] = [event(), event()];
  expect(await post(url, [first, second, { ...event(), event_name: 'no_such_event' }])).toMatchObject({
    status: 200,
    body: { accepted: 2, refused: [{ index: 2, reasons: ['accepted:event_name'] }] },
  });
  expect(await post(url, first)).toMatchObject({ status: 200 });
  await untilSeen([first.event_id, second.event_id]);
  const last = event();
  await post(url, last);
  child.kill('SIGINT');
  expect(await end).toMatchObject({ code: 0, signal: null });
  // What was acknowledged has landed, whether or not the last refresh saw it.
  await done(['run', '--lake', lake]);
  expect(await seen()).toEqual([first.event_id, second.event_id, last.event_id].toSorted());
});

test('what was acknowledged before a kill -9 lands when it starts again', async () => {
  const before = await seen();
  const { url, child, end } = await serve(lake);
  const events = Array.from({ length: 40 }, () => event());
  for (const one of events) expect((await post(url, one)).status).toBe(200);
  child.kill('SIGKILL');
  expect(await end).toMatchObject({ signal: 'SIGKILL' });
  const again = await serve(lake);
  await untilSeen(events.map((one) => one.event_id));
  again.child.kill('SIGTERM');
  expect(await again.end).toMatchObject({ code: 0 });
  await done(['run', '--lake', lake]);
  expect(await seen()).toEqual([...before, ...events.map((one) => one.event_id)].toSorted());
  const [totals] = await rowsOf(
    z.object({ off: z.number() }),
    lake,
    'SELECT count(*) AS off FROM pipeline_runs WHERE rows_in <> rows_out + rejected + duplicates',
  );
  expect(totals).toEqual({ off: 0 });
});

test('a second "sillage up" of the lake says who serves it, and where, and does no work', async () => {
  const { url, child, end } = await serve(lake);
  expect(await sillage(['up', '--lake', lake, '--port', '0'])).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(`^Process ${child.pid} has served the lake in .*: open ${url}/\\. [^\n]*\n$`, 'u'),
    ),
  });
  child.kill('SIGINT');
  await end;
});

test('the market streams to the collector, and its events arrive', async () => {
  const { url, child, end } = await serve(lake);
  const said = await done([
    'generate',
    'web',
    '--mode',
    'stream',
    '--events-per-minute',
    '1200',
    '--duration',
    '2',
    '--dirt',
    '0',
    '--url',
    `${url}/collect`,
    '--json',
  ]);
  expect(z.object({ sent: z.number(), refused: z.number() }).parse(JSON.parse(said))).toEqual({ sent: 40, refused: 0 });
  child.kill('SIGINT');
  expect(await end).toMatchObject({ code: 0 });
  await done(['run', '--lake', lake]);
  const [arrived] = await rowsOf(
    z.object({ n: z.number() }),
    lake,
    `SELECT count(*) AS n FROM web_events WHERE dt >= date_add('day', -1, DATE '${today()}') AND (visitor_id ` +
      `IS NULL OR visitor_id <> 'v-live')`,
  );
  expect(arrived?.n).toBe(40);
});

test('to the lake, and to standard output', async () => {
  const stdout = await done([
    'generate',
    'web',
    '--mode',
    'stream',
    '--events-per-minute',
    '6000',
    '--duration',
    '1',
    '--seed',
    '5',
    '--output',
    'stdout',
  ]);
  expect(stdout.trimEnd().split('\n')).toHaveLength(100);
  await done([
    'generate',
    'web',
    '--mode',
    'stream',
    '--events-per-minute',
    '6000',
    '--duration',
    '1',
    '--seed',
    '5',
    '--output',
    'lake',
    '--lake',
    other,
  ]);
  await done(['run', '--lake', other]);
  const [ledger] = await rowsOf(
    z.object({ n: z.number() }),
    other,
    "SELECT sum(rows_in) AS n FROM pipeline_runs WHERE table_name = 'web_events'",
  );
  const [refused] = await rowsOf(
    z.object({ n: z.number() }),
    other,
    "SELECT count(*) AS n FROM rejects WHERE table_name = 'raw_web_events'",
  );
  expect((ledger?.n ?? 0) + (refused?.n ?? 0)).toBe(100);
});

test('a port that is taken, and a collector that is not there: one line each, exit code 2', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = String(typeof address === 'object' ? address?.port : '');
  expect(await sillage(['up', '--lake', lake, '--port', port])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(
      new RegExp(
        `\nPort ${port} is taken\\. Choose another with --port, or end after the table with --no-serve\\.\n$`,
        'u',
      ),
    ),
  });
  server.close();
  await once(server, 'close');
});

test.each([
  [['up', '--port', '8787.5'], '--port 8787.5 is no port: choose one from 1024 to 65535, or 0 for any that is free.\n'],
  [
    ['up', '--origin', 'https://www.shop.example/'],
    '--origin https://www.shop.example/ is no origin: write a scheme and a host, such as ' +
      'https://www.shop.example, without a path.\n',
  ],
  [
    ['up', '--no-serve', '--port', '9000'],
    '--port says where to serve, and --no-serve that nothing is served: leave one out.\n',
  ],
  [
    ['generate', 'web', '--start-date', '2025-01-01', '--end-date', '2025-01-02', '--output', 'stdout'],
    'Days are written as they are: --events-per-minute, --duration, --output, --url and --stream are for ' +
      '--mode stream.\n',
  ],
  [
    ['generate', 'web', '--mode', 'stream', '--output', 'stdout', '--url', 'http://localhost'],
    '--url is for --output http.\n',
  ],
])('%j is refused before any work', async (args, stderr) => {
  expect(await sillage([...args, '--lake', join(other, 'none')])).toMatchObject({ code: 2, stdout: '', stderr });
});

test.each([
  [['--events-per-minute', '0'], '--events-per-minute must be more than 0.\n'],
  [['--duration', '-1'], '--duration must be more than 0 seconds.\n'],
  [['--dirt', '2'], '--dirt must be between 0 (clean) and 1 (as in real life)\n'],
  [
    ['--start-date', '2025-01-01'],
    'A stream begins now, at its own pace: --start-date, --end-date, --events-per-day, --opens, --market, ' +
      '--consent and --holdout are for --mode batch.\n',
  ],
])('a stream asked for with %j is refused', async (flags, stderr) => {
  expect(await sillage(['generate', 'web', '--mode', 'stream', '--output', 'stdout', ...flags])).toMatchObject({
    code: 2,
    stdout: '',
    stderr,
  });
});

test('a check that does not hold is told once, and the lake goes on', async () => {
  const { url, child, end } = await serve(lake);
  const id = randomUUID();
  const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000).toISOString();
  await post(url, [event({ event_id: id }), event({ event_id: id, event_time: twoDaysAgo })]);
  await untilSeen([id]);
  for (let i = 0; i < 3; i++) {
    const next = event();
    await post(url, next);
    await untilSeen([next.event_id]);
  }
  child.kill('SIGINT');
  const { code, stderr } = await end;
  expect([code, stderr.match(/error: web_events\.event_id:unique/gu)]).toEqual([
    0,
    ['error: web_events.event_id:unique'],
  ]);
});
