import { mkdirSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { Command } from 'commander';
import { SOURCES } from '../../lambdas/generate/generate.ts';
import { loadCatalog } from '../../lambdas/shared/schema/catalog.ts';
import { filesLake } from '../embedded/files-lake.ts';
import { withWarehouse } from '../embedded/lake-warehouse.ts';
import { firstMarket, hasRaw, lakeOption } from './context.ts';
import { generateDays } from './generate.ts';
import { roiReport } from './roi-report.ts';
import { runPipeline } from './run.ts';

/** `sillage up`, what `npm start` runs. */
export function upCommand(): Command {
  return new Command('up').description('make a working lake, bring it up to date and show what every euro brought back')
    .option('--no-serve', 'end after the table').addOption(lakeOption())
    .addHelpText('after', `
A folder without a lake gets 90 days of a simulated market (${firstMarket.from} to ${firstMarket.to}, 5,000 web events a day).
A lake that has raw objects, generated or your own, is only brought up to date.

Examples:
  sillage up
  sillage up --no-serve --lake /data/shop`)
    .action(async (flags: { lake: string }) => {
      const root = resolve(flags.lake);
      mkdirSync(root, { recursive: true });
      if (!hasRaw(root)) await generateDays(root, SOURCES, firstMarket.from, firstMarket.to, {});
      const { ok } = await runPipeline(root);
      if (!ok) process.exitCode = 1;
      process.stdout.write(`\n${await withWarehouse(filesLake(root), loadCatalog(), roiReport)}\n`);
      const folder = relative(process.cwd(), root);
      const option = folder === 'lake' ? '' : ` --lake ${folder}`;
      process.stdout.write(`Ask your own: npx sillage query${option} "SELECT * FROM roi_by_influencer ORDER BY roi DESC LIMIT 5"\nAll commands:  npx sillage --help\n`);
    });
}
