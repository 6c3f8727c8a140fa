import * as z from 'zod';

/** A text of WooCommerce's API: numbers and texts stand for one another. */
export const wooText = z.union([z.string(), z.number()]).transform(String).nullish();

/** An amount that has to be there, in cents. */
export const wooAmount = z.union([z.string(), z.number()]).transform((value, context) => {
  const number = Math.round(Number(value) * 100);
  if (Number.isFinite(number)) return number;
  context.addIssue({ code: 'custom', message: 'is no amount' });
  return z.NEVER;
});

/** An amount in cents, 0 where none is told. */
export const wooCents = wooAmount.nullish().transform((value) => value ?? 0);
