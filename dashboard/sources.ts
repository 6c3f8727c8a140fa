/** What of the repository a build reads besides `dashboard/`; a build that reads anything else fails. */
export const alsoRead = ['lambdas/publish/manifest-schema.ts', 'package-lock.json'];
