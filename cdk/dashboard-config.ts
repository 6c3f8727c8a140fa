import { createPublicKey } from 'node:crypto';
import * as z from 'zod';

/** Public keys, PEM, one behind the other: CloudFront takes RSA of 2048 bits. Two while one replaces the other. */
const PublicKeys = z
  .union([z.string(), z.array(z.string()).transform((keys) => keys.join('\n'))])
  .transform((text): string[] => text.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [])
  .pipe(z.array(z.string().refine(isRsa2048, 'A key of the dashboard is RSA of 2048 bits, PEM.')).min(1).max(2));

function isRsa2048(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem);
    return asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === 2048;
  } catch {
    return false;
  }
}

/** What the context says of the dashboard, which is deployed where it has a name. */
export const dashboardContext = {
  /** Host of the dashboard: `dashboard.shop.fr`. Without a name of its own, CloudFront would take TLS 1.0. */
  dashboardDomain: z
    .string()
    .regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, 'A host is a name such as dashboard.shop.fr.')
    .optional(),
  /** Its certificate, of ACM in us-east-1, where CloudFront looks. */
  dashboardCertificateArn: z
    .string()
    .regex(
      /^arn:aws:acm:us-east-1:\d{12}:certificate\/[0-9a-f-]+$/,
      'The certificate is one of ACM in us-east-1: arn:aws:acm:us-east-1:…',
    )
    .optional(),
  /** The public halves of the keys that sessions are signed with: `openssl genrsa 2048` makes a pair. */
  dashboardPublicKeys: PublicKeys.optional(),
  /** What one query of the dashboard may scan, GB: at 5 USD a TB, 10 GB are five cents. */
  dashboardScanLimitGb: z.coerce.number().int().min(1).max(100_000).default(10),
};

const Dashboard = z.object(dashboardContext);

/** The dashboard of a deployment. */
export interface DashboardConfig {
  readonly domain: string;
  readonly certificateArn: string;
  readonly publicKeys: readonly string[];
  /** Of one query. */
  readonly scanLimitGb: number;
}

/**
 * The dashboard that the context describes; undefined where it describes none.
 * @throws Error where a part of it is missing
 */
export function dashboardOf({
  dashboardDomain: domain,
  dashboardCertificateArn: certificateArn,
  dashboardPublicKeys: publicKeys,
  dashboardScanLimitGb: scanLimitGb,
}: z.output<typeof Dashboard>): DashboardConfig | undefined {
  if (domain !== undefined && certificateArn !== undefined && publicKeys !== undefined)
    return { domain, certificateArn, publicKeys, scanLimitGb };
  if (domain === undefined && certificateArn === undefined && publicKeys === undefined) return undefined;
  throw new Error(
    'A dashboard needs all three of dashboardDomain, dashboardCertificateArn and dashboardPublicKeys: ' +
      'docs/operations.md, "The dashboard on AWS".',
  );
}
