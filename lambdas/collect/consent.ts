import { coarseUserAgent } from '../shared/user-agents.ts';
import type { StoredEvent } from './event.ts';

/** The address without what can tell one visitor from another: user, fragment and every parameter but UTM's. */
function anonymousUrl(url: string): string {
  // A second question mark is a common slip, and must not hide a click id within a UTM value.
  const [address = '', ...queries] = (url.split('#', 1)[0] ?? '').split('?');
  const kept = queries.flatMap((query) => query.split('&')).filter((parameter) => /^utm_[a-z_]+=/i.test(parameter));
  const bare = address.replace(/^([a-z]+:\/\/)[^/]*@/i, '$1');
  return kept.length === 0 ? bare : `${bare}?${kept.join('&')}`;
}

/** Scheme and host; empty where the referrer is no address. */
function originOf(referrer: string): string {
  const [, scheme, host] = /^([a-z][a-z0-9+.-]*:\/\/)(?:[^/?#]*@)?([^/?#]*)/i.exec(referrer) ?? [];
  return scheme === undefined || host === undefined || host === '' ? '' : `${scheme}${host}/`;
}

/**
 * The event as its visitor allows it to be kept. Without consent to analytics nothing that identifies a browser or a
 * person is stored: no visitor, no customer, no network address, no click id, no parameter but UTM's, of the referrer
 * its origin alone, no screen, no language, and of the user agent its family. What is left counts a visit's pages and
 * knows the campaign; the order number of a purchase stays, as the shop has it anyway.
 */
export function asConsented(event: StoredEvent): StoredEvent {
  if (event.consent.analytics) return event;
  const { url, referrer, title } = event.page;
  return {
    ...event,
    visitor_id: null,
    customer_id: null,
    ip: null,
    user_agent: coarseUserAgent(event.user_agent),
    screen: null,
    language: null,
    page: { url: anonymousUrl(url), referrer: originOf(referrer), title },
  };
}
