import { pathToFileURL } from 'node:url';

/** Where the schema documents, the SQL and the lists are: beside the sources, or where SILLAGE_HOME says that a bundle was unpacked. */
export const home =
  process.env['SILLAGE_HOME'] === undefined
    ? new URL('../../', import.meta.url)
    : pathToFileURL(`${process.env['SILLAGE_HOME']}/`);
