import { Duration } from 'aws-cdk-lib';
import { Metric, Stats, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { sourcesOf } from '../lambdas/check/freshness.ts';
import { figureName, metricsNamespace, sourceDimension } from '../lambdas/shared/metrics-namespace.ts';
import type { Catalog } from '../lambdas/shared/schema/catalog.ts';
import type { Config } from './config.ts';

/** An alarm: it goes off when the metric is above the threshold (or below, where it says so). */
export interface Watched {
  readonly id: string;
  /** What has happened, for who reads the e-mail. */
  readonly says: string;
  /** Heading in `docs/operations.md` that says what to do. */
  readonly runbook: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Periods in a row. Default: 1. */
  readonly periods?: number;
  /** Goes off below the threshold, and where nothing was counted at all. Default: no. */
  readonly isFloor?: boolean;
}

/** How the alarms see the figures of the steps. Those of `check` come once a day. */
export function figureOf(
  serviceName: string,
  field: string,
  { source, period = Duration.minutes(5), statistic = Stats.SUM }: FigureOptions = {},
): Metric {
  return new Metric({
    namespace: metricsNamespace,
    metricName: figureName(field),
    dimensionsMap: { service: serviceName, ...(source === undefined ? {} : { [sourceDimension]: source }) },
    period,
    statistic,
  });
}

interface FigureOptions {
  readonly source?: string;
  readonly period?: Duration;
  readonly statistic?: string;
}

const highestOfDay = { period: Duration.days(1), statistic: Stats.MAXIMUM };

/**
 * What is watched of the data itself: whether it is fresh, whole, and of a shop that sells.
 * @throws Error where a source that need not be fresh is none
 */
export function dataAlarms(
  serviceName: string,
  catalog: Catalog,
  { unwatchedSources, refusedPercent, spendWithoutOrdersEur }: Config,
): Watched[] {
  const sources = sourcesOf(catalog);
  const stranger = unwatchedSources.find((name) => sources.every((source) => source.name !== name));
  if (stranger !== undefined)
    throw new Error(
      `unwatchedSources has ${stranger}, which is no source. There are ${sources.map(({ name }) => name).join(', ')}.`,
    );
  return [
    ...sources
      .filter(({ name }) => !unwatchedSources.includes(name))
      .map(({ name, lateAfterDays }): Watched => ({
        id: `late-${name.replaceAll(/[^a-z]+/g, '-')}`,
        says: `Nothing new of ${name} has come for more than ${lateAfterDays} days.`,
        runbook: 'Alarm: a source is late',
        metric: figureOf(serviceName, 'daysBehind', { source: name, ...highestOfDay }),
        threshold: lateAfterDays,
      })),
    {
      id: 'records-refused',
      says: `More than ${refusedPercent} % of the records of a table were refused.`,
      runbook: 'Alarm: records are refused',
      metric: figureOf(serviceName, 'refusedPercent', { period: Duration.hours(1), statistic: Stats.MAXIMUM }),
      threshold: refusedPercent,
    },
    {
      id: 'spend-without-orders',
      says: `Advertising cost more than ${spendWithoutOrdersEur} EUR in a week on days without one order.`,
      runbook: 'Alarm: advertising without orders',
      metric: figureOf(serviceName, 'spendWithoutOrdersEur', highestOfDay),
      threshold: spendWithoutOrdersEur,
    },
    {
      id: 'days-hidden',
      says: 'Athena answers without the oldest days of a table.',
      runbook: 'Alarm: Athena does not see the oldest days',
      metric: figureOf(serviceName, 'tablesHidden', highestOfDay),
      threshold: 0,
    },
  ];
}
