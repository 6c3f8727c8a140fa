import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { withoutFormula } from '../../lambdas/shared/formulas.ts';
import { dateOf } from '../../lambdas/shared/day-numbers.ts';
import type { Figure } from '../figures/ratios.ts';
import type { FigureKind } from '../language/format.ts';
import { marketingTexts } from '../views/marketing/texts.ts';
import { columnsOf } from './columns.ts';
import type { Report, ReportTable } from './report.ts';

const formats: Readonly<Record<FigureKind, string>> = {
  money: '#,##0.00 "€"',
  count: '#,##0.##',
  percent: '0.0 %',
  ratio: '0.00',
};

const heading = (value: string) => ({ value: withoutFormula(value), fontWeight: 'bold' as const });
/**
 * A text stays a text; one that looks like a formula is told so by an apostrophe, for whoever saves the sheet as CSV.
 */
const words = (value: string) => ({ value: withoutFormula(value), type: String });
/** Shares of orders have decimals. Of a whole number a spreadsheet would show the point that stands before none. */
const formatOf = (value: number, kind: FigureKind) =>
  kind === 'count' && Number.isInteger(value) ? '#,##0' : formats[kind];
const figure = (value: Figure, kind: FigureKind) =>
  value === null ? null : { value, type: Number, format: formatOf(value, kind) };

/** At most 31 characters, and none of these; what is longer would lose its end. */
const sheetName = (name: string) => name.replaceAll(/[[\]:*?/\\]/g, '').trim();

const widths = (columns: number, first = 32) => [
  { width: first },
  ...Array.from({ length: columns - 1 }, () => ({ width: 18 })),
];

function tableSheet(report: Report, table: ReportTable) {
  const columns = columnsOf(report, table.id);
  const data: SheetData = [
    [heading(report.words.name), heading(''), ...columns.map(({ label }) => heading(label))],
    ...table.rows.map((row) => [
      words(row.name),
      row.aside === null ? null : words(row.aside),
      ...columns.map(({ of, kind }) => figure(of(row), kind)),
    ]),
  ];
  return {
    data,
    sheet: sheetName(report.words.sheets[table.id]),
    columns: widths(columns.length + 2),
    stickyRowsCount: 1,
  };
}

/** The advice: what each channel's spend brings, and what is advised, EUR a day. */
function budgetSheet({ budget: { title, sentences, note, lines }, words: t, language }: Report) {
  const m = marketingTexts[language];
  const data: SheetData = [
    ...[...sentences, ...(note === undefined ? [] : [note])].map((sentence) => [words(sentence)]),
    [],
    [t.name, m.today, m.brings, t.atLeast90, t.atMost90, m.nextEuro, t.atLeast90, t.atMost90, m.advised, ''].map(
      heading,
    ),
    ...lines.map(({ name, today, brings, next, advised, reason }) => [
      words(name),
      ...[today, brings.middle, brings.low, brings.high, next.middle, next.low, next.high, advised].map((one) =>
        figure(one, 'money'),
      ),
      reason === undefined ? null : words(reason),
    ]),
  ];
  return { data, sheet: sheetName(title), columns: widths(10) };
}

/** A workbook with real numbers and dates: the sums, the days, and a sheet for each table. */
export async function reportXlsx(report: Report): Promise<Buffer> {
  const { sentence, notes, kpis, figures, formats: written, days, words: t, tables } = report;
  const summary: SheetData = [
    [heading(`${t.title}, ${report.shop}`)],
    [words(written.days(days))],
    [words(sentence)],
    ...notes.map((note) => [words(note)]),
    ...tables.map(({ title, note }) => [words(`${title}: ${note}`)]),
    [],
    [heading(t.all), heading(written.days(days)), heading(report.before ? written.days(report.before) : '')],
    ...kpis.map(({ label, kind, now, before }) => [words(label), figure(now, kind), figure(before ?? null, kind)]),
  ];
  const kpi = (id: string) => kpis.find((one) => one.id === id)?.label ?? id;
  const daily: SheetData = [
    [t.day, kpi('revenue'), kpi('spend'), kpi('orders'), kpi('newCustomers'), kpi('margin')].map(heading),
    ...figures.daily.map((one) => [
      { value: dateOf(one.day), type: Date, format: 'yyyy-mm-dd' },
      figure(one.revenue, 'money'),
      figure(one.spend, 'money'),
      figure(one.orders, 'count'),
      figure(one.newCustomers, 'count'),
      figure(one.margin, 'money'),
    ]),
  ];
  return writeExcelFile([
    { data: summary, sheet: t.total, columns: widths(3, 36) },
    { data: daily, sheet: t.day, columns: widths(6, 14), stickyRowsCount: 1 },
    ...tables.map((table) => tableSheet(report, table)),
    budgetSheet(report),
  ]).toBuffer();
}
