import { useRef } from 'preact/hooks';
import type { SqlTexts } from './texts.ts';

export interface EditorProps {
  readonly sql: string;
  readonly texts: SqlTexts;
  readonly onInput: (sql: string) => void;
  readonly onRun: () => void;
  /** The line that a mistake is in, from 1. */
  readonly badLine: number | undefined;
}

/** A field of text with the numbers of its lines. Tab leaves it, as any other field. */
export function Editor({ sql, texts, onInput, onRun, badLine }: EditorProps) {
  const numbers = useRef<HTMLOListElement>(null);
  const lines = sql.split('\n');
  return (
    <div class="editor">
      <ol ref={numbers} aria-hidden="true">
        {lines.map((_, i) => (
          <li key={i} class={i + 1 === badLine ? 'bad' : undefined}>
            {i + 1}
          </li>
        ))}
      </ol>
      <textarea
        id="sql-editor"
        aria-label={texts.editor}
        aria-invalid={badLine === undefined ? undefined : true}
        aria-describedby="sql-hint"
        spellcheck={false}
        autocapitalize="off"
        autocomplete="off"
        wrap="off"
        rows={Math.min(20, Math.max(8, lines.length + 1))}
        value={sql}
        onInput={(event) => onInput(event.currentTarget.value)}
        onScroll={(event) => {
          if (numbers.current) numbers.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          onRun();
        }}
      />
    </div>
  );
}
