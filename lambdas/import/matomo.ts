import * as z from 'zod';
import type { JsonShape } from './json-shape.ts';
import { jsonRecords } from './json-lines.ts';
import { WebEvents } from './web-event.ts';

const text = z.union([z.string(), z.number()]).transform(String).nullish().catch(undefined);
const action = z.object({
  type: z.string(),
  url: text,
  pageTitle: text,
  timestamp: z.number(),
  pageId: text,
  idpageview: text,
  orderId: text,
  revenue: text,
  itemDetails: z
    .array(z.object({ itemSKU: text, itemName: text, itemCategory: text, price: text, quantity: text }))
    .nullish()
    .catch(undefined),
});
const visitSchema = z.object({
  idVisit: text,
  visitorId: z.string(),
  userId: text,
  referrerType: text,
  referrerUrl: text,
  languageCode: text,
  userAgent: text,
  siteCurrency: text,
  actionDetails: z.array(z.unknown()),
});

/** What kinds of actions are read as; a visit has others, as downloads. */
const names: ReadonlyMap<string, string> = new Map([
  ['action', 'page_view'],
  ['ecommerceOrder', 'purchase'],
  ['search', 'search'],
]);

/** Matomo's log of visits (`Live.getLastVisitsDetails`), as JSON. */
export const matomo: JsonShape = {
  name: 'matomo-json',
  source: 'Matomo',
  report: 'log of visits',
  marks: [/"actionDetails"/, /"visitorId"/],
  async convert(path, documents) {
    const events = new WebEvents(documents);
    for await (const { row, record } of jsonRecords(path)) {
      const visit = visitSchema.safeParse(record);
      if (!visit.success) {
        events.rows++;
        events.leftOut.add(`not a visit as Matomo exports one (${visit.error.issues[0]?.path.join('.') ?? ''})`, row);
        continue;
      }
      const { visitorId, userId, idVisit, actionDetails, referrerUrl, languageCode, userAgent, siteCurrency } =
        visit.data;
      let [isFirst, page]: [boolean, string | undefined] = [true, undefined];
      for (const [at, one] of actionDetails.entries()) {
        events.rows++;
        const read = action.safeParse(one);
        const name = read.success ? names.get(read.data.type) : undefined;
        if (!read.success || name === undefined) {
          events.leftOut.add(
            read.success ? `${read.data.type}: an action that Sillage does not need` : 'an action that cannot be read',
            row,
          );
          continue;
        }
        const { data } = read;
        // An order has no page of its own: it was on the last one.
        page = data.url ?? page;
        await events.write(row, {
          id: [idVisit, visitorId, data.timestamp, data.type, data.idpageview ?? data.pageId ?? at, data.orderId],
          name,
          at: new Date(data.timestamp * 1000),
          visitor: visitorId,
          customer: userId ?? undefined,
          url: page,
          referrer: isFirst ? (referrerUrl ?? '') : '',
          title: data.pageTitle ?? undefined,
          userAgent: userAgent ?? undefined,
          language: languageCode ?? undefined,
          ...(name === 'purchase' && {
            order: {
              id: data.orderId ?? undefined,
              value: data.revenue ?? undefined,
              currency: siteCurrency ?? undefined,
            },
            items: data.itemDetails?.map((item) => ({
              item_id: item.itemSKU ?? undefined,
              item_name: item.itemName ?? undefined,
              item_category: item.itemCategory || undefined,
              price: item.price == null ? undefined : Number(item.price),
              quantity: item.quantity == null ? undefined : Number(item.quantity),
            })),
          }),
        });
        isFirst = false;
      }
    }
    return events.converted([
      'Matomo keeps no words of the browser unless the API is asked for them: devices may be unknown.',
    ]);
  },
};
