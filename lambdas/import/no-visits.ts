/** What web analysis shows of visits by the day, channel or page: sums, of which nobody can tell what led to an order. */

/** A heading by which they are broken down, as GA4 writes it in English, French or German, folded. */
const brokenDown =
  /^(?:session|first user) .*(?:channel group|source|medium|campaign)|(?:source|support|campagne|groupe de canaux) .*(?:de (?:la )?session|premier utilisateur)|^(?:sitzung|erste[rn]? nutzer) .*(?:quelle|medium|kampagne|channel)|^(?:landing page query string$|page path and screen class$|page title and screen (?:class|name)$|page de destination chaine de requete$|chemin de la page et classe de l ecran$|seitenpfad und bildschirmklasse$)/;
/** What is said of sums that no page of GA4 names. */
export const sumsOfVisits =
  'It adds up visits (as Plausible and the pages of GA4 and Matomo do): no visit in it can be joined to an ' +
  'order. Visits come one by one from the shop’s own tracker, GA4’s export to BigQuery, Matomo’s log of ' +
  'visits, PostHog or Snowplow: see docs/sources.md.';
/** What is summed. */
const sum =
  /^(?:sessions|engaged sessions|(?:total|active|new) users|views|sessions avec engagement|utilisateurs(?: actifs)?|nouveaux utilisateurs|vues|sitzungen|aktive nutzer|aufrufe)$/;

/** Single events or visits, as a tool writes them into a table: by the headings that it has, how to have them as JSON. */
const singly: readonly (readonly [tool: string, headings: readonly RegExp[], asJson: string])[] = [
  [
    'PostHog',
    [/^event$/, /^(?:distinct id|properties(?: .*)?|coalesce properties .*)$/],
    'a batch export as JSON lines, or the answer of /api/projects/ID/events/',
  ],
  [
    'Snowplow',
    [/^collector tstamp$/, /^event id$/],
    'JSON lines of the same columns, or the enriched TSV without a heading',
  ],
  ['Matomo', [/^idvisit$/, /^visitorid$/], 'Live.getLastVisitsDetails with format=JSON'],
  ['GA4', [/^event name$/, /^event timestamp$/], 'JSON lines (or Parquet) of the table that BigQuery has'],
];
/** Parts of what Plausible exports: each adds up visitors by one thing. */
const ofVisitors = (headings: readonly string[]) =>
  headings.includes('visitors') && (headings.includes('name') || headings.includes('property'));

/** Why a table with these headings has no visits that can be read; undefined where it is not known. */
export function whyNoVisits(headings: readonly string[]): string | undefined {
  const has = (one: RegExp) => headings.some((heading) => one.test(heading));
  const found = singly.find(([, own]) => own.every((one) => has(one)));
  if (found !== undefined)
    return (
      `It is of ${found[0]}, as a table, which loses what an event is made of. Export JSON: ${found[2]} ` +
      '(docs/sources.md).'
    );
  if (has(brokenDown) && has(sum))
    return (
      'They are sums of GA4, which tell no single visit: what led to an order cannot be known of them. Link ' +
      'BigQuery to GA4 and export its events (docs/sources.md), or put the tracker on the pages of the shop ' +
      '(docs/recipes.md).'
    );
  return ofVisitors(headings) ? sumsOfVisits : undefined;
}
