/** What web analysis shows of visits by the day, channel or page: sums, of which nobody can tell what led to an order. */

/** A heading by which they are broken down, as GA4 writes it in English, French or German, folded. */
const brokenDown =
  /^(?:session|first user) .*(?:channel group|source|medium|campaign)|(?:source|support|campagne|groupe de canaux) .*(?:de (?:la )?session|premier utilisateur)|^(?:sitzung|erste[rn]? nutzer) .*(?:quelle|medium|kampagne|channel)|^(?:landing page query string$|page path and screen class$|page title and screen (?:class|name)$|page de destination chaine de requete$|chemin de la page et classe de l ecran$|seitenpfad und bildschirmklasse$)/;
/** What is summed. */
const sum =
  /^(?:sessions|engaged sessions|(?:total|active|new) users|views|sessions avec engagement|utilisateurs(?: actifs)?|nouveaux utilisateurs|vues|sitzungen|aktive nutzer|aufrufe)$/;

/** Why a table with these headings has no visits that can be read; undefined where it is not known. */
export const whyNoVisits = (headings: readonly string[]): string | undefined =>
  headings.some((heading) => brokenDown.test(heading)) && headings.some((heading) => sum.test(heading))
    ? 'They are sums of GA4, which tell no single visit: what led to an order cannot be known of them. Link BigQuery to GA4 and export its events (docs/sources.md), or put the tracker on the pages of the shop (docs/recipes.md).'
    : undefined;
