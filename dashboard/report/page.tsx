import { renderToString } from 'preact-render-to-string';
import { TimeChart } from '../charts/time-chart.tsx';
import { Delta, Figure } from '../parts/figures.tsx';
import { columnsOf } from './columns.ts';
import type { Report, ReportKpi, ReportTable } from './report.ts';

/** Width that the chart is drawn for, px; the page scales it. */
const chartWidth = 1016;

function Kpi({ kpi: { label, kind, good, now, before }, report }: { kpi: ReportKpi; report: Report }) {
  const { formats, texts } = report;
  return (
    <div class="kpi">
      <dt>{label}</dt>
      <dd>
        <Figure kind={kind} value={now} formats={formats} />
      </dd>
      {before === undefined ? null : (
        <dd>
          <Delta now={now} before={before} good={good} texts={texts} formats={formats} />
        </dd>
      )}
    </div>
  );
}

function Table({ table, report }: { table: ReportTable; report: Report }) {
  const { formats, words, texts } = report;
  const columns = columnsOf(report, table.id).filter(({ id }) => id !== 'before');
  return (
    <section>
      <h2>{table.title}</h2>
      <p class="note">{table.note}</p>
      {table.rows.length === 0 ? (
        <p class="unknown">{texts.empty}</p>
      ) : (
        <div class="wide">
          <table id={table.id}>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                {columns.map(({ id, label }) => (
                  <th scope="col" key={id}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {table.rows.map((row) => (
                <tr key={`${row.aside} ${row.name}`}>
                  <th scope="row">
                    {row.name} {row.aside === null ? null : <small>{row.aside}</small>}
                  </th>
                  {columns.map(({ id, kind, of }) => (
                    <td key={id}>
                      {id === 'change' ? (
                        <Delta now={row.revenue} before={row.before ?? null} good={1} texts={texts} formats={formats} />
                      ) : (
                        <Figure kind={kind} value={of(row)} formats={formats} />
                      )}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Page({ report, style }: { report: Report; style: string }) {
  const { language, shop, days, before, sentence, notes, kpis, figures, tables, words, formats } = report;
  const title = `${words.title}, ${shop}, ${formats.days(days)}`;
  return (
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>{title}</title>
        {/* oxlint-disable-next-line react/no-danger -- the style is ours, and a style is no text */}
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <main>
          <header>
            <strong>{shop}</strong>
            <span>{words.title}</span>
            <span>{formats.days(days)}</span>
          </header>
          <h1>{sentence}</h1>
          <p class="note">{words.blended}</p>
          <dl class="kpis">
            {kpis.map((kpi) => (
              <Kpi key={kpi.id} kpi={kpi} report={report} />
            ))}
          </dl>
          <section>
            <h2>{words.chart}</h2>
            <p class="note">
              <span class="key">{formats.days(days)}</span>{' '}
              {before ? <span class="key before">{formats.days(before)}</span> : null}
            </p>
            <figure style="margin:0">
              <TimeChart
                width={chartWidth}
                days={days}
                kind="money"
                values={figures.daily.map(({ revenue }) => revenue)}
                before={figures.dailyBefore?.map(({ revenue }) => revenue)}
                spend={figures.daily.map(({ spend }) => spend)}
                title={words.chart}
                formats={formats}
              />
            </figure>
          </section>
          {tables.map((table) => (
            <Table key={table.id} table={table} report={report} />
          ))}
          <footer>
            {notes.map((note) => (
              <p class="note" key={note}>
                {note}
              </p>
            ))}
          </footer>
        </main>
      </body>
    </html>
  );
}

/** A report as one file that asks nothing of a network and runs no script. @param style all of its CSS */
export const reportHtml = (report: Report, style: string): string =>
  `<!doctype html>\n${renderToString(<Page report={report} style={style} />)}\n`;
