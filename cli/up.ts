import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { Command, Option } from 'commander';
import { Origins } from '../lambdas/collect/origins.ts';
import { allSources } from '../lambdas/generate/generate.ts';
import { readExperiments } from '../lambdas/shared/shop/profile.ts';
import { visible } from '../lambdas/shared/visible.ts';
import { liveFeed } from '../localstack/embedded/dashboard/live-feed.ts';
import { codeOf, explain } from '../localstack/embedded/lake/errors.ts';
import { filesLake } from '../localstack/embedded/lake/files-lake.ts';
import { noteServing, refuseServed } from '../localstack/embedded/live/serving.ts';
import { hasRaw, isBuilt, lakeFlag, lakeOption, lakeToBegin, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { keepReadings, readEach } from './read-experiments.ts';
import { generateDays } from './generate.ts';
import { demoHoldout } from './holdout-argument.ts';
import { untilInterrupted } from './interrupted.ts';
import { marketEnd, newMarket, yesterday } from './market-days.ts';
import { portArgument } from './port-argument.ts';
import { roiReportOf } from './roi-report.ts';
import { runPipeline } from './run.ts';
import { say } from './say.ts';
import { defaultPort } from './stream-options.ts';

interface Flags {
  readonly lake: string;
  readonly serve: boolean;
  readonly port: number;
  readonly origin: readonly string[];
  readonly open?: boolean;
}

function originArgument(text: string, before: readonly string[]): string[] {
  const parsed = Origins.safeParse(text);
  if (!parsed.success)
    throw new UsageError(
      `--origin ${text} is no origin: write a scheme and a host, such as https://www.shop.example, without a path.`,
    );
  return [...before, ...parsed.data];
}

/** The folder of a lake, made where it is not there: no simulated shop comes among files of another kind. */
function lakeFolder(path: string): string {
  const root = lakeToBegin(path);
  try {
    mkdirSync(root, { recursive: true });
  } catch (error) {
    throw explain(root, error);
  }
  return root;
}

/** Reads the experiments that a new market comes with, and keeps what they found, as its people would. */
async function readDemoExperiments(root: string): Promise<void> {
  const lake = filesLake(root);
  // That the lake's run made no checks is no news: the one that follows makes them.
  const readings = await readEach(lake, await readExperiments(lake), undefined, () => undefined);
  const found = readings.filter(({ reading }) => reading.incrementality.value !== null);
  await keepReadings(lake, root, found);
  for (const { experiment } of found)
    say(`read the experiment ${experiment.id}: sillage experiment read ${experiment.id}${visible(lakeFlag(root))}`);
}

/** The share of a new lake's time that its market takes, about; the rest is the pipeline's. */
const generating = 0.15;

/** Takes events and keeps the lake up to date until it is interrupted. */
async function serve(root: string, { port, origin, open }: Flags): Promise<void> {
  const { startLive } = await import('../localstack/embedded/live/live.ts');
  const { openDashboard, openInBrowser } = await import('./dashboard.ts');
  await untilInterrupted(async (signal) => {
    const feed = liveFeed();
    const dashboard = await openDashboard(filesLake(root), { feed });
    const live = await startLive(root, {
      port,
      origins: origin,
      pages: dashboard.pages,
      feed,
      onProblem: (error) => say(error instanceof Error ? error.message : String(error)),
      onRefreshed: ({ events, seconds }) =>
        say(
          `${events === 0 ? 'new objects' : `${events.toLocaleString('en-GB')} events`} from raw to ROI in ` +
            `${seconds.toFixed(1)} s`,
        ),
    }).catch(async (error: unknown) => {
      await dashboard.close();
      throw codeOf(error) === 'EADDRINUSE'
        ? new UsageError(`Port ${port} is taken. Choose another with --port, or end after the table with --no-serve.`)
        : error;
    });
    const forget = await noteServing(root, live.url);
    process.stdout.write(`
Dashboard:     ${live.url}/dashboard/
Demo shop:     ${live.url}/shop/
Events:        POST ${live.url}/collect, or: npx sillage generate web --mode stream${port === defaultPort ? '' : ` --url ${live.url}/collect`}
Ctrl-C ends it; what was taken is landed first.
`);
    if (open) openInBrowser(`${live.url}/dashboard/`);
    if (!signal.aborted) await once(signal, 'abort');
    say('ending: landing what was taken');
    await live.close();
    await dashboard.close();
    await forget();
  });
}

/** `sillage up`, what `npm start` runs. */
export function upCommand(): Command {
  return new Command('up')
    .description('make a working lake, bring it up to date, show what every euro brought back, and take live events')
    .option('--no-serve', 'stop after the ROI table: no collector, no demo shop, no dashboard')
    .option('--open', 'open the dashboard in the browser')
    .option('--port <n>', 'where to listen on this machine', portArgument, defaultPort)
    .addOption(
      new Option('--origin <origin>', 'a shop whose pages may send events, https://www.shop.example; may be repeated')
        .argParser(originArgument)
        .default([], 'none'),
    )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
A folder that is empty, or not there yet, gets 90 days of a simulated market (5,000 web events a day) that ends
yesterday; for other days, first run "sillage generate all --start-date … --end-date …". One that holds other files is
refused: for your own files see "sillage import --help". A lake that has raw objects, generated or your own, is
only brought up to date: no day is added to its market ("sillage generate all" does that). Then the command starts the
dashboard, a collector and a demo shop: "sillage query" sees the events that they send some seconds later.

Examples:
  sillage up
  sillage up --no-serve --lake /data/shop
  sillage up --port 9000 --origin https://www.shop.example`),
    )
    .action(async (flags: Flags, command: Command) => {
      const unused = (['port', 'origin', 'open'] as const).find((name) => command.getOptionValueSource(name) === 'cli');
      if (!flags.serve && unused !== undefined)
        throw new UsageError(`--${unused} says where to serve, and --no-serve that nothing is served: leave one out.`);
      const root = lakeFolder(flags.lake);
      if (flags.serve) refuseServed(root);
      const isNew = !hasRaw(root) && !isBuilt(root);
      const startedAt = performance.now();
      const days = newMarket();
      if (isNew)
        await generateDays(
          filesLake(root),
          allSources,
          days.from,
          days.to,
          { holdouts: [demoHoldout(days.to)] },
          {
            startedAt,
            from: 0,
            to: generating,
          },
        );
      if (isNew) {
        await runPipeline(root, { isFollowed: true, stretch: { startedAt, from: generating, to: 1 } });
        await readDemoExperiments(root);
      }
      const { ok } = await runPipeline(root);
      if (!ok) process.exitCode = 1;
      process.stdout.write(`\n${await roiReportOf(filesLake(root))}\n`);
      process.stdout.write(
        `Ask your own:  npx sillage query${visible(lakeFlag(root))} "SELECT * FROM roi_by_influencer ORDER BY ` +
          `roi DESC LIMIT 5"\nAll commands:  npx sillage --help\n`,
      );
      const end = await marketEnd(filesLake(root));
      if (end !== undefined && end < yesterday())
        process.stdout.write(
          `The simulated market ends on ${end}. To go on until yesterday: npx sillage generate ` +
            `all${visible(lakeFlag(root))}\n`,
        );
      if (flags.serve) await serve(root, flags);
    });
}
