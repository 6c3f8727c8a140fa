/**
 * Fetches the releases of Trino that the proofs ask, so that CI waits for none of them; where one cannot be had, the
 * proof that needs it says so.
 */
import { newest, obtain } from '../../localstack/trino/release.ts';
import { assemble } from './engine-435.ts';

await Promise.allSettled([obtain(), obtain(process.env, newest), assemble()]);
