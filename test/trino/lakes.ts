/** The lakes that both engines are asked about: made in the run, each another market, size and share of bad records. */
import { generateInParallel } from '../../localstack/embedded/generate/generate-in-parallel.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { run } from '../../localstack/embedded/run/runner.ts';
import { addDays } from '../../lambdas/shared/days.ts';
import type { Connector } from '../../localstack/trino/server.ts';

interface LakeRequest {
  /** Also the name of its schema in Trino. */
  readonly name: string;
  readonly seed: number;
  readonly from: string;
  readonly days: number;
  readonly eventsPerDay: number;
  readonly dirt?: number;
}

/** Over a new year, a leap day and the changes of the clock in America and in Europe. */
const lakes: readonly LakeRequest[] = [
  { name: 'wide', seed: 1, from: '2024-02-26', days: 37, eventsPerDay: 700 },
  { name: 'dirty', seed: 2, from: '2025-12-20', days: 20, eventsPerDay: 300, dirt: 1 },
];

/**
 * What a server is asked about: all of them by their files; the smallest, which has every bad record, where the rows
 * are put in one by one.
 */
export const lakesOf = (connector: Connector): readonly LakeRequest[] =>
  lakes.filter(({ name }) => connector === 'hive' || name === 'dirty');

/** Whether the views and models of a lake are asked for there: to plan them all takes minutes, so each lake's once. */
export const isComputedOn = (connector: Connector, name: string): boolean =>
  (connector === 'memory') === (name === 'dirty');

/** Generates one lake in a folder and runs the pipeline over it. */
export async function makeLake(root: string, { seed, from, days, eventsPerDay, dirt }: LakeRequest): Promise<void> {
  await generateInParallel(filesLake(root), {
    seed,
    eventsPerDay,
    from,
    to: addDays(from, days - 1),
    initialCustomers: 300,
    ...(dirt !== undefined && { dirt }),
  });
  await run(root);
}
