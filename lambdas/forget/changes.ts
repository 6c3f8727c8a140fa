/** What became of records. */
export interface Changes {
  /** Taken out. */
  removed: number;
  /** Others' records in which the person was named: the name is masked. */
  masked: number;
  /** Orders, and their customer, that are kept without what tells whose they are. */
  stripped: number;
}

export const noChanges = (): Changes => ({ removed: 0, masked: 0, stripped: 0 });
