import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { Construct } from 'constructs';

/**
 * Allows a role what the statements say. A resource with a wildcard needs the reason why nothing narrower would do.
 * @see acknowledgeWildcards
 */
export function allow(role: Role, statements: readonly PolicyStatement[], whyWildcards: string): void {
  for (const statement of statements) {
    role.addToPolicy(statement);
    acknowledgeWildcards(role, statement, whyWildcards);
  }
}

/**
 * Acknowledges the wildcards among the resources of a statement, each for just this resource, so that any other
 * wildcard, and every wildcard among actions, is still a finding.
 *
 * The resources must be known by then: a reference to another stack is one that the other stack exports by name.
 */
export function acknowledgeWildcards(on: Construct, { resources }: PolicyStatement, reason: string): void {
  for (const resource of resources.map((each) => flattenCfnReference(Stack.of(on).resolve(each)))) {
    if (resource.includes('*'))
      Validations.of(on).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}
