import * as z from 'zod';
import { dataDrivenModels } from '../shared/data-driven-models.ts';
import { parquetRows } from '../shared/parquet-rows.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { sliceKey } from '../shared/schema/slice-key.ts';
import type { Catalog } from '../shared/schema/catalog.ts';
import type { Table } from '../shared/schema/table.ts';
import type { Inputs } from '../shared/slices/inputs.ts';
import type { Batch, Built, Plan, PlanOptions, SliceMaker } from '../shared/slices/slice-maker.ts';
import type { Slice, SliceInput } from '../shared/slices/staleness.ts';
import { channelWeights, type DataDrivenModel } from './channel-weights.ts';
import { readJourneys } from './journeys.ts';
import { addPaths, type CountedJourneys } from './paths.ts';
import { planAttribute } from './plan.ts';
import type { WeightsOf } from './weights.ts';

export interface AttributeContext {
  readonly lake: Lake;
  readonly catalog: Catalog;
  readonly inputs: Inputs;
  /** A folder for what a slice reads. */
  readonly scratch: string;
}

const modelFile = z.object({ weightsOf: z.custom<WeightsOf>((value) => typeof value === 'function') });

/** Loads the models, in order of their names. @throws ZodError where a file of `models/` exports no `weightsOf` */
export async function loadModels(): Promise<DataDrivenModel[]> {
  const models: DataDrivenModel[] = [];
  for (const name of dataDrivenModels) {
    const loaded: unknown = await import(`./models/${name}.ts`);
    models.push({ name, ...modelFile.parse(loaded) });
  }
  return models;
}

/** What an order may be credited to. */
function channelsOf(table: Table): readonly string[] {
  const accepted = table.columns.find(({ name }) => name === 'channel')?.accepted;
  if (accepted === undefined) throw new Error(`The schema of ${table.name} does not say which channels there are.`);
  return accepted;
}

/**
 * The making of the weights of the data-driven models, a slice a week: what TypeScript computes from counted journeys.
 */
export class AttributeStep implements SliceMaker {
  readonly #context: AttributeContext;
  readonly #table: Table;
  /** Weeks have most of their days in common: each object is read once. */
  readonly #journeys = new Map<string, Promise<CountedJourneys[]>>();

  constructor(context: AttributeContext, table: Table) {
    this.#context = context;
    this.#table = table;
  }

  plan(options: PlanOptions): Promise<Plan> {
    return planAttribute(this.#context.catalog, this.#table, options);
  }

  async build({ slices }: Batch): Promise<readonly Built[]> {
    await this.#context.inputs.verify(slices.flatMap((slice) => slice.inputs));
    const models = await loadModels();
    const built: Built[] = [];
    for (const slice of slices) built.push(await this.#buildSlice(slice, models));
    return built;
  }

  async #buildSlice({ day, inputs }: Slice, models: readonly DataDrivenModel[]): Promise<Built> {
    const startedAt = new Date().toISOString();
    const table = this.#table;
    const paths = addPaths((await Promise.all(inputs.map((input) => this.#read(input)))).flat());
    const dt = new Date(day);
    const rows = channelWeights(paths, channelsOf(table), models).map((row) => ({ ...row, dt }));
    const { etag, size } = await this.#context.lake.put(sliceKey(table, day), await parquetRows(table, rows));
    return {
      day,
      etag,
      bytesOut: size,
      rowsOut: rows.length,
      rowsIn: null,
      rejected: null,
      duplicates: null,
      startedAt,
      finishedAt: new Date().toISOString(),
    };
  }

  #read({ key, etag }: SliceInput): Promise<CountedJourneys[]> {
    const name = `${key}@${etag}`;
    const { inputs, scratch } = this.#context;
    const read = this.#journeys.get(name) ?? inputs.localPath(key, scratch).then(readJourneys);
    this.#journeys.set(name, read);
    return read;
  }
}
