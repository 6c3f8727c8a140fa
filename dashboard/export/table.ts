import type { FigureKind } from '../language/format.ts';

/** A table as it is taken away: exact figures, not the three digits that a page shows. */
export interface ExportedTable {
  /** Names the file, too. */
  readonly title: string;
  readonly columns: readonly { readonly label: string; readonly kind: FigureKind | 'text' }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A spreadsheet takes a text that begins so for a formula, and runs it: it is to stay a text. */
export const asText = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** The name of a file, from a title: letters of any language, digits and dashes. */
export const fileName = (title: string, ending: string): string =>
  `sillage-${title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')}.${ending}`;
