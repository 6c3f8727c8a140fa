/** Marketing channels under the names of GA4's default channel group, and the shop's own: Influencer. */
export const channelNames = [
  'Direct',
  'Organic Search',
  'Organic Social',
  'Referral',
  'AI Assistant',
  'Email',
  'Influencer',
  'Paid Search',
  'Paid Shopping',
  'Cross-network',
  'Paid Video',
  'Display',
  'Paid Social',
] as const;

export type Channel = (typeof channelNames)[number];

/**
 * Probability of buying that a click adds to a visit, before fading, for the channels that have no campaigns of a
 * platform.
 */
export const emailLift = 0.016;
/** For an influencer of ordinary persuasion; each has a multiplier of their own, 0 for one in six. */
export const influencerLift = 0.013;
/**
 * Share of an e-mail's visits that would be made without it; and of those from an influencer of ordinary persuasion.
 */
export const emailAnyway = 0.85;
export const influencerAnyway = 0.35;

/** An exposure's lift is halved after so many days. */
export const halfLifeDays: Readonly<Record<Channel, number>> = {
  Direct: 1,
  'Organic Search': 1,
  'Organic Social': 1,
  Referral: 1,
  'AI Assistant': 1,
  Email: 3,
  Influencer: 7,
  'Paid Search': 4,
  'Paid Shopping': 4,
  'Cross-network': 4,
  'Paid Video': 8,
  Display: 3,
  'Paid Social': 5,
};

/** Lifts are forgotten after so many days. */
export const memoryDays = 30;
/** A post or an advertisement that was seen and not clicked persuades this much of what a click does. */
export const seenOnly = 0.6;
