import type { AnswerValue } from '../../shared/ports/warehouse.ts';

export type Answer = readonly (readonly AnswerValue[])[];

/** What makes figures wrong without breaking any promise of the schema. */
export interface Finding {
  readonly name: string;
  /** Portable SQL; no row where nothing is to be told. */
  readonly sql: string;
  /** Whether it asks the rejects, which not everyone may read who may read the figures. */
  readonly ofRejects?: true;
  /** Sentences of what was found; `lake`: the flag that names the lake to a command, with its space. */
  readonly words: (rows: Answer, lake: string) => readonly string[];
}
