import type { Lake } from '../../../lambdas/shared/ports/lake.ts';
import type { AnswerValue, QueryOptions, StreamedAnswer } from '../../../lambdas/shared/ports/warehouse.ts';
import { loadCatalog, type Catalog, type Column } from '../../../lambdas/shared/schema/catalog.ts';
import { trinoType } from '../../../lambdas/shared/schema/types.ts';
import { lakeStatus } from '../run/lake-status.ts';
import type { DuckdbWarehouse } from '../warehouse/duckdb-warehouse.ts';
import { withWarehouse } from '../warehouse/lake-warehouse.ts';
import { rejectsOf, runsOf } from './pipeline-report.ts';
import type { DescribedTable, Json, LakeReader, ReadAnswer } from './reader.ts';

export interface LakeReaderOptions {
  /** Keeps what tells one person from another from every query. */
  readonly withholdsPersons: boolean;
  /** What the engine of one query may take, MB. */
  readonly memoryLimitMb: number;
}

/** What one answer may take as JSON, characters: a page that shows more shows nothing. */
const answerCharacters = 8_000_000;

const jsonOf = (value: AnswerValue): Json => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(jsonOf);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, jsonOf(part)]));
};

/** The first rows of an answer; who leaves the loop ends the query. */
async function firstRows({ columns, rows }: StreamedAnswer, maxRows: number): Promise<ReadAnswer> {
  const taken: Json[][] = [];
  let characters = 0;
  for await (const batch of rows) {
    for (const row of batch) {
      const json = row.map(jsonOf);
      characters += JSON.stringify(json).length;
      if (taken.length === maxRows || characters > answerCharacters) return { columns, rows: taken, isCut: true };
      taken.push(json);
    }
  }
  return { columns, rows: taken, isCut: false };
}

const described = ({ name, type, comment, unit, ratio }: Column) => ({
  name,
  type: trinoType(type),
  comment,
  unit: unit ?? null,
  isRatio: ratio,
});

/** The tables and views of the lake, in the columns that a query sees. */
export function describedTables(catalog: Catalog, { withholdsPersons }: Pick<LakeReaderOptions, 'withholdsPersons'>) {
  return [...catalog.values()].flatMap((table): DescribedTable[] => {
    const { name, zone, isView, description, partition } = table;
    if (zone === 'raw') return [];
    const columns = table.columns.filter(({ pii }) => pii !== 'direct' && !(withholdsPersons && pii !== undefined));
    const day = { name: 'dt', type: 'date', comment: partition ?? '', unit: null, isRatio: false };
    return [{ name, zone, isView, description, columns: [...columns.map(described), ...(isView ? [] : [day])] }];
  });
}

/** Reads a lake in this process. It is opened anew for each question, so that each is answered from the lake as it stands. */
export function lakeReader(lake: Lake, { withholdsPersons, memoryLimitMb }: LakeReaderOptions): LakeReader {
  const catalog = loadCatalog();
  const opened = <T>(work: (warehouse: DuckdbWarehouse) => Promise<T>) =>
    withWarehouse(lake, catalog, work, { withholdsPersons, memoryLimitMb });
  return {
    query: (sql, { maxRows, ...limits }) =>
      opened(async (warehouse) => firstRows(await warehouse.stream(sql, limits), maxRows)),
    tables: () => Promise.resolve(describedTables(catalog, { withholdsPersons })),
    pipeline: async (signal) => {
      const options: QueryOptions = signal === undefined ? {} : { signal };
      const status = await lakeStatus(lake);
      // Not through `opened`: what the reader of a pipeline is shown of a record is named here, column by column.
      return withWarehouse(
        lake,
        catalog,
        async (warehouse) => ({
          status,
          runs: await runsOf(warehouse, options),
          rejects: await rejectsOf(warehouse, options),
        }),
        { memoryLimitMb },
      );
    },
    close: () => Promise.resolve(),
  };
}
