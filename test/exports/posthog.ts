/** PostHog: the answer of its API, or a batch export, by the names of GA4 or of Segment. */
import fc from 'fast-check';
import { drawn, json } from './clothes.ts';
import type { ExportedFile } from './trip.ts';
import type { Visit } from './visits.ts';

const clothes = fc.record({
  isSegment: fc.boolean(),
  /** A batch export has properties as a text, and times as its database writes them. */
  isBatch: fc.boolean(),
});

const segment: Readonly<Record<string, string>> = {
  page_view: '$pageview',
  view_item_list: 'Product List Viewed',
  view_item: 'Product Viewed',
  search: 'Products Searched',
  add_to_cart: 'Product Added',
  remove_from_cart: 'Product Removed',
  begin_checkout: 'Checkout Started',
  // Segment has a step of the checkout, and not which it is.
  add_shipping_info: 'add_shipping_info',
  add_payment_info: 'Payment Info Entered',
  purchase: 'Order Completed',
  sign_up: 'Signed Up',
  login: 'Signed In',
};
/** Events of one product have it among their own properties. */
const ofOne = new Set(['Product Viewed', 'Product Added', 'Product Removed']);

function properties(visit: Visit, event: string, isSegment: boolean) {
  const { ecommerce, page } = visit;
  const products = (ecommerce?.items ?? []).map(
    ({ item_id: sku, item_name: name, item_category: category, ...rest }) => ({
      product_id: sku,
      sku,
      name,
      category,
      ...rest,
    }),
  );
  const [one] = products;
  return {
    $lib: 'web',
    $current_url: page.url,
    $referrer: page.referrer === '' ? '$direct' : page.referrer,
    $title: page.title,
    $raw_user_agent: visit.user_agent,
    $browser_language: visit.language,
    // Who logs in is called by the name of a customer from then on; the browser stays the same.
    $device_id: visit.visitor_id,
    $user_id: visit.customer_id ?? undefined,
    ...(ecommerce && {
      order_id: ecommerce.transaction_id,
      [isSegment && event === 'Order Completed' ? 'revenue' : 'value']: ecommerce.value,
      currency: ecommerce.currency,
      coupon: ecommerce.coupon,
      ...(!isSegment ? { items: ecommerce.items } : ofOne.has(event) ? one : { products }),
    }),
  };
}

export function posthog(visits: readonly Visit[]): ExportedFile[] {
  const { isSegment, isBatch } = drawn(clothes, 'posthog');
  const records = visits.flatMap((visit, at) => {
    const event = isSegment || visit.event_name === 'page_view' ? (segment[visit.event_name] ?? '') : visit.event_name;
    const own = properties(visit, event, isSegment);
    const moment = new Date(visit.event_time).toISOString();
    const record = {
      uuid: visit.event_id,
      event,
      distinct_id: visit.customer_id ?? visit.visitor_id,
      timestamp: isBatch ? moment.replace('T', ' ').replace('Z', '') : moment,
      properties: isBatch ? JSON.stringify(own) : own,
    };
    return at % 20 === 0
      ? [{ ...record, uuid: `0${visit.event_id.slice(1)}`, event: '$autocapture' }, record]
      : [record];
  });
  return [
    {
      name: 'posthog.json',
      bytes: json(records, 'posthog', {
        forms: isBatch ? ['lines'] : ['pages'],
        page: (results, isLast) => ({
          next: isLast ? null : 'https://eu.posthog.com/api/projects/1/events/?before=1',
          results,
        }),
      }),
    },
  ];
}
