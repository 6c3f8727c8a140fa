import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import * as z from 'zod';
import type { JsonShape } from './json-shape.ts';
import { jsonRecords, type Numbered } from './json-lines.ts';
import { Refused } from './refused.ts';
import { isRobot } from './snowplow-robots.ts';
import { shopAction } from './snowplow-shop.ts';
import { utcMoment, WebEvents } from './web-event.ts';

/** The columns of an enriched event, in their order. */
const columns = (
  'app_id platform etl_tstamp collector_tstamp dvce_created_tstamp event event_id txn_id name_tracker v_tracker v_collector v_etl user_id user_ipaddress user_fingerprint ' +
  'domain_userid domain_sessionidx network_userid geo_country geo_region geo_city geo_zipcode geo_latitude geo_longitude geo_region_name ip_isp ip_organization ip_domain ' +
  'ip_netspeed page_url page_title page_referrer page_urlscheme page_urlhost page_urlport page_urlpath page_urlquery page_urlfragment refr_urlscheme refr_urlhost refr_urlport ' +
  'refr_urlpath refr_urlquery refr_urlfragment refr_medium refr_source refr_term mkt_medium mkt_source mkt_term mkt_content mkt_campaign contexts se_category se_action se_label ' +
  'se_property se_value unstruct_event tr_orderid tr_affiliation tr_total tr_tax tr_shipping tr_city tr_state ' +
  'tr_country ti_orderid ti_sku ti_name ti_category ti_price ti_quantity ' +
  'pp_xoffset_min pp_xoffset_max pp_yoffset_min pp_yoffset_max useragent br_name br_family br_version br_type br_renderengine br_lang br_features_pdf br_features_flash ' +
  'br_features_java br_features_director br_features_quicktime br_features_realplayer ' +
  'br_features_windowsmedia br_features_gears br_features_silverlight br_cookies br_colordepth ' +
  'br_viewwidth br_viewheight os_name os_family os_manufacturer os_timezone dvce_type dvce_ismobile dvce_screenwidth dvce_screenheight doc_charset doc_width doc_height ' +
  'tr_currency tr_total_base tr_tax_base tr_shipping_base ti_currency ti_price_base base_currency geo_timezone mkt_clickid mkt_network etl_tags dvce_sent_tstamp ' +
  'refr_domain_userid refr_dvce_tstamp derived_contexts domain_sessionid derived_tstamp event_vendor event_name event_format event_version event_fingerprint true_tstamp'
).split(' ');
const width = columns.length;

const text = z
  .union([z.string(), z.number()])
  .transform(String)
  .nullish()
  .transform((value) => value || undefined);
const eventSchema = z.object({
  app_id: text,
  event: z.string(),
  event_id: text,
  event_name: text,
  collector_tstamp: z.string(),
  derived_tstamp: text,
  user_id: text,
  domain_userid: text,
  network_userid: text,
  page_url: text,
  page_title: text,
  page_referrer: text,
  useragent: text,
  br_lang: text,
  tr_orderid: text,
  tr_total: text,
  tr_currency: text,
  se_action: text,
});

/** Events by the names that they are read as: those of a shop are struct events with GA's old names. */
const structs: ReadonlyMap<string, string> = new Map([
  ['add-to-basket', 'add_to_cart'],
  ['add_to_cart', 'add_to_cart'],
  ['remove-from-basket', 'remove_from_cart'],
]);
const nameOf = ({ event, se_action: action }: z.infer<typeof eventSchema>) =>
  event === 'page_view'
    ? 'page_view'
    : event === 'transaction'
      ? 'purchase'
      : event === 'struct'
        ? structs.get((action ?? '').toLowerCase())
        : undefined;

/** Whether a file is of enriched events: no heading, 131 cells, an event's kind and id where they belong. */
export async function isSnowplow(path: string): Promise<boolean> {
  let head = '';
  for await (const chunk of createReadStream(path, { end: (1 << 16) - 1 }) as AsyncIterable<Buffer>)
    head += chunk.toString('utf8');
  const cells = (head.split('\n', 1)[0] ?? '').split('\t');
  return cells.length === width && /^[a-z_]+$/.test(cells[5] ?? '') && /^[0-9a-f-]{36}$/i.test(cells[6] ?? '');
}

async function* tsvRecords(path: string): AsyncGenerator<Numbered> {
  let row = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    row++;
    if (line === '') continue;
    const cells = line.split('\t');
    if (cells.length !== width)
      throw new Refused(
        `Line ${row} has ${cells.length} cells; an enriched event has ${width}. Was it cut? Download it again.`,
      );
    yield { row, record: Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? ''])) };
  }
}

/** A record by the names of its columns as Snowplow has them: a warehouse may write them in capitals. */
const lowerCased = (record: Numbered['record']): Numbered['record'] =>
  'COLLECTOR_TSTAMP' in record
    ? Object.fromEntries(Object.entries(record).map(([name, value]) => [name.toLowerCase(), value]))
    : record;

/** Snowplow's enriched events: the TSV of the enriched stream, or the JSON of its Analytics SDK. */
export const snowplow: JsonShape = {
  name: 'snowplow',
  source: 'Snowplow',
  report: 'enriched events',
  marks: [/"collector_tstamp"/i, /"domain_userid"|"event_id"/i],
  async convert(path, documents) {
    const events = new WebEvents(documents);
    for await (const { row, record: written } of (await isSnowplow(path)) ? tsvRecords(path) : jsonRecords(path)) {
      events.rows++;
      const record = lowerCased(written);
      const read = eventSchema.safeParse(record);
      if (!read.success) {
        events.leftOut.add(
          `not an event as Snowplow enriches one (${read.error.issues[0]?.path.join('.') ?? ''})`,
          row,
        );
        continue;
      }
      const { data } = read;
      if (isRobot(record)) {
        events.leftOut.add('an event of a robot, as Snowplow knows it', row);
        continue;
      }
      const action = data.event === 'unstruct' ? shopAction(record) : undefined;
      const name = action?.name ?? nameOf(data);
      if (name === undefined) {
        const kind = action?.type ?? (data.event === 'unstruct' ? data.event_name : undefined) ?? data.event;
        events.leftOut.add(`${kind}: an event that Sillage does not need`, row);
        continue;
      }
      await events.write(row, {
        id: data.event_id ?? [
          data.domain_userid ?? data.network_userid,
          data.derived_tstamp ?? data.collector_tstamp,
          data.event,
          data.se_action,
          data.page_url,
          data.tr_orderid,
        ],
        name,
        at: utcMoment(data.derived_tstamp ?? data.collector_tstamp),
        visitor: data.domain_userid ?? data.network_userid,
        site: data.app_id,
        customer: data.user_id,
        url: data.page_url,
        referrer: data.page_referrer,
        title: data.page_title,
        userAgent: data.useragent,
        language: data.br_lang,
        ...(action?.name !== undefined
          ? { order: action.order, items: action.items }
          : name === 'purchase' && {
              order: { id: data.tr_orderid, value: data.tr_total, currency: data.tr_currency },
            }),
      });
    }
    return events.converted();
  },
};
