import { Command, Option } from 'commander';
import { journeyShares, type JourneyShares } from '../lambdas/attribute/journey-shares.ts';
import {
  journeysIn,
  kindsOfNames,
  namedJourneysSql,
  quietDays,
  smallOf,
  type NamedBy,
} from '../lambdas/attribute/named-journeys.ts';
import { addPaths } from '../lambdas/attribute/paths.ts';
import type { Order } from '../lambdas/attribute/transitions.ts';
import { addDays, type Day, type DayRange } from '../lambdas/shared/days.ts';
import type { Warehouse } from '../lambdas/shared/ports/warehouse.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { visibleJson } from '../lambdas/shared/visible.ts';
import { withWarehouse } from '../localstack/embedded/warehouse/lake-warehouse.ts';
import { cell } from './cell.ts';
import { lakeOption, UsageError, withDays } from './context.ts';
import { paragraph } from './cut.ts';
import { count } from './figures.ts';
import { helpText } from './help-text.ts';
import { numberWithin } from './number-argument.ts';
import { openLake } from './open-lake.ts';
import { terminalWidth } from './output.ts';
import { warn } from './say.ts';
import { table } from './table.ts';
import { tellWaiting } from './tell-waiting.ts';

/** The models that every run learns look so many days back, too. */
const lookedBack = 90;
/** The last day of orders, that of visits, and the first of visits: of orders where there are none. */
const knownDaysSql = `SELECT CAST(max(t.dt) AS varchar), CAST(max(s.last_day) AS varchar),
  CAST(coalesce(max(s.first_day), min(t.dt)) AS varchar)
FROM touchpoints AS t LEFT JOIN (SELECT min(dt) AS first_day, max(dt) AS last_day FROM sessions) AS s ON true`;

interface Asked {
  readonly by: NamedBy;
  readonly order: Order;
  readonly replicates: number;
  readonly least: number;
  readonly from?: Day;
  readonly to?: Day;
}

/** What journeys say, of which days. */
export interface Attribution extends JourneyShares {
  readonly days: DayRange;
}

/** Days that a lake knows; no last visit where it knows none. */
interface KnownDays {
  /** Of older days there are journeys with an order alone. */
  readonly first: Day;
  readonly lastOrder: Day;
  readonly lastVisit: Day;
}

/**
 * The days to ask for: by default 90, up to the last of which journeys without an order are known, too.
 * @throws UsageError where these are none, or are not known yet
 */
function daysAsked({ first, lastOrder, lastVisit }: KnownDays, { from, to }: Pick<Asked, 'from' | 'to'>): DayRange {
  const last = lastVisit === '' || lastOrder < lastVisit ? lastOrder : lastVisit;
  const known = lastVisit === '' ? last : addDays(last, -quietDays);
  if (to !== undefined && to > known)
    throw new UsageError(
      `Journeys without an order are known up to ${known}, since each ends with ${quietDays} quiet days; those with one ` +
        `alone would say that nothing ever fails. Ask for days up to it: --to ${known}.`,
    );
  if (known < first)
    throw new UsageError(
      `The lake has ${first} to ${last}, and journeys without an order are known ${quietDays} quiet days after they ` +
        'ended: ask again when there are more days.',
    );
  if ((from ?? first) < first)
    throw new UsageError(
      `Journeys are known from ${first} on: of the days before there are those with an order alone. Ask for days from ` +
        `it: --from ${first}.`,
    );
  const end = to ?? known;
  const begin = addDays(end, 1 - lookedBack);
  const days = { from: from ?? (begin < first ? first : begin), to: end };
  if (days.from > end)
    throw new UsageError(
      from === undefined
        ? `--to ${end} is before ${first}, the first day that is known.`
        : `--from ${from} is after ${to === undefined ? 'the last day that is known,' : '--to'} ${end}.`,
    );
  return days;
}

/** Asks a lake what the journeys of some days say. @throws UsageError where none of them ended with an order */
export async function readAttribution(warehouse: Pick<Warehouse, 'query'>, asked: Asked): Promise<Attribution> {
  const [known = []] = (await warehouse.query(knownDaysSql)).rows;
  const [lastOrder = '', lastVisit = '', first = ''] = known.map((day) => cell(day));
  if (lastOrder === '')
    throw new UsageError('The lake has no order that counts: import the orders of the shop, then "sillage run".');
  const days = daysAsked({ first, lastOrder, lastVisit }, asked);
  const paths = addPaths(journeysIn(await warehouse.query(namedJourneysSql(days, asked.by))));
  if (paths.types.every(({ conversions }) => conversions === 0))
    throw new UsageError(
      `No journey of ${days.from} to ${days.to} ended with an order: ask for days that have orders, by --from and --to.`,
    );
  return { days, ...journeyShares(paths, { ...asked, poolOf: smallOf }) };
}

const share = (value: number) => `${(100 * value).toFixed(1)} %`;
const error = (value: number) => (value === 0 ? '' : `± ${(100 * value).toFixed(1)}`);

/** The figures as a person reads them. */
export function attributionText(found: Attribution, { by, order, replicates, least }: Asked, width?: number): string {
  const { days, names, conversions, nonConversions, pooled, remark } = found;
  const isSampled = names.some(({ shapley }) => shapley.error > 0);
  return [
    paragraph(
      `What each ${by} adds, by ${count(conversions)} journeys with an order and ${count(nonConversions)} without, ` +
        `${days.from} to ${days.to} (shares of all)`,
      width,
    ),
    '',
    table(
      [by, 'with order', 'without', 'Markov', '', 'Shapley', ''],
      names.map(({ name, markov, shapley, ...journeys }) => [
        name,
        count(journeys.conversions),
        count(journeys.nonConversions),
        share(markov.share),
        error(markov.error),
        share(shapley.share),
        error(shapley.error),
      ]),
      { rightAligned: [false, true, true, true, true, true, true], width },
    ),
    '',
    ...[
      `Markov: by how much fewer journeys would end with an order without it (removal effect, order ${order}); ±, one ` +
        `standard error, by ${replicates} draws of the journeys. A share below twice its ± may be chance.`,
      'Shapley: its mean part in the rate at which journeys end with an order, over all sets of the others' +
        `${isSampled ? '; sampled, so ± is that of the sampling alone' : ''}.`,
      ...(pooled === 0
        ? []
        : [
            `${count(pooled)} campaigns that had a part in fewer than ${least} orders are one with the others of their ` +
              'channel: of each alone nothing could be said.',
          ]),
      ...(nonConversions === 0
        ? ['No journey without an order is known: these are shares of the orders alone, whatever else was visited.']
        : []),
      ...(remark === undefined ? [] : [remark]),
      'These are shares of credit, not of what was caused: experiments tell that.',
    ].map((sentence) => paragraph(sentence, width)),
    '',
  ].join('\n');
}

const orders = { '1': 1, '2': 2, '3': 3 } as const satisfies Record<string, Order>;
type OrderText = keyof typeof orders;

interface Flags extends Omit<Asked, 'order'> {
  readonly order: OrderText;
  readonly json?: boolean;
  readonly lake: string;
}

/** `sillage attribution`. */
export function attributionCommand(): Command {
  return withDays(
    new Command('attribution').description(
      'what each channel or campaign adds by the journeys to orders, and how sure that is (Markov, Shapley)',
    ),
  )
    .addOption(new Option('--by <what>', 'what touches are called by').choices(kindsOfNames).default('channel'))
    .addOption(
      new Option('--order <n>', 'last touches that decide on the next').choices(Object.keys(orders)).default('1'),
    )
    .option('--least <n>', 'orders that a campaign needs, to stand alone', numberWithin(1, 1e6, { isWhole: true }), 30)
    .option('--replicates <n>', 'draws for the standard errors', numberWithin(20, 2000, { isWhole: true }), 200)
    .option('--json', 'print it as JSON')
    .addOption(lakeOption())
    .addHelpText(
      'after',
      helpText(`
Without days: 90 days, up to the last of which journeys without an order are known (each ends with 30 quiet days).
An order of 2 or 3 needs many journeys, and says so where there are too
few. Campaigns with few orders are put together by channel. The same models, learnt each week by channel, share the
credit of each order: attribution_model markov and shapley in every view.

Examples:
  sillage attribution
  sillage attribution --by campaign --least 50
  sillage attribution --order 2 --from 2025-01-01 --to 2025-03-31 --json`),
    )
    .action(async ({ json, lake: address, ...flags }: Flags) => {
      const asked = { ...flags, order: orders[flags.order] };
      const lake = await openLake(address);
      await tellWaiting(lake);
      const found = await withWarehouse(lake, loadCatalog(), (warehouse) => readAttribution(warehouse, asked), {
        onWarning: warn,
      });
      process.stdout.write(json ? `${visibleJson(found, 2)}\n` : attributionText(found, asked, terminalWidth()));
    });
}
