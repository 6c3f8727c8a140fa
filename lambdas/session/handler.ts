/** Lambda: signs people in and out of the dashboard, behind CloudFront. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import { CognitoJwtVerifier } from 'aws-jwt-verify';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod';
import { exchangeAt } from './exchange.ts';
import { session, type SessionSetup } from './session.ts';
import { signingKeyOf } from './signing-key.ts';

const Environment = z.object({
  SITE_HOST: z.string().min(1),
  SIGN_IN_HOST: z.string().min(1),
  CLIENT_ID: z.string().min(1),
  USER_POOL_ID: z.string().min(1),
  KEY_SECRET_ARN: z.string().min(1),
  KEY_IDS: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(z.record(z.string(), z.string())),
});

const logger = new Logger({ serviceName: 'sillage-session' });

function composed(): SessionSetup {
  const { SITE_HOST, SIGN_IN_HOST, CLIENT_ID, USER_POOL_ID, KEY_SECRET_ARN, KEY_IDS } = Environment.parse(process.env);
  const secrets = new SecretsManagerClient({});
  const verifier = CognitoJwtVerifier.create({ userPoolId: USER_POOL_ID, clientId: CLIENT_ID, tokenUse: 'id' });
  return {
    site: SITE_HOST,
    signIn: SIGN_IN_HOST,
    clientId: CLIENT_ID,
    exchange: exchangeAt(SIGN_IN_HOST, CLIENT_ID, fetch),
    verify: async (token) => {
      const { nonce, sub } = await verifier.verify(token);
      return { nonce, sub };
    },
    signingKey: signingKeyOf({
      ids: KEY_IDS,
      now: Date.now,
      read: async () =>
        (await secrets.send(new GetSecretValueCommand({ SecretId: KEY_SECRET_ARN }))).SecretString ?? '',
    }),
    now: Date.now,
    log: logger,
  };
}

/** One for the life of the process: keys and connections are kept between invocations. */
let setup: SessionSetup | undefined;

export const handler = middy(async (event: APIGatewayProxyEventV2) => {
  setup ??= composed();
  return session(setup, event);
}).use(injectLambdaContext(logger, { resetKeys: true }));
