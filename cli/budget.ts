import { Command, InvalidArgumentError, Option } from 'commander';
import type { Estimate } from '../lambdas/attribute/intervals.ts';
import { advise, whatIf, type Advice, type Bounds } from '../lambdas/attribute/response/advise.ts';
import { fitResponse, type ChannelHistory, type Curve, type Response } from '../lambdas/attribute/response/response.ts';
import { addDays, daysBetween } from '../lambdas/shared/days.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { cell } from './cell.ts';
import { lakeOption, UsageError } from './context.ts';
import { openLake } from './open-lake.ts';
import { terminalWidth } from './output.ts';
import { warn } from './say.ts';
import { table } from './table.ts';

/** Older days say little of today's channels. */
const mostDays = 365;

const ordersSql = `SELECT local_date AS day, count(*) AS orders FROM order_economics
WHERE local_date IS NOT NULL GROUP BY local_date ORDER BY 1`;
// Margin of one credited order: of those whose cost of goods is known.
const channelsSql = `SELECT r.day, r.channel, CAST(r.spend_eur AS double) AS spend, r.attributed_orders,
  r.attributed_margin_eur, i.incrementality, i.incrementality_low, i.incrementality_high, i.experiment_id
FROM roi_incremental AS r JOIN channel_incrementality AS i ON i.channel = r.channel ORDER BY r.day, r.channel`;

/** The days of the lake, as the fit takes them. @throws UsageError where there is no order */
export async function readResponse(warehouse: Pick<Warehouse, 'query'>): Promise<Response> {
  const found = (await warehouse.query(ordersSql)).rows.map(([day = null, orders]) => ({
    day: cell(day),
    orders: Number(orders),
  }));
  const [first, last] = [found[0]?.day, found.at(-1)?.day];
  if (first === undefined || last === undefined)
    throw new UsageError('The lake has no order yet: run "sillage run" first.');
  const from = daysBetween(first, last) >= mostDays ? addDays(last, 1 - mostDays) : first;
  const days = daysBetween(from, last) + 1;
  const orders = Array.from({ length: days }, () => 0);
  for (const one of found) if (one.day >= from) orders[daysBetween(from, one.day)] = one.orders;
  const channels = new Map<string, { spend: number[]; credited: number; margin: number; history: ChannelHistory }>();
  for (const row of (await warehouse.query(channelsSql)).rows) {
    const [day, channel] = [cell(row[0] ?? null), cell(row[1] ?? null)];
    if (day < from || day > last) continue;
    const one = channels.get(channel) ?? {
      spend: Array.from({ length: days }, () => 0),
      credited: 0,
      margin: 0,
      history: {
        channel,
        spend: [],
        attributed: 0,
        marginPerOrder: 0,
        incrementality: { incrementality: Number(row[5]), low: Number(row[6]), high: Number(row[7]) },
        isTested: row[8] !== null,
      },
    };
    channels.set(channel, one);
    one.spend[daysBetween(from, day)] = Number(row[2]);
    one.credited += Number(row[3]);
    one.margin += Number(row[4] ?? 0);
  }
  const histories = [...channels.values()].map(({ spend, credited, margin, history }): ChannelHistory => ({
    ...history,
    spend,
    attributed: credited / days,
    marginPerOrder: credited > 0 ? margin / credited : 0,
  }));
  return fitResponse(orders, histories, { weekday: new Date(from).getUTCDay() });
}

const euros = (value: number) => value.toFixed(2);
const range = (one: Estimate, shown: (value: number) => string) =>
  one.low === null || one.high === null ? '–' : `${shown(one.low)} to ${shown(one.high)}`;

/** An advice in words. */
export function adviceText({ explained, days }: Response, advice: Advice): string {
  const { channels, total, gain, remarks } = advice;
  const refusals = channels.flatMap(({ channel, refused }) =>
    refused === undefined ? [] : [`${channel}: ${refused}`],
  );
  return [
    `How to divide ${euros(total)} € a day, by ${days} days (the fit explains ${(100 * explained).toFixed(0)} % of how daily orders vary)\n`,
    table(
      ['channel', '€ a day', 'advised', 'next € brings', '95 %', 'learnt from the days'],
      channels.map(({ channel, spend, advised, marginalReturn, learnt, refused }) => [
        channel,
        euros(spend),
        euros(advised),
        ...(refused === undefined && marginalReturn.value !== null
          ? [euros(marginalReturn.value), range(marginalReturn, euros)]
          : ['cannot say', '']),
        `${(100 * learnt).toFixed(0)} %`,
      ]),
      { rightAligned: [false, true, true, true, true, true], width: terminalWidth() },
    ),
    '',
    ...(gain.value === null
      ? []
      : [`Margin after marketing: ${euros(gain.value)} € a day more (95 %: ${range(gain, euros)}).`]),
    ...remarks,
    ...refusals,
    'Spend that is raised when people buy anyway looks as if it had made them buy: before a large step, make an experiment.',
    'next € brings: contribution margin before marketing of one euro more; above 1 it pays. learnt: how much the days narrowed what was believed.',
    '',
  ].join('\n');
}

const curveOf = ({ curves }: Response, channel: string): Curve => {
  const curve = curves.find(({ history }) => history.channel.toLowerCase() === channel.toLowerCase());
  if (curve === undefined)
    throw new UsageError(
      `${channel} is no channel with spend and orders; there are: ${curves.map(({ history }) => history.channel).join(', ')}.`,
    );
  if (curve.refused !== undefined) throw new UsageError(`The data cannot say. ${curve.refused}`);
  return curve;
};

/** `X=+20%`: a channel, and by which factor its spend changes. */
function changeArgument(text: string): { readonly channel: string; readonly factor: number } {
  const { channel, percent } = /^(?<channel>[^=]+)=(?<percent>[+-]\d+(?:\.\d+)?)%$/.exec(text)?.groups ?? {};
  const factor = 1 + Number(percent) / 100;
  if (channel === undefined || !(factor >= 0.5 && factor <= 1.5))
    throw new InvalidArgumentError('Write it as "Paid Social=+20%", from -50% to +50%: farther the curve is a guess.');
  return { channel: channel.trim(), factor };
}

function boundArgument(text: string, before: Readonly<Record<string, Bounds>> = {}): Record<string, Bounds> {
  const { channel, least, most } = /^(?<channel>[^=]+)=(?<least>\d+)%?\.\.(?<most>\d+)%$/.exec(text)?.groups ?? {};
  const bounds = { least: Number(least) / 100, most: Number(most) / 100 };
  if (channel === undefined || !(bounds.least <= bounds.most && bounds.most <= 3))
    throw new InvalidArgumentError('Write it as "Display=50..120%": from and to which part of its present spend.');
  return { ...before, [channel.trim()]: bounds };
}

interface Flags {
  readonly total?: number;
  readonly channel?: { readonly channel: string; readonly factor: number };
  readonly bound?: Readonly<Record<string, Bounds>>;
  readonly json?: boolean;
  readonly lake: string;
}

/** `sillage budget`. */
export function budgetCommand(): Command {
  return new Command('budget')
    .description('what more or less spend on each channel would bring, and how to divide a budget')
    .addOption(
      new Option('--total <eur>', 'EUR a day to divide; what is spent now where it is left out').argParser((text) => {
        const value = Number(text);
        if (!(value > 0)) throw new InvalidArgumentError('Give an amount in EUR above 0.');
        return value;
      }),
    )
    .addOption(
      new Option('--channel <change>', 'what a change brings, as "Paid Social=+20%"').argParser(changeArgument),
    )
    .addOption(
      new Option('--bound <range>', 'how far a channel may be moved, as "Display=50..120%"; may be repeated').argParser(
        boundArgument,
      ),
    )
    .option('--json', 'print it as JSON')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      `
A response curve of each channel (adstock, saturation) by a Bayesian fit of daily orders, calibrated by experiments (docs/experiments.md).
Where the data cannot say, it says why, and the channel keeps its spend.

Examples:
  sillage budget
  sillage budget --total 400 --bound "Display=0..100%"
  sillage budget --channel "Paid Social=+20%"`,
    )
    .action(async (flags: Flags) => {
      const lake = await openLake(flags.lake);
      const response = await withWarehouse(lake, loadCatalog(), readResponse, { onWarning: warn });
      if (flags.channel !== undefined) {
        const { channel, factor } = flags.channel;
        const gain = whatIf(curveOf(response, channel), factor);
        process.stdout.write(
          flags.json
            ? `${visibleJson({ channel, factor, gain }, 2)}\n`
            : `${channel} × ${factor.toFixed(2)}: margin after marketing changes by ${euros(gain.value ?? 0)} € a day (95 %: ${range(gain, euros)}).\n`,
        );
        return;
      }
      const advice = advise(response, {
        ...(flags.total !== undefined && { total: flags.total }),
        ...(flags.bound !== undefined && { bounds: flags.bound }),
      });
      process.stdout.write(flags.json ? `${visibleJson(advice, 2)}\n` : `${adviceText(response, advice)}\n`);
    });
}
