import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { command, line, megabytes, seconds } from './measure.ts';

/** All models, checks and published views of 90 days of all sources with ten million events, and one day more. */
export async function benchModels(lake: string): Promise<void> {
  const generate = async (from: string, to: string) =>
    command('generate', 'all', '--lake', lake, '--start-date', from, '--end-date', to, '--events-per-day', '111200');
  await generate('2025-01-01', '2025-03-31');
  await command('run', '--lake', lake);
  rmSync(join(lake, 'marts'), { recursive: true });
  const again = await command('run', '--lake', lake);
  await generate('2025-04-01', '2025-04-01');
  const day = await command('run', '--lake', lake);
  process.stdout.write('\nmodels and views, 90 days × 111,200 events, all sources\n');
  line(
    'all of them again, checked and published',
    seconds(again.seconds),
    `peak ${megabytes(again.peak)}; target 60 s`,
  );
  line('one new day, from its raw objects on', seconds(day.seconds), `peak ${megabytes(day.peak)}; target 5 s`);
}
