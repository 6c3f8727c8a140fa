/** Where a visit came from, as GA4 noted it beside the page's address. */
import { hasOneOf, withNoted, type Noted } from './event-address.ts';
import type { Ga4Event, Params } from './ga4-event.ts';

/** GA4 writes in brackets that it knows nothing: (not set), (direct), (none). */
const said = (one: string | null | undefined) => (one == null || /^\(.*\)$/.test(one) || one === '' ? undefined : one);

/** Click ids that GA4 may note beside an address. */
const clicks = ['gclid', 'dclid', 'gbraid', 'wbraid', 'srsltid'];
const campaignNumbers = ['utm_id', 'gad_campaignid', 'campaignid', 'campaign_id', 'hsa_cam'];
const googleClicks = ['gclid', 'gbraid', 'wbraid', 'gad_source', 'gad_campaignid'];

/** The campaign of Google Ads to which GA4 attributes the session, perhaps by an earlier session's click. */
export function attributed({ session_traffic_source_last_click: last }: Ga4Event): Noted {
  const ads = last?.google_ads_campaign;
  return { utm_campaign: said(ads?.campaign_name), utm_id: said(ads?.campaign_id) };
}
export const isNoted = (noted: Noted) => Object.values(noted).some((one) => one !== undefined);

/** Mediums by which GA4 names what it found by the referrer alone. */
const found = /^(?:organic|referral)$/i;

/** Where an event came from, as GA4 noted it: by its link, or by its referrer alone. */
interface Origin {
  readonly campaign: Noted;
  readonly isFound: boolean;
}

/** What GA4 noted with an event. `traffic_source` is of the visitor's first visit, and not read. */
function originOf({ collected_traffic_source: source }: Ga4Event, params: Params): Origin {
  const collected: Noted = {
    utm_source: said(source?.manual_source),
    utm_medium: said(source?.manual_medium),
    utm_campaign: said(source?.manual_campaign_name),
    utm_id: said(source?.manual_campaign_id),
    utm_term: said(source?.manual_term),
    utm_content: said(source?.manual_content),
  };
  // Older exports have it among the parameters, where a shop may have one of its own called `source`.
  const [from, medium] = [said(params.get('source')), said(params.get('medium'))];
  const older: Noted =
    from === undefined || medium === undefined
      ? {}
      : {
          utm_source: from,
          utm_medium: medium,
          utm_campaign: said(params.get('campaign')),
          utm_id: said(params.get('campaign_id')),
          utm_term: said(params.get('term')),
          utm_content: said(params.get('content')),
        };
  const campaign = isNoted(collected) ? collected : older;
  const isNamed = campaign['utm_campaign'] !== undefined || campaign['utm_id'] !== undefined;
  return { campaign, isFound: !isNamed && found.test(campaign['utm_medium'] ?? '') };
}

/** A page's address with what GA4 noted beside it, its referrer, and whether somebody clicked on one of Google's ads. */
interface Page {
  readonly url: string | undefined;
  readonly referrer: string;
  readonly isAdClick: boolean;
}

export function pageOf(event: Ga4Event, params: Params): Page {
  const location = params.get('page_location');
  // The shop told GA4 whose links count as none.
  const isIgnored = ['true', '1'].includes(params.get('ignore_referrer') ?? '');
  const referrer = isIgnored ? '' : (params.get('page_referrer') ?? '');
  if (location === undefined) return { url: undefined, referrer, isAdClick: false };
  const source: Noted = { ...event.collected_traffic_source };
  const clicked = withNoted(location, Object.fromEntries(clicks.map((id) => [id, said(source[id] ?? params.get(id))])));
  const isAdClick = hasOneOf(clicked, googleClicks);
  const { campaign, isFound } = originOf(event, params);
  // A referrer is judged as one: a page of payment, or of the shop itself, brings nobody.
  if (isFound && !isAdClick) {
    const host = campaign['utm_source'] ?? '';
    if (referrer !== '' || isIgnored) return { url: clicked, referrer, isAdClick };
    return host.includes('.')
      ? { url: clicked, referrer: `https://${host}/`, isAdClick }
      : { url: withNoted(clicked, campaign), referrer, isAdClick };
  }
  if (!isAdClick) return { url: withNoted(clicked, campaign), referrer, isAdClick };
  // With a click in this event the campaign is this click's; without one it may be an earlier session's.
  const ads = attributed(event);
  const url = withNoted(clicked, isNoted(campaign) && !isFound ? campaign : ads);
  // Where the link calls the campaign otherwise than Google Ads does, the two meet by its number. It is taken where the
  // address itself has the click: then all events of the page have it, and none of them seems to be of another campaign.
  const isToNumber = hasOneOf(location, googleClicks) && !hasOneOf(url, campaignNumbers);
  return { url: isToNumber ? withNoted(url, { gad_campaignid: ads['utm_id'] }) : url, referrer, isAdClick };
}
