import { renderToString } from 'preact-render-to-string';
import { TimeChart } from '../charts/time-chart.tsx';
import { Delta, Figure } from '../parts/figures.tsx';
import type { Range } from '../../lambdas/attribute/response/known-response.ts';
import { marketingTexts } from '../views/marketing/texts.ts';
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

/** The advice on the budget, with why nothing can be said of a channel. */
function Budget({ report: { budget, words, language, formats } }: { report: Report }) {
  const t = marketingTexts[language];
  const { title, sentences, note, lines } = budget;
  const ranged = ({ middle, low, high }: Range) => (
    <>
      <Figure kind="money" value={middle} formats={formats} />
      <br />
      <small>{formats.interval('money', { low, high })}</small>
    </>
  );
  return (
    <section>
      <h2>{title}</h2>
      <p>{sentences.join(' ')}</p>
      {lines.length === 0 ? null : (
        <div class="wide">
          <table id="budget">
            <thead>
              <tr>
                {[words.name, t.today, t.brings, t.nextEuro, t.advised].map((label) => (
                  <th scope="col" key={label}>
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {lines.map(({ name, today, brings, next, advised, reason }) => (
                <tr key={name}>
                  <th scope="row">
                    {name} {reason === undefined ? null : <small>{reason}</small>}
                  </th>
                  <td>
                    <Figure kind="money" value={today} formats={formats} />
                  </td>
                  <td>{ranged(brings)}</td>
                  <td>{ranged(next)}</td>
                  <td>{advised === null ? t.asItIs : <Figure kind="money" value={advised} formats={formats} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {note === undefined ? null : <p class="note">{note}</p>}
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
            <figure style="margin:0" tabIndex={0}>
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
          <Budget report={report} />
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
