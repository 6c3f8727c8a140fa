import { folded } from '../lambdas/import/folded.ts';
import { wrapped } from './cut.ts';
import { inLake } from './in-lake.ts';
import type { Looked } from '../lambdas/import/looked.ts';
import type { Said } from '../lambdas/import/said.ts';
import type { Total } from '../lambdas/import/shape.ts';
import type { Part, Versions } from '../lambdas/import/understand.ts';

const count = (number: number, one: string, many = `${one}s`) =>
  `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`;
const named = (names: readonly string[], most: number) =>
  names
    .slice(0, most)
    .map((name) => `“${name}”`)
    .join(', ') + (names.length > most ? ` and ${names.length - most} more` : '');

const totalLine = ({ what, imported, own }: Total) =>
  own === undefined
    ? `${what} ${imported}`
    : own === imported
      ? `${what} ${imported} = the file's own total`
      : `${what} ${imported}, but the file's own total is ${own}`;

/** What headings are read as; of those that are called as what they are read as their names say it. */
function readLines(mapped: Part['mapped']): string[] {
  const all = Object.entries(mapped);
  const isSame = ([heading, field]: (typeof all)[number]) => folded(heading) === field.replaceAll('_', ' ');
  const same = all.filter(isSame).map(([heading]) => `“${heading}”`);
  const others = all.filter((one) => !isSame(one)).map(([heading, field]) => `“${heading}” as ${field}`);
  const byName = same.length === 0 ? [] : [`${others.length > 0 ? 'and ' : ''}by their names ${same.join(', ')}`];
  return all.length === 0 ? [] : [`read: ${[...others, ...byName].join(', ')}`];
}

function partLines({
  source,
  report,
  sheet,
  account,
  currencies,
  timeZone,
  days,
  rows,
  records,
  mapped,
  ignored,
  leftOut,
  totals,
  notes,
}: Part): string[] {
  return [
    `${source}, ${report}${sheet === undefined ? '' : `, sheet ${sheet}`}`,
    [
      ...(days ? [days.from === days.to ? days.from : `${days.from} to ${days.to}`] : []),
      count(rows, 'row'),
      count(records, 'record'),
      ...(account === undefined || account === '' ? [] : [`account ${account}`]),
      ...(currencies.length > 0 ? [currencies.join(', ')] : []),
      ...(timeZone === undefined ? [] : [`time zone ${timeZone}`]),
    ].join('; '),
    `imported: ${totals.map(totalLine).join('; ')}`,
    ...readLines(mapped),
    ...(ignored.length > 0 ? [`not read, kept with the file: ${named(ignored, 12)}`] : []),
    ...leftOut.map(
      ({ why, rows: left, first }) => `left out: ${count(left, 'row')} (the first is row ${first}): ${why}`,
    ),
    ...notes.map((note) => `note: ${note}`),
  ];
}

/** What becomes of a file that was imported before. */
function knownLine(replacedBy: string | undefined, versions: Versions | undefined): string {
  const files = versions?.replaces.map(({ file }) => file).join(', ') ?? '';
  if (files !== '') return `what ${files} says counts no more, as you said`;
  if (versions?.adds) return 'it counts beside the others, as you said';
  return replacedBy === undefined
    ? 'nothing changes'
    : `${replacedBy} counts in place of its deals of influencers, and nothing changes`;
}

/** That a file is read anew, and by what: what was said of it before goes on counting. */
function anewLine(said: Said): string {
  const told = Object.entries(said).map(([name, value]) => {
    const values = typeof value === 'object' ? Object.entries(value).map((pair) => pair.join('=')) : [String(value)];
    return `--${name.replaceAll('_', '-')}${value === true ? '' : ` ${values.join(';')}`}`;
  });
  return (
    `It was imported before, and is read anew, by all that was said of it (${told.join(', ')}): what comes of ` +
    'it now counts in place of what came then. To begin anew: --undo.'
  );
}

/** What was understood of a file, for a person to agree to, in lines of the width of the terminal, if there is one. */
export function lookedLines(one: Looked, width?: number): string[] {
  const indented = (lines: readonly string[]) =>
    lines
      .map((line) => inLake(line))
      .flatMap((line) =>
        width === undefined
          ? [`  ${line}`]
          : wrapped(line, Math.max(20, width - 4)).map((part, at) => `${at === 0 ? '  ' : '    '}${part}`),
      );
  switch (one.kind) {
    case 'refused':
      return [`${one.name}: NOT imported`, ...indented([one.why])];
    case 'same':
      return [`${one.name}: the same as ${one.as}, and taken once`];
    case 'known':
      return [
        `${one.name}: imported already, on ${one.before.imported_at.slice(0, 10)}: ${knownLine(one.before.replaced_by?.file, one.versions)}`,
      ];
    case 'understood': {
      const { format, bytes, parts, passedOver, again, lost, said = {} } = one.understood;
      return [
        `${one.name} (${format}, ${bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`})`,
        ...(lost ? ['  It was imported before, and something that was made of it is gone: it is read anew.'] : []),
        ...(again && !lost ? [`  ${anewLine(said)}`] : []),
        ...indented(parts.flatMap(partLines)),
        ...indented(
          passedOver.map(({ sheet, why }) => `${sheet === '' ? 'not' : `sheet ${sheet} is not`} imported: ${why}`),
        ),
      ];
    }
  }
}

/** What is told of a file to a program. */
export function fileJson(one: Looked): Record<string, unknown> {
  switch (one.kind) {
    case 'refused':
      return { file: one.name, status: 'refused', why: one.why };
    case 'same':
      return { file: one.name, status: 'same', as: one.as };
    case 'known':
      return { file: one.name, status: 'known', imported_at: one.before.imported_at };
    case 'understood': {
      const { hash, bytes, format, parts, passedOver, file, again } = one.understood;
      return {
        file: one.name,
        status: 'imported',
        sha256: hash,
        bytes,
        format,
        exported_at: file.exportedAt.toISOString(),
        ...(again && { read_anew: true }),
        parts: parts.map(({ documents, ...part }) => ({ ...part, documents: documents.map(({ key }) => key) })),
        passed_over: passedOver,
      };
    }
  }
}
