import * as v from 'valibot';

const count = v.number();
const nullable = v.nullable(count);

/** What the page shows of `GET pipeline`, of which there is more. */
const Report = v.object({
  status: v.object({
    totals: v.object({ rows_in: count, rows_out: count, rejected: count, duplicates: count }),
    slices: v.array(
      v.object({
        table: v.string(),
        slices: count,
        last: v.nullable(v.string()),
        rows_in: nullable,
        rows_out: count,
        rejected: nullable,
        duplicates: nullable,
        built_at: v.nullable(v.string()),
      }),
    ),
    checks: v.array(
      v.object({
        name: v.string(),
        table: v.string(),
        severity: v.picklist(['error', 'warning']),
        failures: count,
        checked: count,
        sentence: v.string(),
      }),
    ),
  }),
  runs: v.array(
    v.object({
      run: v.string(),
      startedAt: v.string(),
      finishedAt: v.string(),
      built: count,
      removed: count,
      rowsIn: count,
      rejected: count,
    }),
  ),
  rejects: v.array(
    v.object({
      table: v.string(),
      reason: v.string(),
      records: count,
      firstDay: v.string(),
      lastDay: v.string(),
      samples: v.array(v.object({ object: v.string(), line: nullable, message: v.string() })),
    }),
  ),
});
export type Report = v.InferOutput<typeof Report>;

/** The state of the pipeline, as the server of this page tells it. @throws Error in its words */
export async function fetchReport(api: URL): Promise<Report> {
  const response = await fetch(new URL('pipeline', api));
  const content: unknown = await response.json();
  if (response.ok) return v.parse(Report, content);
  const told = v.safeParse(v.object({ error: v.string() }), content);
  throw new Error(told.success ? told.output.error : `The server answers with ${response.status}.`);
}
