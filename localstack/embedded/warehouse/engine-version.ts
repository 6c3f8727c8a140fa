import { version } from '@duckdb/node-api';
import { bareSql } from '../../../lambdas/shared/bare-sql.ts';
import { macrosText } from './sandbox.ts';

/** What the models run on: another release, or another meaning of a function, makes every slice of them stale. */
export const engineVersion = `DuckDB ${version()}\n${bareSql(macrosText)}`;
