import type { Language } from '../language/language.ts';
import { withoutFormula } from '../../lambdas/shared/formulas.ts';
import type { ExportedTable } from './table.ts';

/**
 * A CSV as a spreadsheet of that language opens it by a double click: a French one wants `;`, a decimal comma; both
 * want the mark of UTF-8.
 */
export function csvOf({ columns, rows }: ExportedTable, language: Language): string {
  const separator = language === 'fr' ? ';' : ',';
  const quoted = (text: string) => (/[";,\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  // A sum of cents has more digits than it is worth, by the way in which it is added.
  const plain = (value: number, kind: ExportedTable['columns'][number]['kind'] | undefined) =>
    String(kind === 'money' ? Number(value.toFixed(2)) : Number(value.toPrecision(12)));
  const cell = (value: string | number | null, column: number): string => {
    if (value === null) return '';
    if (typeof value === 'string') return quoted(withoutFormula(value));
    const number = plain(value, columns[column]?.kind);
    return language === 'fr' ? number.replace('.', ',') : number;
  };
  const lines = [columns.map(({ label }) => quoted(withoutFormula(label))), ...rows.map((row) => row.map(cell))];
  return `\uFEFF${lines.map((line) => `${line.join(separator)}\r\n`).join('')}`;
}
