import { S3ServiceException } from '@aws-sdk/client-s3';
import { LakeUnavailable, ObjectNotFound, PreconditionFailed } from '../ports/lake.ts';

/** The name that S3, or the SDK before it, gives an error; the bare status where an answer has no body (HEAD). */
function s3ErrorName(error: unknown): string {
  if (error instanceof S3ServiceException) {
    return /^(?:Unknown|UnknownError|\d{3})$/u.test(error.name) ? String(error.$metadata.httpStatusCode) : error.name;
  }
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // The SDK's own complaints have no name, only words.
  if (error instanceof Error) return error.name === 'Error' ? error.message : error.name;
  return '';
}

const adviceFor: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no such bucket. Deploy the stacks first, or check the name and the region',
  AccessDenied:
    'access is denied. Give this role s3:ListBucket on the bucket, s3:GetObject, s3:PutObject and ' +
    's3:DeleteObject on its objects, and the use of its KMS key',
  Forbidden:
    'access is denied. Give this role s3:ListBucket on the bucket, s3:GetObject on its objects, and the use ' +
    'of its KMS key',
  403:
    'access is denied. Give this role s3:ListBucket on the bucket, s3:GetObject on its objects, and the use of ' +
    'its KMS key',
  PermanentRedirect: 'the bucket is in another region. Set AWS_REGION to it',
  301: 'the bucket is in another region. Set AWS_REGION to it',
  InvalidAccessKeyId: 'AWS does not know these credentials. Sign in again',
  SignatureDoesNotMatch: 'AWS does not accept these credentials. Sign in again, and check the clock of this machine',
  ExpiredToken: 'the credentials have expired. Sign in again',
  CredentialsProviderError: 'there are no AWS credentials. Sign in (aws sso login), or set AWS_PROFILE',
  'Region is missing': 'no AWS region is set. Set AWS_REGION',
  ECONNREFUSED: 'nothing answers at its address. Check AWS_ENDPOINT_URL and the network',
  ENOTFOUND: 'its address is not known. Check AWS_ENDPOINT_URL, AWS_REGION and the network',
};

/** The condition was not met. 409: another conditional write was in the middle of it; 404: nothing to match. */
const conditionStatus: ReadonlySet<number | undefined> = new Set([404, 409, 412]);

/** Whether the error says that no object stands under the key. */
export function isMissing(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound', '404'].includes(s3ErrorName(error));
}

/** Whether the error says that an If-Match or an If-None-Match did not hold. */
export function isCondition(error: unknown): boolean {
  return (
    error instanceof S3ServiceException &&
    s3ErrorName(error) !== 'NoSuchBucket' &&
    conditionStatus.has(error.$metadata.httpStatusCode)
  );
}

/** The error in the words of the port, where it has words for it. */
export function explain(location: string, key: string, error: unknown): unknown {
  if (error instanceof ObjectNotFound || error instanceof PreconditionFailed) return error;
  if (isMissing(error)) return new ObjectNotFound(key, location);
  const name = s3ErrorName(error);
  const advice = adviceFor[name];
  return advice === undefined
    ? error
    : new LakeUnavailable(`The lake ${location} cannot be used: ${advice} (${name}).`, { cause: error });
}
