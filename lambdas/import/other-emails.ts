/** What tools of e-mail tell that is no report of campaigns that is known: what it is, and what to do in its place. */

/** By headings that are all there, folded. */
const others: readonly (readonly [marks: readonly RegExp[], what: string])[] = [
  [
    [/^flow (?:name|id)$/, /^(?:unique )?(?:opens|opens unique|recipients|delivered)$/],
    'It is of Klaviyo’s flows, and campaigns alone are read. No cost is in it: what Klaviyo costs is entered ' +
      'in marketing_costs of shop.json (channel Email), and the orders that flows bring are told by the visits, ' +
      'where their links have utm_source and utm_medium=email.',
  ],
  [
    [/^(?:times forwarded|forwarded opens|abuse complaints)$/, /^total recipients$/],
    'It is a report of Mailchimp, which is not read. No cost is in it: what Mailchimp costs is entered in ' +
      'marketing_costs of shop.json (channel Email), and the orders that it brings are told by the visits, ' +
      'where its links have utm_source and utm_medium=email.',
  ],
];

/** Why a table with these headings is no report of campaigns; undefined where it may be. */
export const whyNoCampaigns = (headings: readonly string[]): string | undefined =>
  others.find(([marks]) => marks.every((mark) => headings.some((heading) => mark.test(heading))))?.[1];
