import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Catalog } from '../lambdas/shared/schema/catalog.ts';
import { type Table, zones } from '../lambdas/shared/schema/table.ts';
import { acknowledgeWildcards } from './constructs/allow.ts';
import { whyPrefixes } from './constructs/lake-statements.ts';
import { arnsOf, ofService } from './constructs/statements.ts';

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

/**
 * The lake's prefixes in two: of objects with personal data, and of the others; a zone stands for its tables where they
 * are all alike.
 */
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

const whyResults =
  'Athena names each result by the id of its query, so a prefix of this one bucket is the narrowest resource.';
const whyTables =
  "A question may read any table and view of this one database; their objects' prefixes say what it sees.";
const whyLists =
  "Athena's lists of workgroups, catalogues and engine versions have no resource of their own; they show names alone.";

/**
 * What an analyst may: ask in the workgroup, read the catalogue and the tables without personal data, keep answers.
 * What holds personal data as it came (raw objects, rejects) is denied, so that no other right of the same person opens
 * it by the way.
 */
export class AnalystsPolicy extends ManagedPolicy {
  readonly #arn: (service: string, resource: string) => string;

  constructor(scope: Construct, id: string, props: AnalystsPolicyProps) {
    super(scope, id, { description: 'Asks the lake of Sillage in SQL; sees no personal data as it came.' });
    this.#arn = arnsOf(this);
    this.#ask(props);
    this.#readCatalogue(props);
    this.#readLake(props);
    this.#keepAnswers(props);
  }

  /** Adds a statement about one service. Without wildcards among its resources it needs no reason. */
  #allow(
    sid: string,
    service: string,
    actions: readonly string[],
    resources: readonly string[],
    { reason = '', prefixes }: { readonly reason?: string; readonly prefixes?: readonly string[] } = {},
  ): void {
    const statement = ofService(sid, service, actions, resources, prefixes);
    this.addStatements(statement);
    acknowledgeWildcards(this, statement, reason);
  }

  #ask({ workgroupName }: AnalystsPolicyProps): void {
    const actions = [
      'StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'BatchGetQueryExecution', 'ListQueryExecutions', 'GetQueryResults',
      'GetQueryResultsStream', 'GetQueryRuntimeStatistics', 'GetWorkGroup', 'ListNamedQueries', 'GetNamedQuery', 'BatchGetNamedQuery',
      'CreateNamedQuery', 'UpdateNamedQuery',
    ]; // prettier-ignore
    this.#allow('Ask', 'athena', actions, [this.#arn('athena', `workgroup/${workgroupName}`)]);
    const lists = ['ListWorkGroups', 'ListDataCatalogs', 'ListEngineVersions'];
    this.#allow('SeeWhatThereIs', 'athena', lists, ['*'], { reason: whyLists });
  }

  #readCatalogue({ databaseName }: AnalystsPolicyProps): void {
    const browsing = ['GetDataCatalog', 'ListDatabases', 'GetDatabase', 'ListTableMetadata', 'GetTableMetadata'];
    this.#allow('BrowseCatalogue', 'athena', browsing, [this.#arn('athena', 'datacatalog/AwsDataCatalog')]);
    const reading = [
      'GetDatabase', 'GetDatabases', 'GetTable', 'GetTables', 'GetPartition', 'GetPartitions', 'BatchGetPartition',
    ]; // prettier-ignore
    // Athena looks for the default database whatever is asked.
    const resources = ['catalog', 'database/default', `database/${databaseName}`, `table/${databaseName}/*`];
    this.#allow(
      'ReadCatalogue',
      'glue',
      reading,
      resources.map((resource) => this.#arn('glue', resource)),
      { reason: whyTables },
    );
  }

  #readLake({ catalog, lakeBucketName }: AnalystsPolicyProps): void {
    const { personal, other } = lakePrefixes(catalog);
    const bucket = this.#arn('s3', lakeBucketName);
    const objects = (prefixes: readonly string[]) => prefixes.map((prefix) => `${bucket}/${prefix}*`);
    this.#allow('ReadTables', 's3', ['GetObject'], objects(other), { reason: whyPrefixes });
    this.#allow('ListTables', 's3', ['ListBucket'], [bucket], { prefixes: other });
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
    const keeping = ['GetObject', 'PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'];
    this.#allow('KeepAnswers', 's3', keeping, [`${bucket}/${resultsPrefix}*`], { reason: whyResults });
    this.#allow('ListAnswers', 's3', ['ListBucket', 'ListBucketMultipartUploads'], [bucket], {
      prefixes: [resultsPrefix],
    });
    this.#allow('FindBuckets', 's3', ['GetBucketLocation'], [bucket, this.#arn('s3', lakeBucketName)]);
  }
}
