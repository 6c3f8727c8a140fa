import type { Documents } from './documents.ts';
import type { Converted, ImportContext } from './shape.ts';

/** A kind of JSON file. */
export interface JsonShape {
  /** As `--feed` names it. */
  readonly name: string;
  readonly source: string;
  readonly report: string;
  /** Names in its first records: all of them are there. */
  readonly marks: readonly RegExp[];
  /** Whether what is made of it has the ids of the platform's own interface. */
  readonly isNative?: boolean;
  /** Writes the records to the documents. @throws Refused */
  convert(
    path: string,
    documents: Documents,
    context: Pick<ImportContext, 'exportedAt' | 'options' | 'shop'>,
  ): Promise<Converted>;
}
