/**
 * Why figures cannot be shown. `missing`: a file is not there; `damaged`: it is not what the manifest says of it;
 * `version`: another release wrote it; `none`: nothing is published yet; `unseen`: what is published tells of no order
 * and no visit; `offline`: the server does not answer; `refused`: it does not let this person in.
 */
export type ProblemKind = 'missing' | 'damaged' | 'version' | 'none' | 'unseen' | 'offline' | 'refused';

export class DataProblem extends Error {
  readonly kind: ProblemKind;
  /** What it is about: a file, from `data/` on. */
  readonly file: string;

  constructor(kind: ProblemKind, file: string) {
    super(`${kind}: ${file}`);
    this.kind = kind;
    this.file = file;
  }
}
