/** An event of GA4's export to BigQuery. */
import * as z from 'zod';

/** BigQuery writes whole numbers as text, and leaves out what is null. */
export const text = z.union([z.string(), z.number(), z.boolean()]).transform(String).nullish();
const value = z
  .object({ string_value: text, int_value: text, float_value: text, double_value: text })
  .partial()
  .nullish();
/** A field of a purchase or a product that the shop did not send is no empty one. */
const sent = text.transform((one) => (one === '(not set)' || one === '' ? undefined : one));
const item = z
  .looseObject({ item_id: sent, item_name: sent, item_category: sent, price: text, quantity: text })
  .partial();

export const eventSchema = z.object({
  event_name: z.string(),
  event_timestamp: z.union([z.string(), z.number()]).transform(String),
  event_server_timestamp_offset: text,
  event_bundle_sequence_id: text,
  batch_event_index: text,
  event_params: z.array(z.object({ key: z.string(), value })).default([]),
  user_pseudo_id: text,
  stream_id: text,
  user_id: text,
  privacy_info: z.object({ analytics_storage: text, ads_storage: text }).partial().nullish(),
  device: z
    .object({
      category: text,
      operating_system: text,
      language: text,
      web_info: z.object({ browser: text, hostname: text }).partial().nullish(),
    })
    .partial()
    .nullish(),
  collected_traffic_source: z
    .object({
      manual_source: text,
      manual_medium: text,
      manual_campaign_name: text,
      manual_campaign_id: text,
      manual_term: text,
      manual_content: text,
      gclid: text,
      dclid: text,
      srsltid: text,
    })
    .partial()
    .nullish(),
  session_traffic_source_last_click: z
    .object({
      google_ads_campaign: z.object({ campaign_id: text, campaign_name: text }).partial().nullish(),
    })
    .partial()
    .nullish()
    .catch(undefined),
  ecommerce: z.object({ transaction_id: sent, purchase_revenue: text }).partial().nullish(),
  items: z.array(item).nullish(),
});
export type Ga4Event = z.infer<typeof eventSchema>;

export type Params = ReadonlyMap<string, string | undefined>;
export const paramsOf = (event: Ga4Event): Params =>
  new Map(
    event.event_params.map(({ key, value: one }) => [
      key,
      one?.string_value ?? one?.int_value ?? one?.double_value ?? one?.float_value ?? undefined,
    ]),
  );

/** The number of an order: older exports have it among the parameters alone. */
export const orderOf = ({ ecommerce }: Ga4Event, params: Params) =>
  ecommerce?.transaction_id ?? sent.parse(params.get('transaction_id')) ?? undefined;

/** A filter of internal traffic that is being tested, not yet in force, marks events and lets them through. */
export const isInternal = (params: Params) => params.get('traffic_type') === 'internal';
