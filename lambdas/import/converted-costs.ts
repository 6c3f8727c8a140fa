/** Costs that a manager account of Google converts: at its own rates, while values of conversions stay in the account's currency. */
const converted = /^(?:cost|cout|kosten)\b.* (?:converted currency|devise convertie|umgerechnete wahrung)$/;
/** What it cost each conversion, click or view is no cost of the row. */
const each = /^(?:avg|cout moyen|durchschn)\b|\b(?:conv|conversion|clic|click|klick)\b/;

/** Why a report whose cost is one of these headings (folded) alone is not read; undefined where there is none. */
export const whyConverted = (headings: readonly string[]): string | undefined =>
  headings.some((heading) => converted.test(heading) && !each.test(heading))
    ? 'Its cost is in the currency of the manager account (“Cost (Converted currency)”), converted at rates of ' +
      'Google’s, while the rest is in the currency of each account. In Google Ads: Columns, Modify columns, add ' +
      '“Cost” and “Currency code”; then download again.'
    : undefined;
