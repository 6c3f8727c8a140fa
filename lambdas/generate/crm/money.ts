/** An amount in hundredths as Shopify writes money: `"32.90"`. */
export function money(cents: number): string {
  return (cents / 100).toFixed(2);
}
