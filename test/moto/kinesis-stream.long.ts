import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { kinesisSuite } from '../kinesis-suite.ts';
import { complaint, findMoto, type Moto, startMoto } from './moto.ts';

const found = findMoto();
const skipped = 'missing' in found;
if (skipped) process.stderr.write(`Skipped: kinesisStream against moto. ${found.missing}.\n`);

test('moto is here, or may be missing', () => {
  expect(complaint(found)).toBeUndefined();
});

(skipped ? describe.skip : describe)('kinesisStream against moto', () => {
  let moto: Moto | undefined;
  beforeAll(async () => {
    if (!skipped) moto = await startMoto(found.python);
  });
  afterAll(() => moto?.stop());

  kinesisSuite(() => moto?.endpoint);
});
