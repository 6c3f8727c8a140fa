import type { Page } from '../app/view.ts';
import { fileName, namedAfter, type ExportedTable, type Follows } from '../export/table.ts';
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
  /** Whose period the table follows: the names of its files tell it. */
  readonly page?: Page;
  /** What it follows besides. */
  readonly follows?: Follows;
  /** Offers a picture of the chart in the same card, too. */
  readonly hasChart?: boolean;
}

/** Takes away what a card shows: CSV, XLSX, and its chart as PNG. */
export function ExportButtons({ table, texts, page, follows = false, hasChart = false }: ExportButtonsProps) {
  const named = (title: string, ending: string) => fileName(page ? namedAfter(title, page, follows) : title, ending);
  const csv = async () => {
    const of = table();
    const { csvOf } = await import('../export/csv.ts');
    save(new Blob([csvOf(of, texts.language)], { type: 'text/csv;charset=utf-8' }), named(of.title, 'csv'));
  };
  const xlsx = async () => {
    const of = table();
    const { xlsxOf } = await import('../export/xlsx.ts');
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    save(new Blob([xlsxOf(of)], { type }), named(of.title, 'xlsx'));
  };
  const png = async (button: HTMLElement) => {
    const svg = button.closest('.card')?.querySelector('svg.chart');
    if (!(svg instanceof SVGSVGElement)) return;
    const { pngOf } = await import('../export/png.ts');
    save(await pngOf(svg), named(table().title, 'png'));
  };
  return (
    <span class="exports" role="group" aria-label={texts.exportAs}>
      <button type="button" class="plain" onClick={() => void csv()}>
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
