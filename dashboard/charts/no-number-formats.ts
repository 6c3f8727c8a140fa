/**
 * Stands in for d3-format where the dashboard is built for a browser: d3-scale takes it along for `tickFormat`, which
 * no chart of ours calls. Figures are written as the reader's language writes them (`language/format.ts`).
 */
const none = (): never => {
  throw new Error('d3-format is not built in: write figures by language/format.ts.');
};

export const [format, formatPrefix, formatSpecifier, precisionFixed, precisionPrefix, precisionRound] = Array.from(
  { length: 6 },
  () => none,
);
