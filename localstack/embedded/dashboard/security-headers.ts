import { contentSecurityPolicy } from '../../../dashboard/policy.ts';

/**
 * What every answer of the dashboard's server tells a browser: as on AWS, and that no other page may take anything from
 * here.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
