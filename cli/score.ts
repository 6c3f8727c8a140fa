import { Command } from 'commander';
import { adviceOrRefusal } from '../lambdas/attribute/response/advice-or-refusal.ts';
import { readBudgetHistory, type BudgetHistory } from '../lambdas/attribute/response/history.ts';
import { knownResponse } from '../lambdas/attribute/response/know-response.ts';
import { askedTogether } from '../lambdas/shared/asked-together.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { lakeOption, UsageError } from './context.ts';
import { paragraph } from './cut.ts';
import { ratio } from './figures.ts';
import { helpText } from './help-text.ts';
import { openLake } from './open-lake.ts';
import { terminalWidth } from './output.ts';
import { advices, budgetAdvice, readCurves, regrets, type Advice, type Curves, type Regret } from './regret.ts';
import { warn } from './say.ts';
import { errorOver, readCredits, scores, type Measure, type Score } from './scoring.ts';
import { foldedTable } from './table.ts';
import { folded, grains, readTruth, type Grain, type Truth } from './truth.ts';

const count = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
const percent = (value: number | null) => (value === null ? '–' : `${count.format(100 * value)} %`);

/** `display 25 for 0`: what is credited, for what was caused. */
const named = (one: Score['overCredited']) =>
  one === null ? '–' : `${one.name} ${count.format(one.credited)} for ${count.format(one.caused)}`;

/** A line for each model, the one that divides a budget best first. */
function grainTable(all: readonly Score[], grain: Grain, width?: number): string {
  const of = (model: string, measure: Measure) =>
    all.find((score) => score.grain === grain && score.model === model && score.measure === measure);
  const rows = all
    .filter((score) => score.grain === grain && score.measure === 'orders')
    .toSorted((a, b) => (a.misplaced ?? 1) - (b.misplaced ?? 1))
    .map((score) => [
      score.model,
      count.format(score.credited),
      ...(['orders', 'revenue', 'margin'] as const).map((measure) => percent(of(score.model, measure)?.error ?? null)),
      percent(score.misplaced),
      ratio(score.rankCorrelation),
      named(score.overCredited),
      named(score.underCredited),
    ]);
  return foldedTable(
    [
      `by ${grain}`,
      'orders',
      'error: orders',
      'revenue',
      'margin',
      'misplaced',
      'ranks',
      'share too high',
      'share too low',
    ],
    rows,
    { rightAligned: [false, true, true, true, true, true, true, false, false], width },
  );
}

/** Orders by channel: what was caused, and what each model credits. */
function channelTable(all: readonly Score[], width?: number): string {
  const models = all.filter(({ grain, measure }) => grain === 'channel' && measure === 'orders');
  const rows = (models[0]?.names ?? [])
    .map(({ name, caused }) => ({
      caused,
      cells: [
        name,
        count.format(caused),
        ...models.map((model) => count.format(model.names.find((one) => one.name === name)?.credited ?? 0)),
      ],
    }))
    .toSorted((a, b) => b.caused - a.caused)
    .map(({ cells }) => cells);
  return foldedTable(['orders by channel', 'caused', ...models.map(({ model }) => model)], rows, {
    rightAligned: [false, true, ...models.map(() => true)],
    width,
  });
}

/** How far each model's returns on advertising are off, the closest first. */
function paidTable(all: readonly Score[], channels: ReadonlySet<string>, width?: number): string {
  const rows = all
    .filter(({ grain, measure }) => grain === 'channel' && measure === 'revenue')
    .map((score) => ({ model: score.model, error: errorOver(score, channels) }))
    .toSorted((a, b) => (a.error ?? Infinity) - (b.error ?? Infinity))
    .map(({ model, error }) => [model, percent(error)]);
  return foldedTable(['incremental revenue of channels with spend', 'error'], rows, {
    rightAligned: [false, true],
    width,
  });
}

/** What it costs to divide the money as each model credits. */
function regretTable(all: readonly Regret[], width?: number): string {
  const channels = Object.keys(all[0]?.spend ?? {});
  return foldedTable(
    ['EUR', ...channels, 'real profit', 'regret'],
    all.map(({ name, spend, profit, regret }) => [
      name,
      ...channels.map((channel) => count.format(spend[channel] ?? 0)),
      count.format(profit),
      count.format(regret),
    ]),
    { rightAligned: [false, ...channels.map(() => true), true, true], width },
  );
}

/** The scores in words and tables, as wide as the terminal; in a file, as wide as they are. */
export function scoreReport(truth: Truth, all: readonly Score[], lost: readonly Regret[] = [], width?: number): string {
  const caused = all.find(({ grain, measure }) => grain === 'channel' && measure === 'orders')?.caused ?? 0;
  const said = (text: string) => paragraph(text, width);
  return [
    said(
      `Of ${count.format(truth.all.orders)} orders, channels caused ${count.format(caused)} (an order that two ` +
        'were needed for counts twice). Attribution credits all of them.',
    ),
    said(
      'error: Σ |credited − caused| ÷ Σ caused. misplaced: the part of the credits that would have to move for ' +
        'their shares to be right.',
    ),
    `${said("ranks: Spearman's correlation with what was caused; 1 is the same order.")}\n`,
    ...grains.map((grain) => `${grainTable(all, grain, width)}\n`),
    channelTable(all, width),
    ...(lost.length === 0
      ? []
      : [
          `\n${paidTable(all, new Set(Object.keys(lost[0]?.spend ?? {}).map(folded)), width)}\n`,
          said(
            'The money of the advertisements, divided by each model’s credited margin, and what it would ' +
              'really have earned.',
          ),
          `${said('regret: what the best division of the same money earns more.')}\n`,
          regretTable(lost, width),
        ]),
    '',
  ].join('\n');
}

/** What `sillage budget` advises of the lake; nothing, with a word about it, where it refuses. */
function budgetOf(curves: Curves, history: BudgetHistory): Advice[] {
  try {
    return [budgetAdvice(curves, adviceOrRefusal(knownResponse(history)).channels)];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    warn(`sillage budget gives no advice here: ${error.message}`);
    return [];
  }
}

/** `sillage score`. */
export function scoreCommand(): Command {
  return new Command('score')
    .description('compare every attribution model with what really caused the orders of a simulated market')
    .option(
      '--json',
      'print it as JSON: all orders; scores by level (channel, campaign, influencer), figure and model; regrets',
    )
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
The simulated market knows which orders would not have been placed without a channel, campaign or influencer (truth/ in
the lake, which no part of the pipeline reads). No real shop has that: there, only an experiment tells what was caused.

Examples:
  sillage score
  sillage score --json | jq '.scores[] | select(.grain == "channel" and .measure == "margin") | [.model, .misplaced]'`),
    )
    .action(async (flags: { json?: boolean; lake: string }) => {
      const lake = await openLake(flags.lake);
      const truth = await readTruth(lake);
      const curves = await readCurves(lake);
      const [credits, history] = await withWarehouse(
        lake,
        loadCatalog(),
        async (warehouse) =>
          [
            await readCredits(warehouse),
            // Without planted curves there is nothing to hold a budget against.
            curves.size === 0 ? undefined : await readBudgetHistory(askedTogether(warehouse)),
          ] as const,
        { onWarning: warn },
      );
      if (credits.size === 0)
        throw new UsageError(
          `Nothing is attributed yet in ${lake.location}: run "sillage run --lake ${flags.lake}" first.`,
        );
      const all = scores(truth, credits);
      const lost = history ? regrets(curves, [...advices(curves, credits), ...budgetOf(curves, history)]) : [];
      process.stdout.write(
        flags.json
          ? `${visibleJson({ all: truth.all, scores: all, regrets: lost }, 2)}\n`
          : `${scoreReport(truth, all, lost, terminalWidth())}\n`,
      );
    });
}
