/** Lambda: answers what the dashboard asks of the lake itself, behind CloudFront and its sign-in. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { athenaWarehouse } from '../shared/aws/athena-warehouse.ts';
import { loadCatalog } from '../shared/schema/catalog.ts';
import { admissionOf, askable } from './admission.ts';
import { ask, type AskSetup } from './ask.ts';
import { describedTables } from './described-tables.ts';

const Environment = z.object({
  WORKGROUP: z.string().min(1),
  DATABASE: z.string().min(1),
  AWS_REGION: z.string().min(1),
});

const logger = new Logger({ serviceName: 'sillage-ask' });

/** Results of equal queries are used again for so long: the lake is built every few minutes. */
const reuseMinutes = 5;

function composed(): AskSetup {
  const { WORKGROUP: workgroup, DATABASE: database, AWS_REGION: region } = Environment.parse(process.env);
  const catalog = loadCatalog();
  let last: string | undefined;
  const warehouse = athenaWarehouse({
    workgroup,
    database,
    reuseMinutes,
    onCost(cost) {
      last = cost.queryId;
      // Who pays sees what is paid for; the text stays in Athena's history, and may name what nobody should read here.
      logger.info('A query was answered.', { ...cost });
    },
    onWarning: (line) => logger.warn(line),
  });
  return {
    admit: admissionOf(catalog),
    warehouse: { stream: (sql, options) => warehouse.stream(sql, options), lastQuery: () => last },
    tables: describedTables(askable(catalog), { withholdsPersons: false }),
    region,
  };
}

/** One for the life of the process: a Lambda answers one request at a time, and keeps connections between them. */
let setup: AskSetup | undefined;

export const handler = middy(async (event: APIGatewayProxyEventV2) => {
  setup ??= composed();
  return ask(setup, event);
}).use(injectLambdaContext(logger, { resetKeys: true }));
