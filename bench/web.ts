import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { generateInParallel } from '../localstack/embedded/generate/generate-in-parallel.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { openEngine, type Session } from '../lambdas/shared/duckdb.ts';
import { loadCatalog, tableNamed } from '../lambdas/shared/schema/catalog.ts';
import { Inputs } from '../lambdas/shared/slices/inputs.ts';
import { Ledger } from '../lambdas/shared/slices/ledger.ts';
import { runTableStep } from '../localstack/embedded/run/table-steps.ts';
import { Listings } from '../lambdas/shared/slices/listings.ts';
import { NamedSessions } from '../lambdas/transform/named-sessions.ts';
import { TransformStep } from '../lambdas/transform/transform.ts';
import { newSecret, pseudonymKey } from '../lambdas/transform/pseudonyms.ts';
import { line, megabytes, perSecond, seconds, timed } from './measure.ts';
import { defaultProfile } from '../lambdas/shared/shop/profile.ts';
import { profileInputs } from '../lambdas/shared/slices/profile-inputs.ts';

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

/** The same raw objects merely read, and read and written without a single rule. */
async function floors(
  session: Session,
  glob: string,
  scratch: string,
): Promise<{ read: number; safe: number; written: number }> {
  const read = await timed(() =>
    session.run(`SELECT count(COLUMNS(*)) FROM read_json('${glob}', ignore_errors = true)`),
  );
  const structure = JSON.stringify({
    event_id: 'VARCHAR',
    event_name: 'VARCHAR',
    event_time: 'VARCHAR',
    received_at: 'VARCHAR',
    visitor_id: 'VARCHAR',
    customer_id: 'VARCHAR',
    user_agent: 'VARCHAR',
    ip: 'VARCHAR',
    screen: 'VARCHAR',
    language: 'VARCHAR',
    page: { url: 'VARCHAR', referrer: 'VARCHAR', title: 'VARCHAR' },
    consent: { analytics: 'VARCHAR', ads: 'VARCHAR' },
    ecommerce: {
      transaction_id: 'VARCHAR',
      value: 'VARCHAR',
      currency: 'VARCHAR',
      coupon: 'VARCHAR',
      items: 'VARCHAR',
    },
  });
  const fields = `SELECT * EXCLUDE (page, consent, ecommerce), unnest(page), unnest(consent), unnest(ecommerce) FROM (
    SELECT unnest(from_json(line, '${structure}')) FROM read_csv('${glob}', columns = {'line': 'VARCHAR'}, delim = chr(1), quote = '', escape = '', header = false, strict_mode = false,
      auto_detect = false, max_line_size = 2097152) WHERE json_valid(line))`;
  const safe = await timed(() => session.run(`SELECT count(COLUMNS(*)) FROM (${fields})`));
  const written = await timed(() =>
    session.run(
      `COPY (${fields} ORDER BY event_time, event_id) TO '${join(scratch, 'floor.parquet')}' (FORMAT parquet, COMPRESSION zstd)`,
    ),
  );
  return { read: read.seconds, safe: safe.seconds, written: written.seconds };
}

/** The web transform over some days of a million events each. @returns seconds an event */
export async function benchTransform(root: string, days: readonly string[]): Promise<number> {
  const scratch = join(root, 'scratch');
  const lake = filesLake(root);
  const catalog = loadCatalog();
  const [from = '', to = ''] = [days[0], days.at(-1)];
  rmSync(join(root, 'curated'), { recursive: true, force: true });
  rmSync(join(root, 'ops'), { recursive: true, force: true });
  mkdirSync(join(scratch, 'spill'), { recursive: true });
  const engine = await openEngine({ threads: 2, memoryMb: 900, spill: join(scratch, 'spill') });
  const session = await engine.connect();
  const ledger = await Ledger.open(lake, catalog, session, scratch);
  const key = pseudonymKey(newSecret());
  const context = {
    profile: defaultProfile,
    lake,
    catalog,
    sessions: new NamedSessions(engine, defaultProfile, key),
    ledger,
    listings: new Listings(lake),
    inputs: new Inputs(lake, profileInputs(defaultProfile)),
    key,
    scratch,
    workers: 2,
    days: { from, to },
  };
  const done = await timed(() => runTableStep(context, new TransformStep(context, tableNamed(catalog, 'web_events'))));
  const events = done.result.built.reduce((sum, slice) => sum + slice.rowsIn, 0);
  const bytes = done.result.built.reduce((sum, slice) => sum + slice.bytesOut, 0);
  process.stdout.write(
    `\nWeb transform, ${events.toLocaleString('en-GB')} events of ${days.length === 1 ? 'one day' : `${days.length} days`}, two threads\n`,
  );
  line(
    'raw objects → one sorted Parquet object a day',
    perSecond(events, done.seconds),
    `${seconds(done.seconds)}, ${((done.cpuSeconds / events) * 1e6).toFixed(1)} CPU-µs an event, ${megabytes(bytes)} out`,
  );
  line('peak memory of this process', megabytes(process.resourceUsage().maxRSS * 1024));
  if (days.length === 1) {
    const floor = await floors(session, `${root}/raw/web/events/dt=${from}/*.gz`, scratch);
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
  session.close();
  engine.close();
  rmSync(scratch, { recursive: true, force: true });
  return done.seconds / events;
}
