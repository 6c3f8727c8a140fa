import type { QueryExecution } from '@aws-sdk/client-athena';
import { LimitReached, QueryFailed, WarehouseUnavailable } from '../ports/warehouse.ts';

/**
 * The name that Athena, the SDK or the system gives an error. Not by `instanceof`: jest runs modules in a realm of
 * their own.
 */
function athenaErrorName(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const name = 'name' in error && typeof error.name === 'string' ? error.name : '';
  // The SDK's own complaints have no name, only words.
  return name === 'Error' ? messageOf(error) : name;
}

function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
    ? error.message
    : '';
}

const rights =
  'Give this role athena:StartQueryExecution, athena:GetQueryExecution, athena:GetQueryResults and ' +
  'athena:StopQueryExecution on the workgroup; glue:GetDatabase, glue:GetTable and glue:GetPartitions on the ' +
  'database; s3:GetObject and s3:ListBucket on the lake, and s3:PutObject too on the results: the managed ' +
  'policy of the catalogue stack has them';

const adviceFor: Readonly<Record<string, string>> = {
  AccessDeniedException: `access is denied. ${rights}`,
  ThrottlingException: 'it takes no more requests now, nor did it after several tries. Try again later',
  TooManyRequestsException:
    'it takes no more queries now, nor did it after several tries. Try again later, or ask for a higher quota',
  ResourceNotFoundException: 'it is not there. Deploy the stacks first, or check the name and the region',
  UnrecognizedClientException: 'AWS does not know these credentials. Sign in again',
  InvalidSignatureException:
    'AWS does not accept these credentials. Sign in again, and check the clock of this machine',
  ExpiredTokenException: 'the credentials have expired. Sign in again',
  CredentialsProviderError: 'there are no AWS credentials. Sign in (aws sso login), or set AWS_PROFILE',
  'Region is missing': 'no AWS region is set. Set AWS_REGION',
  InternalServerException: 'Athena itself has failed, also after several tries. Try again later',
  ServiceUnavailable: 'Athena is not available, nor was it after several tries. Try again later',
  ECONNREFUSED: 'nothing answers at its address. Check AWS_ENDPOINT_URL and the network',
  ECONNRESET: 'the connection broke off. Try again, and check the network',
  ENOTFOUND: 'its address is not known. Check AWS_ENDPOINT_URL, AWS_REGION and the network',
  TimeoutError: 'it does not answer. Check AWS_ENDPOINT_URL and the network',
  ETIMEDOUT: 'it does not answer in time. Check AWS_ENDPOINT_URL and the network',
};

/**
 * Athena's words in one line; its own name for the fault is left out where it says the place, and so is what it says
 * below of its forum.
 */
function inOneLine(reason: string): string {
  return reason
    .replace(/\s*(?:This query ran against the|If a data manifest file was generated)[\s\S]*$/u, '')
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[A-Z][A-Z_]+: (?=line \d+:\d+: )/u, '')
    .trim();
}

/** The error of a request in the words of the port, where it has words for it. */
export function explain(location: string, error: unknown): unknown {
  const [name, message] = [athenaErrorName(error), messageOf(error)];
  if (name === 'InvalidRequestException') {
    // A text that Athena cannot parse is refused before it becomes a query.
    if (/\bline \d+:\d+/u.test(message) || /(?:malformed|mismatched|queries of this type)/iu.test(message))
      return new QueryFailed(inOneLine(message), { cause: error });
    const advice = /workgroup/iu.test(message)
      ? 'Deploy the stacks first, or check the name of the workgroup and the region'
      : 'Check the workgroup and the database';
    return new WarehouseUnavailable(
      `The warehouse ${location} cannot be used: ${inOneLine(message)} ${advice} (${name}).`,
      { cause: error },
    );
  }
  const advice = adviceFor[name];
  return advice === undefined
    ? error
    : new WarehouseUnavailable(`The warehouse ${location} cannot be used: ${advice} (${name}).`, { cause: error });
}

/** The workgroup's limit of a scan, and what Athena itself gives a query of memory and of time. */
const serviceLimit =
  /bytes scanned limit|EXCEEDED_(?:LOCAL_|GLOBAL_)?MEMORY_LIMIT|exhausted resources|EXCEEDED_TIME_LIMIT|query timed? ?out/iu;
const denied = /\bPERMISSION_DENIED\b|\bAccess ?Denied\b|insufficient permissions|is not authorized to perform/iu;

/** Why a query that Athena ended has no answer, in the words of the port. */
export function whyEnded(location: string, { Status }: QueryExecution): Error {
  const reason = inOneLine(Status?.StateChangeReason ?? Status?.AthenaError?.ErrorMessage ?? '');
  if (serviceLimit.test(reason)) return new LimitReached('service', `The query was ended by Athena: ${reason}.`);
  if (Status?.State === 'CANCELLED')
    return new QueryFailed(
      `the query was cancelled${reason === '' ? ', and Athena does not say by whom' : `: ${reason}`}`,
    );
  if (denied.test(reason))
    return new WarehouseUnavailable(`The warehouse ${location} cannot be used: ${reason}. ${rights}.`);
  return new QueryFailed(reason === '' ? 'the query failed, and Athena does not say why' : reason);
}

/** An object was replaced or taken away while it was read: its footer, its pages and its length are of two versions. */
const torn = /\bHIVE_(?:BAD_DATA|CURSOR_ERROR|CANNOT_OPEN_SPLIT)\b|page header/iu;

/** Whether a query failed as one does that reads an object while it is replaced. */
export const isTornRead = ({ Status }: QueryExecution): boolean =>
  Status?.State === 'FAILED' && torn.test(Status.StateChangeReason ?? '');
