import type { Language } from '../language/language.ts';
import { asText, type ExportedTable } from './table.ts';

/**
 * A CSV as a spreadsheet of that language opens it by a double click: a French one wants `;`, a decimal comma; both
 * want the mark of UTF-8.
 */
export function csvOf({ columns, rows }: ExportedTable, language: Language): string {
  const separator = language === 'fr' ? ';' : ',';
  const quoted = (text: string) => (/[";,\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (value: string | number | null): string => {
    if (value === null) return '';
    if (typeof value === 'string') return quoted(asText(value));
    return language === 'fr' ? String(value).replace('.', ',') : String(value);
  };
  const lines = [columns.map(({ label }) => quoted(asText(label))), ...rows.map((row) => row.map(cell))];
  return `\uFEFF${lines.map((line) => `${line.join(separator)}\r\n`).join('')}`;
}
