import { useEffect, useRef, useState } from 'preact/hooks';
import type { ViewProps } from '../../app/view.ts';
import type { Answer, Ask } from '../../data/source.ts';
import { Card } from '../../parts/card.tsx';
import { Editor } from './editor.tsx';
import { Result } from './result.tsx';
import { Schema } from './schema.tsx';
import { sqlTexts } from './texts.ts';

type Outcome =
  | { readonly state: 'none' | 'running' }
  | { readonly state: 'done'; readonly answer: Answer; readonly seconds: number }
  | { readonly state: 'failed'; readonly message: string };

const lineIn = (message: string): number | undefined => {
  const line = /^line (\d+):/.exec(message)?.[1];
  return line === undefined ? undefined : Number(line);
};

/**
 * Asks what the address says, each time that it says something else, or once more.
 * @returns what came of it, and what ends the query
 */
function useAnswer(sql: string, run: number, ask: Ask): readonly [Outcome, () => void] {
  const [outcome, setOutcome] = useState<Outcome>({ state: 'none' });
  const ending = useRef<AbortController>(undefined);
  useEffect(() => {
    if (sql.trim() === '') {
      setOutcome({ state: 'none' });
      return;
    }
    const asked = new AbortController();
    ending.current = asked;
    const startedAt = performance.now();
    setOutcome({ state: 'running' });
    ask(sql, asked.signal).then(
      (answer) => setOutcome({ state: 'done', answer, seconds: (performance.now() - startedAt) / 1000 }),
      (error: unknown) => {
        if (asked.signal.aborted) return;
        setOutcome({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
      },
    );
    // The server ends a query whose asker has gone.
    return () => asked.abort();
  }, [sql, run]);
  return [
    outcome,
    () => {
      ending.current?.abort();
      setOutcome({ state: 'none' });
    },
  ];
}

function Console({ page, ask, api }: { readonly page: ViewProps['page']; readonly ask: Ask; readonly api: URL }) {
  const t = sqlTexts[page.language];
  const asked = page.state.own['sql'] ?? '';
  const [draft, setDraft] = useState(asked);
  const [run, setRun] = useState(0);
  const [outcome, stop] = useAnswer(asked, run, ask);
  // Back and forward in the browser's history.
  useEffect(() => setDraft(asked), [asked]);
  const start = () => {
    if (draft === asked) setRun(run + 1);
    else page.go({ own: { ...page.state.own, sql: draft } });
  };
  const pick = (name: string) => {
    const field = document.querySelector('#sql-editor');
    if (!(field instanceof HTMLTextAreaElement)) return;
    const isEmpty = draft.trim() === '';
    field.focus();
    if (isEmpty) setDraft(`SELECT *\nFROM ${name}\nLIMIT 100`);
    else {
      field.setRangeText(name, field.selectionStart, field.selectionEnd, 'end');
      setDraft(field.value);
    }
  };
  const isRunning = outcome.state === 'running';
  return (
    <div class="sql">
      <h1 class="hidden">{t.title}</h1>
      <Schema api={api} texts={t} onPick={pick} />
      <div class="sql-main">
        <Card title={t.editor} note={t.readOnly}>
          <Editor
            sql={draft}
            texts={t}
            onInput={setDraft}
            onRun={start}
            badLine={outcome.state === 'failed' && draft === asked ? lineIn(outcome.message) : undefined}
          />
          <div class="sql-actions">
            <button type="button" class="primary" onClick={isRunning ? stop : start}>
              {isRunning ? t.stop : t.run}
            </button>
            <small id="sql-hint">{t.hint}</small>
            <span role="status">{isRunning ? t.running : ''}</span>
          </div>
          {outcome.state === 'failed' ? (
            <div class="sql-problem" role="alert">
              <strong>{t.failed}</strong>
              <p>{outcome.message}</p>
            </div>
          ) : null}
        </Card>
        {outcome.state === 'done' ? (
          <Result answer={outcome.answer} seconds={outcome.seconds} page={page} />
        ) : outcome.state === 'none' ? (
          <p class="empty">{t.start}</p>
        ) : null}
      </div>
    </div>
  );
}

/**
 * The way to Athena, where nobody answers here: the console takes no query from an address, so the one of this address
 * is copied.
 */
function Elsewhere({ page }: { readonly page: ViewProps['page'] }) {
  const t = sqlTexts[page.language];
  const [isCopied, setCopied] = useState(false);
  const sql = page.state.own['sql'] ?? '';
  return (
    <Card title={t.title}>
      <h1 class="hidden">{t.title}</h1>
      <p>{t.onAws}</p>
      {sql === '' ? null : (
        <>
          <pre class="sql-elsewhere">{sql}</pre>
          <div class="sql-actions">
            <button
              type="button"
              class="primary"
              onClick={() => void navigator.clipboard.writeText(sql).then(() => setCopied(true))}
            >
              {t.copy}
            </button>
            <span role="status">{isCopied ? t.copied : ''}</span>
          </div>
        </>
      )}
      <p class="note">
        <a class="link" href="https://console.aws.amazon.com/athena/home#/query-editor" rel="noreferrer">
          {t.athena}
        </a>
      </p>
    </Card>
  );
}

/** The lake in SQL where a server answers; else the way to Athena. */
export function Sql({ page }: ViewProps) {
  const { query, api } = page.source;
  return query !== undefined && api !== undefined ? (
    <Console page={page} ask={query} api={api} />
  ) : (
    <Elsewhere page={page} />
  );
}
