import type { Damaged } from '../lambdas/shared/slices/ledger-rows.ts';

/** Objects that are named one by one. */
const named = 10;

/** A list of keys as lines, the first of them by name, each with the same words behind it. */
function lines(keys: readonly string[], words: string, more: string): string[] {
  return [
    ...keys.slice(0, named).map((key) => `${key} ${words}`),
    ...(keys.length > named ? [`and ${keys.length - named} more ${more}`] : []),
  ];
}

/** Lines about objects that the ledger does not name. */
export function strangerLines(keys: readonly string[]): string[] {
  return lines(
    keys,
    'is named by no entry of the ledger, so nothing counts it. Where a run was interrupted: sillage run. Else ' +
      'move it out of the lake; what is yours belongs under raw/.',
    'that the ledger does not name.',
  );
}

/** Lines about objects that the ledger names and that are not there. */
export function missingLines(keys: readonly string[]): string[] {
  return lines(keys, 'is missing, though the ledger names it. "sillage run" builds it again.', 'are missing.');
}

/** Lines about objects that are damaged, each with its remedy where there is one to tell. */
export function damagedLines(objects: readonly (Damaged & { readonly remedy?: string })[]): string[] {
  return [
    ...objects
      .slice(0, named)
      .map(({ key, problem, remedy }) => `${key} is damaged: ${problem}${remedy === undefined ? '' : `; ${remedy}`}.`),
    ...(objects.length > named ? [`and ${objects.length - named} more are damaged.`] : []),
  ];
}
