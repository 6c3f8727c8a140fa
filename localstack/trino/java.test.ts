import { expect, test } from '@jest/globals';
import { findJava } from './java.ts';

test('a machine without a Java that is new enough hears what is wanted', () => {
  const found = findJava(999);
  expect(found).toHaveProperty('missing');
  expect('missing' in found && found.missing).toMatch(/install a JRE of 999|this Trino needs 999/);
});
