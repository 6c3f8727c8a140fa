import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { acceptedEvent, entriesOf } from './entry.ts';
import { SentEvent } from './event.ts';
import { nowMs, sentEvent, uuid } from './samples.ts';

function stored(over: Readonly<Record<string, unknown>>): { line: string; partitionKey: string } {
  const accepted = acceptedEvent(SentEvent.parse(sentEvent(1, over)), {
    at: nowMs,
    ip: '192.0.2.44',
    userAgent: 'Mozilla/5.0 (Test)',
  });
  const [entry] = entriesOf(accepted === undefined ? [] : [accepted]);
  return { line: Buffer.from(entry?.data ?? []).toString(), partitionKey: entry?.partitionKey ?? '' };
}

const Page = z.object({ page: z.object({ url: z.string(), referrer: z.string() }) });
const refused = { consent: { analytics: false, ads: false } };

const urls: readonly (readonly [given: string, kept: string])[] = [
  [
    'https://shop.example/p?utm_source=a&gclid=1&utm_campaign=b&fbclid=2',
    'https://shop.example/p?utm_source=a&utm_campaign=b',
  ],
  ['https://shop.example/p?gclid=1', 'https://shop.example/p'],
  ['https://shop.example/p?email=a@b.fr#token=1', 'https://shop.example/p'],
  ['https://shop.example/p#a?utm_source=x', 'https://shop.example/p'],
  ['https://me:secret@shop.example/@moi?q=1', 'https://shop.example/@moi'],
  ['https://shop.example/p?UTM_Source=A?gclid=1', 'https://shop.example/p?UTM_Source=A'],
  ['https://shop.example?utm_medium=cpc', 'https://shop.example?utm_medium=cpc'],
  ['https://shop.example/p', 'https://shop.example/p'],
];

test.each(urls)('without consent %s is kept as %s', (url, kept) => {
  expect(JSON.parse(stored({ ...refused, page: { url } }).line)).toMatchObject({ page: { url: kept } });
});

test.each([
  ['https://www.google.com/search?q=peau+sensible', 'https://www.google.com/'],
  ['https://user@mail.example:8080/box/7', 'https://mail.example:8080/'],
  ['android-app://com.google.android.gm', 'android-app://com.google.android.gm/'],
  ['', ''],
  ['not an address', ''],
])('without consent the referrer %s is kept as %s', (referrer, kept) => {
  expect(JSON.parse(stored({ ...refused, page: { url: 'https://shop.example/', referrer } }).line)).toMatchObject({
    page: { referrer: kept },
  });
});

test('with consent everything is kept', () => {
  const page = { url: 'https://shop.example/p?gclid=1&q=2#x', referrer: 'https://a.example/b?c', title: 'T' };
  expect(JSON.parse(stored({ page, customer_id: '71' }).line)).toMatchObject({
    page,
    customer_id: '71',
    visitor_id: 'visitor-1',
    ip: '192.0.2.44',
  });
});

test('without consent no identifier is anywhere in the line, nor in the partition key', () => {
  const secret = fc.stringMatching(/^[a-z0-9]{12}$/).map((text) => `zz${text}`);
  const click = fc.constantFrom('gclid', 'gbraid', 'wbraid', 'fbclid', 'ttclid', 'epik', 'msclkid', 'email', 'q');
  fc.assert(
    fc.property(secret, click, fc.boolean(), (id, name, first) => {
      const query = first ? `?${name}=${id}&utm_source=a` : `?utm_source=a&${name}=${id}`;
      const { line, partitionKey } = stored({
        ...refused,
        visitor_id: id,
        customer_id: id,
        page: {
          url: `https://${id}@shop.example/p${query}#${id}`,
          referrer: `https://${id}@r.example/${id}?${id}`,
          title: 'T',
        },
      });
      expect(line).not.toContain(id);
      expect(line).not.toContain('192.0.2.44');
      expect(line).toContain('utm_source=a');
      expect(partitionKey).toBe(uuid(1));
    }),
    { numRuns: 300 },
  );
});

test('what was made anonymous once stays as it is', () => {
  fc.assert(
    fc.property(
      fc
        .webUrl({ withQueryParameters: true, withFragments: true })
        .filter((url) => SentEvent.safeParse(sentEvent(1, { page: { url } })).success),
      (url) => {
        const again = Page.parse(JSON.parse(stored({ ...refused, page: { url, referrer: url } }).line)).page;
        expect(Page.parse(JSON.parse(stored({ ...refused, page: again }).line)).page).toEqual(again);
      },
    ),
  );
});
