import { spawnSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { cell } from '../cli/cell.ts';
import { command, line, megabytes, seconds } from './measure.ts';

const roi =
  "SELECT channel, sum(spend_eur), sum(net_revenue_eur) FROM roi_by_channel_daily WHERE attribution_model = 'last_non_direct' GROUP BY 1";

/** A newcomer's first minute: 90 days of all sources, then nothing new, then one late event, then a question. */
export async function benchStart(root: string): Promise<void> {
  // Named, so that figures of different days can be compared.
  const dates = ['--start-date', '2025-01-01', '--end-date', '2025-03-31'];
  const made = await command('generate', 'all', ...dates, '--lake', root);
  const first = await command('up', '--no-serve', '--lake', root);
  const second = await command('up', '--no-serve', '--lake', root);
  const lake = filesLake(root);
  const event = {
    event_id: '00000000-0000-4000-8000-000000000001',
    event_name: 'page_view',
    event_time: '2025-02-10T10:00:00.000Z',
    received_at: '2025-02-10T10:00:01.000Z',
    visitor_id: 'late',
    customer_id: null,
    page: { url: 'https://www.sillage-cosmetics.example/', referrer: '', title: 'Late' },
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:134.0) Gecko/20100101 Firefox/134.0',
    ip: '192.0.2.1',
    screen: '1x1',
    language: 'fr',
    consent: { analytics: true, ads: true },
    ecommerce: null,
  };
  await lake.put('raw/web/events/dt=2025-02-10/late.jsonl.gz', gzipSync(`${JSON.stringify(event)}\n`));
  const late = await command('run', '--lake', root);
  const { rows } = await withWarehouse(lake, loadCatalog(), (warehouse) =>
    warehouse.query(
      'SELECT table_name, count(*), min(slice), max(slice), max(reason) FROM pipeline_runs WHERE run_id = ' +
        '(SELECT max(run_id) FROM pipeline_runs) GROUP BY table_name ORDER BY 3, 1',
    ),
  );
  const answers: number[] = [];
  for (let i = 0; i < 5; i++) answers.push((await command('query', roi, '--lake', root)).seconds);
  const node = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  const nodeSeconds = (performance.now() - node) / 1000;
  process.stdout.write('\nnpm start -- --no-serve, 90 days × 5,000 events, all sources\n');
  line(
    'first run',
    seconds(made.seconds + first.seconds),
    `peak ${megabytes(Math.max(made.peak, first.peak))}; targets 60 s, 1.5 GB`,
  );
  line('second run, nothing new', seconds(second.seconds), 'target 3 s');
  line('run after one late event', seconds(late.seconds));
  for (const [table, count, from, to, reason] of rows)
    line(`  rebuilt ${cell(table)}`, `${cell(count)} slices`, `${cell(from)} to ${cell(to)}: ${cell(reason)}`);
  const median = answers.toSorted((a, b) => a - b)[2] ?? Number.NaN;
  line(
    'sillage query, ROI by channel, median of 5',
    seconds(median),
    `target 1 s; floor: node starts in ${seconds(nodeSeconds)}, ratio ${(nodeSeconds / median).toFixed(2)}`,
  );
}
