import { Gate } from '../../localstack/embedded/warehouse/trino/gate.ts';
import { declaredRelations } from '../model/relations.ts';
import type { Answer } from '../shared/ports/warehouse.ts';
import type { Catalog } from '../shared/schema/catalog.ts';

/**
 * The tables and views that the dashboard may ask on AWS: those that hold personal data as it came are none, since
 * Athena gives `SELECT *` all.
 */
export const askable = (catalog: Catalog): Catalog =>
  new Map(
    [...catalog].filter(([, { zone, columns }]) => zone !== 'raw' && columns.every(({ pii }) => pii !== 'direct')),
  );

/**
 * The laptop's gate before Athena: what passes is one SELECT that both engines answer alike. What it answers itself, as
 * SHOW TABLES, costs nothing. * @returns undefined where Athena is to be asked
 */
export function admissionOf(catalog: Catalog): (sql: string) => Answer | undefined {
  const gate = new Gate(declaredRelations(askable(catalog)));
  return (sql) => {
    const admitted = gate.admit(sql);
    return 'rows' in admitted ? admitted : undefined;
  };
}
