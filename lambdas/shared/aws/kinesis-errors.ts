import { StreamUnavailable } from '../ports/stream.ts';

/**
 * The name that Kinesis, the SDK or the system gives an error. Not by `instanceof`: jest runs modules in a realm of
 * their own.
 */
export function kinesisErrorName(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const name = 'name' in error && typeof error.name === 'string' ? error.name : '';
  // The SDK's own complaints have no name, only words.
  return name === 'Error' && 'message' in error && typeof error.message === 'string' ? error.message : name;
}

const adviceFor: Readonly<Record<string, string>> = {
  ResourceNotFoundException:
    'there is no such stream, or no such shard in it any more. Deploy the stacks first, or check the name and ' +
    'the region',
  ResourceInUseException: 'it is being made or changed. Wait until it is ACTIVE',
  AccessDeniedException:
    'access is denied. Give this role kinesis:PutRecords, or kinesis:ListShards, kinesis:GetShardIterator and ' +
    'kinesis:GetRecords, on the stream',
  KMSAccessDeniedException:
    'access to its key is denied. Give this role kms:GenerateDataKey and kms:Decrypt on the key of the stream',
  KMSDisabledException: 'its key is disabled. Enable it in KMS',
  KMSInvalidStateException: 'its key cannot be used as it is. Look at it in KMS',
  KMSNotFoundException: 'its key is not there. Give the stream another one',
  KMSOptInRequired: 'this account may not use KMS. Sign up for it, or give the stream no key',
  KMSThrottlingException: 'KMS takes no more requests now. Try again later, or ask for a higher quota',
  ProvisionedThroughputExceededException:
    'it takes no more requests now, nor did it after several tries. Read it less often, or give it more shards',
  LimitExceededException: 'it takes no more requests now, nor did it after several tries. Ask less often',
  UnrecognizedClientException: 'AWS does not know these credentials. Sign in again',
  InvalidSignatureException:
    'AWS does not accept these credentials. Sign in again, and check the clock of this machine',
  IncompleteSignature: 'AWS does not accept these credentials. Sign in again',
  ExpiredTokenException: 'the credentials have expired. Sign in again',
  CredentialsProviderError: 'there are no AWS credentials. Sign in (aws sso login), or set AWS_PROFILE',
  'Region is missing': 'no AWS region is set. Set AWS_REGION',
  InternalFailure: 'Kinesis itself has failed, also after several tries. Try again later',
  InternalFailureException: 'Kinesis itself has failed, also after several tries. Try again later',
  ServiceUnavailable: 'Kinesis is not available, nor was it after several tries. Try again later',
  ECONNREFUSED: 'nothing answers at its address. Check AWS_ENDPOINT_URL and the network',
  ECONNRESET: 'the connection broke off. Try again, and check the network',
  ENOTFOUND: 'its address is not known. Check AWS_ENDPOINT_URL, AWS_REGION and the network',
  TimeoutError: 'it does not answer. Check AWS_ENDPOINT_URL and the network',
  ETIMEDOUT: 'it does not answer in time. Check AWS_ENDPOINT_URL and the network',
};

/** The error in the words of the port, where it has words for it. */
export function explain(location: string, error: unknown): unknown {
  const name = kinesisErrorName(error);
  const advice = adviceFor[name];
  return advice === undefined
    ? error
    : new StreamUnavailable(`The stream ${location} cannot be used: ${advice} (${name}).`, { cause: error });
}
