import { pathToFileURL } from 'node:url';

/** Where a bundle was unpacked: SILLAGE_HOME says it of the program on a laptop, and Lambda of its functions. */
const unpacked = process.env['SILLAGE_HOME'] ?? process.env['LAMBDA_TASK_ROOT'];

/** Where the files are that the program reads as it runs: beside the sources, or where a bundle was unpacked. */
export const home = unpacked === undefined ? new URL('../../', import.meta.url) : pathToFileURL(`${unpacked}/`);
