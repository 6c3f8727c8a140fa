/** A file, or a part of one, that is not imported: the message says what it is and what to do. Nothing of it is landed. */
export class Refused extends Error {
  override readonly name = 'Refused';
}
