import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { home } from '../../../lambdas/shared/home.ts';
import { visibleJson } from '../../../lambdas/shared/visible.ts';
import { demoShop } from '../../demo-shop/shop.ts';
import type { LiveFeed, SeenEvent } from '../dashboard/live-feed.ts';
import { secretsIn } from '../../../lambdas/webhook/secrets.ts';
import { ordersHere, type CollectorServerOptions } from '../http/collector.ts';
import type { LocalAnswer } from '../http/local-server.ts';
import { filesLake } from '../lake/files-lake.ts';
import { startCollecting, type Collecting } from './collecting.ts';
import { publishingMsOf, publishingPace } from './publishing-pace.ts';
import { startRefreshing } from './refreshing.ts';

export interface LiveOptions {
  readonly port: number;
  readonly origins: readonly string[];
  /** Hears of what went wrong and is tried again. */
  readonly onProblem: (error: unknown) => void;
  /** Hears how many events have landed since the last refresh, and how long that took, s. */
  readonly onRefreshed?: (refreshed: { readonly events: number; readonly seconds: number }) => void;
  /** Answers before the shop does: the dashboard. */
  readonly pages?: CollectorServerOptions['pages'];
  /** Hears of all that happens. */
  readonly feed?: LiveFeed;
}

/**
 * Runs the pipeline in a process of its own: planning a run would keep the collector's answers waiting. In a group of
 * its own too, so that a Ctrl-C ends it in order, not in the middle; over a channel, by which it knows when this
 * process is no more. @returns the checks that do not hold, as lines, and how long it published, ms
 */
async function runPipeline(root: string, publishes: boolean) {
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('bin/sillage.mjs', home)),
      'run',
      '--json',
      ...(publishes ? [] : ['--no-publish']),
      '--lake',
      root,
    ],
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
  if (summary !== '')
    return {
      checks: said.split('\n').filter((line) => line.startsWith('error: ')),
      publishingMs: publishingMsOf(summary),
    };
  throw new Error(
    `A run ended with ${child.signalCode ?? child.exitCode}: ${said.trim().split('\n').slice(-3).join(' ')}`,
  );
}

const Placed = z.object({ transaction_id: z.string(), value: z.number() });

/** The order that the shop has just answered with. */
function placedIn({ body }: LocalAnswer): { readonly order: string; readonly value: number } {
  if (typeof body !== 'string') throw new TypeError('The shop answers an order with JSON.');
  const { transaction_id: order, value } = Placed.parse(JSON.parse(body));
  return { order, value };
}

/**
 * The live loop: takes events and the demo shop's orders, lands them, and after each landing brings up to date what
 * depends on them.
 * @throws LockHeld where another process does so already @throws Error where the port is taken
 */
export async function startLive(
  root: string,
  { port, origins, onProblem, onRefreshed, pages, feed }: LiveOptions,
): Promise<Collecting> {
  let events = 0;
  let broken = '';
  const now = () => new Date().toISOString();
  const pace = publishingPace({
    clock: () => performance.now(),
    later(ms, call) {
      const timer = setTimeout(call, ms).unref();
      return () => clearTimeout(timer);
    },
    request: () => refreshing.request(),
  });
  const refreshing = startRefreshing({
    async refresh() {
      const startedAt = performance.now();
      const taken = events;
      const publishes = pace.isDue();
      const { checks, publishingMs } = await runPipeline(root, publishes);
      // Told when others break, not after every refresh: how many rows a check looked at changes all the time.
      const names = checks.map((line) => line.split(' fails for ', 1)[0]).join('\n');
      if (names !== broken && names !== '') onProblem(new Error(checks.join('\n')));
      broken = names;
      events -= taken;
      const ms = performance.now() - startedAt;
      onRefreshed?.({ events: taken, seconds: ms / 1000 });
      feed?.tell({ kind: 'refreshed', at: now(), events: taken, seconds: ms / 1000 });
      if (publishes) {
        pace.published(publishingMs);
        feed?.tell({ kind: 'published', at: now() });
      } else pace.leftBehind();
    },
    onProblem,
    sleep: (ms, signal) => pause(ms, undefined, { signal }).catch(() => undefined),
  });
  const lake = filesLake(root);
  const shop = await demoShop({ lake });
  const collecting = await startCollecting(root, {
    port,
    origins,
    onProblem,
    orders: ordersHere({ lake, clock: Date.now, secretOf: secretsIn(process.env) }, () => refreshing.request()),
    async pages(request) {
      const answer = (await pages?.(request)) ?? (await shop(request));
      // An order of the demo shop is a raw object like any other.
      if (answer?.status === 201) {
        refreshing.request();
        feed?.tell({ kind: 'order', at: now(), ...placedIn(answer) });
      }
      return answer;
    },
    ...(feed && { onEvent: (event: SeenEvent) => feed.tell({ kind: 'event', ...event }) }),
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
      pace.stop();
      await refreshing.stop();
    },
  };
}
