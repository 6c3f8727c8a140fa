/** A demo shop with its collector in front of a stream in memory, and what became of the events. */
import type { BrowserContext, Page } from 'playwright-core';
import { z } from 'zod';
import { memoryLake } from '../../lambdas/shared/ports/memory-lake.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { memoryStream } from '../../lambdas/shared/ports/memory-stream.ts';
import type { Stream } from '../../lambdas/shared/ports/stream.ts';
import { SentEvent } from '../../lambdas/collect/event.ts';
import { unpacked } from '../../lambdas/land/aggregated.ts';
import { collectHere, collectorServer } from '../../localstack/embedded/http/collector.ts';
import { demoShop } from '../../localstack/demo-shop/shop.ts';

const StoredEvent = SentEvent.extend({
  received_at: z.string(),
  user_agent: z.string().nullable(),
  ip: z.string().nullable(),
});
export type StoredEvent = z.infer<typeof StoredEvent>;

export interface Stand {
  readonly url: string;
  readonly lake: Lake;
  /** All events of the stream, in the order in which they were put. */
  events(): readonly StoredEvent[];
  /** Resolves once the stream has an event that fits. */
  until(fits: (event: StoredEvent) => boolean): Promise<StoredEvent>;
  /** While it is true, every put fails. */
  setBroken(isBroken: boolean): void;
  close(): Promise<void>;
}

/** @param stream where the events go; one in memory unless given */
export async function openStand(
  stream: Stream = memoryStream({ shards: 2 }),
  lake: Lake = memoryLake(),
): Promise<Stand> {
  const seen: StoredEvent[] = [];
  const waiters = new Set<() => void>();
  let isBroken = false;
  const watched: Stream = {
    ...stream,
    async put(entries) {
      if (isBroken) return entries.map(() => ({ errorCode: 'InternalFailure', errorMessage: 'The test says so.' }));
      const outcomes = await stream.put(entries);
      for (const line of entries.flatMap(({ data }) => unpacked(Buffer.from(data))))
        seen.push(StoredEvent.parse(JSON.parse(line.toString())));
      for (const wake of waiters) wake();
      return outcomes;
    },
  };
  const server = await collectorServer({
    // A random number that makes the shortest waits: retries at once, and Retry-After of 2 s.
    collect: collectHere({ stream: watched, clock: Date.now, origins: [], random: () => 0, log: () => {} }),
    pages: await demoShop({ lake, log: () => {} }),
  });
  return {
    url: server.url,
    lake,
    events: () => seen,
    async until(fits) {
      for (;;) {
        const found = seen.find(fits);
        if (found) return found;
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiters.delete(wake);
            resolve();
          };
          waiters.add(wake);
        });
      }
    },
    setBroken(broken) {
      isBroken = broken;
    },
    close: () => server.close(),
  };
}

/** Opens a page of the shop and answers its banner. */
export async function visit(context: BrowserContext, address: string, consent?: 'given' | 'refused'): Promise<Page> {
  const page = await context.newPage();
  await page.goto(address);
  if (consent) await page.locator(`[data-consent=${consent}]`).click();
  return page;
}

/** Keys of the tracker in the page's storage, without the ids in them. */
export async function traces(page: Page): Promise<string[]> {
  const keys = await page.evaluate('Object.keys(localStorage)');
  return z
    .array(z.string())
    .parse(keys)
    .filter((key) => key.startsWith('sillage.'))
    .map((key) => key.split('.').slice(0, 2).join('.'))
    .sort();
}

/** Sends the order of what is in the basket. */
export async function fillOrder(page: Page): Promise<void> {
  await page.locator('.basket').click();
  await page.getByText('Commander', { exact: true }).click();
  for (const [name, value] of Object.entries({
    email: 'lea@mail.example',
    first_name: 'Léa',
    last_name: 'Martin',
    address1: '1 rue du Port',
    zip: '29200',
    city: 'Brest',
  })) {
    await page.locator(`[name=${name}]`).fill(value);
  }
  await page.getByText('Payer (pour de faux)').click();
}

/** Buys what is in the basket. @returns the order's number */
export async function buy(page: Page): Promise<string> {
  await fillOrder(page);
  return page.locator('#number').innerText();
}

/** Resolves once nothing waits in the page's storage any more. */
export async function untilSent(page: Page): Promise<void> {
  await page.waitForFunction('!Object.keys(localStorage).some((key) => key.startsWith("sillage.event."))');
}
