import type { Figure } from '../figures/ratios.ts';
import type { Formats } from '../language/format.ts';
import { Figure as Shown } from '../parts/figures.tsx';

export interface HeatCell {
  readonly value: Figure;
  /** Not all of it has happened yet. */
  readonly isYoung: boolean;
}
export interface HeatRow {
  readonly id: string;
  readonly label: string;
  readonly aside: number;
  readonly cells: readonly HeatCell[];
}

export interface HeatMapProps {
  readonly label: string;
  readonly head: string;
  readonly asideHead: string;
  readonly columns: readonly string[];
  readonly rows: readonly HeatRow[];
  readonly young: string;
  readonly formats: Formats;
}

/** One of five shades, from none to the most of all. */
const shade = (value: Figure, most: number) =>
  value === null || most === 0 ? 0 : Math.min(5, Math.ceil((5 * value) / most));

/** A table of money whose cells are the darker the more they are. */
export function HeatMap({ label, head, asideHead, columns, rows, young, formats }: HeatMapProps) {
  const most = Math.max(...rows.flatMap(({ cells }) => cells.map(({ value }) => value ?? 0)), 0);
  return (
    <div class="scroll heat" role="group" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" class="text">
              {head}
            </th>
            <th scope="col">{asideHead}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, label: name, aside, cells }) => (
            <tr key={id} data-row={id}>
              <th scope="row" class="text">
                {name}
              </th>
              <td>
                <span class="cell">
                  <Shown kind="count" value={aside} formats={formats} />
                </span>
              </td>
              {columns.map((column, i) => {
                const cell = cells[i];
                if (cell === undefined) return <td key={column} />;
                return (
                  <td key={column} data-column={i}>
                    <span
                      class={`cell shade-${shade(cell.value, most)} ${cell.isYoung ? 'young' : ''}`}
                      title={cell.isYoung ? young : undefined}
                    >
                      <Shown kind="money" value={cell.value} formats={formats} />
                    </span>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
