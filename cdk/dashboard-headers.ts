import { Duration } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, type ResponseHeadersPolicyProps } from 'aws-cdk-lib/aws-cloudfront';
import { contentSecurityPolicy } from '../dashboard/policy.ts';

/** The headers of every answer, whatever the origin says. */
export const securityHeaders = (
  cacheControl: string,
  more: Readonly<Record<string, string>> = {},
): Omit<ResponseHeadersPolicyProps, 'responseHeadersPolicyName'> => ({
  securityHeadersBehavior: {
    contentSecurityPolicy: { contentSecurityPolicy, override: true },
    strictTransportSecurity: {
      accessControlMaxAge: Duration.days(730),
      includeSubdomains: true,
      override: true,
    },
    contentTypeOptions: { override: true },
    frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
    referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
  },
  customHeadersBehavior: {
    customHeaders: [
      { header: 'cache-control', value: cacheControl, override: true },
      { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
      { header: 'cross-origin-resource-policy', value: 'same-origin', override: true },
      ...Object.entries(more).map(([header, value]) => ({ header, value, override: true })),
      { header: 'permissions-policy', value: 'camera=(), geolocation=(), microphone=(), payment=()', override: true },
    ],
  },
});
