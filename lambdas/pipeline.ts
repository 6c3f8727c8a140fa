import { smallObjects } from './join/small-objects.ts';
import { landedFeed } from './land/land.ts';
import { madeTables, tableNamed, type Catalog } from './shared/schema/catalog.ts';
import type { Table } from './shared/schema/table.ts';

/** What every step has. */
interface AnyStep {
  /** Steps that must have ended well before. */
  readonly after: readonly string[];
  /** Tries of a step that fails by a passing fault, the first included. */
  readonly attempts: number;
}

/** A step that brings one table up to date, slice by slice. */
export interface TableStep extends AnyStep {
  readonly name: 'transform' | 'model' | 'attribute';
  readonly table: string;
}

/** A step over the whole lake. */
export interface LakeStep extends AnyStep {
  /**
   * `join`: small objects become few large ones. `check`: what the schema documents promise is tried.
   * `publish`: the marts that dashboards read are written, where the checks hold.
   */
  readonly name: 'join' | 'check' | 'publish';
  readonly table?: undefined;
}

/** A step of the pipeline, as the local runner and the state machine on AWS both execute it. */
export type Step = TableStep | LakeStep;

/** Name of a step, as `after` names it. */
export function stepName(step: Pick<Step, 'name' | 'table'>): string {
  return step.table === undefined ? step.name : `${step.name} ${step.table}`;
}

/**
 * The tables that a run over the stream brings up to date: those that an event can change, as they come, by whatever
 * way. Without those that the daily run makes alone.
 */
export function tablesOfStream(catalog: Catalog): Set<string> {
  const concerned = new Set<string>();
  const tables = new Set<string>();
  for (const step of pipeline(catalog)) {
    if (step.table === undefined) continue;
    const { reads, isDaily } = tableNamed(catalog, step.table);
    const isChanged = reads.some(({ table }) => table === landedFeed) || step.after.some((name) => concerned.has(name));
    if (isDaily || !isChanged) continue;
    concerned.add(stepName(step));
    tables.add(step.table);
  }
  return tables;
}

const stepOf = ({ zone, madeBy }: Table): TableStep['name'] => (zone === 'curated' ? 'transform' : (madeBy ?? 'model'));

/**
 * The pipeline as data, in an order in which every step comes after those it needs: small objects are joined,
 * each curated table is transformed, each mart is modelled, then everything is checked, and published. Dependencies and
 * windows come from `sillage.reads` of the schema documents.
 * @throws Error where tables read each other in a circle
 */
export function pipeline(catalog: Catalog): Step[] {
  const made = madeTables(catalog);
  const steps: TableStep[] = [];
  const open = new Set<string>();
  const visit = (table: Table): void => {
    if (steps.some((step) => step.table === table.name)) return;
    if (open.has(table.name)) throw new Error(`${[...open, table.name].join(' → ')} read each other in a circle.`);
    open.add(table.name);
    const inputs = table.reads.flatMap((input) => made.filter((other) => other.name === input.table));
    inputs.forEach(visit);
    open.delete(table.name);
    steps.push({
      name: stepOf(table),
      table: table.name,
      after: [
        ...(table.reads.some((input) => smallObjects.has(input.table)) ? ['join'] : []),
        ...inputs.map((input) => stepName({ name: stepOf(input), table: input.name })),
      ],
      attempts: 3,
    });
  };
  made.forEach(visit);
  return [
    { name: 'join', after: [], attempts: 3 },
    ...steps,
    { name: 'check', after: steps.map(stepName), attempts: 1 },
    { name: 'publish', after: ['check'], attempts: 3 },
  ];
}
