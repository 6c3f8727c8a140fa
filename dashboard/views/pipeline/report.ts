import * as z from 'zod/mini';

const count = z.number();
const nullable = z.nullable(count);

/** What the page shows of `GET pipeline`, of which there is more. */
const Report = z.object({
  status: z.object({
    totals: z.object({ rows_in: count, rows_out: count, rejected: count, duplicates: count }),
    slices: z.array(
      z.object({
        table: z.string(),
        slices: count,
        last: z.nullable(z.string()),
        rows_in: nullable,
        rows_out: count,
        rejected: nullable,
        duplicates: nullable,
        built_at: z.nullable(z.string()),
      }),
    ),
    checks: z.array(
      z.object({
        name: z.string(),
        severity: z.enum(['error', 'warning']),
        failures: count,
        checked: count,
        sentence: z.string(),
      }),
    ),
  }),
  runs: z.array(
    z.object({
      run: z.string(),
      startedAt: z.string(),
      finishedAt: z.string(),
      built: count,
      removed: count,
      rowsIn: count,
      rejected: count,
    }),
  ),
  rejects: z.array(
    z.object({
      table: z.string(),
      reason: z.string(),
      records: count,
      firstDay: z.string(),
      lastDay: z.string(),
      samples: z.array(z.object({ object: z.string(), line: nullable, message: z.string() })),
    }),
  ),
});
export type Report = z.infer<typeof Report>;

/** The state of the pipeline, as the server of this page tells it. @throws Error in its words */
export async function fetchReport(api: URL): Promise<Report> {
  const response = await fetch(new URL('pipeline', api));
  const content: unknown = await response.json();
  if (response.ok) return Report.parse(content);
  const told = z.safeParse(z.object({ error: z.string() }), content);
  throw new Error(told.success ? told.data.error : `The server answers with ${response.status}.`);
}
