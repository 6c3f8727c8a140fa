/** Where a visit came from, as WooCommerce notes it with an order: by the names of its notes. */
export function landingOf(note: (name: string) => string | undefined): string | undefined {
  const entry = note('session_entry');
  if (entry !== undefined && /[?&](?:utm_|gclid|gad_|fbclid|msclkid|ttclid)/.test(entry)) return entry;
  const utm = ['utm_source', 'utm_medium', 'utm_campaign', 'utm_content', 'utm_term', 'utm_id'].flatMap(
    (name): [string, string][] => {
      const value = note(name);
      return value === undefined || value === '' || value.startsWith('(') ? [] : [[name, value]];
    },
  );
  return utm.length > 0 && note('source_type') === 'utm'
    ? `/?${new URLSearchParams(utm).toString()}`
    : entry || undefined;
}
