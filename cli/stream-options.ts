/** Where live events go. */
export const outputs = ['kinesis', 'http', 'lake', 'stdout'] as const;
export type OutputName = (typeof outputs)[number];

/** Where `sillage up` listens. */
export const defaultPort = 8787;
