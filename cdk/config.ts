import { RemovalPolicy } from 'aws-cdk-lib';
import type { Node } from 'constructs';
import * as z from 'zod';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { defaultPartRows } from '../lambdas/shared/slices/slice-maker.ts';
import { Origins } from '../lambdas/collect/origins.ts';
import { PlatformNames } from '../lambdas/webhook/platforms.ts';
import { dashboardContext, dashboardOf, type DashboardConfig } from './dashboard-config.ts';
import { reportContext, reportOf, type ReportConfig } from './report-config.ts';

/** With so much memory, MB, a function has one whole core. */
export const coreMb = 1769;

/** `-c key=value` gives texts, `cdk.json` gives what JSON has. */
const flag = z.union([z.boolean(), z.stringbool()]);
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);

/** A schedule in the words of EventBridge Scheduler: `rate(5 minutes)`, `cron(0 6 * * ? *)`. */
const Schedule = z
  .string()
  .regex(
    /^(rate|cron)\([^()]+\)$/,
    'A schedule is rate(5 minutes) or cron(0 6 * * ? *), as EventBridge Scheduler reads it.',
  );

/** Names of models, with commas between them; one that is misspelt would silently be computed elsewhere. */
const Models = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((name) => name !== ''))
  .refine((names) => {
    const catalog = loadCatalog();
    return names.every((name) => {
      const table = catalog.get(name);
      return table?.zone === 'marts' && !table.isView && table.madeBy === undefined;
    });
  }, 'A model is the name of a table of marts, such as sessions.');

/**
 * What may be said of a deployment, by `cdk.json` or by `npx cdk deploy -c key=value`, and what holds where nothing is
 * said.
 */
const Context = z.object({
  environment: z.enum(['dev', 'staging', 'prod']).default('dev'),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'A region is a name such as eu-west-3.')
    .default('eu-west-3'),
  /** Where the functions run: Graviton is cheaper; an emulator runs them on the machine that it has. */
  architecture: z.enum(['arm64', 'x64']).default('arm64'),
  /** Origins of the shop's pages, with commas between them: no other page may send events. */
  shopOrigins: Origins,
  /** `provisioned` pays for shards, `onDemand` for what flows. */
  streamMode: z.enum(['onDemand', 'provisioned']).default('provisioned'),
  /** Of a provisioned stream: each takes 1,000 records or 1 MB a second. */
  shards: count(1, 500).default(1),
  /** How long events may wait to land together, s. Each landed object is read again by every run of its day. */
  landingWindowSeconds: count(0, 300).default(60),
  /**
   * Shop platforms that may send orders by webhook, `shopify,woocommerce`: for each there is an address and a secret.
   * None by default.
   */
  orderWebhooks: PlatformNames,
  /** Requests of the collector a second, over all visitors, and how many of them may come at once. */
  requestsPerSecond: count(1, 10_000).default(500),
  requestBurst: count(1, 5000).default(1000),
  /** When what the stream landed is built. */
  streamSchedule: Schedule.default('rate(5 minutes)'),
  /** When everything is built and checked, in the shop's time zone. */
  dailySchedule: Schedule.default('cron(0 6 * * ? *)'),
  timeZone: z
    .string()
    .refine((name) => Intl.supportedValuesOf('timeZone').includes(name), 'A time zone is a name such as Europe/Paris.')
    .default('Europe/Paris'),
  /** Batches of one table that are built side by side. */
  maxConcurrency: count(1, 1000).default(20),
  /** Memory of the functions that build and check, MB. DuckDB takes about 2.5 GB for a million events of one day. */
  buildMemoryMb: count(coreMb, 10_240).default(3008),
  /**
   * Records of the stream that one part of a day has at most; @see defaultPartRows. Each part reads all objects of its
   * day: as few as memory allows, such as 9,000,000 with 10,240 MB.
   */
  partRows: count(1000, 100_000_000).default(defaultPartRows),
  /** A mart's slice that reads more is computed by Athena, MB of Parquet. */
  athenaAboveMb: count(1, 1_000_000).default(500),
  /** Models that Athena always computes, with commas between them. */
  athenaModels: Models,
  /** What one query in Athena may scan, GB: at 5 USD a TB, 100 GB are half a dollar. */
  scanLimitGb: count(1, 100_000).default(100),
  /**
   * The first day that a table has data of, also the one on which the oldest product was made: a query that names no
   * day looks at each from here on, and at none before.
   */
  firstDay: z.iso.date().default('2024-01-01'),
  /**
   * Sources that need not be fresh, with commas between them: `ad_spend.tiktok_ads` where the shop has stopped to
   * advertise there.
   */
  unwatchedSources: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((name) => name !== '')),
  /** Of a batch of records of one table, how many may be refused before somebody is told, %. */
  refusedPercent: count(0, 100).default(20),
  /** What advertising may cost on days without one order before somebody is told, EUR in a week. */
  spendWithoutOrdersEur: count(0, 1_000_000).default(200),
  /** What the whole account may cost in a month before somebody is told, USD. */
  monthlyBudgetUsd: count(1, 1_000_000).default(100),
  ...dashboardContext,
  ...reportContext,
  /** Who is told when an alarm goes off. */
  alarmEmail: z.email().optional(),
  /**
   * One of the two keys without which nothing that holds data is ever removed; the other is an environment that is not
   * `prod`.
   */
  deleteData: flag.default(false),
});

/** All that a context may say. */
export const contextKeys: readonly string[] = Object.keys(Context.shape);

/** A deployment, as the stacks read it. */
export interface Config extends Omit<
  z.infer<typeof Context>,
  'deleteData' | keyof typeof dashboardContext | keyof typeof reportContext
> {
  /** Undefined where none is deployed. */
  readonly dashboard: DashboardConfig | undefined;
  /** Undefined where none is mailed. */
  readonly report: ReportConfig | undefined;
  /** What becomes of buckets, streams and keys when they leave the stack. */
  readonly dataRemoval: RemovalPolicy;
}

/** Contexts of CDK itself have a colon, a slash or a hyphen in their names. */
const isOurs = (key: string) => /^[a-z]\w*$/i.test(key);

/**
 * The deployment that the context describes.
 * @throws Error that names each key that is wrong, unknown or missing
 */
export function parseConfig(context: Readonly<Record<string, unknown>>): Config {
  const ours = Object.fromEntries(Object.entries(context).filter(([key]) => isOurs(key)));
  // A key that is misspelt would silently deploy something else.
  const parsed = Context.strict().safeParse(ours);
  if (!parsed.success) throw new Error(`The context of the deployment is wrong.\n${z.prettifyError(parsed.error)}`);
  const { deleteData, dashboardDomain, dashboardCertificateArn, dashboardPublicKeys, dashboardScanLimitGb, ...said } =
    parsed.data;
  const { reportFrom, reportTo, reportSchedule, reportLanguage, ...config } = said;
  const report = reportOf({ reportFrom, reportTo, reportSchedule, reportLanguage });
  const dashboard = dashboardOf({
    dashboardDomain,
    dashboardCertificateArn,
    dashboardPublicKeys,
    dashboardScanLimitGb,
  });
  if (config.environment === 'prod' && config.shopOrigins.some((origin) => origin.endsWith('.example')))
    throw new Error(
      'Production takes events from your own shop: npx cdk deploy -c shopOrigins=https://www.your-shop.fr ' +
        `instead of ${config.shopOrigins.join(',')}.`,
    );
  const mayDelete = deleteData && config.environment !== 'prod';
  return { ...config, dashboard, report, dataRemoval: mayDelete ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN };
}

/** The deployment that the app's context describes: `cdk.json`, then `-c key=value`. @throws Error @see parseConfig */
export function configOf(node: Node): Config {
  return parseConfig(z.record(z.string(), z.unknown()).parse(node.getAllContext()));
}

/** A name that tells the environments of one account apart: `sillage-dev-land`. */
export function nameOf(config: Pick<Config, 'environment'>, ...parts: readonly string[]): string {
  return ['sillage', config.environment, ...parts].join('-');
}
