/**
 * The web transform over some days of a folder, `node --import tsx bench/web-run.ts FOLDER DAY…`, in a process of its own
 * so that the memory is its own. Prints one JSON object.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { runTableStep } from '../localstack/embedded/run/table-steps.ts';
import { openEngine, type Session } from '../lambdas/shared/duckdb.ts';
import { loadCatalog, tableNamed } from '../lambdas/shared/schema/catalog.ts';
import { defaultProfile } from '../lambdas/shared/shop/profile.ts';
import { Inputs } from '../lambdas/shared/slices/inputs.ts';
import { Ledger } from '../lambdas/shared/slices/ledger.ts';
import { Listings } from '../lambdas/shared/slices/listings.ts';
import { profileInputs } from '../lambdas/shared/slices/profile-inputs.ts';
import { NamedSessions } from '../lambdas/transform/named-sessions.ts';
import { newSecret, pseudonymKey } from '../lambdas/transform/pseudonyms.ts';
import { TransformStep } from '../lambdas/transform/transform.ts';
import { timed } from './measure.ts';

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
      `COPY (${fields} ORDER BY event_time, event_id) TO '${join(scratch, 'floor.parquet')}' (FORMAT parquet, ` +
        'COMPRESSION zstd)',
    ),
  );
  return { read: read.seconds, safe: safe.seconds, written: written.seconds };
}

const [root = '', ...days] = process.argv.slice(2);
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
const peak = process.resourceUsage().maxRSS * 1024;
const events = done.result.built.reduce((sum, slice) => sum + slice.rowsIn, 0);
const bytes = done.result.built.reduce((sum, slice) => sum + slice.bytesOut, 0);
const { seconds, cpuSeconds } = done;
const floor = days.length === 1 ? await floors(session, `${root}/raw/web/events/dt=${from}/*.gz`, scratch) : undefined;
process.stdout.write(JSON.stringify({ events, bytes, peak, seconds, cpuSeconds, floor }));
session.close();
engine.close();
rmSync(scratch, { recursive: true, force: true });
