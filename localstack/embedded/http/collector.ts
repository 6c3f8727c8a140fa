import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { bodyBytes } from '../../../lambdas/collect/body.ts';
import type { Collector } from '../../../lambdas/collect/collect.ts';
import { collectFromGateway, requestOf } from '../../../lambdas/collect/gateway.ts';
import { takeOrder, type OrderDoor } from '../../../lambdas/webhook/webhook.ts';
import { gatewayEvent } from './gateway-event.ts';
import {
  jsonAnswer,
  localServer,
  type LocalAnswer,
  type LocalRequest,
  type LocalServer,
  type LocalServerOptions,
  textAnswer,
} from './local-server.ts';
import { forgedInWords, isForged } from './same-origin.ts';

/** A request for a page. */
export type PageRequest = Pick<LocalRequest, 'method' | 'url' | 'headers' | 'body'>;

/** An answer that is there as a whole. */
export type PageAnswer = LocalAnswer & { readonly body: string | Uint8Array };

/** Answers with a shop's pages; undefined for what it does not have. */
export type Pages = (request: PageRequest) => Promise<PageAnswer | undefined>;

/** Answers what is sent to `/collect`. `origins`: those of the server's own pages. */
export type Collect = (
  request: IncomingMessage,
  url: URL,
  body: Buffer,
  origins: readonly string[],
) => Promise<LocalAnswer>;

/** Answers what is sent to `/webhooks/…`. */
export type Orders = (request: IncomingMessage, url: URL, body: Buffer) => Promise<LocalAnswer>;

export interface CollectorServerOptions extends Omit<LocalServerOptions, 'answer' | 'bodyBytes'> {
  readonly collect: Collect;
  /** Takes the orders of a shop's server, at `/webhooks/…`. */
  readonly orders?: Orders;
  /** Answers what is not the collector's; undefined for what it does not have. */
  readonly pages?: (request: LocalRequest) => Promise<LocalAnswer | undefined>;
}

const collectPath = '/collect';
const webhooksPath = '/webhooks/';

/**
 * Collects in this process, by the same handler that the Lambda runs. The server's own origins are added to the shop's.
 */
export function collectHere(collector: Collector): Collect {
  return async (request, url, bytes, origins) => {
    const own = { ...collector, origins: [...collector.origins, ...origins] };
    const event = gatewayEvent(request, url, bytes, own.clock());
    const { statusCode: status = 500, headers = {}, body = '' } = await collectFromGateway(own, event);
    return {
      status,
      headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
      body,
    };
  };
}

const Landed = z.object({ landed: z.literal(true) });

/** Takes orders in this process, by the same code that the Lambda runs. `onLanded` hears of each that is new. */
export function ordersHere(door: OrderDoor, onLanded: () => void): Orders {
  return async (request, url, bytes) => {
    const answer = await takeOrder(door, requestOf(gatewayEvent(request, url, bytes, door.clock())));
    if (Landed.safeParse(JSON.parse(answer.body)).success) onLanded();
    return answer;
  };
}

/**
 * The local counterpart of API Gateway: has `collect` answer requests to `/collect`, and asks `pages` for the rest.
 * Orders of a shop's server are signed. Where a tracker sends from another origin, as on AWS, `collect` looks at the
 * list of the shop's origins; what else changes something, such as the till, takes it from pages of this server alone.
 * @throws Error where the port is taken
 */
export function collectorServer({ collect, orders, pages, ...options }: CollectorServerOptions): Promise<LocalServer> {
  return localServer({
    ...options,
    bodyBytes,
    async answer(asked, origins) {
      const { request, url, body } = asked;
      if (url.pathname === collectPath) return collect(request, url, body, origins);
      if (orders && url.pathname.startsWith(webhooksPath)) return orders(request, url, body);
      // `collect` knows which shops' pages may send; whatever else changes something is for this server's own pages
      // alone.
      if (isForged(request)) return jsonAnswer({ error: forgedInWords }, 403);
      return (await pages?.(asked)) ?? textAnswer(404, `There is nothing at ${url.pathname}.`);
    },
  });
}
