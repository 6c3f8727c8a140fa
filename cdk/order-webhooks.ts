import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { HttpMethod, type HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { nameOf } from './config.ts';
import { HouseFunction, type House } from './constructs/house-function.ts';
import { lakeStatements, type LakeBucket } from './constructs/lake-statements.ts';
import { readSecret } from './constructs/read-secret.ts';

export interface OrderWebhooksProps extends House {
  readonly lake: LakeBucket;
  /** The collector's API, which has their addresses too. */
  readonly api: HttpApi;
}

/**
 * Takes orders that a shop's server sends, one address and one secret a platform. Each secret is made at random, so
 * that a door is closed until its two sides were given the same one: docs/recipes.md.
 */
export class OrderWebhooks extends Construct {
  readonly webhook: HouseFunction;

  constructor(scope: Construct, id: string, { config, bundles, lake, api }: OrderWebhooksProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const secrets = config.orderWebhooks.map((platform) => {
      const secretName = nameOf(config, platform, 'webhook');
      const secret = new Secret(this, `${platform}Secret`, {
        secretName,
        description: `What ${platform} signs its orders with. Who has it can put orders into the lake.`,
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        removalPolicy: config.dataRemoval,
      });
      Validations.of(secret).acknowledge({
        id: 'AwsSolutions-SMG4',
        reason: 'The shop has the other half, which nothing here can change: a person changes both.',
      });
      return { platform, secretName, arn: secret.secretArn };
    });
    this.webhook = new HouseFunction(stack, 'Webhook', {
      config,
      bundles,
      name: 'webhook',
      description: "Takes orders of a shop's server into the lake.",
      environment: {
        LAKE_BUCKET: lake.name,
        WEBHOOK_SECRETS: stack.toJsonString(Object.fromEntries(secrets.map(({ platform, arn }) => [platform, arn]))),
      },
      statements: [
        // It reads nothing of the lake: whether an order was there, S3 says where it is put.
        ...lakeStatements(lake, { put: ['raw/crm/orders/*'] }),
        ...secrets.map(({ platform, secretName }) => readSecret(stack, `Read${platform}Secret`, secretName)),
      ],
      // Shopify waits for 5 s, and sends again.
      timeout: Duration.seconds(10),
      isTraced: false,
    });
    const integration = new HttpLambdaIntegration('ToWebhook', this.webhook);
    for (const { platform, secretName } of secrets) {
      api.addRoutes({ path: `/webhooks/${platform}`, methods: [HttpMethod.POST], integration });
      new CfnOutput(stack, `${platform}WebhookUrl`, { value: `${api.apiEndpoint}/webhooks/${platform}` });
      new CfnOutput(stack, `${platform}WebhookSecret`, { value: secretName });
    }
  }
}
