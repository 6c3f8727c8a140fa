/** The lake that both engines are asked about: made in the run, a small market with every bad record. */
import { generateInParallel } from '../../localstack/embedded/generate/generate-in-parallel.ts';
import { filesLake } from '../../localstack/embedded/lake/files-lake.ts';
import { run } from '../../localstack/embedded/run/runner.ts';
import { addDays } from '../../lambdas/shared/days.ts';

/** Its schema in Trino. */
export const lake = 'shop';

/** Over a leap day and the changes of the clock in America and in Europe. */
const [from, days] = ['2024-02-26', 37];

/** Generates the lake in a folder and runs the pipeline over it. */
export async function makeLake(root: string): Promise<void> {
  await generateInParallel(filesLake(root), {
    seed: 2,
    eventsPerDay: 300,
    from,
    to: addDays(from, days - 1),
    initialCustomers: 300,
    dirt: 1,
  });
  await run(root);
}
