/** Whether a query may not see a column of a relation, which views may be made from all the same. */
export type Withheld = (relation: string, column: string) => boolean;

/**
 * The name under which the engine has what a query may see of a relation. No identifier of the lake has a blank in it.
 */
export const shownName = (relation: string): string => `shown ${relation}`;
