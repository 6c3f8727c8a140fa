/** Lambda: takes the tracker's events from API Gateway into the stream. */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { kinesisClient, kinesisStream } from '../shared/aws/kinesis-stream.ts';
import type { Collector } from './collect.ts';
import { collectFromGateway } from './gateway.ts';
import { Origins } from './origins.ts';

const Environment = z.object({ STREAM_NAME: z.string().min(1), SHOP_ORIGINS: Origins });

/** One for the life of the process: its connections stay open between invocations. */
let collector: Collector | undefined;

function composed(): Collector {
  const { STREAM_NAME, SHOP_ORIGINS } = Environment.parse(process.env);
  // A browser waits for the answer, and keeps its events where there is none in time.
  const client = kinesisClient(process.env, { maxAttempts: 2, requestTimeout: 1500 });
  return { stream: kinesisStream({ name: STREAM_NAME, client }), clock: Date.now, origins: SHOP_ORIGINS };
}

export const handler = middy(async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  collector ??= composed();
  return collectFromGateway(collector, event);
});
