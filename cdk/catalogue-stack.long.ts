import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Fn, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { databaseOf } from '../lambdas/shared/aws/athena-names.ts';
import { home } from '../lambdas/shared/home.ts';
import type { Relation } from '../lambdas/shared/ports/warehouse.ts';
import { Gate } from '../localstack/embedded/warehouse/trino/gate.ts';
import { spell } from '../localstack/embedded/warehouse/trino/types.ts';
import { CatalogueStack, type CatalogueStackProps } from './catalogue-stack.ts';
import { QuestionsStack } from './questions-stack.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

const props: CatalogueStackProps = {
  lakeBucketName: 'the-lake',
  resultsBucketName: 'the-results',
  firstDay: '2025-03-01',
  scanLimitBytes: 100_000_000_000,
  environment: 'staging',
};

const column = z.looseObject({ Name: z.string(), Type: z.string(), Comment: z.string().optional() });
const tableInput = z.strictObject({
  Name: z.string(),
  Description: z.string(),
  TableType: z.enum(['EXTERNAL_TABLE', 'VIRTUAL_VIEW']),
  Parameters: z.record(z.string(), z.unknown()),
  PartitionKeys: z.array(column),
  StorageDescriptor: z.looseObject({
    Columns: z.array(column),
    Location: z.unknown().optional(),
    SerdeInfo: z.record(z.string(), z.unknown()),
  }),
  ViewOriginalText: z.string().optional(),
  ViewExpandedText: z.string().optional(),
});
type TableInput = z.infer<typeof tableInput>;
const template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.record(z.string(), z.unknown()) })),
});

interface Synthesised {
  readonly properties: (stack: string, type: string) => readonly Readonly<Record<string, unknown>>[];
  readonly tables: ReadonlyMap<string, TableInput>;
  /** What cdk-nag found and nobody acknowledged. */
  readonly findings: readonly unknown[];
}

/** Makes the templates, as the CLI would, and has them checked. */
function synthesise(
  given: Partial<CatalogueStackProps> = {},
  more: (stack: CatalogueStack) => void = () => undefined,
): Synthesised {
  const outdir = mkdtempSync(join(tmpdir(), 'catalogue-'));
  folders.push(outdir);
  const app = new App({ outdir });
  const catalogue = new CatalogueStack(app, 'Catalogue', { ...props, ...given });
  new QuestionsStack(app, 'Questions', { catalogue });
  more(catalogue);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const assembly = app.synth({ errorOnDuplicateSynth: false });
  const properties = (stack: string, type: string) =>
    Object.values(template.parse(assembly.getStackByName(stack).template).Resources)
      .filter((resource) => resource.Type === type)
      .map((resource) => resource.Properties);
  const report: unknown = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  return {
    properties,
    tables: new Map(
      properties('Catalogue', 'AWS::Glue::Table').map((table) => {
        const input = tableInput.parse(table['TableInput']);
        return [input.Name, input];
      }),
    ),
    findings: z.looseObject({ pluginReports: z.array(z.unknown()) }).parse(report).pluginReports,
  };
}

const made = synthesise();

/** The schema documents, read without the code that the stack reads them by. */
const documents = readdirSync(new URL('glue-schemas/', home)).flatMap((zone) =>
  readdirSync(new URL(`glue-schemas/${zone}/`, home)).map((file) => {
    const text = readFileSync(new URL(`glue-schemas/${zone}/${file}`, home), 'utf8');
    return {
      zone,
      document: tableInput
        .extend({ PartitionKeys: z.array(column).default([]) })
        .loose()
        .parse(withSerde(JSON.parse(text))),
    };
  }),
);

/** Documents of views have no SerDe. */
function withSerde(document: unknown): unknown {
  const { StorageDescriptor, ...rest } = z.looseObject({ StorageDescriptor: z.looseObject({}) }).parse(document);
  return { ...rest, StorageDescriptor: { SerdeInfo: {}, ...StorageDescriptor } };
}

/** Columns as Glue has them: what a document promises of a column beyond that is the house's own. */
const plain = (columns: readonly z.infer<typeof column>[]) =>
  columns.map(({ Name, Type, Comment }) => ({ Name, Type, ...(Comment !== undefined && { Comment }) }));

/** What the lake has and the catalogue has not. */
const leftOut = ['raw_google_ads', 'raw_meta_ads', 'raw_tiktok_ads', 'raw_ad_reports'];
/** What the shop's profile says stands under one day, whatever the first day of the deployment is. */
const timeless: ReadonlySet<string> = new Set([
  'attribution_models', 'channel_incrementality', 'shop', 'shop_campaign_names', 'shop_costs', 'shop_marketing_costs',
]); // prettier-ignore
/** Columns that no query shows. */
const hidden: Readonly<Record<string, readonly string[]>> = { rejects: ['record'] };

const tables = documents.filter(({ document }) => document.TableType === 'EXTERNAL_TABLE');
const views = documents.filter(({ document }) => document.TableType === 'VIRTUAL_VIEW');
const inCatalogue = (name: string): TableInput => {
  const found = made.tables.get(name);
  if (found === undefined) throw new Error(`${name} is not in the catalogue.`);
  return found;
};

test('every document is in the catalogue, but for those that Athena cannot read line by line', () => {
  const names = documents.map(({ document }) => document.Name);
  expect([...made.tables.keys()].toSorted()).toEqual(names.filter((name) => !leftOut.includes(name)).toSorted());
  expect(names).toEqual(expect.arrayContaining(leftOut));
  // Each is a JSON document, of which no line is a record.
  for (const { document } of documents)
    expect(leftOut.includes(document.Name)).toBe(document.Parameters['sillage.format'] === 'json');
});

describe.each(
  tables
    .filter(({ document }) => !leftOut.includes(document.Name))
    .map(({ document }) => [document.Name, document] as const),
)('the table %s', (name, document) => {
  test('is its document, in this bucket and from this day on', () => {
    const here = tableInput.parse(JSON.parse(JSON.stringify(document).replaceAll('${LakeBucket}', 'the-lake')));
    const { StorageDescriptor, ...rest } = inCatalogue(name);
    expect(rest).toEqual({
      Name: here.Name,
      Description: here.Description,
      TableType: here.TableType,
      Parameters: {
        ...here.Parameters,
        'projection.dt.range': timeless.has(name)
          ? '1970-01-01,1970-01-02'
          : // The weights of the week of the first day, a Saturday, stand on its Monday.
            `${name === 'attribution_weights' ? '2025-02-24' : '2025-03-01'},NOW+1DAYS`,
      },
      PartitionKeys: plain(here.PartitionKeys),
    });
    const shown = here.StorageDescriptor.Columns.filter((one) => !hidden[name]?.includes(one.Name));
    expect(StorageDescriptor).toMatchObject({ ...here.StorageDescriptor, Columns: plain(shown) });
  });

  test('has its place, and the same one for each day', () => {
    const { StorageDescriptor, Parameters } = inCatalogue(name);
    expect(StorageDescriptor.Location).toMatch(/^s3:\/\/the-lake\/(raw|curated|marts|ops)\/[a-z_/]+\/$/);
    expect(Parameters['storage.location.template']).toBe(`${String(StorageDescriptor.Location)}dt=\${dt}/`);
    expect(Parameters['projection.enabled']).toBe('true');
  });
});

const ViewJson = z.strictObject({
  originalSql: z.string(),
  catalog: z.literal('awsdatacatalog'),
  schema: z.string(),
  columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
});

/** What Trino reads out of a view. */
function viewOf({ ViewOriginalText = '' }: TableInput) {
  const [, base64 = ''] = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(ViewOriginalText) ?? [];
  return ViewJson.parse(JSON.parse(Buffer.from(base64, 'base64').toString()));
}

test('every SQL file that is no model is a view', () => {
  const models = new Set(tables.map(({ document }) => document.Name));
  const files = readdirSync(new URL('athena/', home)).filter((file) => file.endsWith('.sql'));
  expect(
    files
      .map((file) => file.replace('.sql', ''))
      .filter((name) => !models.has(name))
      .toSorted(),
  ).toEqual(views.map(({ document }) => document.Name).toSorted());
});

describe.each(views.map(({ document }) => [document.Name, document] as const))('the view %s', (name, document) => {
  const view = inCatalogue(name);

  test('is known for a view, by Athena and by Trino', () => {
    expect(view).toMatchObject({
      Description: 'Presto View',
      TableType: 'VIRTUAL_VIEW',
      ViewExpandedText: '/* Presto View */',
      Parameters: { presto_view: 'true', comment: 'Presto View', 'sillage.description': document.Description },
    });
    // Without one Trino's client of Glue fails.
    expect(view.StorageDescriptor.SerdeInfo).toEqual({});
  });

  test('has the text of its file, and the columns of its document', () => {
    const { originalSql, schema } = viewOf(view);
    expect(originalSql).toBe(readFileSync(new URL(`athena/${name}.sql`, home), 'utf8'));
    expect(schema).toBe('sillage_staging');
    expect(view.StorageDescriptor.Columns).toEqual(plain(document.StorageDescriptor.Columns));
  });

  test('has the columns, in name, type and order, that its text gives', () => {
    const given = gate()
      .columnsOf(name)
      ?.map((one) => ({ name: one.name, type: spell(one.type) }));
    // Trino puts the names of a row's fields in quotes, the embedded engine does not.
    const declared = viewOf(view).columns.map((one) => ({ ...one, type: one.type.replaceAll('"', '') }));
    expect(declared).toEqual(given);
  });
});

/** The embedded engine's reading of all relations, with the types of Glue in Trino's words. */
function gate(): Gate {
  const trino = (type: string): string =>
    type
      .replaceAll(/\bstring\b/g, 'varchar')
      .replaceAll(/\bint\b/g, 'integer')
      .replaceAll(/\btimestamp\b/g, 'timestamp(3)')
      .replaceAll('array<', 'array(')
      .replaceAll('struct<', 'row(')
      .replaceAll(/(\w+):/g, '$1 ')
      .replaceAll('>', ')');
  const relations = documents
    .filter(({ zone }) => zone !== 'raw')
    .map(({ document: { Name, TableType, StorageDescriptor, PartitionKeys } }): Relation => {
      if (TableType === 'VIRTUAL_VIEW')
        return { name: Name, kind: 'view', sql: readFileSync(new URL(`athena/${Name}.sql`, home), 'utf8') };
      const columns = [...StorageDescriptor.Columns, ...PartitionKeys].map((one) => ({
        name: one.Name,
        type: trino(one.Type),
      }));
      return { name: Name, kind: 'table', columns, keys: [] };
    });
  return new Gate(relations);
}

test('nothing is longer than Glue and Athena take it', () => {
  for (const {
    Description,
    Parameters,
    StorageDescriptor,
    PartitionKeys,
    ViewOriginalText = '',
  } of made.tables.values()) {
    expect(Buffer.byteLength(Description)).toBeLessThanOrEqual(2048);
    for (const { Comment = '' } of [...StorageDescriptor.Columns, ...PartitionKeys])
      expect(Buffer.byteLength(Comment)).toBeLessThanOrEqual(255);
    for (const [key, value] of Object.entries(Parameters)) {
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(255);
      expect(Buffer.byteLength(String(value))).toBeLessThanOrEqual(512_000);
    }
    expect(ViewOriginalText.length).toBeLessThanOrEqual(409_600);
  }
  for (const { QueryString, Name } of made.properties('Questions', 'AWS::Athena::NamedQuery')) {
    expect(Buffer.byteLength(String(QueryString))).toBeLessThanOrEqual(262_144);
    expect(String(Name).length).toBeLessThanOrEqual(128);
  }
});

test('the workgroup says where answers go and how much a query may scan, whatever a client asks for', () => {
  expect(made.properties('Catalogue', 'AWS::Athena::WorkGroup')).toEqual([
    expect.objectContaining({
      Name: 'sillage-staging',
      RecursiveDeleteOption: true,
      WorkGroupConfiguration: {
        BytesScannedCutoffPerQuery: 100_000_000_000,
        EnforceWorkGroupConfiguration: true,
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
        PublishCloudWatchMetricsEnabled: true,
        RequesterPaysEnabled: false,
        ResultConfiguration: {
          OutputLocation: 's3://the-results/athena-results/',
          EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
          ExpectedBucketOwner: { Ref: 'AWS::AccountId' },
        },
      },
    }),
  ]);
  const [production] = synthesise({ environment: 'prod' }).properties('Catalogue', 'AWS::Athena::WorkGroup');
  expect(production).toMatchObject({ Name: 'sillage-prod', RecursiveDeleteOption: false });
});

test('the database has the name that a query with the workgroup looks in', () => {
  expect(made.properties('Catalogue', 'AWS::Glue::Database')).toEqual([
    expect.objectContaining({ DatabaseInput: expect.objectContaining({ Name: databaseOf('sillage-staging') }) }),
  ]);
});

test('the questions of the page are saved in the workgroup, as they stand there', () => {
  const page = readFileSync(new URL('docs/analysts.md', home), 'utf8');
  const saved = made.properties('Questions', 'AWS::Athena::NamedQuery');
  expect(saved).toHaveLength(10);
  for (const { Name, Database, WorkGroup, QueryString } of saved) {
    const [number, question] = [Number.parseInt(String(Name), 10), String(Name).slice(3)];
    expect({ Database, WorkGroup }).toEqual({ Database: 'sillage_staging', WorkGroup: 'sillage-staging' });
    expect(page).toContain(`### ${number}. ${question}\n\n\`\`\`sql\n${String(QueryString)}\n\`\`\`\n`);
  }
});

describe('analysts', () => {
  const statement = z.looseObject({
    Effect: z.enum(['Allow', 'Deny']),
    Action: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
    Resource: z.unknown(),
    Condition: z.unknown().optional(),
  });
  const [policy] = made.properties('Catalogue', 'AWS::IAM::ManagedPolicy');
  const statements = z.looseObject({ Statement: z.array(statement) }).parse(policy?.['PolicyDocument']).Statement;
  const arn = (path: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:s3:::${path}`]] });
  const that = (effect: 'Allow' | 'Deny', action: string) =>
    statements
      .filter(({ Effect, Action }) => Effect === effect && Action.includes(action))
      .flatMap(({ Resource }) => (Array.isArray(Resource) ? z.array(z.unknown()).parse(Resource) : [Resource]));

  test('read the tables without personal data as it came, and their answers', () => {
    expect(that('Allow', 's3:GetObject')).toEqual(
      [
        'the-lake/curated/*',
        'the-lake/marts/*',
        'the-lake/ops/check_results/*',
        'the-lake/ops/pipeline_runs/*',
        'the-results/athena-results/*',
      ].map(arn),
    );
  });

  test('never read raw objects, nor rejects, which hold raw records', () => {
    expect(that('Deny', 's3:GetObject')).toEqual(['the-lake/raw/*', 'the-lake/ops/rejects/*'].map(arn));
    expect(that('Deny', 's3:GetObjectVersion')).toEqual(that('Deny', 's3:GetObject'));
    // Every column that a document marks so is in one of them.
    const marked = documents.filter(({ document }) => /"pii":"direct"/.test(JSON.stringify(document)));
    expect(marked.filter(({ zone }) => zone !== 'raw').map(({ document }) => document.Name)).toEqual(['rejects']);
  });

  test('write nothing but answers, and change nothing in the catalogue', () => {
    const writing = statements.flatMap(({ Action, Effect }) =>
      Effect === 'Deny' ? [] : Action.filter((action) => !/:(?:Get|List|Batch?Get|BatchGet|Describe)/.test(action)),
    );
    expect(writing.toSorted()).toEqual([
      'athena:CreateNamedQuery',
      'athena:StartQueryExecution',
      'athena:StopQueryExecution',
      'athena:UpdateNamedQuery',
      's3:AbortMultipartUpload',
      's3:PutObject',
    ]);
    expect(that('Allow', 's3:PutObject')).toEqual([arn('the-results/athena-results/*')]);
  });

  test('list the same prefixes as they read', () => {
    const listing = statements.filter(({ Action }) => Action.includes('s3:ListBucket'));
    expect(listing.map(({ Condition }) => Condition)).toEqual([
      { StringLike: { 's3:prefix': ['curated/*', 'marts/*', 'ops/check_results/*', 'ops/pipeline_runs/*'] } },
      { StringLike: { 's3:prefix': ['athena-results/*'] } },
    ]);
  });
});

describe('cdk-nag', () => {
  test('finds nothing that is not acknowledged, also where the buckets are of another stack', () => {
    expect(made.findings).toEqual([]);
    const imported = synthesise({
      lakeBucketName: Fn.importValue('lake'),
      resultsBucketName: Fn.importValue('results'),
    });
    expect(imported.findings).toEqual([]);
    expect(imported.tables.get('orders')?.StorageDescriptor.Location).toEqual({
      'Fn::Join': ['', ['s3://', { 'Fn::ImportValue': 'lake' }, '/curated/orders/']],
    });
  });

  test('would find a wildcard that nobody gave a reason for', () => {
    const opening = (stack: CatalogueStack) =>
      stack.analysts.addStatements(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::x/*'] }));
    expect(() => synthesise({}, opening)).toThrow('AwsSolutions-IAM5[Resource::arn:aws:s3:::x/*]');
  });
});
