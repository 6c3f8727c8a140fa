import type { Catalog } from './catalog.ts';
import type { Column, Table, Zone } from './table.ts';
import { rejectRules } from './reject-rules.ts';
import { typescriptType } from './types.ts';

/** `pipeline_runs` → `PipelineRunsRow`. */
function rowName(table: Table): string {
  return `${table.name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')}Row`;
}

function rowInterface(table: Table): string {
  const fields = table.columns.map((column) => {
    const accepted =
      // Values that stand elsewhere change there.
      column.accepted && column.acceptedAs === undefined && column.type.kind === 'string'
        ? column.accepted.map((value) => JSON.stringify(value)).join(' | ')
        : undefined;
    const type = accepted ?? typescriptType(column.type);
    return (
      `  /** ${column.comment.replaceAll('*/', '')}${column.unit === undefined ? '' : ` (${column.unit})`} */\n ` +
      ` readonly ${column.name}: ${type}${column.required ? '' : ' | null'};`
    );
  });
  return `/** ${table.description} */\nexport interface ${rowName(table)} {\n${fields.join('\n')}\n}\n`;
}

/**
 * The TypeScript types of the rows that TypeScript itself writes: those of `ops`, and of marts that have a step of
 * their own. All others are SQL's.
 */
export function rowTypes(catalog: Catalog): string {
  const tables = [...catalog.values()].filter((table) => table.zone === 'ops' || table.madeBy !== undefined);
  return `// Made from glue-schemas/ by \`npm run schemas\`; change those instead.\n\n${tables.map(rowInterface).join('\n')}`;
}

function promises(column: Column): string {
  const { references } = column;
  return [
    column.required ? 'required' : '',
    column.unique === undefined ? '' : column.unique === 'error' ? 'unique' : 'unique, else a warning',
    column.accepted ? `one of ${column.accepted.join(', ')}` : '',
    column.pattern === undefined ? '' : `matches \`${column.pattern}\``,
    column.min === undefined ? '' : `≥ ${column.min}`,
    column.max === undefined ? '' : `≤ ${column.max}`,
    references ? `in ${references.table}.${references.column}` : '',
    column.unit ?? '',
    column.ratio ? 'a quotient: not to be added up' : '',
    column.pii === 'direct' ? '**personal data**' : column.pii === 'pseudonym' ? 'pseudonymous' : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function tableSection(table: Table): string {
  const facts = [
    table.primaryKey.length > 0 ? `Primary key: \`${table.primaryKey.join(', ')}\`.` : '',
    table.partition === undefined ? '' : `\`dt\`: ${table.partition === '' ? 'the partition' : table.partition}.`,
    table.keep
      ? 'Of several records with one key, ' +
        `${table.prefer === undefined ? '' : `one whose \`${table.prefer}\` is true, then `}the ` +
        `${table.keep.which} \`${table.keep.column}\` is ` +
        `kept${table.dayMayChange ? ', whatever their days' : ''}.`
      : '',
    table.reads.length > 0
      ? 'Made from ' +
        `${table.reads.map((input) => `\`${input.table}\`${input.from === 0 && input.to === 0 ? '' : ` (days ${input.from} to ${input.to} from its own)`}`).join(', ')}.`
      : '',
    table.late === undefined
      ? ''
      : `Late where the newest day${table.late.by === undefined ? '' : ` of a \`${table.late.by}\``} is more ` +
        `than ${table.late.afterDays} days back.`,
    table.publish === undefined ? '' : 'Published for dashboards.',
    table.retentionDays === undefined
      ? ''
      : `**Kept for ${table.retentionDays} days**, then removed: by the lifecycle of the bucket, counted from ` +
        `when an object was written, or by \`sillage expire\`, counted from its day.`,
    table.prefix === '' ? '' : `Objects under \`${table.prefix}\`.`,
  ].filter((fact) => fact !== '');
  const rows = table.columns.map(
    (column) =>
      `| \`${column.name}\` | ${cell(column.glueType)} | ${cell(column.comment)} | ${cell(promises(column))} |`,
  );
  return [
    `### ${table.name}`,
    table.description,
    facts.join(' '),
    '| column | type | meaning | promises |\n| --- | --- | --- | --- |\n' + rows.join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const zoneTitles: Readonly<Record<Zone, string>> = {
  curated: 'Curated: cleaned, typed, deduplicated',
  marts: 'Marts: the models and views of the analysis',
  ops: 'Ops: what the pipeline says of itself',
  raw: 'Raw: as the sources send it',
};

/** The rules behind the reasons in `rejects`. */
function rulesSection(): string {
  const rows = rejectRules.map(({ rule, subject, meaning }) => `| \`${rule}\` | ${cell(subject)} | ${cell(meaning)} |`);
  return `## Why a record is refused

A reason in \`rejects.reasons\` is \`rule:subject\`, as \`required:event_id\`. A record may have several, and may be refused by one table and taken by another.

| rule | subject | meaning |
| --- | --- | --- |
${rows.join('\n')}`;
}

/** docs/data-dictionary.md. */
export function dataDictionary(catalog: Catalog): string {
  const order: readonly Zone[] = ['marts', 'curated', 'ops', 'raw'];
  const sections = order.map(
    (zone) =>
      `## ${zoneTitles[zone]}\n\n${[...catalog.values()]
        .filter((table) => table.zone === zone)
        .map(tableSection)
        .join('\n\n')}`,
  );
  const contents = order.map(
    (zone) =>
      `- **${zone}**: ${[...catalog.values()]
        .filter((table) => table.zone === zone)
        .map((table) => `[${table.name}](#${table.name})`)
        .join(', ')}`,
  );
  const rules = '- [why a record is refused](#why-a-record-is-refused)';
  const parts = [
    '# Data dictionary',
    'Made from `glue-schemas/` by `npm run schemas`; change those instead.',
    [...contents, rules].join('\n'),
    ...sections,
    rulesSection(),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** The generated files by their path in the repository. */
export function generatedFiles(catalog: Catalog): ReadonlyMap<string, string> {
  return new Map([
    ['lambdas/shared/schema/rows.generated.ts', rowTypes(catalog)],
    ['docs/data-dictionary.md', dataDictionary(catalog)],
  ]);
}
