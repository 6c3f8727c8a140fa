/** Whether margins are of so small a part of the revenue that it has to be said beside them; not where it is unknown. */
export const isPartial = (coverage: unknown): boolean => typeof coverage === 'number' && coverage < 0.9995;
