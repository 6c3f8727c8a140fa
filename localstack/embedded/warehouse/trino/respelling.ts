import { type Span, spelt, type Token } from './tokens.ts';

/**
 * The query as DuckDB gets it: written anew from its tokens, with one blank between them, and with another spelling where DuckDB wants
 * one. No stretch of the query's own text is copied, so a comment, or what one engine alone takes for its end, cannot come through.
 */
export class Respelling {
  readonly #tokens: readonly Token[];
  readonly #before = new Map<number, string>();
  readonly #after = new Map<number, string>();
  readonly #replaced = new Map<number, { readonly end: number; readonly text: string }>();

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Puts text around a stretch; a later call wraps an earlier one. */
  wrap(span: Span, open: string, close: string): void {
    this.#before.set(span.start, open + (this.#before.get(span.start) ?? ''));
    this.append(span.end, close);
  }

  append(offset: number, text: string): void {
    this.#after.set(offset, (this.#after.get(offset) ?? '') + text);
  }

  replace(span: Span, text: string): void {
    this.#replaced.set(span.start, { end: span.end, text });
  }

  /** The tokens of a stretch, with all of it done. */
  text({ start, end }: Span): string {
    const offsets = [...new Set([...this.#before.keys(), ...this.#after.keys(), ...this.#replaced.keys()])]
      .filter((offset) => offset >= start && offset <= end)
      .toSorted((a, b) => a - b);
    const parts: string[] = [];
    let done = start;
    let next = this.#tokens.findIndex((token) => token.start >= start);
    const write = (until: number): void => {
      for (let token = this.#tokens[next]; token !== undefined && token.end <= until; token = this.#tokens[++next])
        if (token.start >= done) parts.push(spelt(token));
    };
    for (const offset of offsets) {
      write(offset);
      // What ends where the stretch begins belongs to its neighbour.
      if (offset > start) parts.push(this.#after.get(offset) ?? '');
      if (offset === end) break;
      const replacement = this.#replaced.get(offset);
      parts.push(this.#before.get(offset) ?? '', replacement?.text ?? '');
      done = Math.max(done, replacement?.end ?? offset);
    }
    write(end);
    return parts.filter((part) => part !== '').join(' ');
  }
}
