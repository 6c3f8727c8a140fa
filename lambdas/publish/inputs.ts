import { hash } from 'node:crypto';
import { responseText } from '../attribute/sources.ts';
import { athenaSql } from '../model/relations.ts';
import { bareSql } from '../shared/bare-sql.ts';
import { firstSpendSql, spendBeginsSql, spendEndsSql, unknownSpendSql } from '../shared/known-spend.ts';
import type { Lake } from '../shared/ports/lake.ts';
import { tableNamed, type Catalog } from '../shared/schema/catalog.ts';
import type { Column, Table } from '../shared/schema/table.ts';
import { isLandReject } from '../shared/schema/ops-keys.ts';
import type { CheckResultsRow } from '../shared/schema/rows.generated.ts';
import type { ShopProfile } from '../shared/shop/profile.ts';
import { seenDaysSql } from '../shared/seen-days.ts';
import type { Standings } from '../shared/slices/ledger-rows.ts';
import { manifestVersion } from './manifest-schema.ts';
import { fittedColumns } from './response-marts.ts';

/** The views that are published, in order of name. */
export function publishedViews(catalog: Catalog): Table[] {
  return [...catalog.values()]
    .filter(({ publish }) => publish !== undefined)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** What of a view is published: what may be added up, and what it is added up by. */
export const publishedColumns = ({ columns }: Table): readonly Column[] => columns.filter(({ ratio }) => !ratio);

/** All that decides how a publication is computed. A view may read any other: they all count. */
export function publishedText(catalog: Catalog, engineVersion: string): string {
  const views = [...catalog.values()]
    .filter(({ isView }) => isView)
    .map(({ name }) => `${name}\n${bareSql(athenaSql(name))}`);
  const shapes = publishedViews(catalog).map((view) => [
    view.name,
    view.publish,
    view.sort,
    publishedColumns(view).map(({ name, glueType }) => [name, glueType]),
  ]);
  return JSON.stringify([
    manifestVersion,
    engineVersion,
    views.toSorted(),
    shapes,
    fittedColumns,
    responseText(),
    seenDaysSql,
    firstSpendSql,
    unknownSpendSql('true'),
    spendBeginsSql,
    spendEndsSql,
  ]);
}

/** SHA-256 over it. */
export const publishedCode = (catalog: Catalog, engineVersion: string): string =>
  hash('sha256', publishedText(catalog, engineVersion));

/** What the manifest says of the shop: how its figures are to be shown. */
export const shopOf = ({ name, currency, time_zone, attribution_model, lookback_days, annotations }: ShopProfile) => ({
  name,
  currency,
  time_zone,
  attribution_model,
  lookback_days,
  annotations,
});

/** What a publication says of the lake and is computed from. */
export interface PublicationInputs {
  readonly standings: Standings;
  readonly checks: readonly CheckResultsRow[];
  readonly code: string;
  readonly shop: ReturnType<typeof shopOf>;
}

/**
 * SHA-256 over all that a publication is made from: the slices that stand, what `land` refused, and what the checks
 * found, whenever they did.
 */
export async function inputsOf(
  lake: Lake,
  catalog: Catalog,
  { standings, checks, code, shop }: PublicationInputs,
): Promise<string> {
  const refused: string[] = [];
  for await (const key of lake.keys(tableNamed(catalog, 'rejects').prefix)) if (isLandReject(key)) refused.push(key);
  return hash(
    'sha256',
    JSON.stringify([
      code,
      shop,
      standings.slices.map(({ table, day, etag, rejected }) => `${table} ${day} ${etag} ${rejected}`).toSorted(),
      // What was built when is published, too.
      standings.keys.toSorted(),
      refused,
      checks
        .map(({ check_name, severity, failures, checked }) => `${check_name} ${severity} ${failures} ${checked}`)
        .toSorted(),
    ]),
  );
}
