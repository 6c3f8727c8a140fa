-- Who somebody is, and whose a link is: names for the SELECTs of this folder.

-- What scripts write where they know nobody: `undefined`, `null`, `NaN`, `[object Object]`, a UUID of zeros, a template
-- that was not filled in. Most ids are long, and are not looked at.
CREATE OR REPLACE TEMP MACRO is_nobody(id) AS (strlen(id) <= 24 OR starts_with(id, '0000')) AND regexp_matches(id,
  '(?i)^[\s"''(\[{<$]*(?:(?:undefined|null|nil|none|nan|void|false|true|empty|unknown|anonymous|anon|guest|visitor'
    || '|user|customer|client|not[ _-]set|not[ _-]provided|n/?a|object[ _][a-z]+|deleted|test|visitor_?id|user_?id'
    || '|client_?id|customer_?id|[0.:_-]+|-1)(?:[.|_:,-]+|$|[\s"'')\]}>]))+[\s"'')\]}>]*$|^\s*$');
-- (Shopify's newer interfaces call a customer `gid://shopify/Customer/501`.)
CREATE OR REPLACE TEMP MACRO person_id(id) AS CASE WHEN is_nobody(id) THEN NULL
  WHEN starts_with(id, 'gid://') AND regexp_matches(id, '^gid://shopify/[A-Za-z]+/[0-9]+')
    THEN regexp_extract(id, '[0-9]+')
  ELSE impersonal_id(id) END;

-- An order's number as people, pages and the shop's own interfaces write it: `1001`, `#1001`,
-- `gid://shopify/Order/5512`, `Order 1001`, `Bestellnr. 1001`. A word is one that ends there: `NORD-1001` is another
-- shop's number than `1001`. What a script writes where it knows none is none.
CREATE OR REPLACE TEMP MACRO order_reference(text) AS CASE WHEN NOT is_nobody(text) THEN
  nullif(trim(regexp_replace(regexp_replace(trim(text), '^gid://shopify/[A-Za-z]+/([0-9]+).*$', '\1'),
    '^(?i:(?:(?:(?:your|votre|ihre|deine) +)?(?:order|commande|bestell(?:ung|ing)?|auftrags?|pedido|ordine|encomenda)'
      || '[ -]*(?:number|num[eé]ro|nummer|num\b|nr\b|no\b|id\b|n[°º]|№)?|n[°º]|№|no\b|nr\b)?)'
      || '(?:[ .:#]*([0-9].*)|[ .:#]+(.*)|())$',
    '\1\2')),
    '') END;

-- The path of a deal's link as it is compared: lower case, escaped as browsers do, without the slash at its end and the
-- shop's language before it. Null for the shop's own pages, on which everybody lands: a link to one of them is known by
-- its parameters alone.
CREATE OR REPLACE TEMP MACRO escaped_path(path) AS CASE WHEN strlen(path) = length(path) THEN path
  ELSE array_to_string(list_transform(string_split(decoded(path), '/'), lambda name: url_encode(name)), '/') END;
CREATE OR REPLACE TEMP MACRO without_language(path) AS regexp_replace(path, '^/[a-z]{2}(?:-[a-z]{2,4})?(/.+)$', '\1');
CREATE OR REPLACE TEMP MACRO bare_path(path) AS without_language(rtrim(lower(escaped_path(path)), '/'));
CREATE OR REPLACE TEMP MACRO is_own_page(path) AS
  regexp_matches(path, '^(/[a-z]{2}(-[a-z]{2,4})?)?$|^/index\.[a-z]+$')
    OR list_contains(getvariable('own_paths'), split_part(path, '/', 2));
CREATE OR REPLACE TEMP MACRO deal_path(path) AS CASE WHEN NOT is_own_page(bare_path(path)) THEN bare_path(path) END;

-- A promotion code as deals and orders are compared by it: whatever its case, and however its accents are put together.
CREATE OR REPLACE TEMP MACRO promotion_code(text) AS upper(nfc_normalize(trim(text)));

-- What a deal's commission is a share of: what was ordered (gross, unless the deal says otherwise), or what is left of
-- it after refunds (net).
CREATE OR REPLACE TEMP MACRO commission_base(text) AS CASE
  WHEN coalesce(trim(text), '') = ''
    OR regexp_matches(text, '(?i)^\s*(gross|brut|ordered|command[ée]|avant)') THEN 'gross'
  WHEN regexp_matches(text, '(?i)^\s*(net|hors|apr[eè]s|without|excl|after|kept|encaiss)') THEN 'net'
    ELSE lower(trim(text)) END;
