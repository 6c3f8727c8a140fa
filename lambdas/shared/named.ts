/** Names in one sentence: the first of them, and how many more there are. */
export const named = (names: readonly string[], most = 3): string =>
  names.slice(0, most).join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');
