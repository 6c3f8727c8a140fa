import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { home } from '../../../lambdas/shared/home.ts';
import { visibleJson } from '../../../lambdas/shared/visible.ts';
import { demoShop } from '../../demo-shop/shop.ts';
import { filesLake } from '../lake/files-lake.ts';
import { startCollecting, type Collecting } from './collecting.ts';
import { startRefreshing } from './refreshing.ts';

export interface LiveOptions {
  readonly port: number;
  readonly origins: readonly string[];
  /** Hears of what went wrong and is tried again. */
  readonly onProblem: (error: unknown) => void;
  /** Hears how many events have landed since the last refresh, and how long that took, s. */
  readonly onRefreshed?: (refreshed: { readonly events: number; readonly seconds: number }) => void;
}

/**
 * Runs the pipeline in a process of its own: planning a run would keep the collector's answers waiting. In a group of its own too, so that
 * a Ctrl-C ends it in order, not in the middle; over a channel, by which it knows when this process is no more. @returns the checks that do not hold, as lines
 */
async function runPipeline(root: string): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('bin/sillage.mjs', home)), 'run', '--json', '--no-publish', '--lake', root],
    { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  );
  let [said, summary] = ['', ''];
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    summary += text;
  });
  await once(child, 'close');
  // A run that has a summary has brought the lake up to date, whatever its checks found.
  if (summary !== '') return said.split('\n').filter((line) => line.startsWith('error: '));
  throw new Error(
    `A run ended with ${child.signalCode ?? child.exitCode}: ${said.trim().split('\n').slice(-3).join(' ')}`,
  );
}

/**
 * The live loop: takes events and the demo shop's orders, lands them, and after each landing brings up to date what depends on them.
 * @throws LockHeld where another process does so already @throws Error where the port is taken
 */
export async function startLive(
  root: string,
  { port, origins, onProblem, onRefreshed }: LiveOptions,
): Promise<Collecting> {
  let events = 0;
  let broken = '';
  const refreshing = startRefreshing({
    async refresh() {
      const startedAt = performance.now();
      const taken = events;
      const checks = await runPipeline(root);
      // Told when others break, not after every refresh: how many rows a check looked at changes all the time.
      const names = checks.map((line) => line.split(' fails for ', 1)[0]).join('\n');
      if (names !== broken && names !== '') onProblem(new Error(checks.join('\n')));
      broken = names;
      events -= taken;
      onRefreshed?.({ events: taken, seconds: (performance.now() - startedAt) / 1000 });
    },
    onProblem,
    sleep: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
  });
  const shop = await demoShop({ lake: filesLake(root) });
  const collecting = await startCollecting(root, {
    port,
    origins,
    onProblem,
    async pages(request) {
      const answer = await shop(request);
      // An order of the demo shop is a raw object like any other.
      if (answer?.status === 201) refreshing.request();
      return answer;
    },
    onLanded(landed) {
      events += landed.events;
      refreshing.request();
    },
    log: (line) => process.stderr.write(`${visibleJson(line)}\n`),
  });
  return {
    ...collecting,
    async close() {
      await collecting.close();
      await refreshing.stop();
    },
  };
}
