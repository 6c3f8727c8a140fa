import { Stack, type StackProps } from 'aws-cdk-lib';
import { CfnNamedQuery } from 'aws-cdk-lib/aws-athena';
import type { Construct } from 'constructs';
import type { CatalogueStack } from './catalogue-stack.ts';
import { analystsQuestions } from './questions.ts';

export interface QuestionsStackProps extends StackProps {
  readonly catalogue: CatalogueStack;
}

/**
 * The analysts' questions, to be opened in the Athena console. They are a stack of their own, since an emulator that
 * does not know saved queries refuses the whole stack that has one: it is given all stacks but this.
 */
export class QuestionsStack extends Stack {
  constructor(scope: Construct, id: string, { catalogue, ...props }: QuestionsStackProps) {
    super(scope, id, { description: 'Sillage: the questions that analysts ask first.', ...props });
    this.addStackDependency(catalogue, 'A query is saved in the workgroup.');
    for (const { number, question, sql } of analystsQuestions()) {
      new CfnNamedQuery(this, `Question${number}`, {
        // The console shows them by name.
        name: `${String(number).padStart(2, '0')} ${question}`,
        description: `Question ${number} of docs/analysts.md.`,
        database: catalogue.databaseName,
        workGroup: catalogue.workgroupName,
        queryString: sql,
      });
    }
  }
}
