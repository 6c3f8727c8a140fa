import { QueryFailed } from '../../../../lambdas/shared/ports/warehouse.ts';
import { type Span, spelt, type Token } from './tokens.ts';

/**
 * What is spelt twice (the sum and the count of an average) doubles with each level: a query may not grow beyond this.
 */
const longest = 2 ** 21;

/**
 * The query as DuckDB gets it: written anew from its tokens, with one blank between them, and with another spelling
 * where DuckDB wants one. No stretch of the query's own text is copied, so a comment, or what one engine alone takes
 * for its end, cannot come through.
 */
export class Respelling {
  readonly #tokens: readonly Token[];
  /** All by the places of tokens. */
  readonly #before = new Map<number, string>();
  readonly #after = new Map<number, string>();
  readonly #replaced = new Map<number, { readonly last: number; readonly text: string }>();

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Puts text around a stretch; a later call wraps an earlier one. */
  wrap(span: Span, open: string, close: string): void {
    const [first, last] = this.#places(span);
    this.#before.set(first, `${open} ${this.#before.get(first) ?? ''}`);
    this.#after.set(last, `${this.#after.get(last) ?? ''} ${close}`);
  }

  /** Writes other text for a stretch, around which what was put stays. */
  replace(span: Span, text: string): void {
    const [first, last] = this.#places(span);
    this.#replaced.set(first, { last, text });
  }

  /** Writes other text for a stretch and all that was done to it so far: the text has it already. */
  rewrite(span: Span, text: string): void {
    if (text.length > longest) throw new QueryFailed('the query is nested too deeply');
    const [first, last] = this.#places(span);
    for (let i = first; i <= last; i++) {
      this.#before.delete(i);
      this.#after.delete(i);
      this.#replaced.delete(i);
    }
    this.#replaced.set(first, { last, text });
  }

  /** The tokens of a stretch, with all of it done. */
  text(span: Span): string {
    return this.#parts(span)
      .map(({ text }) => text)
      .join(' ');
  }

  /** Where what stands at an offset of a stretch's text was written in the query. */
  origin(span: Span, offset: number): number {
    let end = 0;
    for (const { text, start } of this.#parts(span)) {
      end += text.length + 1;
      if (offset < end) return start;
    }
    return span.start;
  }

  #parts(span: Span): readonly { readonly text: string; readonly start: number }[] {
    const parts: { readonly text: string; readonly start: number }[] = [];
    const [first, end] = this.#places(span);
    let { start } = span;
    const push = (text: string): void => {
      const trimmed = text.trim();
      if (trimmed !== '') parts.push({ text: trimmed, start });
    };
    for (let i = first; i <= end; i++) {
      const replaced = this.#replaced.get(i);
      const token = this.#tokens[i];
      start = token?.start ?? span.start;
      push(this.#before.get(i) ?? '');
      push(replaced?.text ?? (token ? spelt(token) : ''));
      i = replaced?.last ?? i;
      push(this.#after.get(i) ?? '');
    }
    return parts;
  }

  /** The places of a stretch's first and last token. */
  #places({ start, end }: Span): readonly [number, number] {
    return [this.#firstAt(start), this.#firstAt(end) - 1];
  }

  /** The place of the first token that begins at an offset or behind it. */
  #firstAt(offset: number): number {
    let [low, high] = [0, this.#tokens.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#tokens[middle]?.start ?? Infinity) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
