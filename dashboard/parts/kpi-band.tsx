import { Sparkline } from '../charts/sparkline.tsx';
import type { Figure as Value } from '../figures/ratios.ts';
import type { FigureKind, Formats } from '../language/format.ts';
import type { Texts } from '../language/texts.ts';
import { Delta, Figure } from './figures.tsx';

export interface Kpi {
  readonly id: string;
  readonly label: string;
  readonly kind: FigureKind;
  readonly good: 1 | 0 | -1;
  readonly now: Value;
  /** Undefined where nothing is compared. */
  readonly before: Value | undefined;
  readonly daily: readonly Value[];
  /** In words, why it, or what it is compared to, is not known for this choice. */
  readonly missing?: string | undefined;
}

export interface KpiBandProps {
  readonly kpis: readonly Kpi[];
  /** The one whose chart is shown; undefined where no tile chooses one. */
  readonly chosen?: string;
  readonly onChoose?: (id: string) => void;
  readonly label: string;
  readonly texts: Texts;
  readonly formats: Formats;
}

function Tile({ kpi, texts, formats }: { kpi: Kpi; texts: Texts; formats: Formats }) {
  const { label, kind, good, now, before, daily, missing } = kpi;
  return (
    <>
      <span class="kpi-label">{label}</span>
      <span class="kpi-value">
        <Figure kind={kind} value={now} formats={formats} />
      </span>
      <span class="kpi-foot">
        {missing !== undefined ? (
          <span class="kpi-missing">{missing}</span>
        ) : before !== undefined ? (
          <Delta now={now} before={before} good={good} texts={texts} formats={formats} />
        ) : (
          <span />
        )}
        {missing === undefined || now !== null ? <Sparkline values={daily} /> : null}
      </span>
    </>
  );
}

/** One band of figures with hairlines between them; each tile chooses the chart below, where there is one to choose. */
export function KpiBand({ kpis, chosen, onChoose, label, texts, formats }: KpiBandProps) {
  return (
    <div class="kpis" role="group" aria-label={label}>
      {kpis.map((kpi) =>
        onChoose === undefined ? (
          <div class="kpi" key={kpi.id} data-kpi={kpi.id}>
            <Tile kpi={kpi} texts={texts} formats={formats} />
          </div>
        ) : (
          <button
            type="button"
            class="kpi"
            key={kpi.id}
            data-kpi={kpi.id}
            aria-pressed={kpi.id === chosen}
            onClick={() => onChoose(kpi.id)}
          >
            <Tile kpi={kpi} texts={texts} formats={formats} />
          </button>
        ),
      )}
    </div>
  );
}
