/** A schema document as the Glue catalogue takes it. */
import * as z from 'zod';

const column = z.looseObject({
  Name: z.string(),
  Type: z.string(),
  Comment: z.string().default(''),
  Parameters: z.looseObject({ pii: z.string().optional() }).prefault({}),
});

export type GlueColumn = z.infer<typeof column>;

const document = z.looseObject({
  Name: z.string(),
  Description: z.string(),
  TableType: z.literal('EXTERNAL_TABLE'),
  Parameters: z.record(z.string(), z.string()),
  PartitionKeys: z.array(column).min(1),
  StorageDescriptor: z.looseObject({
    Columns: z.array(column).min(1),
    Location: z.string(),
    InputFormat: z.string(),
    OutputFormat: z.string(),
    SerdeInfo: z.looseObject({
      SerializationLibrary: z.string(),
      Parameters: z.record(z.string(), z.string()).default({}),
    }),
  }),
});

export type GlueTable = z.infer<typeof document>;

/**
 * The table of a schema document, for the lake in a bucket. Columns of a reject that hold personal data as it came are
 * left out: no query shows them.
 * @throws ZodError for a document of no table
 */
export function glueTable(schemaDocument: string, bucket: string): GlueTable {
  const table = document.parse(JSON.parse(schemaDocument.replaceAll('${LakeBucket}', bucket)));
  const { StorageDescriptor } = table;
  if (StorageDescriptor.Location.includes('/raw/')) return table;
  const Columns = StorageDescriptor.Columns.filter(({ Parameters }) => Parameters.pii !== 'direct');
  return { ...table, StorageDescriptor: { ...StorageDescriptor, Columns } };
}
