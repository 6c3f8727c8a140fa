import { pathToFileURL } from 'node:url';

/** Where the files are that the program reads as it runs: beside the sources, or where SILLAGE_HOME says that a bundle was unpacked. */
export const home =
  process.env['SILLAGE_HOME'] === undefined
    ? new URL('../../', import.meta.url)
    : pathToFileURL(`${process.env['SILLAGE_HOME']}/`);
