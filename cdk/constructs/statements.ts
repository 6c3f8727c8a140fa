import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** How the resources of a construct's account and region are named; a bucket's name has neither. */
export function arnsOf(scope: Construct): (service: string, resource: string) => string {
  const { partition, region, account } = Stack.of(scope);
  return (service, resource) =>
    service === 's3'
      ? `arn:${partition}:s3:::${resource}`
      : `arn:${partition}:${service}:${region}:${account}:${resource}`;
}

/**
 * A statement about one service, whose name its actions need not repeat.
 * @param prefixes of the keys that a list may be of
 */
export const ofService = (
  sid: string,
  service: string,
  actions: readonly string[],
  resources: readonly string[],
  prefixes?: readonly string[],
): PolicyStatement =>
  new PolicyStatement({
    sid,
    actions: actions.map((action) => `${service}:${action}`),
    resources: [...resources],
    ...(prefixes && { conditions: { StringLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } } }),
  });
