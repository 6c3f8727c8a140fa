import { useRef } from 'preact/hooks';
import { glossary } from '../language/glossary.ts';
import type { Texts } from '../language/texts.ts';

/** What each figure is, in words. */
export function Definitions({ texts: t }: { readonly texts: Texts }) {
  const dialog = useRef<HTMLDialogElement>(null);
  return (
    <>
      <button type="button" class="plain link" onClick={() => dialog.current?.showModal()}>
        {t.definitions}
      </button>
      <dialog ref={dialog} aria-label={t.definitions}>
        <h2>{t.definitions}</h2>
        <dl>
          {Object.entries(glossary[t.language]).map(([term, { name, meaning }]) => (
            <div key={term}>
              <dt>{name}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog">
          <button type="submit">{t.close}</button>
        </form>
      </dialog>
    </>
  );
}
