import type { Comparison } from '../app/state.ts';
import { dayNumber, lengthOf, type Days } from '../../lambdas/shared/day-numbers.ts';
import { isPartial } from '../../lambdas/shared/cost-coverage.ts';
import { costOf, coverage, growth, ratio, roi, type Figure } from '../figures/ratios.ts';
import { formatsOf, type FigureKind, type Formats } from '../language/format.ts';
import { glossary } from '../language/glossary.ts';
import type { Language } from '../language/language.ts';
import { channelName, modelName, platformName, productName } from '../language/names.ts';
import { texts as frameTexts, type Texts } from '../language/texts.ts';
import { marketingTexts } from '../views/marketing/texts.ts';
import { budgetOf, type ReportBudget } from './budget.ts';
import { sumOf, type CausedSums, type NamedSums, type ReportFigures, type Sums } from './figures.ts';
import { reportTexts, type ReportTexts } from './texts.ts';

/** The days of a report. */
export interface ReportPeriod {
  readonly days: Days;
  readonly comparison: Comparison;
  /** Undefined where nothing is compared, or where not all of these days are known. */
  readonly before: Days | undefined;
  /** Days were asked for that the lake does not have, or that are not over. */
  readonly isCut: boolean;
  /** The last known days were meant, and they are long past. */
  readonly isOld?: boolean;
}

export interface ReportKpi {
  readonly id: string;
  readonly label: string;
  readonly kind: FigureKind;
  /** Whether more is good news; 0 where it is neither. */
  readonly good: 1 | 0 | -1;
  readonly now: Figure;
  /** Undefined where nothing is compared. */
  readonly before: Figure | undefined;
}

/** One line of a table, its ratios computed. */
export interface ReportRow extends NamedSums {
  readonly roas: Figure;
  readonly roi: Figure;
  readonly cac: Figure;
  /** Of the revenue, the share that margin and ROI are of. */
  readonly coverage: Figure;
  /** Of revenue, as a share of what it was; undefined where nothing is compared. */
  readonly change: Figure | undefined;
  /** What it caused of what it is credited with; of `incremental` alone. */
  readonly caused?: CausedSums['caused'] & { readonly roi: Figure };
}

export interface ReportTable {
  readonly id: 'channels' | 'incremental' | 'campaigns' | 'influencers' | 'products';
  readonly title: string;
  readonly note: string;
  readonly rows: readonly ReportRow[];
}

/** All that a report shows, in one language, for every format alike. */
export interface Report {
  readonly language: Language;
  readonly shop: string;
  /** The attribution model of its figures, by its name. */
  readonly model: string;
  readonly days: Days;
  readonly before: Days | undefined;
  readonly comparison: Comparison;
  /** Of all revenue, the share that margins are of. */
  readonly coverage: Figure;
  readonly sentence: string;
  readonly notes: readonly string[];
  readonly kpis: readonly ReportKpi[];
  readonly figures: ReportFigures;
  readonly tables: readonly ReportTable[];
  readonly budget: ReportBudget;
  readonly words: ReportTexts;
  readonly texts: Texts;
  readonly formats: Formats;
}

const kpiOf = [
  { id: 'revenue', kind: 'money', good: 1, of: ({ revenue }: Sums) => revenue },
  { id: 'orders', kind: 'count', good: 1, of: ({ orders }: Sums) => orders },
  { id: 'spend', kind: 'money', good: 0, of: ({ spend }: Sums) => spend },
  { id: 'mer', kind: 'ratio', good: 1, of: ({ revenue, spend }: Sums) => ratio(revenue, spend) },
  { id: 'margin', kind: 'money', good: 1, of: ({ margin }: Sums) => margin },
  { id: 'newCustomers', kind: 'count', good: 1, of: ({ newCustomers }: Sums) => newCustomers },
  { id: 'blendedCac', kind: 'money', good: -1, of: ({ spend, newCustomers }: Sums) => costOf(spend, newCustomers) },
] as const;

/** Figures of orders, which are not known where the lake has none at all. */
const ofOrders: ReadonlySet<string> = new Set(['revenue', 'orders', 'mer', 'margin', 'newCustomers']);

function kpis(now: Sums, before: Sums | undefined, language: Language): ReportKpi[] {
  const names = glossary[language];
  return kpiOf.map(({ id, kind, good, of }) => ({
    id,
    label: names[id].name,
    kind,
    good,
    now: of(now),
    before: before && of(before),
  }));
}

/** What happened, in one sentence: as the dashboard says it. */
function sentenceOf(figures: ReportFigures, { days, comparison }: ReportPeriod, language: Language) {
  const [now, before] = [sumOf(figures.daily), figures.dailyBefore && sumOf(figures.dailyBefore)];
  const [t, formats] = [marketingTexts[language], formatsOf(language)];
  const revenue = figures.hasOrders ? now.revenue : null;
  const change = before ? growth(revenue, before.revenue) : null;
  // Without any order, or of a part of the spend, the first sentence would say what no euro has earned.
  const earned = figures.unknownSpend.length > 0 ? null : ratio(revenue, now.spend);
  return [
    `${t.reached(false)}${formats.figure('money', revenue)}${t.over(lengthOf(days))}`,
    change === null || comparison === 'none'
      ? ''
      : `, ${formats.change(change)} ${frameTexts[language].comparedTo[comparison]}`,
    earned === null ? '' : `${t.earned[0]}${formats.figure('money', earned)}${t.earned[1]}`,
    '.',
  ].join('');
}

const measuredBasis = 'measured: ';

/** @param hasOrders without any in the lake what came back is not known, and is no loss of all that was spent */
const withRatios = (row: NamedSums, hasOrders: boolean): ReportRow => ({
  ...row,
  roas: hasOrders ? ratio(row.revenue, row.spend) : null,
  roi: hasOrders ? roi(row.margin, row.spend) : null,
  // What was not paid for costs nothing a customer: that is no figure of marketing.
  cac: costOf(row.spend, row.newCustomers),
  coverage: coverage(row.covered, row.revenue),
  change: row.before === undefined ? undefined : growth(row.revenue, row.before),
});

/** What each channel that can be withheld caused, as a line of a table. */
function causedRow(row: CausedSums, language: Language): ReportRow {
  const [t, texts] = [marketingTexts[language], frameTexts[language]];
  const { channel, basis, spend, orders, revenue, margin, caused } = row;
  const measured = basis.startsWith(measuredBasis);
  return {
    ...withRatios(
      {
        name: channelName(texts, channel),
        aside: measured ? t.measured(basis.slice(measuredBasis.length)) : t.believed,
        before: undefined,
        spend,
        revenue,
        orders,
        newCustomers: null,
        margin,
        covered: null,
        units: null,
      },
      true,
    ),
    caused: { ...caused, roi: roi(caused.margin, spend) },
  };
}

/** What is to be known of spend that no report tells, and of orders of which nothing tells where they came from. */
function spendNotes(
  { spendFrom, lateSpend, unknownSpend, uncredited, endedSpend }: ReportFigures,
  { days, before }: ReportPeriod,
  language: Language,
): string[] {
  const [words, formats] = [reportTexts[language], formatsOf(language)];
  const first = Math.min(days.from, before?.from ?? days.from);
  return [
    ...(spendFrom !== undefined && first < spendFrom ? [words.spendFrom(formats.dayWithYear(spendFrom))] : []),
    ...lateSpend.map(({ channel, first: day }) =>
      frameTexts[language].lateSpend(channelName(frameTexts[language], channel), formats.dayWithYear(dayNumber(day))),
    ),
    ...(unknownSpend.length > 0
      ? [words.unknownSpend(unknownSpend.map((channel) => channelName(frameTexts[language], channel)).join(', '))]
      : []),
    ...(uncredited === undefined ? [] : [frameTexts[language].uncredited(formats.figure('percent', uncredited))]),
    ...endedSpend.map(({ platform, last }) =>
      frameTexts[language].endedSpend(platformName(platform), formats.dayWithYear(dayNumber(last))),
    ),
  ];
}

/** Puts figures into words. */
export function reportOf(figures: ReportFigures, period: ReportPeriod, language: Language): Report {
  const { days, before, comparison, isCut, isOld } = period;
  const [words, texts] = [reportTexts[language], frameTexts[language]];
  const now = sumOf(figures.daily);
  const then = figures.dailyBefore && sumOf(figures.dailyBefore);
  const { name, model, lookback, zone } = figures.shop;
  const attributed = words.attributed(modelName(texts, model), lookback);
  const share = coverage(now.covered, now.revenue);
  const channel = (row: NamedSums) => ({ ...row, name: channelName(texts, row.name) });
  const product = (row: NamedSums) => ({ ...row, name: productName(texts, row.name) });
  const onPlatform = (row: NamedSums) => ({ ...row, aside: row.aside && platformName(row.aside) });
  const table = (
    id: Exclude<ReportTable['id'], 'incremental'>,
    note: string,
    rows: readonly NamedSums[],
  ): ReportTable => ({
    id,
    title: words[id],
    note,
    rows: rows.map((row) => withRatios(row, figures.hasOrders)),
  });
  return {
    language,
    shop: name,
    model: modelName(texts, model),
    days,
    before,
    comparison,
    coverage: share,
    sentence: sentenceOf(figures, period, language),
    notes: [
      ...(figures.failedChecks.length > 0 ? [words.failedChecks(figures.failedChecks.join(', '))] : []),
      ...(figures.refused.length > 0
        ? [words.refused(figures.refused.map(({ table: of, records }) => words.refusedOf[of](records)).join(', '))]
        : []),
      ...(isOld === true ? [words.old(formatsOf(language).dayWithYear(days.to))] : []),
      ...(isCut ? [words.cut] : []),
      ...(figures.hasOrders ? [] : [words.noOrders]),
      ...(comparison !== 'none' && before === undefined ? [texts.notKnownBefore] : []),
      ...spendNotes(figures, period, language),
      ...(isPartial(share)
        ? [share === 0 ? words.noCosts : words.partial(formatsOf(language).figure('percent', share))]
        : []),
      words.made(zone),
    ],
    kpis: kpis(now, then, language).map((kpi) =>
      ofOrders.has(kpi.id) && !figures.hasOrders ? { ...kpi, now: null, before: kpi.before && null } : kpi,
    ),
    figures,
    tables: [
      table('channels', attributed, figures.channels.map(channel)),
      {
        id: 'incremental',
        title: marketingTexts[language].incremental,
        note: marketingTexts[language].incrementalNote(modelName(texts, model)),
        rows: figures.hasOrders ? figures.incremental.map((row) => causedRow(row, language)) : [],
      },
      table('campaigns', attributed, figures.campaigns.map(onPlatform)),
      table('influencers', words.byCode, figures.influencers.map(onPlatform)),
      table('products', words.ofProducts, figures.products.map(product)),
    ],
    budget: budgetOf(figures.response, language),
    words,
    texts,
    formats: formatsOf(language),
  };
}
