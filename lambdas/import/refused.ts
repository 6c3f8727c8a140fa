/**
 * A file, or a part of one, that is not imported: the message says what it is and what to do. Nothing of it is landed.
 */
export class Refused extends Error {
  override readonly name: string = 'Refused';
}

/** A table without a record of its kind, as one that sums up others: beside them it is passed over. */
export class NoRecords extends Refused {
  override readonly name = 'NoRecords';
}

/** A table of which nobody knows what its headings mean: a person may. */
export class UnknownHeadings extends Refused {
  override readonly name = 'UnknownHeadings';
}
