import type { Page } from '../../app/view.ts';
import { BarList } from '../../charts/bar-list.tsx';
import { TimeChart, timeChartHeight } from '../../charts/time-chart.tsx';
import type { Answer } from '../../data/source.ts';
import { Card } from '../../parts/card.tsx';
import { type Column, DataTable, exported } from '../../parts/data-table.tsx';
import { ExportButtons } from '../../parts/export-buttons.tsx';
import { Measured } from '../../parts/measured.tsx';
import { chartable, chartOf, isNumeric, shownValue } from './answer.ts';
import { sqlTexts } from './texts.ts';

/** Rows that the page shows: more would only make it slow. */
const rowsShown = 500;

type Row = readonly unknown[];

const columnsOf = ({ columns }: Answer): Column<Row>[] =>
  columns.map(({ name, type }, i) => ({
    id: `${i}`,
    label: name,
    kind: isNumeric(type) ? 'ratio' : 'text',
    value: (row) => {
      const value = row[i];
      if (value === null || value === undefined) return null;
      return isNumeric(type) && Number.isSafeInteger(Math.trunc(Number(value))) ? Number(value) : shownValue(value);
    },
    cell: (row) => shownValue(row[i]),
  }));

function Chart({ answer, page, column }: { answer: Answer; page: Page; column: string | undefined }) {
  const t = sqlTexts[page.language];
  const chart = chartOf(answer, column);
  if (chart === undefined) return <p class="empty">{t.noChart}</p>;
  if (chart.kind === 'bars')
    return (
      <BarList
        kind="ratio"
        formats={page.formats}
        bars={chart.bars.map(({ label, value }) => ({ id: label, label, value, aside: null }))}
      />
    );
  return (
    <Measured height={timeChartHeight(false)}>
      {(width) => (
        <TimeChart
          width={width}
          days={chart.days}
          kind="ratio"
          values={chart.values}
          title={column ?? ''}
          formats={page.formats}
        />
      )}
    </Measured>
  );
}

/** What a query answered, as a table or a chart. */
export function Result({ answer, seconds, page }: { answer: Answer; seconds: number; page: Page }) {
  const { own } = page.state;
  const t = sqlTexts[page.language];
  const { whole, locale } = page.formats;
  const columns = columnsOf(answer);
  const numbers = chartable(answer);
  const y = numbers.find((name) => name === own['y']) ?? numbers[0];
  const isChart = own['as'] === 'chart';
  const show = (change: Record<string, string>) => page.go({ own: { ...page.state.own, ...change } });
  const tools = (
    <>
      <span class="segments small">
        {(['table', 'chart'] as const).map((kind) => (
          <button
            key={kind}
            type="button"
            aria-label={t.shown(t[kind])}
            aria-pressed={isChart === (kind === 'chart')}
            onClick={() => show({ as: kind === 'chart' ? kind : '' })}
          >
            {t[kind]}
          </button>
        ))}
      </span>
      {isChart && numbers.length > 1 ? (
        <label>
          <span class="hidden">{t.value}</span>
          <select value={y} onChange={(event) => show({ y: event.currentTarget.value })}>
            {numbers.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      ) : null}
      <ExportButtons table={() => exported(t.result, columns, answer.rows)} texts={page.texts} hasChart={isChart} />
    </>
  );
  const notes = [
    t.rows(whole(answer.rows.length), seconds.toLocaleString(locale, { maximumFractionDigits: 1 })),
    ...(answer.isCut ? [t.cut(whole(answer.rows.length))] : []),
    ...answer.notes,
    ...(!isChart && answer.rows.length > rowsShown ? [t.firstRows(whole(rowsShown))] : []),
  ];
  return (
    <Card
      title={t.result}
      tools={tools}
      note={
        <>
          {notes.join(' · ')}
          {answer.console === undefined ? null : (
            <>
              {' · '}
              <a class="link" href={answer.console} target="_blank" rel="noreferrer">
                {t.inConsole}
              </a>
            </>
          )}
        </>
      }
      class="sql-result"
    >
      {answer.rows.length === 0 ? (
        <p class="empty">{t.none}</p>
      ) : isChart ? (
        <Chart answer={answer} page={page} column={y} />
      ) : (
        <DataTable
          label={`${t.result}: ${t.table}`}
          columns={columns}
          rows={answer.rows.slice(0, rowsShown)}
          rowId={(row) => String(answer.rows.indexOf(row))}
          formats={page.formats}
        />
      )}
    </Card>
  );
}
