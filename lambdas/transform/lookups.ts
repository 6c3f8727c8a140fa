import { identifier, type Session } from '../shared/duckdb.ts';
import type { Table } from '../shared/schema/table.ts';
import { duckdbType } from '../shared/schema/types.ts';
import { readUserAgent } from '../shared/user-agents.ts';
import type { BatchContext } from './staging.ts';
import { helpers } from './described.ts';

/** `pseudonyms` and `user_agents`: what TypeScript knows of the values that stand in `staged`. */
export async function stageLookups(
  { session, key }: Pick<BatchContext, 'session' | 'key'>,
  table: Table,
): Promise<void> {
  await session.run('CREATE OR REPLACE TEMP TABLE pseudonyms (value VARCHAR, pseudonym VARCHAR)');
  const columns = table.columns.filter((column) => column.pseudonymise).map((column) => identifier(column.name));
  if (columns.length > 0) {
    const values = await distinct(
      session,
      `SELECT unnest([${columns.join(', ')}]) AS value FROM staged WHERE _reasons IS NULL`,
    );
    await append(
      session,
      'pseudonyms',
      values.flatMap((value) => (value === null ? [] : [[value, key.pseudonym(value)]])),
    );
  }
  const derived = table.columns.filter((column) => column.derive === 'user_agent');
  if (derived.length === 0) return;
  await session.run(
    `CREATE OR REPLACE TEMP TABLE user_agents (value VARCHAR, ${derived.map((c) => `${identifier(c.name)} ${duckdbType(c.type)}`).join(', ')})`,
  );
  const agents = await distinct(session, `SELECT ${helpers.userAgent} AS value FROM staged WHERE _reasons IS NULL`);
  await append(
    session,
    'user_agents',
    agents.map((agent) => {
      const read = new Map<string, string | boolean | null>(Object.entries(readUserAgent(agent)));
      return [agent, ...derived.map((column) => read.get(column.name) ?? null)];
    }),
  );
}

/** Takes away what `stageLookups` made: the session goes on to another table. */
export function dropLookups(session: Session): Promise<void> {
  return session.run('DROP TABLE pseudonyms; DROP TABLE IF EXISTS user_agents');
}

async function distinct(session: Session, select: string): Promise<(string | null)[]> {
  const rows = await session.rows(`SELECT DISTINCT value FROM (${select})`);
  return rows.map((row) => (typeof row['value'] === 'string' ? row['value'] : null));
}

async function append(
  session: Session,
  table: string,
  rows: readonly (readonly (string | boolean | null)[])[],
): Promise<void> {
  const appender = await session.connection.createAppender(table);
  for (const row of rows) {
    for (const value of row) {
      if (value === null) appender.appendNull();
      else if (typeof value === 'boolean') appender.appendBoolean(value);
      else appender.appendVarchar(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}
