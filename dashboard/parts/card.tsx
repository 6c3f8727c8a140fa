import type { ComponentChildren } from 'preact';

export interface CardProps {
  readonly title: string;
  /** Beside the title: exports, a choice. */
  readonly tools?: ComponentChildren;
  /** What the figures are of, or which choice they do not follow. */
  readonly note?: ComponentChildren;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** One surface with a heading. */
export function Card({ title, tools, note, children, ...rest }: CardProps) {
  return (
    <section class={`card ${rest.class ?? ''}`} aria-label={title}>
      <div class="card-head">
        <h2>{title}</h2>
        {tools ? <div class="tools">{tools}</div> : null}
      </div>
      {children}
      {note ? <p class="note">{note}</p> : null}
    </section>
  );
}
