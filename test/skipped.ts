/**
 * Says that a proof was skipped, and why. @returns the exit code: on CI a proof that could have been made is not
 * skipped, unless SILLAGE_ALLOW_SKIPS says that it may
 */
export function skipped(proof: string, why: string, { couldBeMade }: { readonly couldBeMade: boolean }): number {
  process.stderr.write(`${proof} was skipped: ${why}.\n`);
  return couldBeMade && process.env['CI'] === 'true' && process.env['SILLAGE_ALLOW_SKIPS'] === undefined ? 1 : 0;
}
