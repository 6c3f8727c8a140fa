/** Snowplow's enriched events: the TSV of its stream, or the JSON of its Analytics SDK. */
import { json } from './clothes.ts';
import type { ExportedFile } from './trip.ts';
import type { Visit } from './visits.ts';

/** Where the cells of an enriched event stand that are written here: https://docs.snowplow.io, “Enriched TSV format”. */
const places: Readonly<Record<string, number>> = {
  app_id: 0,
  platform: 1,
  collector_tstamp: 3,
  event: 5,
  event_id: 6,
  user_id: 12,
  domain_userid: 15,
  network_userid: 17,
  page_url: 29,
  page_title: 30,
  page_referrer: 31,
  se_action: 54,
  tr_orderid: 59,
  tr_total: 61,
  useragent: 77,
  br_lang: 83,
  tr_currency: 108,
  derived_tstamp: 124,
};

function line(record: Readonly<Record<string, string | number | undefined>>): string {
  const cells = Array.from({ length: 131 }, () => '');
  for (const [name, at] of Object.entries(places)) cells[at] = String(record[name] ?? '');
  return `${cells.join('\t')}\n`;
}

/** What its tracker for the web sends of a shop's events. */
const kinds: Readonly<Record<string, { readonly event: string; readonly se_action?: string }>> = {
  page_view: { event: 'page_view' },
  purchase: { event: 'transaction' },
  add_to_cart: { event: 'struct', se_action: 'add-to-basket' },
  remove_from_cart: { event: 'struct', se_action: 'remove-from-basket' },
};
/** The names under which Snowplow has events that Sillage reads. */
export const snowplowNames = Object.keys(kinds);

function records(
  visits: readonly Visit[],
  time: (moment: Date) => string,
): Record<string, string | number | undefined>[] {
  return visits.flatMap((visit, at) => {
    const kind = kinds[visit.event_name];
    if (kind === undefined) return [];
    const record = {
      ...kind,
      app_id: 'shop',
      platform: 'web',
      event_id: visit.event_id,
      // The collector's clock is some seconds behind the event's own, which is derived of both.
      collector_tstamp: time(new Date(Date.parse(visit.event_time) + 4000)),
      derived_tstamp: time(new Date(visit.event_time)),
      domain_userid: visit.visitor_id ?? undefined,
      network_userid: `n-${visit.visitor_id}`,
      user_id: visit.customer_id ?? undefined,
      page_url: visit.page.url,
      page_title: visit.page.title,
      page_referrer: visit.page.referrer === '' ? undefined : visit.page.referrer,
      useragent: visit.user_agent,
      br_lang: visit.language,
      ...(visit.event_name === 'purchase' && {
        tr_orderid: visit.ecommerce?.transaction_id,
        tr_total: visit.ecommerce?.value,
        tr_currency: visit.ecommerce?.currency,
      }),
    };
    return at % 20 === 0
      ? [{ ...record, event: 'page_ping', event_id: `0${visit.event_id.slice(1)}` }, record]
      : [record];
  });
}

export const snowplowJson = (visits: readonly Visit[]): ExportedFile[] => [
  {
    name: 'enriched.jsonl',
    bytes: json(
      records(visits, (moment) => moment.toISOString()),
      'snowplow',
      { forms: ['lines'] },
    ),
  },
];

export const snowplowTsv = (visits: readonly Visit[]): ExportedFile[] => [
  {
    name: 'enriched.tsv',
    bytes: Buffer.from(
      records(visits, (moment) => moment.toISOString().replace('T', ' ').replace('Z', ''))
        .map(line)
        .join(''),
    ),
  },
];
