import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { pseudonymKey, type PseudonymKey } from './pseudonyms.ts';

const environment = z.object({ PSEUDONYM_SECRET_ARN: z.string().min(1) });

/** One for the life of the process: the secret does not change while a lake stands. */
let known: Promise<PseudonymKey> | undefined;

async function read(): Promise<PseudonymKey> {
  const { PSEUDONYM_SECRET_ARN: id } = environment.parse(process.env);
  const { SecretString: secret } = await new SecretsManagerClient({}).send(new GetSecretValueCommand({ SecretId: id }));
  if (secret === undefined) throw new Error(`The secret ${id} has no text: put the pseudonym key into it.`);
  return pseudonymKey(secret);
}

/** The key of the lake's pseudonyms, from the stack's secret. @throws Error where it has none, or too short a one */
export function stackKey(): Promise<PseudonymKey> {
  known ??= read().catch((error: unknown) => {
    known = undefined;
    throw error;
  });
  return known;
}
