import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { Origins } from '../lambdas/collect/origins.ts';
import { allSources } from '../lambdas/generate/generate.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visible } from '../lambdas/shared/visible.ts';
import { codeOf, explain } from '../localstack/embedded/lake/errors.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { LockHeld } from '../localstack/embedded/lake/lock.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { firstMarket, folderOf, hasRaw, isBuilt, lakeFlag, lakeOption, UsageError } from './context.ts';
import { generateDays } from './generate.ts';
import { untilInterrupted } from './interrupted.ts';
import { portArgument } from './port-argument.ts';
import { roiReport } from './roi-report.ts';
import { runPipeline } from './run.ts';
import { say } from './say.ts';
import { defaultPort } from './stream-options.ts';

interface Flags {
  readonly lake: string;
  readonly serve: boolean;
  readonly port: number;
  readonly origin: readonly string[];
}

function originArgument(text: string, before: readonly string[]): string[] {
  const parsed = Origins.safeParse(text);
  if (!parsed.success)
    throw new UsageError(
      `--origin ${text} is no origin: write a scheme and a host, such as https://www.shop.example, without a path.`,
    );
  return [...before, ...parsed.data];
}

/** The folder of a lake, made where it is not there. */
function lakeFolder(path: string): string {
  const root = folderOf(path);
  try {
    mkdirSync(root, { recursive: true });
  } catch (error) {
    throw explain(root, error);
  }
  return root;
}

/** Waits for another run to end, such as that of a "sillage up" which was killed a moment ago, and then runs: who serves is not in a hurry. */
async function runInTurn(root: string): Promise<{ ok: boolean }> {
  for (let told = 0; ;) {
    try {
      return await runPipeline(root);
    } catch (error) {
      // Whether a process of another machine still runs cannot be known: a person must look.
      if (!(error instanceof LockHeld) || error.isElsewhere) throw error;
      if (error.pid !== told)
        process.stderr.write(`Process ${error.pid} is bringing this lake up to date: waiting for it to end\n`);
      told = error.pid;
      await pause(200);
    }
  }
}

/** Takes events and keeps the lake up to date until it is interrupted. */
async function serve(root: string, { port, origin }: Flags): Promise<void> {
  const { startLive } = await import('../localstack/embedded/live/live.ts');
  await untilInterrupted(async (signal) => {
    const live = await startLive(root, {
      port,
      origins: origin,
      onProblem: (error) => say(error instanceof Error ? error.message : String(error)),
      onRefreshed: ({ events, seconds }) =>
        say(
          `${events === 0 ? 'new objects' : `${events.toLocaleString('en-GB')} events`} from raw to ROI in ${seconds.toFixed(1)} s`,
        ),
    }).catch((error: unknown) => {
      throw codeOf(error) === 'EADDRINUSE'
        ? new UsageError(`Port ${port} is taken. Choose another with --port, or end after the table with --no-serve.`)
        : error;
    });
    process.stdout.write(`
Demo shop:     ${live.url}/shop/
Events:        POST ${live.url}/collect, or: npx sillage generate web --mode stream${port === defaultPort ? '' : ` --url ${live.url}/collect`}
Ctrl-C ends it; what was taken is landed first.
`);
    if (!signal.aborted) await once(signal, 'abort');
    say('ending: landing what was taken');
    await live.close();
  });
}

/** `sillage up`, what `npm start` runs. */
export function upCommand(): Command {
  return new Command('up')
    .description('make a working lake, bring it up to date, show what every euro brought back, and take live events')
    .option('--no-serve', 'stop after the ROI table: no collector, no demo shop')
    .option('--port <n>', 'where to listen on this machine', portArgument, defaultPort)
    .option(
      '--origin <origin>',
      'a shop whose pages may send events, https://www.shop.example; may be repeated',
      originArgument,
      [],
    )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      `
A folder without a lake gets 90 days of a simulated market (${firstMarket.from} to ${firstMarket.to}, 5,000 web events a day).
A lake that has raw objects, generated or your own, is only brought up to date. Then the command starts a collector and a demo
shop: "sillage query" sees the events that they send some seconds later.

Examples:
  sillage up
  sillage up --no-serve --lake /data/shop
  sillage up --port 9000 --origin https://www.shop.example`,
    )
    .action(async (flags: Flags, command: Command) => {
      const unused = (['port', 'origin'] as const).find((name) => command.getOptionValueSource(name) === 'cli');
      if (!flags.serve && unused !== undefined)
        throw new UsageError(`--${unused} says where to serve, and --no-serve that nothing is served: leave one out.`);
      const root = lakeFolder(flags.lake);
      if (!hasRaw(root) && !isBuilt(root))
        await generateDays(filesLake(root), allSources, firstMarket.from, firstMarket.to, {});
      const { ok } = await (flags.serve ? runInTurn(root) : runPipeline(root));
      if (!ok) process.exitCode = 1;
      process.stdout.write(`\n${await withWarehouse(filesLake(root), loadCatalog(), roiReport)}\n`);
      process.stdout.write(
        `Ask your own:  npx sillage query${visible(lakeFlag(root))} "SELECT * FROM roi_by_influencer ORDER BY roi DESC LIMIT 5"\nAll commands:  npx sillage --help\n`,
      );
      if (flags.serve) await serve(root, flags);
    });
}
