import { Command, InvalidArgumentError, Option } from 'commander';
import type { Change, Limit } from '../lambdas/attribute/response/advice.ts';
import {
  adviceOrRefusal,
  coveredInWords,
  guessInWords,
  type ToldAdvice,
} from '../lambdas/attribute/response/advice-or-refusal.ts';
import { readBudgetHistory } from '../lambdas/attribute/response/history.ts';
import { knownResponse } from '../lambdas/attribute/response/know-response.ts';
import type { Range } from '../lambdas/attribute/response/known-response.ts';
import { refusalInWords } from '../lambdas/attribute/response/refusal-in-words.ts';
import { askedTogether } from '../lambdas/shared/asked-together.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { lakeOption, UsageError } from './context.ts';
import { paragraph } from './cut.ts';
import { helpText } from './help-text.ts';
import { openLake } from './open-lake.ts';
import { terminalWidth } from './output.ts';
import { warn } from './say.ts';
import { table } from './table.ts';
import { tellWaiting } from './tell-waiting.ts';

const month = 28;

interface Flags {
  readonly total?: number;
  readonly change: readonly Change[];
  readonly limit: readonly Limit[];
  readonly json?: boolean;
  readonly lake: string;
}

const eur = (value: number) => value.toFixed(value !== 0 && Math.abs(value) < 10 ? 2 : 0);
const range = ({ low, high }: Range, digits: number) => `${low.toFixed(digits)} to ${high.toFixed(digits)}`;

/** The advice in words and a table. @param covered which part of the revenue the cost of goods is known of */
export function adviceReport(advice: ToldAdvice, covered = 1): string {
  const { days, channels, plan, best, whatIf } = advice;
  const guess = guessInWords(advice);
  const refused = channels.flatMap(({ channel, refusal }) =>
    refusal === undefined ? [] : [`${channel}: ${refusalInWords(refusal)}.`],
  );
  const inMonth = ({ middle, low, high }: Range) =>
    `${eur(month * middle)} EUR in four weeks (${eur(month * low)} to ${eur(month * high)})`;
  const measured = channels.flatMap(({ channel, basis }) =>
    basis.startsWith('measured') ? [`${channel}, ${basis}`] : [],
  );
  return [
    paragraph(
      `What the spend of each channel brings, from ${days.count} days (${days.from} to ${days.to}): ` +
        'contribution margin, EUR a day',
      terminalWidth(),
    ),
    '',
    table(
      ['channel', 'spend', 'brings', '90 %', 'next euro brings', '90 %', 'known by', 'advised'],
      channels.map(({ channel, today, brings, next, learnt, advised }) => [
        channel,
        eur(today),
        eur(brings.middle),
        range(brings, 0),
        next.middle.toFixed(2),
        range(next, 2),
        `${Math.round(100 * learnt)} %`,
        advised === null ? 'as it is' : eur(advised),
      ]),
      { rightAligned: [false, true, true, true, true, true, true, true], width: terminalWidth() },
    ),
    '',
    ...[
      ...(plan
        ? [
            `Divided as advised, ${eur(plan.total)} EUR a day brings ${inMonth(plan.gain)} more than today, ` +
              'after spend.',
          ]
        : [
            'Nothing is advised, and no total is divided: fewer than two channels can be told apart. Change the ' +
              'spend of one for some weeks, or make an experiment.',
          ]),
      ...(measured.length > 0 ? [`By an experiment: ${measured.join('; ')}.`] : []),
      ...(plan && plan.gain.low <= 0 ? ['That may be chance: its interval has 0 in it.'] : []),
      ...(best
        ? [`Within the limits the most is left at ${eur(best.total)} EUR a day: ${inMonth(best.gain)} more than today.`]
        : []),
      ...(whatIf
        ? [
            'What if ' +
              `${whatIf.changes.map(({ channel, part }) => `${channel} ${part >= 1 ? '+' : ''}${Math.round(100 * (part - 1))} %`).join(', ')}: ` +
              `${inMonth(whatIf.gain)} after spend.`,
          ]
        : []),
      ...(guess === undefined ? [] : [guess]),
      ...(refused.length > 0 ? ['\nOf these nothing can be said; they stay as they are:', ...refused] : []),
      ...coveredInWords(covered),
      '\nNext euro brings: below 1.00, a euro more costs more than it brings. Known by: how much of the doubt ' +
        'that there is without data the experiments and the days have taken away. Limits: half to one and a half ' +
        'of today, unless --limit says others. Effects of more than some weeks (a brand that becomes known, ' +
        'customers who come back) are not in it. Of advertising alone: the fees of influencers are contracts ' +
        '(roi_by_influencer tells which of them paid).',
    ].map((sentence) => paragraph(sentence, terminalWidth())),
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

/** @throws UsageError in words where nothing can be advised, or what is asked does not fit */
function inWords(work: () => ToldAdvice): ToldAdvice {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** `sillage budget`. */
export function budgetCommand(): Command {
  return new Command('budget')
    .description('what the spend of each advertising channel brings, and how a budget is best divided')
    .option('--total <eur>', 'divide so much a day (default what these channels cost today)', totalArgument)
    .addOption(
      new Option('--change <channel=percent>', 'what if: "Paid Social=+20%"; may be repeated')
        .argParser(changeArgument)
        .default([], 'none'),
    )
    .addOption(
      new Option('--limit <channel=min..max>', 'EUR a day, "Paid Search=20..80"; may be repeated')
        .argParser(limitArgument)
        .default([], 'half to one and a half of today'),
    )
    .option('--json', 'print it as JSON; EUR a day')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
A curve of each channel (what is spent carries over to later days, and brings less the more it is) is fitted to the
shop's daily margin, beside weekdays, a slow trend and Black Friday. It begins from what attribution credits and what
experiments found, and says how much the days themselves have told. A channel whose spend never moved, or moved with
another's, is left as it is, with the reason.

Examples:
  sillage budget
  sillage budget --total 500 --limit "Paid Search=20..80"
  sillage budget --change "Paid Social=+20%" --change "Display=-100%"`),
    )
    .action(async (flags: Flags) => {
      const lake = await openLake(flags.lake);
      await tellWaiting(lake);
      const history = await withWarehouse(
        lake,
        loadCatalog(),
        (warehouse) => readBudgetHistory(askedTogether(warehouse)),
        { onWarning: warn },
      );
      const advice = inWords(() => adviceOrRefusal(knownResponse(history), flags));
      process.stdout.write(flags.json ? `${visibleJson(advice, 2)}\n` : `${adviceReport(advice, history.covered)}\n`);
    });
}
