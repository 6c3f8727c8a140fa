/** The embedded engine for many small questions: one engine answers them all, where the warehouse opens one for each. */
import { type Answer, QueryFailed, UnportableSql } from '../../lambdas/shared/ports/warehouse.ts';
import { macrosText, openDuckdb, prepareSelect } from '../../localstack/embedded/warehouse/sandbox.ts';
import { answerValue } from '../../localstack/embedded/warehouse/trino/answers.ts';
import { Gate } from '../../localstack/embedded/warehouse/trino/gate.ts';
import { spell } from '../../localstack/embedded/warehouse/trino/types.ts';

/** An answer, or the way in which there was none. */
export type Outcome = Answer | 'refused' | 'fails';

export interface Embedded {
  /** @throws Error for a fault of the gate's, which says neither */
  ask(sql: string): Promise<Outcome>;
  close(): void;
}

export async function embedded(): Promise<Embedded> {
  const { instance, connection, define } = await openDuckdb({ threads: 1, memoryLimitMb: 500 });
  await define([macrosText]);
  const gate = new Gate([]);
  return {
    async ask(sql) {
      try {
        const { columns, sql: text } = gate.admitQuery(sql);
        const statement = await prepareSelect(connection, text).catch(refusedByEngine);
        try {
          const rows = (await statement.runAndReadAll().catch(refusedByEngine)).getRows();
          return {
            columns: columns.map(({ name, shown, type }) => ({ name: shown ?? name, type: spell(type) })),
            rows: rows.map((row) => row.map((value, i) => answerValue(value, columns[i]?.type ?? { name: 'unknown' }))),
          };
        } finally {
          statement.destroySync();
        }
      } catch (error) {
        if (error instanceof UnportableSql) return 'refused';
        if (error instanceof QueryFailed) return 'fails';
        throw new Error(`${sql}: ${String(error)}`, { cause: error });
      }
    },
    close() {
      connection.disconnectSync();
      instance.closeSync();
    },
  };
}

/** A fault of the gate's spelling is told by the engine as it binds; all else fails for its values. */
function refusedByEngine(error: unknown): never {
  const text = error instanceof Error ? error.message : String(error);
  throw /^(?:Parser|Catalog) Error/.test(text) ? error : new QueryFailed(text, { cause: error });
}
