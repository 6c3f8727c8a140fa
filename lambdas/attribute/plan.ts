import type { Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import { martSlices, planMart, shapeOf } from '../shared/slices/mart-plan.ts';
import type { Plan, PlanOptions } from '../shared/slices/slice-maker.ts';
import { codeVersion } from '../shared/slices/staleness.ts';
import { inRange } from '../shared/days.ts';
import { modelsText } from './sources.ts';

/** The plan of the weights: those of a week are stale where its journeys, or the models themselves, have changed. */
export async function planAttribute(catalog: Catalog, table: Table, options: PlanOptions): Promise<Plan> {
  const code = codeVersion(modelsText(), shapeOf(table));
  const slices = martSlices(catalog, table, options);
  const plan = await planMart({ step: 'attribute', code, table, slices }, options);
  return { ...plan, orphans: plan.orphans.filter((day) => inRange(options.days, day)) };
}
