import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { DlqDestinationConfig, IEventSourceDlq } from 'aws-cdk-lib/aws-lambda';
import { allow } from './allow.ts';
import { whyPrefixes, type LakeBucket } from './lake-statements.ts';

/** Under this Lambda writes the batches that were given up; the name is Lambda's own. */
export const failurePrefix = 'aws/lambda/';

/**
 * Keeps the batches that a mapping gave up, in a bucket. CDK's `S3OnFailureDestination` lets the function read,
 * overwrite and delete the whole bucket; Lambda needs to put objects under its prefix, and to look whether the bucket
 * is there.
 *
 * @example new KinesisEventSource(stream, { onFailure: new FailurePrefix(lake, land.ownRole), startingPosition:
 * StartingPosition.TRIM_HORIZON });
 */
export class FailurePrefix implements IEventSourceDlq {
  readonly #lake: LakeBucket;
  readonly #role: Role;

  /** @param role of the function: Lambda puts the objects in its name */
  constructor(lake: LakeBucket, role: Role) {
    this.#lake = lake;
    this.#role = role;
  }

  bind(): DlqDestinationConfig {
    const { arn } = this.#lake;
    allow(
      this.#role,
      [
        new PolicyStatement({
          sid: 'KeepWhatWasGivenUp',
          actions: ['s3:PutObject'],
          resources: [`${arn}/${failurePrefix}*`],
        }),
        new PolicyStatement({ sid: 'FindTheBucket', actions: ['s3:ListBucket'], resources: [arn] }),
      ],
      whyPrefixes,
    );
    return { destination: arn };
  }
}
