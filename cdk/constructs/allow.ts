import { Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';

/**
 * Allows a role what the statements say. A resource with a wildcard needs the reason why nothing narrower would do: it is acknowledged
 * for just this resource, so that any other wildcard, and every wildcard among actions, is still a finding.
 *
 * The resources must be known by then: a reference to another stack is one that the other stack exports by name.
 */
export function allow(role: Role, statements: readonly PolicyStatement[], whyWildcards: string): void {
  for (const statement of statements) {
    role.addToPolicy(statement);
    for (const resource of statement.resources.map((each) => flattenCfnReference(Stack.of(role).resolve(each)))) {
      if (resource.includes('*'))
        Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason: whyWildcards });
    }
  }
}
