import { declaredRelations } from '../lambdas/model/relations.ts';
import { UnportableSql, QueryFailed, type AnswerColumn, type Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { unitOf } from '../localstack/embedded/warehouse/trino/scope.ts';
import { Gate } from '../localstack/embedded/warehouse/trino/gate.ts';

/** The columns of an answer with the units that the gate follows through the query; as they are where it refuses it. */
function withUnits(gate: Gate, sql: string, columns: readonly AnswerColumn[]): readonly AnswerColumn[] {
  try {
    const admitted = gate.admit(sql);
    if ('rows' in admitted || admitted.isExplained === true || admitted.columns.length !== columns.length)
      return columns;
    return columns.map((column, i) => {
      const known = admitted.columns[i];
      return known?.name.toLowerCase() === column.name.toLowerCase() ? { ...column, ...unitOf(known) } : column;
    });
  } catch (error) {
    // That engine takes more SQL than the gate.
    if (error instanceof UnportableSql || error instanceof QueryFailed) return columns;
    throw error;
  }
}

/**
 * An engine that knows the types of its answers and no units, as Athena: a share is per cent in a table, whoever
 * answers.
 */
export function knowingUnits(warehouse: Warehouse): Warehouse {
  const gate = new Gate(declaredRelations(loadCatalog()));
  return {
    ...warehouse,
    stream: async (sql, limits) => {
      const answer = await warehouse.stream(sql, limits);
      return { ...answer, columns: withUnits(gate, sql, answer.columns) };
    },
  };
}
