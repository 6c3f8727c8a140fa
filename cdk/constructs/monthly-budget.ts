import { Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export interface MonthlyBudgetProps {
  readonly name: string;
  /** What a month may cost, USD. */
  readonly usd: number;
  /** Is told where a month is going to cost more, and again where it has. */
  readonly topic: Topic;
}

/**
 * A budget of the whole account. Not of the tag `application`: until somebody activates it as a cost allocation tag in
 * the billing console, such a budget counts nothing, and never says so. A budget without actions costs nothing, and
 * works from any region.
 *
 * @example
 * new MonthlyBudget(this, 'Budget', { name: nameOf(config, 'month'), usd: config.monthlyBudgetUsd, topic });
 */
export class MonthlyBudget extends Construct {
  constructor(scope: Construct, id: string, { name, usd, topic }: MonthlyBudgetProps) {
    super(scope, id);
    const { account } = Stack.of(this);
    const told = topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TellOfTheBudget',
        principals: [new ServicePrincipal('budgets.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        // Not for the budget of another account.
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    const above = (notificationType: 'ACTUAL' | 'FORECASTED') => ({
      notification: {
        notificationType,
        comparisonOperator: 'GREATER_THAN',
        threshold: 100,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
    });
    const budget = new CfnBudget(this, 'Budget', {
      budget: {
        budgetName: name,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: usd, unit: 'USD' },
      },
      notificationsWithSubscribers: [above('FORECASTED'), above('ACTUAL')],
    });
    // Budgets tries the topic as the budget is made.
    if (told.policyDependable !== undefined) budget.node.addDependency(told.policyDependable);
  }
}
