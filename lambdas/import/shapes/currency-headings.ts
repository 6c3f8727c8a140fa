/** What a heading says of VAT: that its amounts are without it, or with it. */
const withoutVat = 'ht|hors tva|hors taxes?|net|netto|ohne mwst|ex(?:cl)? (?:vat|tax)|without (?:vat|tax)';
const withVat = 'ttc|vat|gross|brutto|inkl mwst|inc(?:l)? (?:vat|tax)|with (?:vat|tax)';

/** A heading that may name its currency, and say whether VAT is in it: `Amount spent (EUR)`, `Coût TTC`. */
export const inCurrency = (names: string): RegExp =>
  new RegExp(
    `^(?:${names})(?: (?<currency>(?!(?:ttc|net|vat|tax|tva)\\b)[a-z]{3}))?(?: (?:${withoutVat}|${withVat}))?$`,
  );

/** A heading above the currency of each row, in the languages of the platforms: no report may have it unread. */
export const currencyHeading =
  /^(?:(?:(?:ad )?account )?currency ?(?:code)?|(?:code (?:de )?(?:la )?)?devise(?: du compte)?|(?:konto)?wahrung(?:scode)?)$/;

const endsWithVat = new RegExp(`\\b(?:${withVat})$`);
/** Whether a heading, folded, says that VAT is in its amounts. */
export const saysWithVat = (heading: string): boolean => endsWithVat.test(heading);
