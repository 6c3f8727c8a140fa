import type { ComponentChildren } from 'preact';
import { dayNumber } from '../../lambdas/shared/day-numbers.ts';
import type { Formats } from '../language/format.ts';
import type { Texts } from '../language/texts.ts';
import { Definitions } from '../parts/definitions.tsx';
import { Quality } from '../parts/quality.tsx';
import { writeState, type State } from './state.ts';
import type { Page, View } from './view.ts';

export interface ShellProps {
  readonly state: State;
  readonly go: (change: Partial<State>) => void;
  readonly texts: Texts;
  readonly formats: Formats;
  readonly view: View | undefined;
  readonly views: readonly View[];
  readonly page?: Page;
  readonly children: ComponentChildren;
}

const Mark = () => (
  <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
    <path d="M4 20C4 11 10 4 20 4c0 10-6 16-14 15M4 20c3-6 7-9 11-11" />
  </svg>
);

const isDark = (theme: State['theme']) =>
  theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : theme === 'dark';

/**
 * A link within the page: it is a real address, which can be opened in another tab, but the page is not loaded again.
 */
function Link({ to, go, ...rest }: { to: State; go: ShellProps['go']; current: boolean; children: ComponentChildren }) {
  return (
    <a
      href={writeState(to)}
      aria-current={rest.current ? 'page' : undefined}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        go(to);
      }}
    >
      {rest.children}
    </a>
  );
}

/** The frame around every view: where one is, what the data is like, in which language and light it is shown. */
export function Shell({ state, go, texts: t, formats, view, views, page, children }: ShellProps) {
  const manifest = page?.source.manifest;
  const dark = isDark(state.theme);
  return (
    <>
      <a class="skip" href="#figures">
        {t.toContent}
      </a>
      <header class="top">
        <div class="brand">
          <Mark />
          <span>{manifest?.shop.name ?? 'Sillage'}</span>
        </div>
        <nav aria-label={t.views}>
          {views.map((one) => (
            <Link
              key={one.id}
              go={go}
              to={{ ...state, view: one.id, metric: undefined, own: {} }}
              current={one === view}
            >
              {one.title[t.language]}
            </Link>
          ))}
        </nav>
        <div class="status">
          {manifest && page ? <Quality page={page} /> : null}
          {manifest ? (
            <span class="data-to">
              {manifest.data_to === null ? t.noData : t.dataTo(formats.dayWithYear(dayNumber(manifest.data_to)))}
            </span>
          ) : null}
        </div>
        <div class="switches">
          <button
            type="button"
            class="plain"
            lang={t.language === 'en' ? 'fr' : 'en'}
            onClick={() => go({ language: t.language === 'en' ? 'fr' : 'en' })}
          >
            {t.otherLanguage}
          </button>
          <button
            type="button"
            class="plain"
            aria-label={dark ? t.theme.light : t.theme.dark}
            title={dark ? t.theme.light : t.theme.dark}
            onClick={() => go({ theme: dark ? 'light' : 'dark' })}
          >
            {dark ? '☀' : '☾'}
          </button>
        </div>
      </header>
      <main id="figures" tabIndex={-1}>
        {children}
      </main>
      <footer class="end">
        <Definitions texts={t} />
        {location.protocol === 'https:' ? <a href="/auth/logout">{t.signOut}</a> : null}
      </footer>
    </>
  );
}
