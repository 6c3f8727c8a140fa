import { declaredRelations } from '../lambdas/model/relations.ts';
import { UnportableSql } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { Gate } from '../localstack/embedded/warehouse/trino/gate.ts';
import { analystsQueries } from '../test/trino/analysts-queries.ts';
import { line } from './measure.ts';

const rounds = 5;

/** What the gate costs a query, before the engine has it: of a gate that has read the views, and of a new one. */
export function benchGate(): void {
  const queries = analystsQueries.map(({ sql }) => sql);
  const relations = declaredRelations(loadCatalog());
  const known = new Gate(relations);
  // The first of all is slow by the engine's own compiler.
  for (let round = 0; round < rounds; round++) for (const sql of queries) milliseconds(known, sql);
  const warm = Array.from({ length: rounds }, () => queries.map((sql) => milliseconds(known, sql))).flat();
  const cold = queries.map((sql) => milliseconds(new Gate(relations), sql));
  process.stdout.write(
    `\nthe gate of ${queries.length} queries of analysts, over ${relations.length} tables and views\n`,
  );
  for (const [what, times] of [
    ['that has read the views', warm],
    ['that is new', cold],
  ] as const)
    line(`a gate ${what}, median, p95, most`, shares(times), 'target: median 15 ms');
}

/** Of processor time. */
function milliseconds(gate: Gate, sql: string): number {
  const before = process.cpuUsage();
  try {
    gate.admit(sql);
  } catch (error) {
    if (!(error instanceof UnportableSql)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function shares(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(1);
  return `${at(0.5)}, ${at(0.95)}, ${at(1)} ms`;
}
