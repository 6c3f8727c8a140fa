/** What Lambdas tell CloudWatch as they run: figures in log lines, in the embedded metric format. */
import { jest } from '@jest/globals';
import * as z from 'zod';
import { metricsNamespace } from '../../lambdas/shared/metrics-namespace.ts';

const Embedded = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.literal(metricsNamespace),
        Dimensions: z.tuple([z.array(z.string())]),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});
const Values = z.union([z.number().transform((one) => [one]), z.number().array()]);

/** `DaysBehind service source=orders`: a figure with its dimensions. The deployment's own name is that of its stack. */
export const toldAs = (name: string, dimensions: Readonly<Record<string, string>>): string =>
  [
    name,
    ...Object.entries(dimensions)
      .map(([dimension, value]) => (dimension === 'service' ? dimension : `${dimension}=${value}`))
      .toSorted(),
  ].join(' ');

function read(line: string, told: Map<string, number[]>): void {
  if (!line.startsWith('{"_aws"')) return;
  const { _aws: described, ...embedded } = Embedded.parse(JSON.parse(line));
  for (const { Dimensions, Metrics } of described.CloudWatchMetrics)
    for (const { Name } of Metrics) {
      const dimensions = Object.fromEntries(Dimensions[0].map((each) => [each, String(embedded[each])]));
      const key = toldAs(Name, dimensions);
      told.set(key, [...(told.get(key) ?? []), ...Values.parse(embedded[Name])]);
    }
}

/** Does the work, and gathers the figures that it tells, by name and dimensions. What it logs is not shown. */
export async function figuresOf(work: () => Promise<unknown>): Promise<ReadonlyMap<string, readonly number[]>> {
  let said = '';
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  const told = new Map<string, number[]>();
  for (const line of said.split('\n')) read(line, told);
  return told;
}
