import { useRef } from 'preact/hooks';
import type { Page } from '../app/view.ts';
import { dayNumber } from '../../lambdas/shared/day-numbers.ts';
import type { Manifest } from '../../lambdas/publish/manifest-schema.ts';
import type { Formats } from '../language/format.ts';
import type { Texts } from '../language/texts.ts';

/**
 * Tables that a source fills every day: where one ends before the shop's own data does, its figures are too low from
 * then on.
 */
const fedDaily = ['web_events', 'orders', 'ad_spend'];

type Broken = Manifest['checks']['warnings'][number];

/** A check that rows break, as a sentence that says what to do; undefined where it is none that shops meet. */
export function warningOf({ name, table, failures, checked }: Broken, texts: Texts, formats: Formats) {
  const { quality } = texts;
  const counts = [formats.whole(failures), formats.whole(checked)] as const;
  if (name.endsWith('variant_id:cost')) return quality.missingCosts(failures, checked);
  if (name === 'order_items.variant_id:references') return quality.lostProducts(...counts);
  return name.endsWith(':references') ? quality.lost(table, ...counts) : undefined;
}

/**
 * What a reader of the figures should know of the data: each a sentence that says what to do. Empty where nothing is
 * wrong.
 */
function warningsOf(manifest: Manifest, texts: Texts, formats: Formats): string[] {
  const { quality } = texts;
  const broken = manifest.checks.warnings.map(
    (check) =>
      warningOf(check, texts, formats) ??
      quality.broken(check.name, formats.whole(check.failures), formats.whole(check.checked)),
  );
  // Slices are days of UTC, so they are held against each other, not against the shop's own days.
  const to = ['orders', 'web_events']
    .flatMap((name) => manifest.tables[name]?.last ?? [])
    .toSorted()
    .at(-1);
  const ended = fedDaily.flatMap((name) => {
    const table = manifest.tables[name];
    if (table === undefined || to === undefined || table.last >= to) return [];
    return [quality.ended(name, formats.dayWithYear(dayNumber(table.last)))];
  });
  return [...broken, ...ended];
}

/** A badge that says whether the figures can be relied on, and opens the reasons. */
export function Quality({ page: { source, texts: t, formats } }: { readonly page: Page }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { manifest } = source;
  const warnings = warningsOf(manifest, t, formats);
  const { made, warnings: broken } = manifest.checks;
  const label = warnings.length === 0 ? t.quality.good(made) : t.quality.warnings(broken.length, made);
  return (
    <>
      <button
        type="button"
        class={`plain badge ${warnings.length === 0 ? 'good' : 'look'}`}
        onClick={() => dialog.current?.showModal()}
      >
        {label}
      </button>
      <dialog ref={dialog} aria-label={t.quality.title}>
        <h2>{t.quality.title}</h2>
        <ul>
          {warnings.length === 0 ? (
            <li>{t.quality.good(made)}</li>
          ) : (
            warnings.map((warning) => <li key={warning}>{warning}</li>)
          )}
        </ul>
        <form method="dialog">
          <button type="submit">{t.close}</button>
        </form>
      </dialog>
    </>
  );
}
