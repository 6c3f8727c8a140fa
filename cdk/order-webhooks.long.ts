import { expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { parseConfig } from './config.ts';
import { resourcesOf, templatesOf } from './templates.ts';

test('an order may come by webhook where the context says so, to a function that can only put orders', () => {
  const { web, ...others } = templatesOf({ orderWebhooks: 'shopify,woocommerce' });
  const routes = resourcesOf({ web }, 'AWS::ApiGatewayV2::Route').map(({ Properties }) =>
    String(Properties['RouteKey']),
  );
  expect(routes.toSorted()).toEqual([
    'OPTIONS /collect',
    'POST /collect',
    'POST /webhooks/shopify',
    'POST /webhooks/woocommerce',
  ]);
  const statement = (sid: string, actions: unknown, resource: unknown) =>
    Match.objectLike({ Sid: sid, Effect: 'Allow', Action: actions, Resource: resource });
  const within = (text: string) => ({ 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(text)])] });
  web.hasResourceProperties('AWS::IAM::Policy', {
    Roles: [{ Ref: Match.stringLikeRegexp('^WebhookRole') }],
    PolicyDocument: {
      // All that it may do, in this order.
      Statement: [
        Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
        statement('WriteLake', ['s3:AbortMultipartUpload', 's3:PutObject'], within('/raw/crm/orders/\\*$')),
        statement(
          'ReadshopifySecret',
          'secretsmanager:GetSecretValue',
          within('secret:sillage-dev-shopify-webhook-\\?{6}$'),
        ),
        statement(
          'ReadwoocommerceSecret',
          'secretsmanager:GetSecretValue',
          within('sillage-dev-woocommerce-webhook-\\?{6}$'),
        ),
      ],
    },
  });
  // Made at random: a door that nobody has given a secret to is one that nobody can open.
  const secrets = resourcesOf({ web }, 'AWS::SecretsManager::Secret');
  expect(secrets.map(({ Properties }) => Properties['GenerateSecretString'])).toEqual([
    expect.objectContaining({ PasswordLength: 64 }),
    expect.objectContaining({ PasswordLength: 64 }),
  ]);
  expect(
    resourcesOf(others, 'AWS::Lambda::Function').map(({ Properties }) => Properties['FunctionName']),
  ).not.toContain('sillage-dev-webhook');
});

test('orders that do not come in are told of: no shop does', () => {
  const alarmsOf = (context?: Readonly<Record<string, unknown>>) =>
    resourcesOf({ monitoring: templatesOf(context).monitoring }, 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties)
      .filter(({ AlarmName }) => /webhook-fails|orders-refused/.test(String(AlarmName)));
  expect(alarmsOf({ orderWebhooks: 'shopify' })).toEqual([
    expect.objectContaining({ AlarmName: 'sillage-dev-webhook-fails', MetricName: 'Errors' }),
    expect.objectContaining({
      AlarmName: 'sillage-dev-orders-refused',
      MetricName: 'OrdersRefused',
      Dimensions: [{ Name: 'service', Value: 'sillage-dev' }],
      Period: 3600,
      Threshold: 3,
    }),
  ]);
  expect(alarmsOf()).toEqual([]);
});

test('without a word there is no door, and an unknown platform is no word', () => {
  expect(parseConfig({ shopOrigins: 'https://shop.example' }).orderWebhooks).toEqual([]);
  expect(() => parseConfig({ shopOrigins: 'https://shop.example', orderWebhooks: 'magento' })).toThrow('orderWebhooks');
});
