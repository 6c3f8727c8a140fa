/** The demo shop's till: numbers the orders, and writes them into the lake as Shopify exports them. */
import { randomBytes } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { parisSeconds } from '../../lambdas/generate/market/calendar.ts';
import { ObjectNotFound, PreconditionFailed } from '../../lambdas/shared/ports/lake.ts';
import type { Lake } from '../../lambdas/shared/ports/lake.ts';
import { promotionCode } from './codes.ts';
import { OrderRequest, customerIdOf, customerResource, orderResource, priced } from './orders.ts';

/** What the shop's page needs to know of an order that was placed. */
export interface PlacedOrder {
  /** The order's number: the `transaction_id` of its purchase event. */
  readonly transaction_id: string;
  /** Shopify's customer id, for `sillage('identify', …)`: it joins the buyer's visits to the order. */
  readonly customer_id: string;
  /** What was paid, EUR, VAT and shipping included. */
  readonly value: number;
}

export interface Till {
  /**
   * Places an order: one JSON line each for itself, `raw/crm/orders/dt=<UTC day>/demo-<number>.jsonl.gz`, and for its
   * customer, `raw/crm/customers/dt=<UTC day>/demo-<number>-of-<customer id>.jsonl.gz`. An order that cannot be written
   * leaves neither.
   * @throws z.ZodError @throws UnknownProduct @throws UnknownCode @throws LakeUnavailable
   */
  place(input: unknown, now: number): Promise<PlacedOrder>;
}

interface Account {
  /**
   * When the first order was placed; it stands in the line under `firstKey`, and is read from there when it is asked
   * for.
   */
  since?: string;
  readonly firstKey: string | undefined;
  orders: number;
}

/** What the shop's own exports say of its customers and its numbers. */
interface Books {
  /** What makes customer ids that tell nobody's address. */
  readonly secret: string;
  lastNumber: number;
  readonly accounts: Map<number, Account>;
}

const ordered = /\/demo-(?<number>\d+)-of-(?<customer>\d+)\.jsonl\.gz$/;

/** Beside the simulated market's truth, which nothing of the pipeline reads. */
const secretKey = 'truth/demo-shop.json';
const Secret = z.object({ customer_ids: z.string().min(32) });

/** The shop's secret, made with its first order. */
async function secretOf(lake: Lake): Promise<string> {
  try {
    await lake.put(secretKey, JSON.stringify({ customer_ids: randomBytes(32).toString('hex') }), {
      contentType: 'application/json',
      ifAbsent: true,
    });
  } catch (error) {
    if (!(error instanceof PreconditionFailed)) throw error;
  }
  return Secret.parse(JSON.parse((await lake.get(secretKey)).toString())).customer_ids;
}

async function readBooks(lake: Lake): Promise<Books> {
  const books: Books = { secret: await secretOf(lake), lastNumber: 0, accounts: new Map() };
  for await (const { key } of lake.list('raw/crm/customers/')) {
    const named = ordered.exec(key)?.groups;
    if (named === undefined) continue;
    const customer = Number(named['customer']);
    books.lastNumber = Math.max(books.lastNumber, Number(named['number']));
    const account = books.accounts.get(customer);
    if (account === undefined) books.accounts.set(customer, { firstKey: key, orders: 1 });
    else account.orders += 1;
  }
  return books;
}

const Line = z.object({ created_at: z.string() });

/** @returns undefined where the line is no longer there */
async function sinceOf(lake: Lake, key: string): Promise<string | undefined> {
  try {
    return Line.parse(JSON.parse(gunzipSync(await lake.get(key)).toString())).created_at;
  } catch (error) {
    if (error instanceof ObjectNotFound) return undefined;
    throw new Error(`${key} does not tell since when its customer is one: restore it from a copy, or delete it.`, {
      cause: error,
    });
  }
}

async function putLine(lake: Lake, key: string, resource: object): Promise<void> {
  await lake.put(key, gzipSync(`${JSON.stringify(resource)}\n`), {
    contentType: 'application/gzip',
    metadata: { rows: '1', producer: 'demo-shop' },
    ifAbsent: true,
  });
}

/**
 * The till of the shop whose lake this is. Its books are read once, with the first order, and kept in memory: an order
 * costs the same however many there are.
 */
export function openTill(lake: Lake): Till {
  let reading: Promise<Books> | undefined;

  async function opened(): Promise<Books> {
    reading ??= readBooks(lake);
    try {
      return await reading;
    } catch (error) {
      reading = undefined;
      throw error;
    }
  }

  /** Writes both lines, or none. */
  async function write(customerKey: string, customer: object, orderKey: string, order: object): Promise<void> {
    // The customer first: one without an order is nothing, an order without its customer would have no visits.
    await putLine(lake, customerKey, customer);
    try {
      await putLine(lake, orderKey, order);
    } catch (error) {
      // Where even that fails, what is left is a customer without this order.
      await lake.delete(customerKey).catch(() => undefined);
      throw error;
    }
  }

  return {
    async place(input, now) {
      const request = OrderRequest.parse(input);
      const promotion = request.code ? await promotionCode(lake, request.code, now) : undefined;
      const lines = priced(request, promotion?.percentOff ?? 0);
      const books = await opened();
      const customer = customerIdOf(request.email, books.secret);
      const account = books.accounts.get(customer) ?? { firstKey: undefined, orders: 0 };
      books.accounts.set(customer, account);
      account.orders += 1;
      try {
        account.since ??=
          (account.firstKey === undefined ? undefined : await sinceOf(lake, account.firstKey)) ?? parisSeconds(now);
        const { since, orders } = account;
        const day = `dt=${new Date(now).toISOString().slice(0, 10)}`;
        for (;;) {
          // Seconds since 1970: far beyond the simulated shop's numbers. Who is second within a second takes the next
          // one.
          const number = Math.max(Math.floor(now / 1000), books.lastNumber + 1);
          books.lastNumber = number;
          const { resource, totalCents } = orderResource(request, customer, number, { lines, promotion }, now);
          try {
            await write(
              `raw/crm/customers/${day}/demo-${number}-of-${customer}.jsonl.gz`,
              customerResource(request, customer, number, { since, orders }, now),
              `raw/crm/orders/${day}/demo-${number}.jsonl.gz`,
              resource,
            );
            return { transaction_id: String(number), customer_id: String(customer), value: totalCents / 100 };
          } catch (error) {
            // Another shop of the same lake has the number.
            if (!(error instanceof PreconditionFailed)) throw error;
          }
        }
      } catch (error) {
        account.orders -= 1;
        if (account.orders === 0) books.accounts.delete(customer);
        throw error;
      }
    },
  };
}
