import type { Page } from '../../app/view.ts';
import { dayNumber } from '../../../lambdas/shared/day-numbers.ts';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable, exported } from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { warningOf } from '../../parts/quality.tsx';
import type { Report } from './report.ts';
import { pipelineTexts } from './texts.ts';

interface Of {
  readonly page: Page;
  readonly report: Report;
}

type Cell = string | number | null;
const text = <R,>(id: string, label: string, value: (row: R) => Cell, cell?: (row: R) => string): Column<R> => ({
  id,
  label,
  kind: 'text',
  value,
  ...(cell && { cell }),
});
const number = <R,>(id: string, label: string, value: (row: R) => Cell): Column<R> => ({
  id,
  label,
  kind: 'count',
  value,
});

const seconds = (moment: string) => moment.replace('T', ' ').slice(0, 19);

/**
 * How fresh the tables of each source are, and what became of every record that was read. What is made from them is not
 * among them.
 */
export function Sources({ page, report: { status } }: Of) {
  const t = pipelineTexts[page.language];
  const { whole, dayWithYear } = page.formats;
  type Row = Report['status']['slices'][number];
  const columns: Column<Row>[] = [
    text('table', t.table, (row) => row.table),
    text(
      'last',
      t.last,
      (row) => row.last,
      (row) => (row.last === null ? '–' : dayWithYear(dayNumber(row.last))),
    ),
    number('slices', t.slices, (row) => row.slices),
    number('rows_in', t.rowsIn, (row) => row.rows_in),
    number('rows_out', t.rowsOut, (row) => row.rows_out),
    number('rejected', t.rejected, (row) => row.rejected),
    number('duplicates', t.duplicates, (row) => row.duplicates),
    text(
      'built',
      t.built,
      (row) => row.built_at,
      (row) => (row.built_at === null ? '–' : seconds(row.built_at)),
    ),
  ];
  const rows = status.slices.filter((row) => row.rows_in !== null);
  const { rows_in: read, rows_out: kept, rejected, duplicates } = status.totals;
  const sum = t.accounted(whole(read), whole(kept), whole(rejected), whole(duplicates));
  return (
    <Card
      title={t.sources}
      tools={<ExportButtons table={() => exported(t.sources, columns, rows)} texts={page.texts} />}
      note={`${read === kept + rejected + duplicates ? sum : t.notAccounted} ${t.sourcesNote}`}
    >
      <DataTable
        label={`${t.sources}: ${t.table}`}
        columns={columns}
        rows={rows}
        rowId={(row) => row.table}
        formats={page.formats}
      />
    </Card>
  );
}

/** The last runs that changed anything, newest first. */
export function Runs({ page, report: { runs } }: Of) {
  const t = pipelineTexts[page.language];
  type Row = Report['runs'][number];
  const moment = (at: string) => Date.parse(`${at.replace(' ', 'T')}Z`);
  const columns: Column<Row>[] = [
    text('run', t.run, (row) => seconds(row.startedAt)),
    number('took', t.took, (row) => Math.round((moment(row.finishedAt) - moment(row.startedAt)) / 100) / 10),
    number('built', t.builtSlices, (row) => row.built),
    number('removed', t.removed, (row) => row.removed),
    number('rows_in', t.rowsIn, (row) => row.rowsIn),
    number('rejected', t.rejected, (row) => row.rejected),
  ];
  return (
    <Card title={t.runs}>
      {runs.length === 0 ? (
        <p class="note">{t.noRuns}</p>
      ) : (
        <DataTable
          label={`${t.runs}: ${t.table}`}
          columns={columns}
          rows={runs.slice(0, 10)}
          rowId={(row) => row.run}
          formats={page.formats}
        />
      )}
    </Card>
  );
}

/** The checks that some rows break. */
export function Checks({ page, report: { status } }: Of) {
  const t = pipelineTexts[page.language];
  const { whole } = page.formats;
  const broken = status.checks.filter(({ failures }) => failures > 0);
  const made = status.checks.length;
  return (
    <Card title={t.checks}>
      <p>
        {made === 0
          ? t.noChecks
          : broken.length === 0
            ? t.allHold(whole(made))
            : t.holding(whole(made - broken.length), whole(made))}
      </p>
      <ul class="findings">
        {broken.map((check) => (
          <li key={check.name}>
            <span class={`mark-${check.severity}`}>{t[check.severity]}</span>{' '}
            {warningOf(check, page.texts, page.formats) ?? check.sentence}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/**
 * What was refused, why in words, and where some of the records stand. What looks personal is masked by the pipeline.
 */
export function Rejects({ page, report: { rejects } }: Of) {
  const t = pipelineTexts[page.language];
  const { whole, days } = page.formats;
  return (
    <Card title={t.rejects}>
      {rejects.length === 0 ? <p class="note">{t.noRejects}</p> : null}
      <ul class="refused">
        {rejects.map(({ table, reason, records, firstDay, lastDay, samples }) => (
          <li key={`${table} ${reason}`} data-row={`${table} ${reason}`}>
            <details>
              <summary>
                <span class="refusal">
                  {samples[0]?.message ?? reason}
                  <small>
                    {table} · {reason} · {days({ from: dayNumber(firstDay), to: dayNumber(lastDay) })}
                  </small>
                </span>
                <span>{whole(records)}</span>
              </summary>
              {samples.map(({ object, line, message }) => (
                <div class="sample" key={`${object} ${line}`}>
                  <p>{message}</p>
                  <small>{line === null ? object : t.line(object, String(line))}</small>
                </div>
              ))}
            </details>
          </li>
        ))}
      </ul>
    </Card>
  );
}
