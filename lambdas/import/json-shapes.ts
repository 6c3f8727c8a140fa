/** Files of JSON that are turned into records of the feeds: each is known by names in its first records. */
import { convertGa4 } from './ga4.ts';
import { inventoryCosts } from './inventory-costs.ts';
import { jsonRecords } from './json-lines.ts';
import { shopifyGraphql } from './graphql.ts';
import { matomo } from './matomo.ts';
import { posthog } from './posthog.ts';
import type { JsonShape } from './json-shape.ts';
import { snowplow } from './snowplow.ts';
import { wooOrders } from './woo-json.ts';
import { wooProductsJson } from './woo-products.ts';

const ga4: JsonShape = {
  name: 'ga4-json',
  source: 'GA4',
  report: 'BigQuery export',
  marks: [/"event_timestamp"/, /"event_params"|"user_pseudo_id"/],
  convert: (path, documents) => convertGa4(jsonRecords(path), documents),
};

/** The first that fits is it. */
export const jsonShapes: readonly JsonShape[] = [
  ga4,
  ...shopifyGraphql,
  ...inventoryCosts,
  wooOrders,
  wooProductsJson,
  matomo,
  posthog,
  snowplow,
];
