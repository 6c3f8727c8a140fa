/** What a workbook says of its cells besides their values: in which currency a number is shown, what is struck through or hidden. */
import { mayMean } from './currencies.ts';
import { Refused } from './refused.ts';

type Files = Readonly<Record<string, Uint8Array>>;

/** What is to be known of the cells of a sheet. */
export interface Shown {
  /** What stands behind a number, by its place (`D2`). */
  readonly signs: ReadonlyMap<string, string>;
  /** Rows of which most cells are struck through. */
  readonly struck: ReadonlySet<number>;
  /** Rows that are not seen, by a filter or by hand; all of a sheet that is not. */
  readonly hidden: ReadonlySet<number> | 'all';
}

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('utf8');
const entities: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&apos;', "'"],
]);
const decoded = (text: string) =>
  text
    .replaceAll(/&#(x?)([\da-f]+);/gi, (_, hex: string, code: string) =>
      String.fromCodePoint(Number.parseInt(code, hex === '' ? 10 : 16)),
    )
    .replaceAll(/&(?:amp|lt|gt|quot|apos);/g, (entity) => entities.get(entity) ?? entity);

/** An attribute of a tag. */
const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag);
  const text = found?.[1] ?? found?.[2];
  return text === undefined ? undefined : decoded(text);
};
const tags = (xml: string, name: string): string[] =>
  Array.from(xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\b([^>]*)>`, 'g')), ([, tag = '']) => tag);
const within = (xml: string, name: string): string =>
  new RegExp(`<(?:\\w+:)?${name}\\b[^>]*>([\\s\\S]*?)</(?:\\w+:)?${name}>`).exec(xml)?.[1] ?? '';

/** The currency that a format of numbers shows, as it shows it: `$` of `[$$-409]#,##0.00`, `k€` of `0.0" k€"`. */
export function signOf(format: string): string | undefined {
  const [first = ''] = format.split(';');
  const bracket = /\[\$([^\]-]+)(?:-[^\]]*)?\]/.exec(first)?.[1]?.trim() || undefined;
  const plain = first.replaceAll(/\[[^\]]*\]|["\\_*]/g, ' ');
  const sign = bracket ?? /\p{Sc}|(?<!\p{L})(?:eur|usd|gbp|chf|cad|jpy|zł|kč|kr)(?!\p{L})/iu.exec(plain)?.[0];
  if (sign === undefined) return undefined;
  // A comma behind the digits takes three of them off what is shown, and nothing off the value.
  const isThousands = /\bk\s*(?:€|£|\$|\[)/iu.test(first.replaceAll(/["\\]/g, ' ')) && !/[0#],(?![0#])/.test(first);
  return `${isThousands ? 'k' : ''}${sign}`;
}

interface Styles {
  readonly sign: readonly (string | undefined)[];
  readonly isStruck: readonly boolean[];
}

/** What each style of cells shows. */
function stylesOf(files: Files): Styles {
  const xml = textOf(files['xl/styles.xml']);
  const formats = new Map(
    tags(within(xml, 'numFmts'), 'numFmt').map((tag) => [
      attribute(tag, 'numFmtId'),
      attribute(tag, 'formatCode') ?? '',
    ]),
  );
  const fonts = within(xml, 'fonts')
    .split(/<(?:\w+:)?font\b/)
    .slice(1)
    .map((font) => /<(?:\w+:)?strike\b(?![^>]*val\s*=\s*["'](?:0|false))/.test(font));
  const cells = tags(within(xml, 'cellXfs'), 'xf');
  return {
    sign: cells.map((tag) => signOf(formats.get(attribute(tag, 'numFmtId')) ?? '')),
    isStruck: cells.map((tag) => fonts[Number(attribute(tag, 'fontId') ?? 0)] === true),
  };
}

/** Where each part of a workbook is, by its id. */
const targetsIn = (files: Files) =>
  new Map(
    tags(textOf(files['xl/_rels/workbook.xml.rels']), 'Relationship').map((tag) => [
      attribute(tag, 'Id'),
      (attribute(tag, 'Target') ?? '').replace(/^\/?(?:xl\/)?/, 'xl/'),
    ]),
  );

const idOf = (tag: string) => attribute(tag, String.raw`\w+:id`);

/** A workbook without the sheets that are one chart each, which have no cells. */
export function withoutCharts<Of extends Files>(files: Of): Of {
  const targets = targetsIn(files);
  const xml = textOf(files['xl/workbook.xml']).replaceAll(/<(?:\w+:)?sheet\b([^>]*)\/>/g, (whole, tag: string) =>
    /\/worksheets\//.test(targets.get(idOf(tag)) ?? '/worksheets/') ? whole : '',
  );
  return { ...files, 'xl/workbook.xml': Buffer.from(xml) };
}

interface SheetFile {
  readonly path: string;
  readonly isHidden: boolean;
}

/** The files of the sheets, by their names. */
function sheetFiles(files: Files): Map<string, SheetFile> {
  const targets = targetsIn(files);
  return new Map(
    tags(textOf(files['xl/workbook.xml']), 'sheet').flatMap((tag): [string, SheetFile][] => {
      const path = targets.get(idOf(tag));
      const isHidden = /hidden$/i.test(attribute(tag, 'state') ?? '');
      return path === undefined ? [] : [[attribute(tag, 'name') ?? '', { path, isHidden }]];
    }),
  );
}

/** The rows of a sheet that are not seen. */
const hiddenRows = (xml: string): ReadonlySet<number> =>
  new Set(
    Array.from(xml.matchAll(/<(?:\w+:)?row\b([^>]*\bhidden\s*=\s*["'](?:1|true)["'][^>]*)>/g), ([, tag = '']) =>
      Number(attribute(tag, 'r')),
    ),
  );

const cellTag = /<(?:\w+:)?c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g;

/** Counts formulas that have a value, and keeps the first that has none. */
interface Formulas {
  valued: number;
  first: string | undefined;
}

function shownOf(
  xml: string,
  isHidden: boolean,
  { sign, isStruck }: Styles,
  currency: string | undefined,
  formulas: Formulas,
): Shown {
  const signs = new Map<string, string>();
  const rows = new Map<number, { struck: number; all: number }>();
  for (const [, tag = '', content = ''] of xml.matchAll(cellTag)) {
    const [place, kind, style] = [attribute(tag, 'r') ?? '', attribute(tag, 't'), Number(attribute(tag, 's') ?? 0)];
    const hasValue = /<(?:\w+:)?(?:v|t)\b[^>]*>[^<]/.test(content);
    if (/<(?:\w+:)?f\b/.test(content) && kind !== 'str') {
      if (hasValue) formulas.valued++;
      else formulas.first ??= place;
    }
    if (!hasValue) continue;
    const row = Number(/\d+$/.exec(place)?.[0] ?? 0);
    const counted = rows.get(row) ?? { struck: 0, all: 0 };
    rows.set(row, counted);
    counted.all++;
    if (isStruck[style] === true) counted.struck++;
    const own = sign[style];
    if (
      own !== undefined &&
      currency !== undefined &&
      (kind === undefined || kind === 'n') &&
      // (`k€` means none: its numbers are thousands.)
      !mayMean(own, currency)
    )
      signs.set(place, own);
  }
  return {
    signs,
    struck: new Set([...rows].flatMap(([row, { struck, all }]) => (struck > all / 2 ? [row] : []))),
    hidden: isHidden ? 'all' : hiddenRows(xml),
  };
}

/**
 * What the cells of each sheet show, by its name. A currency is told where it is not the shop's.
 * @throws Refused where formulas have no values: what wrote the file did not calculate
 */
export function shownIn(files: Files, currency: string | undefined): ReadonlyMap<string, Shown> {
  const styles = stylesOf(files);
  const formulas: Formulas = { valued: 0, first: undefined };
  const shown = new Map(
    Array.from(sheetFiles(files), ([name, { path, isHidden }]) => [
      name,
      shownOf(textOf(files[path]), isHidden, styles, currency, formulas),
    ]),
  );
  if (formulas.first !== undefined && formulas.valued === 0)
    throw new Refused(
      `Its formulas have no values (the first is in ${formulas.first}): a program wrote it, and did not ` +
        'calculate. Open it in Excel or LibreOffice, save it, and import it again.',
    );
  return shown;
}
