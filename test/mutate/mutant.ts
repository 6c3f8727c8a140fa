/** One small change of one source file. A test that bites fails on it. */
export interface Mutant {
  /** The file's path in the checkout. */
  readonly file: string;
  readonly line: number;
  /** The whole source with the change. */
  readonly source: string;
  /** The lines that the change touches, without the space around them, as they were and as they are. */
  readonly before: string;
  readonly after: string;
}

/** A change of a text: what stands from `start` to `end` (in UTF-16 units) is replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The mutant that an edit makes of a file. */
export function mutantOf(file: string, source: string, { start, end, text }: Edit): Mutant {
  const changed = source.slice(0, start) + text + source.slice(end);
  const from = source.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = source.indexOf('\n', end);
  const to = lineEnd < 0 ? source.length : lineEnd;
  return {
    file,
    line: source.slice(0, start).split('\n').length,
    source: changed,
    before: source.slice(from, to).trim(),
    after: changed.slice(from, to + text.length - (end - start)).trim(),
  };
}
