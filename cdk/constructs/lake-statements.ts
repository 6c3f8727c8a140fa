import { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** The lake, as the other stacks know it: what the stack of its bucket exports. */
export interface LakeBucket {
  readonly name: string;
  readonly arn: string;
}

/** Keys and prefixes of the lake: `shop.json`, `raw/web/*`. */
export interface LakeAccess {
  /**
   * Whoever may read may list the whole bucket: without that S3 says "forbidden" of an object that is not there, even
   * to one that may read it.
   */
  readonly get?: readonly string[];
  readonly put?: readonly string[];
  readonly delete?: readonly string[];
}

/** Why a grant names a prefix. */
export const whyPrefixes =
  'Keys of the lake are made as it runs, so a prefix of this one bucket is the narrowest resource that S3 can be told.';

/** What a function may do with the lake, key by key: CDK's own grants also give tags, retention and legal holds. */
export function lakeStatements({ arn }: LakeBucket, access: LakeAccess): PolicyStatement[] {
  const onObjects = (sid: string, actions: readonly string[], keys: readonly string[] = []) =>
    keys.length === 0
      ? []
      : [new PolicyStatement({ sid, actions: [...actions], resources: keys.map((key) => `${arn}/${key}`) })];
  return [
    ...(access.get === undefined
      ? []
      : [new PolicyStatement({ sid: 'ListLake', actions: ['s3:ListBucket'], resources: [arn] })]),
    ...onObjects('ReadLake', ['s3:GetObject'], access.get),
    // A large object goes up in parts, which are given back where one fails.
    ...onObjects('WriteLake', ['s3:PutObject', 's3:AbortMultipartUpload'], access.put),
    ...onObjects('DeleteFromLake', ['s3:DeleteObject'], access.delete),
  ];
}
