import { ArnFormat, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Allows to read one secret of the stack's account, by its name. */
export const readSecret = (stack: Stack, sid: string, secretName: string): PolicyStatement =>
  new PolicyStatement({
    sid,
    actions: ['secretsmanager:GetSecretValue'],
    resources: [
      stack.formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        // Secrets Manager adds six characters of its own to the name.
        resourceName: `${secretName}-??????`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  });
