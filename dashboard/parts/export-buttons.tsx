import { csvOf } from '../export/csv.ts';
import { fileName, type ExportedTable } from '../export/table.ts';
import type { Texts } from '../language/texts.ts';

/** Gives a file to the person who looks at the page. */
function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The browser has begun to save by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export interface ExportButtonsProps {
  readonly table: () => ExportedTable;
  readonly texts: Texts;
  /** Offers a picture of the chart in the same card, too. */
  readonly hasChart?: boolean;
}

/** Takes away what a card shows: CSV, XLSX, and its chart as PNG. */
export function ExportButtons({ table, texts, hasChart = false }: ExportButtonsProps) {
  const csv = () => {
    const of = table();
    save(new Blob([csvOf(of, texts.language)], { type: 'text/csv;charset=utf-8' }), fileName(of.title, 'csv'));
  };
  const xlsx = async () => {
    const of = table();
    const { xlsxOf } = await import('../export/xlsx.ts');
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    save(new Blob([xlsxOf(of)], { type }), fileName(of.title, 'xlsx'));
  };
  const png = async (button: HTMLElement) => {
    const svg = button.closest('.card')?.querySelector('svg.chart');
    if (!(svg instanceof SVGSVGElement)) return;
    const { pngOf } = await import('../export/png.ts');
    save(await pngOf(svg), fileName(table().title, 'png'));
  };
  return (
    <span class="exports" role="group" aria-label={texts.exportAs}>
      <button type="button" class="plain" onClick={csv}>
        CSV
      </button>
      <button type="button" class="plain" onClick={() => void xlsx()}>
        XLSX
      </button>
      {hasChart ? (
        <button type="button" class="plain" onClick={(event) => void png(event.currentTarget)}>
          PNG
        </button>
      ) : null}
    </span>
  );
}
