// Made from glue-schemas/ by `npm run schemas`; change those instead.

/** What one platform reported for one day, as last restated: account, campaign, ad group, ad, device, and whatever else the report is broken down by. Rows of one report are added up. A newer report of an account, level and day replaces the older one whole; a campaign that is reported on two levels counts once, by the finer one. */
export interface AdSpendRow {
  /** Advertising platform */
  readonly platform: "google_ads" | "meta_ads" | "tiktok_ads";
  /** The platform's account id */
  readonly account_id: string;
  /** The platform's campaign id */
  readonly campaign_id: string;
  /** Name of the campaign, as the platform has it */
  readonly campaign_name: string;
  /** campaign_name as it is compared with utm_campaign: lower case, Unicode NFC, single spaces */
  readonly campaign_folded: string;
  /** Kind of campaign by the platform, lower case */
  readonly campaign_type: string | null;
  /** Ad group or ad set; null where the platform reports none (Performance Max) */
  readonly ad_group_id: string | null;
  /** Name of it */
  readonly ad_group_name: string | null;
  /** The ad; null where the platform reports none */
  readonly ad_id: string | null;
  /** Name of it */
  readonly ad_name: string | null;
  /** Device category; null where the platform reports none */
  readonly device: "mobile" | "tablet" | "desktop" | "other" | null;
  /** Every other dimension of the report as name=value, as the platform has it: device=CONNECTED_TV, publisher_platform=instagram, country_code=FR; null where there is none */
  readonly segments: string | null;
  /** What the row is of; a view is one of Google's that see a part of the account (keywords, products, places) */
  readonly level: "ad" | "ad_group" | "campaign" | "view";
  /** 1; more where an object has several rows that are alike in all else: they are added up */
  readonly part: number;
  /** Object that reported it; a later pull restates an earlier one */
  readonly pulled_on: string;
  /** Channel that the campaign buys */
  readonly channel: "Direct" | "Cross-network" | "Paid Shopping" | "Paid Search" | "Paid Social" | "Paid Video" | "Display" | "Paid Other" | "Organic Shopping" | "Organic Social" | "Organic Video" | "Organic Search" | "AI Assistant" | "Referral" | "Email" | "Affiliates" | "Audio" | "SMS" | "Mobile Push Notifications" | "Unassigned";
  /** Times shown */
  readonly impressions: number;
  /** Clicks, as the platform counts them */
  readonly clicks: number;
  /** Currency of the account, ISO 4217 */
  readonly currency: string;
  /** Cost in the account's currency */
  readonly spend: string;
  /** spend at the day's rate (EUR) */
  readonly spend_eur: string;
  /** Conversions that the platform claims */
  readonly claimed_conversions: number | null;
  /** Value that the platform claims for them */
  readonly claimed_value: number | null;
  /** claimed_value at the day's rate (EUR) */
  readonly claimed_value_eur: number | null;
}

/** One customer of the shop, as last sent. */
export interface CustomersRow {
  /** Shopify customer id */
  readonly customer_id: string;
  /** When the account was made (UTC) */
  readonly created_at: Date;
  /** When the account was last changed (UTC) */
  readonly updated_at: Date;
  /** The shop's day (time_zone of shop.json) of created_at */
  readonly local_date: string | null;
  /** The e-mail address, trimmed and case-folded, pseudonymised */
  readonly email_hash: string | null;
  /** The telephone number, digits with country code, pseudonymised */
  readonly phone_hash: string | null;
  /** Country of the default address, ISO 3166-1 alpha-2 */
  readonly country: string | null;
  /** Subscribed to e-mail marketing */
  readonly accepts_marketing: boolean;
  /** State of the account, in the shop's words */
  readonly state: string | null;
  /** Orders ever placed, by the shop's count */
  readonly orders_count: number | null;
  /** Tags of the shop, sorted */
  readonly tags: readonly (string)[] | null;
}

/** One reference rate of the European Central Bank. */
export interface FxRatesRow {
  /** Day of the rate */
  readonly rate_date: string;
  /** Currency, ISO 4217 */
  readonly currency: string;
  /** Units of the currency for one euro */
  readonly rate: string;
  /** Object that reported it; a later export wins */
  readonly exported_in: string;
}

/** One contract with an influencer, as last exported. */
export interface InfluencerDealsRow {
  /** Number of the contract */
  readonly deal_id: string;
  /** platform:handle, lower case */
  readonly influencer_id: string;
  /** Campaign of the deal, case-folded as utm_campaign */
  readonly campaign: string | null;
  /** Day of the contract */
  readonly contract_date: string;
  /** Last day on which its code and link count */
  readonly end_date: string | null;
  /** The deal's promotion code, upper case; a later deal may use it again */
  readonly promo_code: string | null;
  /** The deal's link */
  readonly tracked_link: string | null;
  /** Path of the link, lower case, without the slash at its end and the language before it; null for one of the shop's own pages (own_paths of shop.json), where everybody lands */
  readonly link_path: string | null;
  /** utm_source of the link, as sessions name the source; null where it is a network's and the link says nothing more */
  readonly link_source: string | null;
  /** utm_medium of the link, case-folded */
  readonly link_medium: string | null;
  /** utm_campaign of the link, case-folded */
  readonly link_campaign: string | null;
  /** utm_content of the link, case-folded: it tells deals of one campaign from one another */
  readonly link_content: string | null;
  /** Currency of the fee, ISO 4217 */
  readonly currency: string;
  /** Fixed fee, without VAT */
  readonly fee: string | null;
  /** fee at the day's rate (EUR) */
  readonly fee_eur: string | null;
  /** Cost of the products given, in EUR whatever the currency of the fee (EUR) */
  readonly product_cost: string | null;
  /** product_cost, as it is in EUR (EUR) */
  readonly product_cost_eur: string | null;
  /** Share of the net revenue (see commission_on) of the orders that the deal brings */
  readonly commission_rate: string | null;
  /** What the commission is a share of: gross, the net revenue as ordered; net, what is left of it after refunds. gross where the contract does not say */
  readonly commission_on: "gross" | "net";
  /** Object that reported it; a later export wins */
  readonly exported_in: string;
}

/** One post of an influencer, as last exported. */
export interface InfluencerPostsRow {
  /** Number of the post */
  readonly post_id: string;
  /** The contract */
  readonly deal_id: string;
  /** platform:handle, lower case */
  readonly influencer_id: string;
  /** Day of the post */
  readonly posted_on: string;
  /** Kind of post */
  readonly format: string | null;
  /** Views */
  readonly views: number | null;
  /** Likes */
  readonly likes: number | null;
  /** Comments */
  readonly comments: number | null;
  /** Shares */
  readonly shares: number | null;
  /** Saves */
  readonly saves: number | null;
  /** Object that reported it; a later export wins */
  readonly exported_in: string;
}

/** One influencer of the roster, as last exported. */
export interface InfluencersRow {
  /** platform:handle, lower case */
  readonly influencer_id: string;
  /** Name on the platform, lower case, without @ */
  readonly handle: string;
  /** Social network */
  readonly platform: "instagram" | "tiktok" | "youtube";
  /** Size by followers */
  readonly tier: "nano" | "micro" | "macro" | "top";
  /** Followers */
  readonly followers: number;
  /** Day on which they joined the roster */
  readonly signed_on: string;
  /** Object that reported it; a later export wins */
  readonly exported_in: string;
}

/** One line of an order, as last sent. */
export interface OrderItemsRow {
  /** Shopify line item id */
  readonly line_item_id: string;
  /** The order */
  readonly order_id: string;
  /** When the order was entered in the shop (UTC) */
  readonly created_at: Date;
  /** When the order was placed, as in the shop's own reports (UTC) */
  readonly processed_at: Date | null;
  /** When the order was last changed (UTC) */
  readonly updated_at: Date;
  /** Shopify product id */
  readonly product_id: string | null;
  /** Shopify variant id */
  readonly variant_id: string | null;
  /** Stock keeping unit */
  readonly sku: string | null;
  /** Name of the product when it was bought */
  readonly title: string | null;
  /** A gift card: no goods, and no revenue until it is spent */
  readonly is_gift_card: boolean;
  /** Units sold: ordered, less what an edit took off the order */
  readonly quantity: number;
  /** Units sent or to be sent, which cost goods: sold, less what was cancelled and refunded before it left; a return was sent */
  readonly shipped_quantity: number;
  /** the currency of the amounts beside it, ISO 4217 */
  readonly currency: string;
  /** Price of one unit before discounts, with VAT where the shop's prices have it */
  readonly unit_price: string | null;
  /** unit_price at the day's rate (EUR) */
  readonly unit_price_eur: string | null;
  /** Discount on the units sold, with VAT where the shop's prices have it */
  readonly total_discount: string | null;
  /** total_discount at the day's rate (EUR) */
  readonly total_discount_eur: string | null;
  /** VAT of the units sold, after discounts */
  readonly total_tax: string | null;
  /** total_tax at the day's rate (EUR) */
  readonly total_tax_eur: string | null;
  /** The units sold without VAT, after discounts; 0 for gift cards and tips, which are no revenue */
  readonly net_revenue: string | null;
  /** net_revenue at the day's rate (EUR) */
  readonly net_revenue_eur: string | null;
}

/** One order, as last sent. Amounts include VAT unless they say otherwise. */
export interface OrdersRow {
  /** Shopify order id */
  readonly order_id: string;
  /** The number that people see; the web's transaction_id */
  readonly order_number: string;
  /** The number with the shop's prefix, as pages show it, without #: SIL-1001 */
  readonly order_name: string | null;
  /** Shopify customer id; null for a guest */
  readonly customer_id: string | null;
  /** Orders of the customer ever placed, by the shop's count when the order was last changed; null where the shop does not say */
  readonly customer_orders_count: number | null;
  /** When the order was entered in the shop (UTC) */
  readonly created_at: Date;
  /** When the order was placed, as in the shop's own reports; for an order brought from another shop earlier than created_at (UTC) */
  readonly processed_at: Date | null;
  /** When the order was last changed (UTC) */
  readonly updated_at: Date;
  /** When the order was cancelled (UTC) */
  readonly cancelled_at: Date | null;
  /** The shop's day (time_zone of shop.json) of processed_at: the day of the order in every report */
  readonly local_date: string | null;
  /** State of the payment */
  readonly financial_status: "authorized" | "expired" | "paid" | "partially_paid" | "partially_refunded" | "pending" | "refunded" | "voided";
  /** State of the delivery in the shop's words; null until something is sent */
  readonly fulfillment_status: string | null;
  /** A test order of the shop's staff */
  readonly is_test: boolean;
  /** Paid, not cancelled, not a test: what attribution counts */
  readonly is_conversion: boolean;
  /** Where the order was placed */
  readonly source_name: string | null;
  /** Country of the shipping address, ISO 3166-1 alpha-2 */
  readonly country: string | null;
  /** The e-mail address, trimmed and case-folded, pseudonymised */
  readonly email_hash: string | null;
  /** the currency of the amounts beside it, ISO 4217 */
  readonly currency: string;
  /** What the customer pays, VAT, shipping, tips and duties included, discounts and what edits took off the order taken off */
  readonly total_price: string | null;
  /** total_price at the day's rate (EUR) */
  readonly total_price_eur: string | null;
  /** Goods as ordered, discounts taken off, with VAT where the shop's prices have it */
  readonly subtotal_price: string | null;
  /** subtotal_price at the day's rate (EUR) */
  readonly subtotal_price_eur: string | null;
  /** VAT in total_price, also where the shop adds it on top of its prices */
  readonly total_tax: string | null;
  /** total_tax at the day's rate (EUR) */
  readonly total_tax_eur: string | null;
  /** Discounts given */
  readonly total_discounts: string | null;
  /** total_discounts at the day's rate (EUR) */
  readonly total_discounts_eur: string | null;
  /** Shipping charged, its discounts taken off: 0 where it was free */
  readonly total_shipping: string | null;
  /** total_shipping at the day's rate (EUR) */
  readonly total_shipping_eur: string | null;
  /** Tips in total_price: no revenue of the shop */
  readonly total_tips: string | null;
  /** total_tips at the day's rate (EUR) */
  readonly total_tips_eur: string | null;
  /** Import duties in total_price: no revenue of the shop */
  readonly total_duties: string | null;
  /** total_duties at the day's rate (EUR) */
  readonly total_duties_eur: string | null;
  /** Gift cards sold in total_price: revenue only when they are spent */
  readonly gift_cards_sold: string | null;
  /** gift_cards_sold at the day's rate (EUR) */
  readonly gift_cards_sold_eur: string | null;
  /** Goods and shipping without VAT, after discounts and edits: total_price minus VAT, tips, duties and gift cards sold */
  readonly net_revenue: string | null;
  /** net_revenue at the day's rate (EUR) */
  readonly net_revenue_eur: string | null;
  /** What was paid by card, transfer or wallet: without what gift cards, store credit, cash, cheques and manual paid, where the shop says how much */
  readonly paid_amount: string | null;
  /** paid_amount at the day's rate (EUR) */
  readonly paid_amount_eur: string | null;
  /** Something is to be sent: false where all is gift cards, downloads or taken off */
  readonly needs_shipping: boolean | null;
  /** Units ordered, before edits */
  readonly item_count: number;
  /** First promotion code used, upper case */
  readonly promo_code: string | null;
  /** All promotion codes used, upper case */
  readonly promo_codes: readonly (string)[] | null;
  /** Path of the first page of the visit, by the shop */
  readonly landing_path: string | null;
  /** Traffic source of the landing page or the referring site */
  readonly landing_source: string | null;
  /** Traffic medium of it */
  readonly landing_medium: string | null;
  /** Campaign of it, case-folded */
  readonly landing_campaign: string | null;
  /** utm_id of it */
  readonly landing_campaign_id: string | null;
  /** utm_content of it, case-folded */
  readonly landing_content: string | null;
  /** GA4 default channel group of it */
  readonly landing_channel: "Direct" | "Cross-network" | "Paid Shopping" | "Paid Search" | "Paid Social" | "Paid Video" | "Display" | "Paid Other" | "Organic Shopping" | "Organic Social" | "Organic Video" | "Organic Search" | "AI Assistant" | "Referral" | "Email" | "Affiliates" | "Audio" | "SMS" | "Mobile Push Notifications" | "Unassigned" | null;
}

/** One report of what a variant costs the shop. */
export interface ProductCostsRow {
  /** Shopify variant id */
  readonly variant_id: string;
  /** Shopify product id */
  readonly product_id: string;
  /** When the shop last changed the product or its cost (UTC) */
  readonly reported_at: Date;
  /** Day of the raw object that brought it */
  readonly seen_on: string;
  /** The shop's day (time_zone of shop.json) of reported_at */
  readonly local_date: string;
  /** the currency of the amounts beside it, ISO 4217 */
  readonly currency: string;
  /** Cost of one unit, without VAT, in the shop's currency */
  readonly cost: string;
  /** cost at the day's rate (EUR) */
  readonly cost_eur: string | null;
}

/** One variant of a product, as last sent. */
export interface ProductsRow {
  /** Shopify variant id */
  readonly variant_id: string;
  /** Shopify product id */
  readonly product_id: string;
  /** When the product was made (UTC) */
  readonly created_at: Date;
  /** When the product was last changed (UTC) */
  readonly updated_at: Date;
  /** Name of the product */
  readonly title: string;
  /** Product type */
  readonly category: string | null;
  /** Stock keeping unit; null where it is empty. Shopify lets two variants share one: a warning says so, and an event of it counts once */
  readonly sku: string | null;
  /** State in the shop, in its words */
  readonly status: string | null;
  /** Labels and certifications, sorted */
  readonly labels: readonly (string)[] | null;
  /** the currency of the amounts beside it, ISO 4217 */
  readonly currency: string;
  /** Price of one unit in the shop's currency, with VAT where the shop's prices have it */
  readonly price: string | null;
  /** price at the day's rate (EUR) */
  readonly price_eur: string | null;
  /** Cost of one unit, without VAT, as last sent; null where the shop gives none. Margins use the cost of the order's day: product_cost_periods */
  readonly cost: string | null;
  /** cost at the day's rate (EUR) */
  readonly cost_eur: string | null;
}

/** One part of a refund: a line given back, the shipping, duties, or a difference. Counts what went back to the customer, not what was only asked for. */
export interface RefundsRow {
  /** Shopify refund line item id; for what is no line the refund's id with -shipping, -duties or -discrepancy */
  readonly refund_line_id: string;
  /** Shopify refund id */
  readonly refund_id: string;
  /** The order */
  readonly order_id: string;
  /** The line given back */
  readonly line_item_id: string | null;
  /** What is given back. discrepancy: what the payments are more, or less, than the other parts, as a goodwill or a fee kept; gift_card, tip and duties never were revenue */
  readonly part: "goods" | "shipping" | "discrepancy" | "gift_card" | "tip" | "duties";
  /** State of the payments: only success gave money back; none: goods came back, and no payment was made */
  readonly status: "success" | "pending" | "failed" | "none";
  /** When it was refunded, as in the shop's own reports (UTC) */
  readonly refunded_at: Date;
  /** When the order was last changed (UTC) */
  readonly updated_at: Date;
  /** The shop's day (time_zone of shop.json) of refunded_at */
  readonly local_date: string | null;
  /** Units given back; null for a refund that failed or waits */
  readonly quantity: number | null;
  /** the currency of the amounts beside it, ISO 4217 */
  readonly currency: string;
  /** Money given back, VAT included, by payments that went through; 0 while they wait or where they failed */
  readonly amount: string | null;
  /** amount at the day's rate (EUR) */
  readonly amount_eur: string | null;
  /** VAT in amount, as the shop corrected it: 0 in a goodwill, where the shop keeps the VAT as it was */
  readonly tax: string | null;
  /** tax at the day's rate (EUR) */
  readonly tax_eur: string | null;
}

/** One web event, cleaned: the browser's clock corrected, its traffic source and channel derived, its person pseudonymised. */
export interface WebEventsRow {
  /** Identifier made in the browser (a UUID), in lower case; a retry repeats it */
  readonly event_id: string;
  /** GA4 recommended e-commerce event name */
  readonly event_name: "page_view" | "view_item_list" | "view_item" | "search" | "add_to_cart" | "remove_from_cart" | "begin_checkout" | "add_shipping_info" | "add_payment_info" | "purchase" | "sign_up" | "login";
  /** When it happened: the client's time, never later than received_at (UTC) */
  readonly event_at: Date;
  /** The client's own clock, uncorrected (UTC) */
  readonly client_at: Date | null;
  /** When the collector received it (UTC) */
  readonly received_at: Date;
  /** received_at minus event_at (ms) */
  readonly lateness_ms: number;
  /** The client's clock was ahead of the collector's */
  readonly is_clock_skewed: boolean | null;
  /** The shop's day (time_zone of shop.json) of event_at */
  readonly local_date: string | null;
  /** First-party browser id; null where analytics consent was refused */
  readonly visitor_id: string | null;
  /** Shopify customer id, once logged in or after a purchase; null where analytics consent was refused */
  readonly customer_id: string | null;
  /** Host of the page, lower case */
  readonly page_host: string;
  /** Path of the page, from its first slash */
  readonly page_path: string;
  /** Parameters of the page that say where the visit came from or what it shows, without others; null where analytics consent was refused */
  readonly page_query: string | null;
  /** Title of the page, with addresses and numbers masked */
  readonly page_title: string | null;
  /** Host of the referrer, lower case; null where there is none */
  readonly referrer_host: string | null;
  /** Whether the visitor came back from a page that sends buyers back: a payment, bank, log-in or signature page */
  readonly is_return: boolean;
  /** Traffic source of this event: utm_source, else an ad's click id's network, else the referrer; null inside a visit and on the way back from a payment or log-in page */
  readonly source: string | null;
  /** Traffic medium, GA4 spelling */
  readonly medium: string | null;
  /** utm_campaign, folded: lower case, Unicode NFC, single spaces */
  readonly campaign: string | null;
  /** The platform's own campaign id, as the link has it: gad_campaignid, utm_id, or what templates call it (campaignid, campaign_id, hsa_cam) */
  readonly campaign_id: string | null;
  /** utm_content, trimmed and case-folded */
  readonly content: string | null;
  /** utm_term, trimmed and case-folded */
  readonly term: string | null;
  /** Which click id the page carried: an ad's before one of free links (fbclid, epik, srsltid), which decides nothing */
  readonly click_id_name: "gclid" | "gbraid" | "wbraid" | "gad_campaignid" | "msclkid" | "ttclid" | "dclid" | "twclid" | "li_fat_id" | "ScCid" | "rdt_cid" | "fbclid" | "epik" | "srsltid" | null;
  /** The click id */
  readonly click_id: string | null;
  /** GA4 default channel group of the traffic source; null inside a visit */
  readonly channel: "Direct" | "Cross-network" | "Paid Shopping" | "Paid Search" | "Paid Social" | "Paid Video" | "Display" | "Paid Other" | "Organic Shopping" | "Organic Social" | "Organic Video" | "Organic Search" | "AI Assistant" | "Referral" | "Email" | "Affiliates" | "Audio" | "SMS" | "Mobile Push Notifications" | "Unassigned" | null;
  /** Device category by the user agent */
  readonly device: "mobile" | "tablet" | "desktop" | "other";
  /** Browser family by the user agent */
  readonly browser: string | null;
  /** Operating system by the user agent */
  readonly os: string | null;
  /** The user agent says that it is a robot */
  readonly is_bot: boolean;
  /** The address, cut to /24 (IPv4) or /48 (IPv6), pseudonymised; null where analytics consent was refused */
  readonly ip_hash: string | null;
  /** Language of the browser, BCP 47; null where analytics consent was refused */
  readonly language: string | null;
  /** Screen size, width x height; null where analytics consent was refused */
  readonly screen: string | null;
  /** Consent to analytics */
  readonly consent_analytics: boolean;
  /** Consent to advertising */
  readonly consent_ads: boolean;
  /** Order number of a purchase */
  readonly transaction_id: string | null;
  /** Value of the event, VAT included */
  readonly value: string | null;
  /** Currency of value and of the items' prices, ISO 4217 */
  readonly currency: string | null;
  /** value at the day's rate (EUR) */
  readonly value_eur: string | null;
  /** Promotion code, upper case */
  readonly coupon: string | null;
  /** Products of the event; prices in currency, VAT included */
  readonly items: readonly ({ readonly item_id: string | null; readonly item_name: string | null; readonly item_category: string | null; readonly price: string | null; readonly quantity: number | null })[] | null;
}

/** The credit that one model gives one touch of one conversion within one look-back. Credits of an order, a model and a look-back sum to 1; touches without credit have no row. */
export interface AttributionRow {
  /** The conversion */
  readonly order_id: string;
  /** The model */
  readonly attribution_model: "first" | "last" | "last_non_direct" | "linear" | "position_based" | "time_decay";
  /** Days before the conversion in which touches count */
  readonly lookback_days: number;
  /** The touch */
  readonly touch_id: string;
  /** When (UTC) */
  readonly touched_at: Date;
  /** Channel */
  readonly channel: "Direct" | "Cross-network" | "Paid Shopping" | "Paid Search" | "Paid Social" | "Paid Video" | "Display" | "Paid Other" | "Organic Shopping" | "Organic Social" | "Organic Video" | "Organic Search" | "AI Assistant" | "Referral" | "Email" | "Affiliates" | "Audio" | "SMS" | "Mobile Push Notifications" | "Unassigned" | "Influencer";
  /** Traffic source */
  readonly source: string | null;
  /** Campaign, case-folded */
  readonly campaign: string | null;
  /** The platform's campaign id: of the reported campaign, else as the link has it */
  readonly campaign_id: string | null;
  /** Advertising platform that reported the campaign; null where the link names none that was reported within 30 days */
  readonly platform: string | null;
  /** Influencer deal */
  readonly deal_id: string | null;
  /** Influencer */
  readonly influencer_id: string | null;
  /** Share of the conversion */
  readonly credit: number;
}

/** One attribution model: a value that attribution_model of the shop's profile may have. */
export interface AttributionModelsRow {
  /** Its name */
  readonly attribution_model: "first" | "last" | "last_non_direct" | "linear" | "position_based" | "time_decay";
}

/** One way in which a link names a campaign that a platform reported on a day: by its id, or by a name within the sources of its platform. Sessions and touchpoints find their campaign here. */
export interface CampaignLinksRow {
  /** Traffic source of the link, by its canonical name; * where any will do */
  readonly source: string;
  /** id: and the campaign's id, alias: and a name that shop.json gives it, or name: and a name of its own; names folded, a plus as a space. An id goes before an alias, an alias before a name */
  readonly link_key: string;
  /** Advertising platform */
  readonly platform: string;
  /** The platform's campaign id */
  readonly campaign_id: string;
  /** Channel that the campaign buys */
  readonly channel: string;
}

/** One campaign of one advertising account, as its platform last reported it, with every name that it has had. */
export interface CampaignsRow {
  /** Advertising platform */
  readonly platform: string | null;
  /** The platform's account id; tiktok where a report does not name it */
  readonly account_id: string | null;
  /** The platform's campaign id */
  readonly campaign_id: string | null;
  /** Its last name, as the platform has it */
  readonly campaign: string | null;
  /** That name as it is compared with utm_campaign: lower case, Unicode NFC, single spaces */
  readonly campaign_folded: string | null;
  /** Every name that it has had, with the first and the last day on which it was reported */
  readonly names: readonly ({ readonly name: string | null; readonly folded: string | null; readonly first_day: string | null; readonly last_day: string | null })[] | null;
  /** Kind of campaign by the platform, lower case */
  readonly campaign_type: string | null;
  /** Channel that it buys; Performance Max, Smart, Local, App, Discovery and Demand Gen are Cross-network */
  readonly channel: string | null;
  /** First day reported */
  readonly first_day: string | null;
  /** Last day reported */
  readonly last_day: string | null;
}

/** One landing of a day that an influencer deal's link brought, and whose it is: the one place where links are compared. Of several deals the one with the most of its link in the landing, then the newest contract. */
export interface DealLandingsRow {
  /** The shop's day (time_zone of shop.json), on which the deal holds */
  readonly local_date: string;
  /** Path of the page, as the event or the order has it */
  readonly page_path: string;
  /** Traffic source of the landing; null for a page without one */
  readonly source: string | null;
  /** Traffic medium */
  readonly medium: string | null;
  /** Campaign, case-folded */
  readonly campaign: string | null;
  /** utm_content */
  readonly content: string | null;
  /** The deal */
  readonly deal_id: string;
  /** Influencer of the deal */
  readonly influencer_id: string;
  /** What of the link was there: link (path and parameters), parameters, or path */
  readonly matched_by: "link" | "parameters" | "path";
}

/** One shop day, channel and device: how far sessions came. */
export interface FunnelDailyRow {
  /** The shop's day on which the sessions began */
  readonly day: string | null;
  /** Channel */
  readonly channel: string | null;
  /** Device category */
  readonly device: string | null;
  /** Sessions */
  readonly sessions: number | null;
  /** Engaged sessions */
  readonly engaged_sessions: number | null;
  /** Sessions that saw a product */
  readonly item_view_sessions: number | null;
  /** Sessions that put one in the cart */
  readonly cart_sessions: number | null;
  /** Sessions that began the checkout */
  readonly checkout_sessions: number | null;
  /** Sessions with a purchase */
  readonly purchase_sessions: number | null;
  /** item_view_sessions / sessions */
  readonly view_rate: number | null;
  /** cart_sessions / item_view_sessions */
  readonly cart_rate: number | null;
  /** checkout_sessions / cart_sessions */
  readonly checkout_rate: number | null;
  /** purchase_sessions / checkout_sessions */
  readonly purchase_rate: number | null;
  /** purchase_sessions / sessions */
  readonly conversion_rate: number | null;
  /** 1 - engaged_sessions / sessions */
  readonly bounce_rate: number | null;
}

/** One conversion that an influencer deal brought, by its code or else by its link: each order once. */
export interface InfluencerOrdersRow {
  /** The order */
  readonly order_id: string | null;
  /** The deal */
  readonly deal_id: string | null;
  /** The influencer */
  readonly influencer_id: string | null;
  /** promo_code or link */
  readonly brought_by: string | null;
  /** The shop's day of the order */
  readonly local_date: string | null;
  /** Revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: string | null;
  /** What was given back of it, whenever, without VAT (EUR) */
  readonly refunded_eur: string | null;
  /** What the deal pays a commission on: gross, or net of refunds */
  readonly commission_on: string | null;
  /** Commission owed: the deal's rate on net revenue; where commission_on is net, on what is left of it after refunds (EUR) */
  readonly commission_eur: string | null;
}

/** The cost of one channel, campaign and influencer on one day, from ads, influencer deals and the shop's profile together. */
export interface MarketingCostsRow {
  /** The platform's day of the ad; a day of the deal's life for a fee, also one that is still ahead; the order's day of a commission */
  readonly day: string | null;
  /** Channel */
  readonly channel: string | null;
  /** Advertising platform, influencer, or shop: a cost that the shop's profile names */
  readonly platform: string | null;
  /** The platform's campaign id, the deal, or shop: and the cost's name */
  readonly campaign_id: string | null;
  /** Campaign, case-folded */
  readonly campaign: string | null;
  /** Influencer */
  readonly influencer_id: string | null;
  /** Times shown */
  readonly impressions: number | null;
  /** Clicks by the platform */
  readonly clicks: number | null;
  /** Cost of the day: an influencer's fee and products in equal parts over the life of the deal (EUR) */
  readonly spend_eur: string | null;
  /** The same, but fee and products whole on the day of the contract (EUR) */
  readonly booked_eur: string | null;
}

/** One shop day and one channel, once: its cost, and what came back by the attribution model of the shop's profile. */
export interface MarketingDailyRow {
  /** The shop's day: of the order for revenue, of the cost for spend */
  readonly day: string | null;
  /** Channel */
  readonly channel: string | null;
  /** Sessions that began on the day */
  readonly sessions: number | null;
  /** Times shown */
  readonly impressions: number | null;
  /** Clicks by the platforms */
  readonly clicks: number | null;
  /** Marketing cost (EUR) */
  readonly spend_eur: string | null;
  /** Cost with influencers' fees and products whole on the day of the contract (EUR) */
  readonly booked_eur: string | null;
  /** Attributed conversions */
  readonly orders: number | null;
  /** Attributed first orders of new customers */
  readonly new_customers: number | null;
  /** Attributed revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: number | null;
  /** Attributed contribution margin: net revenue - cost of goods - fulfilment - payment fees - refunds, of the orders whose cost is known; null where none is (EUR) */
  readonly margin_eur: number | null;
  /** Share of net_revenue_eur of orders whose cost of goods is known: margin and ROI are of these orders alone, and too low below 1 */
  readonly cost_coverage: number | null;
  /** net_revenue_eur / spend_eur */
  readonly roas: number | null;
  /** (margin_eur - spend_eur) / spend_eur */
  readonly roi: number | null;
  /** spend_eur / orders (EUR) */
  readonly cpa_eur: number | null;
  /** spend_eur / new_customers (EUR) */
  readonly cac_eur: number | null;
}

/** One conversion and what it earned, in EUR. */
export interface OrderEconomicsRow {
  /** The order */
  readonly order_id: string | null;
  /** The number that people see */
  readonly order_number: string | null;
  /** The customer */
  readonly customer_id: string | null;
  /** The buyer: orders of one customer are one buyer's; so are those of one e-mail address, guest or not, also where an address and an account chain two of them */
  readonly buyer_id: string | null;
  /** When the order was entered in the shop (UTC) */
  readonly created_at: Date | null;
  /** When the order was placed (UTC) */
  readonly processed_at: Date | null;
  /** The shop's day (time_zone of shop.json) of processed_at, as in the shop's own reports */
  readonly local_date: string | null;
  /** Country of the shipping address */
  readonly country: string | null;
  /** First promotion code used */
  readonly promo_code: string | null;
  /** The buyer's first conversion, where the shop's count of orders (orders_count) knows no earlier one; without that count, where the account is not older than the lake's first order */
  readonly is_new_customer: boolean | null;
  /** Goods and shipping without VAT, after discounts and edits; no gift cards sold, tips or duties (EUR) */
  readonly net_revenue_eur: string | null;
  /** Cost of the units sent, as known on the day of the order; null (unknown) where the shop gives no cost of one of them (EUR) */
  readonly cost_of_goods_eur: string | null;
  /** Picking, packing and carriage of an order, by shop_costs; 0 where nothing is sent (EUR) */
  readonly fulfilment_eur: string | null;
  /** Fee of the payment provider, by shop_costs: a share of what was paid and a fixed part; 0 where nothing was paid by card, transfer or wallet. Cash, also on delivery, and cheques cost nothing; neither does the gateway manual, an order that somebody marked as paid (EUR) */
  readonly payment_fee_eur: string | null;
  /** What was really given back, whenever, without VAT: goods, shipping and differences; without gift cards, tips and duties, which were no revenue (EUR) */
  readonly refunded_eur: string | null;
  /** Contribution margin: what is left of net revenue after the four; null where the cost of goods is unknown (EUR) */
  readonly margin_eur: string | null;
}

/** One shop day and advertising platform: the conversions that it claims beside those that the shop counts. */
export interface PlatformClaimsRow {
  /** The platform's day */
  readonly day: string | null;
  /** Advertising platform */
  readonly platform: string | null;
  /** Conversions that the platform claims */
  readonly claimed_conversions: number | null;
  /** Value that it claims (EUR) */
  readonly claimed_value_eur: number | null;
  /** Conversions credited to its campaigns, last non-direct, 30 days */
  readonly attributed_orders: number | null;
  /** Their revenue without VAT (EUR) */
  readonly attributed_net_revenue_eur: number | null;
  /** claimed_conversions / attributed_orders */
  readonly over_claim_ratio: number | null;
}

/** One cost of a variant and the days for which it holds. */
export interface ProductCostPeriodsRow {
  /** Shopify variant id */
  readonly variant_id: string | null;
  /** The shop's day (time_zone of shop.json) on which the cost was reported */
  readonly reported_on: string | null;
  /** First day for which it holds: that of the report; the first cost known holds for all days before too (1970-01-01) */
  readonly holds_from: string | null;
  /** The first day for which it holds no more; null while it does */
  readonly holds_until: string | null;
  /** Cost of one unit, without VAT (EUR) */
  readonly cost_eur: string | null;
}

/** One product over all days in the lake. */
export interface ProductPerformanceRow {
  /** Shopify product id */
  readonly product_id: string | null;
  /** Name */
  readonly title: string | null;
  /** Product type */
  readonly category: string | null;
  /** view_item events of people; of an SKU that two variants share, for the product that had it first */
  readonly item_views: number | null;
  /** add_to_cart events of people */
  readonly cart_adds: number | null;
  /** Conversions with the product */
  readonly orders: number | null;
  /** Units sold in conversions */
  readonly units: number | null;
  /** Of these, units given back */
  readonly units_refunded: number | null;
  /** Revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: string | null;
  /** Cost of the units sent, as known on the day of each order; null where no cost is known (EUR) */
  readonly cost_of_goods_eur: string | null;
  /** Refunds of lines without VAT (EUR) */
  readonly refunded_eur: string | null;
  /** Revenue without VAT - cost of goods - refunds, of the units whose cost is known; null where none is (EUR) */
  readonly gross_margin_eur: string | null;
  /** Share of net_revenue_eur whose cost of goods is known, and which the margin is of: 1 is all of it */
  readonly cost_coverage: number | null;
  /** gross_margin_eur / the revenue whose cost is known */
  readonly gross_margin_rate: number | null;
  /** cart_adds / item_views */
  readonly view_to_cart_rate: number | null;
  /** units_refunded / units */
  readonly return_rate: number | null;
}

/** One product and one shop day; the sums are product_performance. */
export interface ProductPerformanceDailyRow {
  /** The shop's day: of the event, or of the order */
  readonly day: string | null;
  /** Shopify product id */
  readonly product_id: string | null;
  /** Name; as it was sold, where the shop exports the product no more */
  readonly title: string | null;
  /** Product type */
  readonly category: string | null;
  /** view_item events of people */
  readonly item_views: number | null;
  /** add_to_cart events of people */
  readonly cart_adds: number | null;
  /** Conversions of the day with the product */
  readonly orders: number | null;
  /** Units sold in them */
  readonly units: number | null;
  /** Of these, units given back, whenever */
  readonly units_refunded: number | null;
  /** Revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: string | null;
  /** Cost of the units sent, as known on that day; null where no cost is known (EUR) */
  readonly cost_of_goods_eur: string | null;
  /** Refunds of these lines without VAT, whenever (EUR) */
  readonly refunded_eur: string | null;
  /** Of net_revenue_eur what the cost of goods is known of: the margin is of it (EUR) */
  readonly covered_eur: string | null;
  /** Revenue without VAT - cost of goods - refunds, of the units whose cost is known; null where none is (EUR) */
  readonly gross_margin_eur: string | null;
}

/** One order number that a browser told of on a day, by the first event that did. */
export interface PurchasesRow {
  /** The order's number: orders.order_number. A page opened again on a later day has a row there too */
  readonly transaction_id: string;
  /** First-party browser id */
  readonly visitor_id: string;
  /** Customer id that the event carried */
  readonly customer_id: string | null;
  /** The day's first purchase event of the number */
  readonly event_id: string;
  /** When it happened (UTC) */
  readonly purchased_at: Date;
}

/** One campaign in one channel and attribution model (with the profile's look-back), over all days in the lake; rows without a campaign hold the rest, so that the rows of a model add up to all spend and revenue. What was spent stands in the rows of each attribution_model: filter one model before adding up. */
export interface RoiByCampaignRow {
  /** The model; spend and clicks repeat for each */
  readonly attribution_model: string | null;
  /** Channel */
  readonly channel: string | null;
  /** Advertising platform, or influencer; null where no reported campaign or deal is known */
  readonly platform: string | null;
  /** The platform's campaign id; the deal's; else as the link has it */
  readonly campaign_id: string | null;
  /** Last name of the reported campaign; of another, its name in links, case-folded */
  readonly campaign: string | null;
  /** How the campaign is known: reported (by a platform, found by its id or its name), deal (an influencer's), unmatched (paid, but no report has it), unpaid */
  readonly campaign_match: string | null;
  /** First day with cost or orders */
  readonly first_day: string | null;
  /** Last day with cost or orders */
  readonly last_day: string | null;
  /** Times shown */
  readonly impressions: number | null;
  /** Clicks by the platform */
  readonly clicks: number | null;
  /** Cost (EUR) */
  readonly spend_eur: string | null;
  /** clicks / impressions */
  readonly ctr: number | null;
  /** spend_eur / clicks (EUR) */
  readonly cpc_eur: number | null;
  /** 1000 x spend_eur / impressions (EUR) */
  readonly cpm_eur: number | null;
  /** Attributed conversions */
  readonly orders: number | null;
  /** Attributed first orders of new customers */
  readonly new_customers: number | null;
  /** Attributed revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: number | null;
  /** Share of all attributed revenue of the model: over the unmatched rows, what no reported campaign explains */
  readonly net_revenue_share: number | null;
  /** Attributed contribution margin: net revenue - cost of goods - fulfilment - payment fees - refunds, of the orders whose cost is known; null where none is (EUR) */
  readonly margin_eur: number | null;
  /** Share of net_revenue_eur of orders whose cost of goods is known: margin and ROI are of these orders alone, and too low below 1 */
  readonly cost_coverage: number | null;
  /** net_revenue_eur / spend_eur */
  readonly roas: number | null;
  /** (margin_eur - spend_eur) / spend_eur */
  readonly roi: number | null;
  /** spend_eur / orders (EUR) */
  readonly cpa_eur: number | null;
  /** spend_eur / new_customers (EUR) */
  readonly cac_eur: number | null;
}

/** One campaign in one channel on one shop day, once, by the attribution model of the shop's profile; the sums are that model's rows of roi_by_campaign. */
export interface RoiByCampaignDailyRow {
  /** The shop's day; days ahead have the fees of deals that still run */
  readonly day: string | null;
  /** Channel */
  readonly channel: string | null;
  /** Advertising platform, or influencer; null where no reported campaign or deal is known */
  readonly platform: string | null;
  /** The platform's campaign id; the deal's; else as the link has it */
  readonly campaign_id: string | null;
  /** Last name of the reported campaign; of another, its name in links, case-folded */
  readonly campaign: string | null;
  /** Times shown */
  readonly impressions: number | null;
  /** Clicks by the platform */
  readonly clicks: number | null;
  /** Cost of the day (EUR) */
  readonly spend_eur: string | null;
  /** Cost with an influencer's fee and products whole on the day of the contract (EUR) */
  readonly booked_eur: string | null;
  /** Attributed conversions of the day */
  readonly orders: number | null;
  /** Attributed first orders of new customers */
  readonly new_customers: number | null;
  /** Attributed revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: number | null;
  /** Attributed contribution margin of the orders whose cost is known; null where none is (EUR) */
  readonly margin_eur: number | null;
  /** Share of net_revenue_eur of orders whose cost of goods is known */
  readonly cost_coverage: number | null;
}

/** One shop day, channel and attribution model (30 days of look-back): what was spent, what came back. What was spent stands in the rows of each attribution_model: filter one model before adding up. */
export interface RoiByChannelDailyRow {
  /** The shop's day: of the order for revenue, of the cost for spend */
  readonly day: string | null;
  /** The model; spend, sessions and clicks repeat for each */
  readonly attribution_model: string | null;
  /** Channel */
  readonly channel: string | null;
  /** Sessions that began on the day */
  readonly sessions: number | null;
  /** Times shown */
  readonly impressions: number | null;
  /** Clicks by the platforms */
  readonly clicks: number | null;
  /** Marketing cost (EUR) */
  readonly spend_eur: string | null;
  /** Cost with influencers' fees and products whole on the day of the contract (EUR) */
  readonly booked_eur: string | null;
  /** Attributed conversions */
  readonly orders: number | null;
  /** Attributed first orders of new customers */
  readonly new_customers: number | null;
  /** Attributed revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: number | null;
  /** Attributed contribution margin: net revenue - cost of goods - fulfilment - payment fees - refunds, of the orders whose cost is known; null where none is (EUR) */
  readonly margin_eur: number | null;
  /** Share of net_revenue_eur of orders whose cost of goods is known: margin and ROI are of these orders alone, and too low below 1 */
  readonly cost_coverage: number | null;
  /** net_revenue_eur / spend_eur */
  readonly roas: number | null;
  /** (margin_eur - spend_eur) / spend_eur */
  readonly roi: number | null;
  /** spend_eur / orders (EUR) */
  readonly cpa_eur: number | null;
  /** spend_eur / new_customers (EUR) */
  readonly cac_eur: number | null;
}

/** One influencer over all days in the lake: orders by code or link, each once. */
export interface RoiByInfluencerRow {
  /** platform:handle */
  readonly influencer_id: string | null;
  /** Name on the platform */
  readonly handle: string | null;
  /** Social network */
  readonly platform: string | null;
  /** Size by followers */
  readonly tier: string | null;
  /** Followers */
  readonly followers: number | null;
  /** Contracts */
  readonly deals: number | null;
  /** Posts */
  readonly posts: number | null;
  /** Views of the posts */
  readonly views: number | null;
  /** Likes, comments, shares and saves */
  readonly engagements: number | null;
  /** engagements / views */
  readonly engagement_rate: number | null;
  /** Fixed fees (EUR) */
  readonly fee_eur: string | null;
  /** Products given (EUR) */
  readonly product_cost_eur: string | null;
  /** Commission owed (EUR) */
  readonly commission_eur: string | null;
  /** The three together (EUR) */
  readonly spend_eur: string | null;
  /** Conversions by code or link */
  readonly orders: number | null;
  /** Of these, first orders of new customers */
  readonly new_customers: number | null;
  /** Revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: string | null;
  /** Contribution margin of the orders whose cost of goods is known; null where none is (EUR) */
  readonly margin_eur: string | null;
  /** Share of net_revenue_eur of orders whose cost of goods is known: margin and ROI are of these orders alone, and too low below 1 */
  readonly cost_coverage: number | null;
  /** net_revenue_eur / spend_eur */
  readonly roas: number | null;
  /** (margin_eur - spend_eur) / spend_eur */
  readonly roi: number | null;
  /** views x 8 EUR / 1000: what the views would have cost at the Meta CPM (EUR) */
  readonly earned_media_value_eur: number | null;
  /** spend_eur / engagements (EUR) */
  readonly cost_per_engagement_eur: number | null;
}

/** One influencer and one shop day; the sums are roi_by_influencer. */
export interface RoiByInfluencerDailyRow {
  /** The shop's day; days ahead have the fees of deals that still run */
  readonly day: string | null;
  /** platform:handle */
  readonly influencer_id: string | null;
  /** Name on the platform */
  readonly handle: string | null;
  /** Social network */
  readonly platform: string | null;
  /** Posts of the day */
  readonly posts: number | null;
  /** Views of these posts, whenever */
  readonly views: number | null;
  /** Likes, comments, shares and saves of these posts */
  readonly engagements: number | null;
  /** Commission owed for the orders of the day (EUR) */
  readonly commission_eur: string | null;
  /** The day's share of fees and products, spread over the life of each deal, and the commission (EUR) */
  readonly spend_eur: string | null;
  /** Fees and products whole on the day of the contract, and the commission (EUR) */
  readonly booked_eur: string | null;
  /** Conversions of the day by code or link */
  readonly orders: number | null;
  /** Of these, first orders of new customers */
  readonly new_customers: number | null;
  /** Revenue without VAT, after discounts (EUR) */
  readonly net_revenue_eur: string | null;
  /** Contribution margin of the orders whose cost of goods is known; null where none is (EUR) */
  readonly margin_eur: string | null;
  /** Share of net_revenue_eur of orders whose cost of goods is known */
  readonly cost_coverage: number | null;
}

/** One session: the events of one visitor with gaps of at most 30 minutes and one campaign. Its slice is the UTC day on which it began. */
export interface SessionsRow {
  /** visitor id and first event's time */
  readonly session_id: string;
  /** First-party browser id */
  readonly visitor_id: string;
  /** Last customer id that an event of the session carried */
  readonly customer_id: string | null;
  /** First event (UTC) */
  readonly started_at: Date;
  /** Last event (UTC) */
  readonly ended_at: Date;
  /** The shop's day (time_zone of shop.json) of started_at */
  readonly local_date: string;
  /** Channel of the first attributable event, that of the reported campaign where its link names one; Influencer by a deal's link; Unassigned where the page on which the visitor landed told nothing of them (consent came later) */
  readonly channel: "Direct" | "Cross-network" | "Paid Shopping" | "Paid Search" | "Paid Social" | "Paid Video" | "Display" | "Paid Other" | "Organic Shopping" | "Organic Social" | "Organic Video" | "Organic Search" | "AI Assistant" | "Referral" | "Email" | "Affiliates" | "Audio" | "SMS" | "Mobile Push Notifications" | "Unassigned" | "Influencer";
  /** Traffic source; (direct) where there is none, (not set) where it is not known */
  readonly source: string;
  /** Traffic medium */
  readonly medium: string;
  /** Campaign, case-folded */
  readonly campaign: string | null;
  /** The platform's campaign id: of the reported campaign, else as the link has it */
  readonly campaign_id: string | null;
  /** Advertising platform that reported the campaign; null where the link names none that was reported within 30 days */
  readonly platform: string | null;
  /** utm_content */
  readonly content: string | null;
  /** utm_term */
  readonly term: string | null;
  /** Which click id it came with */
  readonly click_id_name: string | null;
  /** Deal whose link brought the session */
  readonly deal_id: string | null;
  /** Influencer of the deal */
  readonly influencer_id: string | null;
  /** First page */
  readonly landing_path: string;
  /** Device category */
  readonly device: string;
  /** Browser family */
  readonly browser: string | null;
  /** Operating system */
  readonly os: string | null;
  /** Events */
  readonly events: number;
  /** Page views */
  readonly page_views: number;
  /** view_item events */
  readonly item_views: number;
  /** add_to_cart events */
  readonly cart_adds: number;
  /** begin_checkout events */
  readonly checkouts: number;
  /** add_shipping_info events */
  readonly shipping_infos: number;
  /** add_payment_info events */
  readonly payment_infos: number;
  /** Order numbers of purchase events that were told of for the first time in 30 days: a thank-you page opened again is no purchase */
  readonly purchases: number;
  /** At least 10 s, two page views or a purchase */
  readonly is_engaged: boolean;
}

/** The shop, as its profile (shop.json) says. */
export interface ShopRow {
  /** Name of the shop */
  readonly name: string;
  /** Currency of prices and of costs of goods, ISO 4217 */
  readonly currency: string;
  /** Time zone of the shop's day, IANA */
  readonly time_zone: string;
  /** Model that reports show by default */
  readonly attribution_model: string;
  /** Look-back that views of one look-back show (days) */
  readonly lookback_days: number;
  /** Worth of 1000 views of an influencer's post (EUR) */
  readonly earned_media_cpm_eur: number;
}

/** Which campaign a name in links means, where it is not the platform's own name, as the shop's profile says. */
export interface ShopCampaignNamesRow {
  /** The name as links have it, compared in its folded form */
  readonly utm_campaign: string;
  /** The source for which this holds, as the profile has it; null: any */
  readonly utm_source: string | null;
  /** utm_source by its canonical name, as sessions name the source: fb is facebook */
  readonly source: string | null;
  /** Platform of the campaign, in lower case */
  readonly platform: string;
  /** Id of the campaign at its platform */
  readonly campaign_id: string;
}

/** What an order costs the shop besides its goods, and the days for which that holds. */
export interface ShopCostsRow {
  /** First day for which the row holds */
  readonly holds_from: string;
  /** The first day for which it holds no more; null while it does */
  readonly holds_until: string | null;
  /** Picking, packing and carriage of an order (EUR) */
  readonly fulfilment_eur: string;
  /** Share of what is paid that the payment provider keeps */
  readonly payment_rate: string;
  /** What the payment provider takes for each payment besides (EUR) */
  readonly payment_fixed_eur: string;
}

/** A marketing cost that no platform reports, as the shop's profile says: a tool, an agency, salaries. */
export interface ShopMarketingCostsRow {
  /** What is paid for */
  readonly name: string;
  /** Channel that it is paid for */
  readonly channel: string;
  /** First day of the cost */
  readonly first_day: string;
  /** Last day of the cost; null while it is paid */
  readonly last_day: string | null;
  /** Amount of each day, each calendar month, or once (EUR) */
  readonly amount_eur: string;
  /** day, month or once */
  readonly per: "day" | "month" | "once";
}

/** One touch on the path of one conversion, at most 90 days before it. Its slice is the UTC day of the order. */
export interface TouchpointsRow {
  /** The conversion */
  readonly order_id: string;
  /** The session, or the code, or the landing page by the shop */
  readonly touch_id: string;
  /** How it is known */
  readonly touch_type: "session" | "promo_code" | "order_landing" | "none";
  /** When; never later than converted_at, which the shop writes to the second (UTC) */
  readonly touched_at: Date;
  /** When the order was placed (UTC) */
  readonly converted_at: Date;
  /** Place in the path, from 1, oldest first */
  readonly position: number;
  /** Channel */
  readonly channel: "Direct" | "Cross-network" | "Paid Shopping" | "Paid Search" | "Paid Social" | "Paid Video" | "Display" | "Paid Other" | "Organic Shopping" | "Organic Social" | "Organic Video" | "Organic Search" | "AI Assistant" | "Referral" | "Email" | "Affiliates" | "Audio" | "SMS" | "Mobile Push Notifications" | "Unassigned" | "Influencer";
  /** Traffic source */
  readonly source: string | null;
  /** Traffic medium */
  readonly medium: string | null;
  /** Campaign, case-folded */
  readonly campaign: string | null;
  /** The platform's campaign id: of the reported campaign, else as the link has it */
  readonly campaign_id: string | null;
  /** Advertising platform that reported the campaign; null where the link names none that was reported within 30 days */
  readonly platform: string | null;
  /** utm_content */
  readonly content: string | null;
  /** Influencer deal */
  readonly deal_id: string | null;
  /** Influencer */
  readonly influencer_id: string | null;
  /** Deal whose promotion code the order used: the same on every touch of the order, also where no touch is the code's own */
  readonly code_deal_id: string | null;
}

/** One data-quality check of one run. */
export interface CheckResultsRow {
  /** The run */
  readonly run_id: string;
  /** table.column:rule */
  readonly check_name: string;
  /** Table checked */
  readonly table_name: string;
  /** An error fails the run; a warning is shown */
  readonly severity: "error" | "warning";
  /** Rows that break the rule */
  readonly failures: number;
  /** Rows looked at */
  readonly checked: number;
  /** When (UTC) */
  readonly checked_at: Date;
}

/** One slice that one run built or removed: the ledger. */
export interface PipelineRunsRow {
  /** The run: its start in UTC and a random suffix */
  readonly run_id: string;
  /** Step of the pipeline */
  readonly step: "transform" | "model";
  /** Table of the slice */
  readonly table_name: string;
  /** Day of the slice */
  readonly slice: string;
  /** What the run did */
  readonly action: "built" | "removed";
  /** Why the slice was stale */
  readonly reason: string;
  /** SHA-256 over the keys and etags that the slice was built from */
  readonly inputs: string;
  /** key@etag of every object that the slice was built from */
  readonly input_keys: readonly (string)[];
  /** SHA-256 over the statement, the schema and the engine that built it */
  readonly code: string;
  /** Raw records read; null for a model */
  readonly rows_in: number | null;
  /** Rows written */
  readonly rows_out: number;
  /** Raw records refused; null for a model */
  readonly rejected: number | null;
  /** Raw records that a better one replaced; null for a model */
  readonly duplicates: number | null;
  /** Size of the object written (bytes) */
  readonly bytes_out: number;
  /** Etag of the object written; null when it was removed */
  readonly output_etag: string | null;
  /** When the work on the slice began (UTC) */
  readonly started_at: Date;
  /** When the slice was in place (UTC) */
  readonly finished_at: Date;
}

/** One raw record that was refused, with its reasons. */
export interface RejectsRow {
  /** Table that refused it */
  readonly table_name: string;
  /** Feed that sent it */
  readonly feed: string;
  /** Key of the raw object */
  readonly object: string;
  /** Line in the object, row of a sheet as a spreadsheet numbers it, or place among the records of a document, from 1; null where it could not be found again */
  readonly line: number | null;
  /** The same in words, one for each reason: what is wrong, where, and what to do. What looks personal is masked */
  readonly messages: readonly (string)[] | null;
  /** Why, each as rule:subject; the rules are at the end of the data dictionary */
  readonly reasons: readonly (string)[];
  /** The record as received (a row of a sheet as its cells by heading), with whatever personal data it had, cut at 1 MB */
  readonly record: string | null;
}
