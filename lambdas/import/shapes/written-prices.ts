/** What a price is without VAT says that it is read as it stands: all costs are so. */
const net = /\s*\b(?:HT|H\.T\.|hors\s+taxes?)\s*$/iu;
/** Goods in place of money. */
const barter =
  /^(?:produits?(?: offerts?)?|offerts?|gift(?:ed|ing|s)?|barter|[ée]change(?: de)?(?: produits?)?|dotation|troc|gratuit|free|cadeaux?|sans r[ée]mun[ée]ration|non r[ée]mun[ée]r[ée]e?)$/iu;
const thousands =
  /^(?<before>[€$£]?)\s*(?<whole>\d{1,3})(?:[.,](?<fraction>\d{1,2}))?\s*k\s*(?<after>[€$£]|eur|euros?)?$/iu;

/** A price as people write it: `800 € HT` is 800 €, `1,2k€` is 1200 €, `gifted` is 0. */
export function priceOf(text: string): string {
  const bare = text.replace(net, '');
  if (barter.test(bare)) return '0';
  const { before = '', whole, fraction = '', after = '' } = thousands.exec(bare)?.groups ?? {};
  if (whole === undefined) return bare;
  return `${before}${Number(`${whole}${fraction.padEnd(3, '0')}`)}${after === '' ? '' : ` ${after}`}`;
}
