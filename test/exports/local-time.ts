/** A moment as a shop in France writes it without its time zone: `2025-03-10 10:00:00`. */
export const localTime = (moment: string): string =>
  new Date(moment).toLocaleString('sv-SE', { timeZone: 'Europe/Paris' });
