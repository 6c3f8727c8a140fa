/**
 * `npm run bench`: the figures of docs/benchmarks.md, each beside a floor measured in the same run. `-- --large` adds
 * ten million events.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { benchAttribution } from './attribution.ts';
import { line, megabytes } from './measure.ts';
import { benchDashboard } from './dashboard.ts';
import { benchCollect } from './collect.ts';
import { benchGate } from './gate.ts';
import { benchImport } from './import.ts';
import { benchModels } from './models.ts';
import { benchStart } from './start.ts';
import { benchLive, benchStream } from './stream.ts';
import { benchGenerator, benchTransform } from './web.ts';

const large = process.argv.includes('--large');
const folder = mkdtempSync(join(tmpdir(), 'sillage-bench-'));
process.stdout.write(
  `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${megabytes(totalmem())}, Node ${process.versions.node}, load ${loadavg()[0]?.toFixed(1)}\n`,
);
try {
  benchAttribution();
  benchGate();
  const days = Array.from({ length: large ? 10 : 1 }, (_, i) => `2025-06-${String(i + 1).padStart(2, '0')}`);
  await benchGenerator(join(folder, 'web'), days.length);
  const one = benchTransform(join(folder, 'web'), days.slice(0, 1));
  if (large) {
    const ten = benchTransform(join(folder, 'web'), days);
    line('time an event, ten days beside one', (ten / one).toFixed(2), 'target at most 1.3; memory under 3 GB');
    await benchModels(join(folder, 'models'));
  }
  await benchStart(join(folder, 'start'));
  await benchDashboard(join(folder, 'start'));
  await benchLive(join(folder, 'start'), join(folder, 'live'));
  await benchImport(join(folder, 'import'));
  await benchStream(join(folder, 'stream'));
  await benchCollect(join(folder, 'collect'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
