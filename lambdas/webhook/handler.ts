/** Lambda: takes orders that a shop's server sends by webhook into the lake's bucket. */
import { MetricUnit, Metrics } from '@aws-lambda-powertools/metrics';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { requestOf, responseOf } from '../collect/gateway.ts';
import { s3Lake } from '../shared/aws/s3-lake.ts';
import { figureName, metricsNamespace } from '../shared/metrics-namespace.ts';
import { storedSecrets } from './secrets.ts';
import { takeOrder, type OrderDoor } from './webhook.ts';

const Environment = z.object({
  LAKE_BUCKET: z.string().min(1),
  /** By platform, the ARN of its secret: `{"shopify":"arn:…"}`. */
  WEBHOOK_SECRETS: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.object({ shopify: z.string().optional(), woocommerce: z.string().optional() })),
});

const metrics = new Metrics({
  namespace: metricsNamespace,
  serviceName: process.env['POWERTOOLS_SERVICE_NAME'] ?? 'sillage',
});

/** One for the life of the process: its connections stay open between invocations. */
let door: OrderDoor | undefined;

function composed(): OrderDoor {
  const { LAKE_BUCKET, WEBHOOK_SECRETS } = Environment.parse(process.env);
  const secrets = new SecretsManagerClient({});
  const { shopify, woocommerce } = WEBHOOK_SECRETS;
  return {
    lake: s3Lake({ bucket: LAKE_BUCKET }),
    clock: Date.now,
    secretOf: storedSecrets(
      { ...(shopify !== undefined && { shopify }), ...(woocommerce !== undefined && { woocommerce }) },
      async (id) => (await secrets.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? '',
      Date.now,
    ),
    // At once: an invocation without a figure would be warned of.
    onRefused: () => metrics.singleMetric().addMetric(figureName('ordersRefused'), MetricUnit.Count, 1),
  };
}

export const handler = middy(async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  door ??= composed();
  return responseOf(await takeOrder(door, requestOf(event)));
});
