import { Command, InvalidArgumentError } from 'commander';
import {
  divide,
  gainOf,
  marginalReturn,
  type Plan,
  type PlannedChannel,
} from '../lambdas/attribute/response/budget.ts';
import { steadyMargin } from '../lambdas/attribute/response/curve.ts';
import {
  fitResponse,
  summary,
  type ChannelResponse,
  type Response,
} from '../lambdas/attribute/response/fit-response.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { readBudgetHistory, type BudgetHistory } from './budget-history.ts';
import { lakeOption, UsageError } from './context.ts';
import { openLake } from './open-lake.ts';
import { terminalWidth } from './output.ts';
import { warn } from './say.ts';
import { table } from './table.ts';

/** Beyond these parts of today's spend nothing was ever seen: a curve there is a guess. */
const [leastPart, mostPart] = [0.5, 1.5];
/** Chains that differ by more have not met, and their figures are none. */
const mostScaleReduction = 1.2;
const month = 28;

interface Flags {
  readonly total?: number;
  readonly change: readonly Change[];
  readonly limit: readonly Limit[];
  readonly json?: boolean;
  readonly lake: string;
}
interface Change {
  readonly channel: string;
  readonly part: number;
}
interface Limit {
  readonly channel: string;
  readonly min: number;
  readonly max: number;
}

const eur = (value: number) => value.toFixed(value !== 0 && Math.abs(value) < 10 ? 2 : 0);
type Range = Plan['gain'];
const range = ({ low, high }: Range, digits: number) => `${low.toFixed(digits)} to ${high.toFixed(digits)}`;

/** What is advised, and what can be said of each channel. EUR a day. */
export interface Advice {
  readonly days: { readonly from: string; readonly to: string; readonly count: number };
  readonly channels: readonly {
    readonly channel: string;
    readonly today: number;
    /** Margin that today's spend brings, and what the next euro of it brings. */
    readonly brings: Range;
    readonly next: Range;
    readonly learnt: number;
    readonly basis: string;
    readonly refusal?: string;
    /** Null where nothing can be said of the channel: it stays as it is. */
    readonly advised: number | null;
  }[];
  /** Undefined where fewer than two channels can be told apart: then there is nothing to divide. */
  readonly plan?: { readonly total: number; readonly gain: Range };
  /** The spend, within the limits, beyond which the next euro brings less than one. */
  readonly best?: { readonly total: number; readonly gain: Range };
  readonly whatIf?: { readonly changes: readonly Change[]; readonly gain: Range };
}

/** Channels whose curves say something, with how far their spend may go. */
function movable(fit: Response, today: BudgetHistory['today'], limits: readonly Limit[]): PlannedChannel[] {
  return fit.channels
    .filter(({ refusal }) => refusal === undefined)
    .map((response) => {
      const now = today.get(response.channel) ?? 0;
      const own = limits.find(({ channel }) => channel === response.channel);
      return { response, today: now, min: own?.min ?? leastPart * now, max: own?.max ?? mostPart * now };
    });
}

function planOf(
  channels: readonly PlannedChannel[],
  total: number | undefined,
): Pick<Advice, 'plan' | 'best'> & { readonly spend?: Plan['spend'] } {
  if (channels.length < 2) return {};
  const now = channels.reduce((sum, { today }) => sum + today, 0);
  const most = channels.reduce((sum, { max }) => sum + max, 0);
  const step = Math.max(now / 100, 0.01);
  const plan = divide(channels, { total: total ?? now, step });
  const best = divide(channels, { total: most, step, keep: true });
  const sumOf = ({ spend }: Plan) => [...spend.values()].reduce((sum, one) => sum + one, 0);
  return {
    spend: plan.spend,
    plan: { total: sumOf(plan), gain: plan.gain },
    best: { total: sumOf(best), gain: best.gain },
  };
}

/** The advice of a history. @throws UsageError in words where there is none, or what is asked does not fit */
export function adviceOf(
  history: BudgetHistory,
  { total, change, limit }: Pick<Flags, 'total' | 'change' | 'limit'>,
): Advice {
  const names = history.channels.map(({ channel }) => channel);
  for (const { channel } of [...change, ...limit])
    if (!names.includes(channel))
      throw new UsageError(
        `No advertising channel “${channel}” has spend in the lake: ${names.join(', ') || 'none has any'}.`,
      );
  const inWords = <T>(compute: () => T): T => {
    try {
      return compute();
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
      throw error;
    }
  };
  const fit = inWords(() => fitResponse(history));
  if (fit.scaleReduction > mostScaleReduction)
    throw new UsageError(
      `These days can be explained in ways that contradict each other (scale reduction ${fit.scaleReduction.toFixed(2)}): nothing can be advised from them.`,
    );
  const channels = movable(fit, history.today, limit);
  const { spend, ...plans } = inWords(() => planOf(channels, total));
  const responseOf = (name: string): ChannelResponse | undefined =>
    fit.channels.find(({ channel }) => channel === name);
  const changed = change.flatMap(({ channel, part }) => {
    const response = responseOf(channel);
    const now = history.today.get(channel) ?? 0;
    return response ? [{ response, today: now, min: now * part, max: now * part }] : [];
  });
  return {
    days: { from: history.days[0] ?? '', to: history.days.at(-1) ?? '', count: history.days.length },
    channels: fit.channels.map((response) => {
      const now = history.today.get(response.channel) ?? 0;
      return {
        channel: response.channel,
        today: now,
        brings: summary(response.curves.map((curve) => steadyMargin(curve, response.reference, now))),
        next: marginalReturn(response, now),
        learnt: response.learnt,
        basis: response.basis,
        ...(response.refusal !== undefined && { refusal: response.refusal }),
        advised: response.refusal === undefined ? (spend?.get(response.channel) ?? null) : null,
      };
    }),
    ...plans,
    ...(changed.length > 0 && {
      whatIf: {
        changes: change,
        gain: gainOf(changed, new Map(changed.map(({ response, max }) => [response.channel, max]))),
      },
    }),
  };
}

/** The advice in words and a table. */
export function adviceReport({ days, channels, plan, best, whatIf }: Advice): string {
  const refused = channels.flatMap(({ channel, refusal }) =>
    refusal === undefined ? [] : [`${channel}: ${refusal}.`],
  );
  const inMonth = ({ middle, low, high }: Range) =>
    `${eur(month * middle)} EUR in four weeks (${eur(month * low)} to ${eur(month * high)})`;
  return [
    `What the spend of each channel brings, from ${days.count} days (${days.from} to ${days.to}): contribution margin, EUR a day\n`,
    table(
      ['channel', 'spend', 'brings', '90 %', 'next euro brings', '90 %', 'known by', 'advised'],
      channels.map(({ channel, today, brings, next, learnt, basis, advised }) => [
        channel,
        eur(today),
        eur(brings.middle),
        range(brings, 0),
        next.middle.toFixed(2),
        range(next, 2),
        `${Math.round(100 * learnt)} %${basis.startsWith('measured') ? `, ${basis}` : ''}`,
        advised === null ? 'as it is' : eur(advised),
      ]),
      { rightAligned: [false, true, true, true, true, true, false, true], width: terminalWidth() },
    ),
    '',
    ...(plan
      ? [`Divided as advised, ${eur(plan.total)} EUR a day brings ${inMonth(plan.gain)} more than today, after spend.`]
      : [
          'Nothing is advised: fewer than two channels can be told apart. Change the spend of one for some weeks, or make an experiment.',
        ]),
    ...(plan && plan.gain.low <= 0 ? ['That may be chance: its interval has 0 in it.'] : []),
    ...(best
      ? [`Within the limits the most is left at ${eur(best.total)} EUR a day: ${inMonth(best.gain)} more than today.`]
      : []),
    ...(whatIf
      ? [
          `What if ${whatIf.changes.map(({ channel, part }) => `${channel} ${part >= 1 ? '+' : ''}${Math.round(100 * (part - 1))} %`).join(', ')}: ${inMonth(whatIf.gain)} after spend.`,
        ]
      : []),
    ...(refused.length > 0 ? ['\nOf these nothing can be said; they stay as they are:', ...refused] : []),
    '\nKnown by: how much of the doubt that there is without data the experiments and the days have taken away. Limits: half to one and a half of',
    'today, unless --limit says others. Effects of more than some weeks (a brand that becomes known, customers who come back) are not in it.',
    '',
  ].join('\n');
}

function changeArgument(given: string, before: readonly Change[]): Change[] {
  const { channel, percent } = /^(?<channel>[^=]+)=(?<percent>[+-]?\d+(?:\.\d+)?)\s*%$/u.exec(given)?.groups ?? {};
  if (channel === undefined || percent === undefined || Number(percent) < -100)
    throw new InvalidArgumentError('Write a channel and by how much its spend changes, such as "Paid Social=+20%".');
  return [...before, { channel: channel.trim(), part: 1 + Number(percent) / 100 }];
}

function limitArgument(given: string, before: readonly Limit[]): Limit[] {
  const { channel, min, max } =
    /^(?<channel>[^=]+)=(?<min>\d+(?:\.\d+)?)\.\.(?<max>\d+(?:\.\d+)?)$/u.exec(given)?.groups ?? {};
  if (channel === undefined || min === undefined || max === undefined || Number(min) > Number(max))
    throw new InvalidArgumentError('Write a channel and its least and most EUR a day, such as "Paid Search=20..80".');
  return [...before, { channel: channel.trim(), min: Number(min), max: Number(max) }];
}

function totalArgument(given: string): number {
  const total = Number(given);
  if (given.trim() === '' || !(total > 0)) throw new InvalidArgumentError('Give EUR a day, above 0.');
  return total;
}

/** `sillage budget`. */
export function budgetCommand(): Command {
  return new Command('budget')
    .description('what the spend of each advertising channel brings, and how a budget is best divided')
    .option('--total <eur>', 'divide so much a day (default what these channels cost today)', totalArgument)
    .option('--change <channel=percent>', 'what if: "Paid Social=+20%"; may be repeated', changeArgument, [])
    .option('--limit <channel=min..max>', 'EUR a day, "Paid Search=20..80"; may be repeated', limitArgument, [])
    .option('--json', 'print it as JSON; EUR a day')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      `
A curve of each channel (what is spent carries over to later days, and brings less the more it is) is fitted to the shop's daily margin, beside
weekdays, a slow trend and Black Friday. It begins from what attribution credits and what experiments found, and says how much the days
themselves have told. A channel whose spend never moved, or moved with another's, is left as it is, with the reason.

Examples:
  sillage budget
  sillage budget --total 500 --limit "Paid Search=20..80"
  sillage budget --change "Paid Social=+20%" --change "Display=-100%"`,
    )
    .action(async (flags: Flags) => {
      const lake = await openLake(flags.lake);
      const history = await withWarehouse(lake, loadCatalog(), readBudgetHistory, { onWarning: warn });
      const advice = adviceOf(history, flags);
      process.stdout.write(flags.json ? `${visibleJson(advice, 2)}\n` : `${adviceReport(advice)}\n`);
    });
}
