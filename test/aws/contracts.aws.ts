/**
 * The adapters' contracts against the emulator: unlike moto, it looks at If-Match also where an upload in parts ends.
 */
import { describe } from '@jest/globals';
import { kinesisSuite } from '../kinesis-suite.ts';
import { s3Suite } from '../s3-suite.ts';

const endpoint = () => process.env['AWS_ENDPOINT_URL'];

describe('s3Lake against ministack', () => {
  s3Suite(endpoint);
});
describe('kinesisStream against ministack', () => {
  kinesisSuite(endpoint);
});
