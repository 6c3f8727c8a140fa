/** What of the repository a build reads besides `dashboard/`; a build that reads anything else fails. */
export const alsoRead = [
  'lambdas/attribute/response/advice.ts',
  'lambdas/attribute/response/budget.ts',
  'lambdas/attribute/response/curve.ts',
  'lambdas/attribute/response/known-response.ts',
  'lambdas/attribute/statistics.ts',
  'lambdas/publish/manifest-schema.ts',
  'lambdas/shared/cost-coverage.ts',
  'lambdas/shared/day-numbers.ts',
  'lambdas/shared/formulas.ts',
  'lambdas/shared/known-spend.ts',
  'lambdas/shared/shop/channels.ts',
  'lambdas/shared/shop/occasions.ts',
  'package-lock.json',
];
