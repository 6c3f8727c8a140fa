/** Lambda: mails the report of the week, started by a schedule. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import middy from '@middy/core';
import * as z from 'zod';
import { languages } from '../../dashboard/language/language.ts';
import { athenaWarehouse } from '../shared/aws/athena-warehouse.ts';
import { mailWeek } from './weekly.ts';

const Environment = z.object({
  WORKGROUP: z.string().min(1),
  DATABASE: z.string().min(1),
  TIME_ZONE: z.string().min(1),
  LANGUAGE: z.enum(languages),
  MAIL_FROM: z.string().min(1),
  MAIL_TO: z.string().transform((text) => text.split(',')),
});

const logger = new Logger({ serviceName: 'sillage-report' });

export const handler = middy(async () => {
  const { WORKGROUP, DATABASE, TIME_ZONE, LANGUAGE, MAIL_FROM, MAIL_TO } = Environment.parse(process.env);
  const mail = new SESv2Client({});
  const warehouse = athenaWarehouse({
    workgroup: WORKGROUP,
    database: DATABASE,
    onWarning: (line) => logger.warn(line),
  });
  try {
    await mailWeek({
      warehouse,
      now: new Date(),
      timeZone: TIME_ZONE,
      language: LANGUAGE,
      from: MAIL_FROM,
      to: MAIL_TO,
      send: (input) => mail.send(new SendEmailCommand(input)),
    });
    logger.info('The report was sent.', { recipients: MAIL_TO.length });
  } finally {
    await warehouse.close();
  }
}).use(injectLambdaContext(logger, { resetKeys: true }));
