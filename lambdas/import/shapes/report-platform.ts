/** How a platform's page is told to give what its report lacks. */
export interface Platform {
  readonly account: string;
  /** How to get one row a day. */
  readonly byDay: string;
  /** Whether its rows are moments, as an e-mail is sent: that they are a week apart says nothing. */
  readonly isOfMoments?: boolean;
  /** How to get the currency. */
  readonly currency: string;
  /** Whether reports that name no account are known to be of one by their campaigns: see ad_spend.duplicates.sql. */
  readonly isKnownByCampaigns?: boolean;
  /** Whether a row without a campaign adds up the others. */
  readonly totalsHaveNoCampaign: boolean;
  /** What is to be done where it does not tell what was spent; without it, each such row is told of. */
  readonly withoutSpend?: string;
}
