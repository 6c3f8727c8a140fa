import { Stack, Validations } from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { Construct } from 'constructs';
import { type Catalog, type Table, zones } from '../lambdas/shared/schema/catalog.ts';

export interface AnalystsPolicyProps {
  readonly catalog: Catalog;
  readonly databaseName: string;
  readonly workgroupName: string;
  readonly lakeBucketName: string;
  readonly resultsBucketName: string;
  /** Where the answers to queries are kept, with a final slash. */
  readonly resultsPrefix: string;
}

/** Whether the objects of a table hold personal data as it came. */
const isPersonal = ({ zone, columns }: Table): boolean => zone === 'raw' || columns.some(({ pii }) => pii === 'direct');

/** The lake's prefixes in two: of objects with personal data, and of the others; a zone stands for its tables where they are all alike. */
export function lakePrefixes(catalog: Catalog): { readonly personal: string[]; readonly other: string[] } {
  const [personal, other]: [string[], string[]] = [[], []];
  for (const zone of zones) {
    const tables = [...catalog.values()].filter((table) => table.zone === zone && !table.isView);
    const those = tables.filter(isPersonal);
    if (those.length === tables.length) personal.push(`${zone}/`);
    else if (those.length === 0) other.push(`${zone}/`);
    else for (const table of tables) (isPersonal(table) ? personal : other).push(table.prefix);
  }
  return { personal, other };
}

const why: Readonly<Record<string, string>> = {
  lake: 'Objects are made as the lake runs, so a prefix of this one bucket is the narrowest resource that S3 can be told.',
  results: 'Athena names each result by the id of its query, so a prefix of this one bucket is the narrowest resource.',
  tables: "A question may read any table and view of this one database; their objects' prefixes say what it sees.",
  lists:
    'Athena’s lists of workgroups, catalogues and engine versions have no resource of their own; they show names alone.',
};

/**
 * What an analyst may: ask in the workgroup, read the catalogue and the tables without personal data, keep answers. What holds personal
 * data as it came (raw objects, rejects) is denied, so that no other right of the same person opens it by the way.
 */
export class AnalystsPolicy extends ManagedPolicy {
  readonly #arn: (service: string, resource: string) => string;

  constructor(scope: Construct, id: string, props: AnalystsPolicyProps) {
    super(scope, id, { description: 'Asks the lake of Sillage in SQL; sees no personal data as it came.' });
    const { partition, region, account } = Stack.of(this);
    this.#arn = (service, resource) =>
      service === 's3'
        ? `arn:${partition}:s3:::${resource}`
        : `arn:${partition}:${service}:${region}:${account}:${resource}`;
    this.#ask(props);
    this.#readCatalogue(props);
    this.#readLake(props);
    this.#keepAnswers(props);
  }

  /** Adds a statement; a wildcard among its resources is acknowledged for just this resource. */
  #allow(sid: string, actions: readonly string[], resources: readonly string[], reason: string, conditions = {}): void {
    this.addStatements(new PolicyStatement({ sid, actions: [...actions], resources: [...resources], conditions }));
    for (const resource of resources.map((each) => flattenCfnReference(Stack.of(this).resolve(each))))
      if (resource.includes('*'))
        Validations.of(this).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }

  #ask({ workgroupName }: AnalystsPolicyProps): void {
    const actions = [
      'StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'BatchGetQueryExecution', 'ListQueryExecutions', 'GetQueryResults',
      'GetQueryResultsStream', 'GetQueryRuntimeStatistics', 'GetWorkGroup', 'ListNamedQueries', 'GetNamedQuery', 'BatchGetNamedQuery',
      'CreateNamedQuery', 'UpdateNamedQuery',
    ]; // prettier-ignore
    this.#allow('Ask', actions.map((action) => `athena:${action}`), [this.#arn('athena', `workgroup/${workgroupName}`)], ''); // prettier-ignore
    this.#allow(
      'SeeWhatThereIs',
      ['athena:ListWorkGroups', 'athena:ListDataCatalogs', 'athena:ListEngineVersions'],
      ['*'],
      why['lists'] ?? '',
    );
  }

  #readCatalogue({ databaseName }: AnalystsPolicyProps): void {
    const catalogue = ['GetDataCatalog', 'ListDatabases', 'GetDatabase', 'ListTableMetadata', 'GetTableMetadata'];
    this.#allow('BrowseCatalogue', catalogue.map((action) => `athena:${action}`), [this.#arn('athena', 'datacatalog/AwsDataCatalog')], ''); // prettier-ignore
    this.#allow(
      'ReadCatalogue',
      [
        'GetDatabase',
        'GetDatabases',
        'GetTable',
        'GetTables',
        'GetPartition',
        'GetPartitions',
        'BatchGetPartition',
      ].map((action) => `glue:${action}`),
      // Athena looks for the default database whatever is asked.
      ['catalog', 'database/default', `database/${databaseName}`, `table/${databaseName}/*`].map((resource) =>
        this.#arn('glue', resource),
      ),
      why['tables'] ?? '',
    );
  }

  #readLake({ catalog, lakeBucketName }: AnalystsPolicyProps): void {
    const { personal, other } = lakePrefixes(catalog);
    const objects = (prefixes: readonly string[]) =>
      prefixes.map((prefix) => this.#arn('s3', `${lakeBucketName}/${prefix}*`));
    this.#allow('ReadTables', ['s3:GetObject'], objects(other), why['lake'] ?? '');
    this.#allow('ListTables', ['s3:ListBucket'], [this.#arn('s3', lakeBucketName)], '', {
      StringLike: { 's3:prefix': other.map((prefix) => `${prefix}*`) },
    });
    this.addStatements(
      new PolicyStatement({
        sid: 'NeverPersonalData',
        effect: Effect.DENY,
        actions: ['s3:GetObject', 's3:GetObjectVersion'],
        resources: objects(personal),
      }),
    );
  }

  #keepAnswers({ lakeBucketName, resultsBucketName, resultsPrefix }: AnalystsPolicyProps): void {
    const bucket = this.#arn('s3', resultsBucketName);
    this.#allow(
      'KeepAnswers',
      ['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      [`${bucket}/${resultsPrefix}*`],
      why['results'] ?? '',
    );
    this.#allow('ListAnswers', ['s3:ListBucket', 's3:ListBucketMultipartUploads'], [bucket], '', {
      StringLike: { 's3:prefix': [`${resultsPrefix}*`] },
    });
    this.#allow('FindBuckets', ['s3:GetBucketLocation'], [bucket, this.#arn('s3', lakeBucketName)], '');
  }
}
