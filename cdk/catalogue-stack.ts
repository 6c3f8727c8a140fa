import { readFileSync } from 'node:fs';
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDatabase, CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { athenaSql } from '../lambdas/model/relations.ts';
import { answersPrefix, databaseOf, workgroupOf } from '../lambdas/shared/aws/athena-names.ts';
import { home } from '../lambdas/shared/home.ts';
import { loadCatalog } from '../lambdas/shared/schema/catalog.ts';
import { sliceDay } from '../lambdas/shared/schema/slice-key.ts';
import type { Table } from '../lambdas/shared/schema/table.ts';
import { type GlueColumn, glueTable } from '../lambdas/shared/schema/glue-table.ts';
import { viewMark, viewOriginalText } from '../lambdas/shared/schema/glue-view.ts';
import { trinoType } from '../lambdas/shared/schema/types.ts';
import { AnalystsPolicy } from './analysts-policy.ts';
import { limitedWorkgroup } from './constructs/workgroup.ts';

export interface CatalogueStackProps extends StackProps {
  readonly lakeBucketName: string;
  /** A bucket of its own for what queries answer: it may be emptied at any time. */
  readonly resultsBucketName: string;
  /**
   * The first day of data, `YYYY-MM-DD`: projection gives every table a partition a day from there on, and a scan looks
   * into each.
   */
  readonly firstDay: string;
  /** What one query may scan, at least 10 MB. */
  readonly scanLimitBytes: number;
  /** dev, staging or prod. */
  readonly environment: string;
}

/**
 * Whether Athena can read a table's objects. A pull of an advertising platform is one JSON document over many lines,
 * and Athena's JSON SerDe reads a record a line: it would answer with rows of nulls, which is worse than no table.
 * `curated/ad_spend` has what is in them.
 */
const isReadable = ({ format }: Table): boolean => format?.kind !== 'json';

const columnsOf = (columns: readonly GlueColumn[]) =>
  columns.map(({ Name: name, Type: type, Comment: comment }) => ({ name, type, ...(comment !== '' && { comment }) }));

const pascal = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** The lake in SQL: a database with every table and view, the workgroup that asks them, and the rights of analysts. */
export class CatalogueStack extends Stack {
  readonly databaseName: string;
  readonly workgroupName: string;
  readonly analysts: AnalystsPolicy;

  constructor(scope: Construct, id: string, props: CatalogueStackProps) {
    super(scope, id, { description: 'Sillage: the catalogue of the lake, and who may ask it.', ...props });
    this.workgroupName = workgroupOf(props.environment);
    this.databaseName = databaseOf(this.workgroupName);
    const catalog = loadCatalog();
    const database = new CfnDatabase(this, 'Database', {
      catalogId: this.account,
      databaseInput: {
        name: this.databaseName,
        description:
          "The lake of Sillage: what marketing cost and brought back. The tables' meaning: docs/data-dictionary.md.",
      },
    });
    for (const table of catalog.values()) {
      if (!isReadable(table)) continue;
      new CfnTable(this, pascal(table.name), {
        catalogId: this.account,
        databaseName: database.ref,
        tableInput: table.isView ? this.#view(table) : tableInput(table, props),
      });
    }
    limitedWorkgroup(this, 'WorkGroup', {
      ...props,
      name: this.workgroupName,
      description: 'Questions to the lake of Sillage, with a limit of what one may scan.',
    });
    this.analysts = new AnalystsPolicy(this, 'Analysts', {
      ...props,
      catalog,
      databaseName: this.databaseName,
      workgroupName: this.workgroupName,
      resultsPrefix: answersPrefix,
    });
    new CfnOutput(this, 'DatabaseName', { value: this.databaseName });
    new CfnOutput(this, 'WorkGroupName', { value: this.workgroupName, description: 'sillage query --athena …' });
    new CfnOutput(this, 'AnalystsPolicyArn', {
      value: this.analysts.managedPolicyArn,
      description: 'For whoever asks the lake in SQL.',
    });
  }

  /**
   * A view as Athena would have made it. Its meaning is a parameter, since a description of its own would hide that it
   * is a view.
   */
  #view({ name, description, columns }: Table): CfnTable.TableInputProperty {
    return {
      name,
      description: viewMark,
      tableType: 'VIRTUAL_VIEW',
      parameters: { presto_view: 'true', comment: viewMark, 'sillage.description': description },
      partitionKeys: [],
      storageDescriptor: {
        columns: columns.map((column) => ({
          name: column.name,
          type: column.glueType,
          ...(column.comment !== '' && { comment: column.comment }),
        })),
        // Trino's client of Glue looks into it, whatever it holds.
        serdeInfo: {},
      },
      viewOriginalText: viewOriginalText({
        sql: athenaSql(name),
        database: this.databaseName,
        columns: columns.map((column) => ({ name: column.name, type: trinoType(column.type) })),
      }),
      viewExpandedText: `/* ${viewMark} */`,
    };
  }
}

/** A table as its schema document says, in this deployment's bucket and from its first day on. */
function tableInput(made: Table, { lakeBucketName, firstDay }: CatalogueStackProps): CfnTable.TableInputProperty {
  const { zone, name } = made;
  const document = readFileSync(new URL(`glue-schemas/${zone}/${name}.json`, home), 'utf8');
  const table = glueTable(document, lakeBucketName);
  const { Columns, Location, InputFormat, OutputFormat, SerdeInfo } = table.StorageDescriptor;
  return {
    name,
    description: table.Description,
    tableType: table.TableType,
    parameters: {
      ...table.Parameters,
      // What ends with a day is no history, and keeps the days of its document.
      'projection.dt.range': (table.Parameters['projection.dt.range'] ?? '').replace(
        /^[\d-]+(?=,NOW)/,
        sliceDay(made, firstDay),
      ),
    },
    partitionKeys: columnsOf(table.PartitionKeys),
    storageDescriptor: {
      columns: columnsOf(Columns),
      location: Location,
      inputFormat: InputFormat,
      outputFormat: OutputFormat,
      serdeInfo: { serializationLibrary: SerdeInfo.SerializationLibrary, parameters: SerdeInfo.Parameters },
    },
  };
}
