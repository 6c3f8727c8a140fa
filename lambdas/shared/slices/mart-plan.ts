import { inRange, type Day } from '../days.ts';
import { sliceDay, sliceKey } from '../schema/slice-key.ts';
import { tableNamed, type Catalog } from '../schema/catalog.ts';
import type { Table } from '../schema/table.ts';
import type { Batch, Plan, PlanOptions } from './slice-maker.ts';
import {
  orphanDays,
  staleReason,
  windowInputs,
  type Slice,
  type SliceInput,
  type StaleSlice,
  type Standing,
  type StandingSlices,
} from './staleness.ts';

/**
 * The days of a mart's slices: those on which its first input stands (or one of those of `sillage.days`), or the
 * Mondays of their weeks.
 */
function daysOf(table: Table, ledger: Pick<StandingSlices, 'days'>): Day[] {
  if (table.days.length === 0)
    throw new Error(`The schema of ${table.name} does not say what it reads (sillage.reads).`);
  const days = table.days.flatMap((input) => ledger.days(input));
  return [...new Set(days.map((day) => sliceDay(table, day)))].toSorted();
}

/**
 * The slices of a mart that reads others, each with what stands in its declared windows.
 * @param parts of the shop's profile that each is made from, too
 */
export function martSlices(
  catalog: Catalog,
  table: Table,
  { ledger, days }: Pick<PlanOptions, 'days'> & { readonly ledger: StandingSlices },
  parts: readonly SliceInput[] = [],
): Slice[] {
  return daysOf(table, ledger)
    .filter((day) => inRange(days, day))
    .map((day) => ({
      table: table.name,
      day,
      inputs: [
        ...parts,
        ...table.reads.flatMap((input) =>
          windowInputs(ledger, tableNamed(catalog, input.table), day, input.from, input.to),
        ),
      ],
    }));
}

/** What of a table's schema decides the content of its objects: not what is said or promised of it. */
export const shapeOf = ({ columns, sort, reads }: Table) =>
  JSON.stringify({ columns: columns.map(({ name, glueType }) => [name, glueType]), sort, reads });

/** What of a plan's options a mart's is made from. */
interface MartPlanOptions extends Pick<PlanOptions, 'days'> {
  readonly ledger: Pick<PlanOptions['ledger'], 'days' | 'explained'> & {
    entry(table: string, day: Day): Standing | undefined;
  };
  readonly listings: Pick<PlanOptions['listings'], 'etags'>;
}

/**
 * Which of a mart's slices are stale, in batches (each alone where nothing groups them), and which days have nothing to
 * be made from any more.
 */
export async function planMart(
  { step, code, table, slices }: Pick<Batch, 'step' | 'code'> & { table: Table; slices: readonly Slice[] },
  { ledger, listings, days }: MartPlanOptions,
  grouped: (stale: readonly StaleSlice[]) => readonly StaleSlice[][] = (stale) => stale.map((slice) => [slice]),
): Promise<Plan> {
  const outputs = await listings.etags(table.prefix);
  const stale = slices.flatMap((slice): StaleSlice[] => {
    const output = outputs.get(sliceKey(table, slice.day));
    const reason = staleReason(slice, code, ledger.entry(table.name, slice.day), output);
    return reason === undefined ? [] : [{ ...slice, reason }];
  });
  return {
    step,
    table: table.name,
    slices: slices.filter(({ day }) => inRange(days, day) || stale.some((one) => one.day === day)).length,
    batches: grouped(await ledger.explained(stale)).map((group) => ({ step, table: table.name, code, slices: group })),
    orphans: orphanDays(table, slices, ledger.days(table.name), outputs.keys()),
  };
}
