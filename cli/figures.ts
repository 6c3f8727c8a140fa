import type { AnswerValue } from '../lambdas/shared/ports/warehouse.ts';

/** A figure of a printed report; a dash where it is not known. */
export const known = (value: AnswerValue | undefined, shown: (value: number) => string): string =>
  value === null || value === undefined ? '–' : shown(Number(value));

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
/** A whole number with separators of thousands. */
export const count = (value: AnswerValue | undefined): string => known(value, (number) => whole.format(number));

/** A share in whole per cent; what rounds to nothing has no sign. */
export const percent = (value: AnswerValue | undefined): string =>
  known(value, (number) => `${Math.round(number * 100) + 0} %`);

/** A ratio, as every page of a lake shows it. */
export const ratio = (value: AnswerValue | undefined): string => known(value, (number) => number.toFixed(2));
