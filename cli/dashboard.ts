import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command } from 'commander';
import type { Lake } from '../lambdas/shared/ports/lake.ts';
import type { LiveFeed } from '../localstack/embedded/dashboard/live-feed.ts';
import { dashboardPages } from '../localstack/embedded/dashboard/pages.ts';
import {
  localServer,
  type LocalAnswer,
  type LocalRequest,
  textAnswer,
} from '../localstack/embedded/http/local-server.ts';
import { codeOf } from '../localstack/embedded/lake/errors.ts';
import { readerProcess } from '../localstack/embedded/reader/reader-process.ts';
import { bucketOf, existingLake, lakeOption, UsageError } from './context.ts';
import { helpText } from './help-text.ts';
import { untilInterrupted } from './interrupted.ts';
import { defaultMemoryMb, memoryArgument } from './limits.ts';
import { openLake } from './open-lake.ts';
import { portArgument } from './port-argument.ts';
import { runPipeline } from './run.ts';
import { say } from './say.ts';

/** The dashboard of a lake, for a server that shows other things, too. */
export interface OpenDashboard {
  readonly pages: (request: LocalRequest) => Promise<LocalAnswer | undefined>;
  close(): Promise<void>;
}

/**
 * Builds the dashboard where its sources changed, and starts what answers its queries.
 * @param memoryMb for all queries together
 */
export async function openDashboard(
  lake: Lake,
  { memoryMb = defaultMemoryMb(), feed }: { readonly memoryMb?: number; readonly feed?: LiveFeed } = {},
): Promise<OpenDashboard> {
  const { buildDashboard } = await import('../dashboard/build.ts');
  const built = await buildDashboard();
  const reader = readerProcess({ lake: lake.location, withholdsPersons: false, memoryMb });
  const pages = await dashboardPages({ lake, built, reader, ...(feed && { feed }) });
  return { pages, close: () => reader.close() };
}

/** Has the system open a page in the browser that a person uses; who has none sees the address anyway. */
export function openInBrowser(url: string): void {
  const [command = '', ...args] = {
    darwin: ['open', url],
    win32: ['cmd', '/c', 'start', '', url],
  }[process.platform as string] ?? ['xdg-open', url];
  spawn(command, args, { stdio: 'ignore', detached: true })
    .once('error', () => say(`No browser could be opened: open ${url} yourself.`))
    .unref();
}

/** Beside the live loop's and the assistant's. */
const defaultDashboardPort = 8788;

interface Flags {
  readonly lake: string;
  readonly port: number;
  readonly memory?: number;
  readonly open?: boolean;
  readonly run: boolean;
}

/** `sillage dashboard`. */
export function dashboardCommand(): Command {
  return new Command('dashboard')
    .description('show the dashboard of the lake in a browser on this machine')
    .option('--port <n>', 'where to listen on this machine', portArgument, defaultDashboardPort)
    .option('--open', 'open it in the browser')
    .option('--no-run', 'show what is published, without bringing the lake up to date first')
    .option(
      '--memory <size>',
      "how much memory all queries of the pages together may take (default half of the machine's)",
      memoryArgument,
    )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
First the lake is brought up to date, and published where anything changed. A lake in a bucket is shown as it is
published. The server answers this machine alone, and only reads. "sillage up" shows the same dashboard beside the demo
shop, live.

Examples:
  sillage dashboard --open
  sillage dashboard --lake /data/shop --port 9000`),
    )
    .action(async ({ lake: address, port, memory, open, run: runs }: Flags) => {
      if (runs && bucketOf(address) === undefined && !(await runPipeline(existingLake(address))).ok)
        process.exitCode = 1;
      const lake = await openLake(address);
      const dashboard = await openDashboard(lake, memory === undefined ? {} : { memoryMb: memory });
      try {
        await untilInterrupted(async (signal) => {
          const server = await localServer({
            port,
            bodyBytes: 1_048_576,
            answer: async (request) =>
              request.url.pathname === '/'
                ? { status: 302, headers: { location: `/dashboard/${request.url.search}` }, body: '' }
                : ((await dashboard.pages(request)) ?? textAnswer(404, `There is nothing at ${request.url.pathname}.`)),
          }).catch((error: unknown) => {
            throw codeOf(error) === 'EADDRINUSE'
              ? new UsageError(`Port ${port} is taken. Choose another with --port.`)
              : error;
          });
          process.stdout.write(`Dashboard:     ${server.url}/dashboard/\nCtrl-C ends it.\n`);
          if (open) openInBrowser(`${server.url}/dashboard/`);
          if (!signal.aborted) await once(signal, 'abort');
          await server.close();
        });
      } finally {
        await dashboard.close();
      }
    });
}
