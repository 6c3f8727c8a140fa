import type { Span } from './tokens.ts';

/** The places where a query is spelt otherwise for DuckDB; all the rest of its text stays as it was written. */
export class Respelling {
  private readonly before = new Map<number, string>();
  private readonly after = new Map<number, string>();
  private readonly replaced = new Map<number, { readonly end: number; readonly text: string }>();

  /** Puts text around a stretch; a later call wraps an earlier one. */
  wrap(span: Span, open: string, close: string): void {
    this.before.set(span.start, open + (this.before.get(span.start) ?? ''));
    this.append(span.end, close);
  }

  append(offset: number, text: string): void {
    this.after.set(offset, (this.after.get(offset) ?? '') + text);
  }

  replace(span: Span, text: string): void {
    this.replaced.set(span.start, { end: span.end, text });
  }

  /** The text with all of it done. */
  of(sql: string): string {
    const offsets = [...new Set([...this.before.keys(), ...this.after.keys(), ...this.replaced.keys()])].toSorted((a, b) => a - b);
    let [spelt, done] = ['', 0];
    for (const offset of offsets) {
      const replacement = this.replaced.get(offset);
      spelt += sql.slice(done, offset) + (this.after.get(offset) ?? '') + (this.before.get(offset) ?? '') + (replacement?.text ?? '');
      done = Math.max(done, replacement?.end ?? offset);
    }
    return spelt + sql.slice(done);
  }
}
