/** What a heading says of VAT: that its amounts are without it, or with it. */
const withoutVat = 'ht|hors tva|hors taxes?|net|netto|ohne mwst|ex(?:cl)? (?:vat|tax)|without (?:vat|tax)';
const withVat = 'ttc|vat|gross|brutto|inkl mwst|inc(?:l)? (?:vat|tax)|with (?:vat|tax)';

/** A heading that may name its currency, and say whether VAT is in it: `Amount spent (EUR)`, `Coût TTC`. */
export const inCurrency = (names: string): RegExp =>
  new RegExp(
    `^(?:${names})(?: (?<currency>(?!(?:ttc|net|vat|tax|tva)\\b)[a-z]{3}))?(?: (?:${withoutVat}|${withVat}))?$`,
  );

/** What a heading of currencies may say that they are of: no price, for goods may be sold in another than they are bought in. */
const amountsIn = '(?:ad )?account|(?:unit )?costs?|purchase|spend|amount|budget|fee|deal|contract|payment|payout';
const amountsInFrench =
  'compte|couts?|achat|depenses?|montants?|budget|cachets?|fees?|contrat|deal|remuneration|paiement|tarif';

/** A heading above the currency of each row, as platforms and people call it: no table may have it unread. */
export const currencyHeading = new RegExp(
  `^(?:(?:(?:${amountsIn}) )?currency ?(?:code|iso)?(?: of (?:the )?(?:${amountsIn}))?|(?:code ` +
    '(?:de )?(?:la )?)?(?:devise|monnaie)(?: iso)?(?: (?:de la |du |des |de |d ' +
    `)?(?:${amountsInFrench}))?|(?:(?:konto|kosten)?wahrung(?:scode)?))$`,
);

const endsWithVat = new RegExp(`\\b(?:${withVat})$`);
/** Whether a heading, folded, says that VAT is in its amounts. */
export const saysWithVat = (heading: string): boolean => endsWithVat.test(heading);
