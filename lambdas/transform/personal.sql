-- Personal data in free texts (titles, paths, UTM values, codes): names for the SELECTs of this folder. What looks like
-- an address, a telephone, card or account number, or a secret token is masked before it is stored. Raw keeps what was
-- sent.

-- Whether a text may hold such a thing: one cheap look at each text, most of which hold none. It says yes wherever a
-- pattern below might; the first part wherever an address, a telephone, card or account number may be, which tell who
-- somebody is.
CREATE OR REPLACE TEMP MACRO somebody_hint() AS
  'wa\.me/|\(a\)|[@＠﹫]|%(?:25)*40|(?:#|23)(?:0*64|[xX]0*40)[;%]|commat|%(?i:ef%bc%a0)'
  || '|[%\\]u0040|\\x40|(?:=|3[Dd])40[A-Za-z0-9-]+\.[a-z]|[(\[ +_-](?i:at|arobase)[)\] +_-]'
  || '|0[67](?:/[0-9]{2}){4}|(?:^|[^0-9]|%[0-9A-Fa-f]{2})0[ ]?[0-9]\)?(?:(?:%(?:25)*20'
    || '|[ \t._()+\-\x{00A0}\x{202F}\x{2009}\x{2011}\x{2013}]){0,2}[0-9]){6}|(?:\+|%(?:25)*2[Bb])(?:%(?:25)*20'
    || '|[ .(+-]){0,2}[1-9](?:(?:(?:%(?:25)*20|[ .()+_\-\x{00A0}\x{202F}\x{2011}]){0,3}[0-9]){3}|(?:(?:%(?:25)*20'
    || '|[ .()+_\-\x{00A0}\x{202F}\x{2011}]){0,3}[0-9]){0,2}(?:%(?:25)*20|[ .()+_\-\x{00A0}\x{202F}\x{2011}]){0,3}%)'
  || '|(?:^|[^0-9]|%[0-9A-Fa-f]{2})(?:[2-6][0-9]{3}[ _+.\-\x{00A0}\x{202F}\x{2013}]?[0-9]{4}'
    || '[ _+.\-\x{00A0}\x{202F}\x{2013}]?[0-9]{4}[ _+.\-\x{00A0}\x{202F}\x{2013}]?[0-9]{3}'
    || '|3[47][0-9]{2}[ -]?[0-9]{6})'
  || '|[A-Za-z]{2}[0-9]{2}[ .+\-\x{00A0}\x{202F}]?[A-Za-z0-9]{4}[ .+\-\x{00A0}\x{202F}]?[A-Za-z0-9]{3,4}'
    || '[ .+\-\x{00A0}\x{202F}]?[0-9]{3}'
  || '|33[ .+\-\x{00A0}\x{202F}]{0,2}(?:\(0\))?[ .+\-\x{00A0}\x{202F}]{0,2}[1-9]'
    || '[ .+\-\x{00A0}\x{202F}]?[0-9]{2}[ .+\-\x{00A0}\x{202F}]'
  || '|(?:33(?:[ +-]|%(?:25)*20)?[67][0-9]|324[5-9]|417[5-9])[0-9]{7}'
  || '|33 ?\(0\)|(?i:t[eé]l|phone|gsm|whatsapp)[a-zA-Zé]*(?:\?phone)?[ :.=/+]{1,3}[1-9][0-9]{8}';
CREATE OR REPLACE TEMP MACRO may_be_personal(value) AS regexp_matches(value, somebody_hint()
  || '|[A-Za-z0-9]{20}|eyJ|AKIA|[spr]k_(?:live|test)_|-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-|(?i:/[a-z_-]*(?:reset|activat'
    || '|invit|verif|confirm|unsubscribe|recover|magic|token)[a-z_-]*/)');

-- An e-mail address, its sign also escaped or written out; never across the parts of a path or a query. It ends in
-- letters: 3@2.50 is none.
CREATE OR REPLACE TEMP MACRO email_pattern() AS
  '(?i)[^\s/?&=#@＠﹫,;:<>()\[\]"|\\]+(?:(?:\s[@＠﹫]\s|(?:[@＠﹫]|%(?:25)*40|&(?:amp;)?#(?:0*64|x0*40);|&commat;'
    || '|%ef%bc%a0|[%\\]u0040|\\x40)'
    || '[\s\x{200B}\x{00AD}]?)|[\s+]*[(\[](?:at|a|arobase)[)\]][\s+]*|[\s+]+arobase[\s+]+)'
    || '(?:[\pL\pN\pM_-]+(?:[.．。]|%(?:25)*2e|&period;|[\s+]*[(\[](?:dot|point)[)\]][\s+]*|[\s+]+point[\s+]+))+'
    || '(?:xn--[a-z0-9-]+|[\pL\pM]{2,})'
  -- As mails encode it (=40), behind which letters alone are none: ?width=40px.webp.
  || '|[^\s/?&=#@＠﹫,;:<>()\[\]"|\\]{2,}(?:=|%(?:25)*3d)(?:3d)?40(?:[\pL\pN_-]+\.)+(?:com|org|net|info|eu|fr|be|ch|de|es'
    || '|it|lu|nl|pt|uk|ca|us|io|me|bio|shop)\b'
  -- Its own part in quotes may have spaces. (To bound its length makes of one step of the pattern 64.)
  || '|"[^"@＠﹫]+"(?:[@＠﹫]|%(?:25)*40)(?:[\pL\pN\pM_-]+[.．。])+(?:xn--[a-z0-9-]+|[\pL\pM]{2,})';

-- A French number in the ways that people write it, and one of any country with its + or 00, whatever letters stand
-- beside it. Ten digits that begin with another than 0, or more of them without a sign, are order numbers, ids and bar
-- codes, unless a word calls them a telephone's, or they stand in the groups of a French one; a slash makes a date,
-- unless five pairs begin as a mobile's number does.
CREATE OR REPLACE TEMP MACRO foreign_phone_pattern() AS
  '(^|[^0-9A-Za-z])(?:\+|%(?:25)*2[Bb])\(?[1-9](?:(?:[ .()+_\-\x{00A0}\x{202F}\x{2011}]'
    || '|%(?:25)*20){0,3}[0-9]){7,13}([^0-9]|$)';
CREATE OR REPLACE TEMP MACRO called_phone_pattern() AS
  '((?:^|[^A-Za-z])(?i:t[eé]l(?:[eé]phone)?|phone|gsm|whatsapp)[ :.=/+]{1,3})[1-9][0-9]{8,12}([^0-9]|$)';
CREATE OR REPLACE TEMP MACRO phone_pattern() AS
  '(^|[^0-9]|%[0-9A-Fa-f]{2})(?:00[ .(-]?[1-9](?:(?:[ .()+_\-\x{00A0}\x{202F}\x{2011}]|%(?:25)*20){0,3}[0-9]){7,13}'
  || '|\(?0[1-9]\)?(?:[0-9]{8}|(?:(?:%(?:25)*20|[ \t._+\-\x{00A0}\x{202F}\x{2009}\x{2011}\x{2013}]){1,2}[0-9]{2}){4}'
    || '|[0-9]{2}(?:[ +.\-\x{00A0}\x{202F}\x{2009}\x{2013}][0-9]{3}){2}|[ .-][0-9]{8}'
  || '|(?:[ .\-\x{00A0}\x{202F}\x{2009}\x{2013}][0-9]{4}){2}|[ .-][0-9]{3}[ .-][0-9]{3}[ .-][0-9]{2}'
    || '|[0-9]{2}(?:[ .\-\x{00A0}\x{202F}][0-9]{2}){3})|0[67](?:/[0-9]{2}){4}'
  || '|33(?:[ .+\-\x{00A0}\x{202F}]?\(0\)[ .+\-\x{00A0}\x{202F}]?[1-9](?:[ .+\-\x{00A0}\x{202F}]?[0-9]{2}){4}'
    || '|[ .+\-\x{00A0}\x{202F}]?[1-9](?:[ .+\-\x{00A0}\x{202F}][0-9]{2}){4}'
    || '|[ \x{00A0}\x{202F}][1-9][0-9]{2}(?:[ \x{00A0}\x{202F}][0-9]{3}){2})'
  || '|0 [1-9][0-9]{2} [0-9]{3} [0-9]{3}|0[1-9][0-9](?: [0-9]{4}){2}'
    || '|wa\.me/[1-9][0-9]{7,14})([^0-9]|$)';

-- A mobile's number of France, Belgium or Switzerland without its plus, among words or as what a parameter says. It has
-- eleven digits, as no bar code has; what is alone, part of a path or the value of a parameter of ids is an id.
CREATE OR REPLACE TEMP MACRO bare_phone_pattern() AS
  '(?i)([\s(:;,<>"|+]|(?:^|[?&\s])(?:q|s|query|search|ref|code|discount|utm_(?:source|medium|campaign|content|term'
    || '|source_platform|creative_format|marketing_tactic))=)'
  || '(?:33(?:[ +-]|%(?:25)*20)?[67][0-9]|324[5-9]|417[5-9])[0-9]{7}(\.?(?:[^0-9A-Za-z._-]|$))'
  || '|^(?:33(?:[ +-]|%(?:25)*20)?[67][0-9]|324[5-9]|417[5-9])[0-9]{7}([\s,;:!?)])';

-- An account number (IBAN), and a card number: of the latter only a whole number, in the groups in which cards have it,
-- that has the right check digit.
CREATE OR REPLACE TEMP MACRO iban_pattern() AS
  '(^|[^A-Za-z0-9]|(?i:iban))(?:[A-Za-z]{2}[0-9]{2}[ .+\-\x{00A0}\x{202F}]?(?:[A-Za-z]{4}[ .+\-\x{00A0}\x{202F}]?|'
    || '[A-Za-z])?[0-9]{3,4}[ .+\-\x{00A0}\x{202F}]?[0-9]{4}(?:[ .+\-\x{00A0}\x{202F}]?[A-Za-z0-9]{4}){1,5}(?:'
    || '[ .+\-\x{00A0}\x{202F}]?[A-Za-z0-9]{1,4})?'
  || '|(?i:NL)[0-9]{2} ?[A-Za-z]{4}(?: ?[0-9]{4}){2} ?[0-9]{2}'
    || '|(?i:NO)[0-9]{2}(?: ?[0-9]{4}){2} ?[0-9]{3})([^A-Za-z0-9]|$)';
CREATE OR REPLACE TEMP MACRO digits_pattern() AS '[0-9](?:[ _+.\-\x{00A0}\x{202F}\x{2013}]?[0-9]){12,}';
CREATE OR REPLACE TEMP MACRO has_luhn(digits) AS
  list_sum(list_transform(list_reverse(string_split(digits, '')),
  lambda digit, place: CASE WHEN place % 2 = 1 THEN CAST(digit AS INTEGER)
    ELSE CAST(digit AS INTEGER) * 2 - CASE WHEN CAST(digit AS INTEGER) > 4 THEN 9 ELSE 0 END END)) % 10
    = 0;
CREATE OR REPLACE TEMP MACRO is_card(number) AS
  list_transform([regexp_replace(number, '[^0-9]', '', 'g')], lambda digits:
  regexp_full_match(number,
    '[0-9]{15,16}|[0-9]{4}(?:[^0-9][0-9]{4}){3}|[0-9]{4}[^0-9][0-9]{6}[^0-9][0-9]{5}'
      || '|[0-9]{4}(?:[^0-9][0-9]{4}){2}[^0-9][0-9]{3}')
    AND regexp_full_match(digits, '(?:4|5[1-5]|2[2-7]|6)[0-9]{14,15}|3[47][0-9]{13}') AND has_luhn(digits))[1];

-- A token: a JWT, 24 or more hexadecimal digits, a UUID, what stands behind a word such as reset in a path, and long
-- runs of letters and digits in which they change often, as they do in no word.
CREATE OR REPLACE TEMP MACRO token_pattern() AS
  '\beyJ[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]+){0,2}|\bAKIA[0-9A-Z]{16}\b|\b[spr]k_(?:live|test)_[A-Za-z0-9]{8,}'
    || '|\b[0-9a-fA-F]{24,}\b|\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b';
CREATE OR REPLACE TEMP MACRO token_path_pattern() AS
  '(?i)(/(?:(?:password|email|account)[_-]?)?(?:reset|activate|activation|invite|invitation|verify|verification'
    || '|confirm|confirmation|unsubscribe|recover|recovery|magic|token)(?:[_-](?:password|email|account'
    || '|link))?/)[^?#\s]{6,}';
CREATE OR REPLACE TEMP MACRO random_looking(text) AS
  len(regexp_extract_all(text, '[0-9]+')) >= 3 AND len(regexp_extract_all(text, '[A-Za-z]+')) >= 3;

-- Each step reads the text of the step before once: as macros inside macros they would be written out some hundred
-- times.
CREATE OR REPLACE TEMP MACRO without(value, found, mask) AS
  list_reduce(found, lambda so_far, one: replace(so_far, one, mask), value);
CREATE OR REPLACE TEMP MACRO masked_as_written(texts) AS list_transform(list_transform(list_transform(texts,
  lambda text: without(regexp_replace(regexp_replace(regexp_replace(text, email_pattern(), '[email]', 'g'),
    token_path_pattern(), '\1[token]', 'g'),
    token_pattern(), '[token]', 'g'),
    list_filter(regexp_extract_all(text, '[A-Za-z0-9]{20,}'), lambda run: random_looking(run)), '[token]')),
  lambda text: without(text, list_filter(regexp_extract_all(text, digits_pattern()), lambda number: is_card(number)),
    '[card]')),
  -- Twice, since the sign between two numbers is taken by the first.
  lambda text: regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    regexp_replace(text, iban_pattern(),
    '\1[iban]\2', 'g'),
    foreign_phone_pattern(), '\1[phone]\2', 'g'), foreign_phone_pattern(), '\1[phone]\2', 'g'), phone_pattern(),
      '\1[phone]\2', 'g'),
      phone_pattern(), '\1[phone]\2', 'g'),
      called_phone_pattern(), '\1[phone]\2', 'g'),
      bare_phone_pattern(), '\1[phone]\2\3', 'g'), bare_phone_pattern(), '\1[phone]\2\3', 'g'));
-- Escapes hide where a number begins (`%3D0612…`), so an escaped text is looked at without them, and stored so where
-- something was found. A long text costs a look at all of it for each thing found in it, and no title or name is so
-- long: it is masked whole.
CREATE OR REPLACE TEMP MACRO masked(value) AS
  CASE WHEN NOT may_be_personal(value) THEN value WHEN strlen(value) > 4096 THEN '[text]'
    WHEN value IS NOT NULL THEN list_transform([value], lambda text:
  list_transform([CASE WHEN contains(text, '%') THEN [text, decoded(decoded(text))] ELSE [text] END], lambda forms:
  list_transform([masked_as_written(forms)],
    lambda masks: CASE WHEN masks[2] <> forms[2] THEN masks[2] ELSE masks[1] END)[1])[1])[1] END;

-- An id (an order's number, a promotion code, a campaign) by which tables are joined: two of them stay two. What looks
-- personal in one is replaced by a digest under a key of the lake. Digits alone are an id as they are, unless they have
-- the form of a French telephone number.
CREATE OR REPLACE TEMP MACRO masked_id(id) AS
  CASE WHEN NOT may_be_personal(id) OR regexp_full_match(id, '[1-9][0-9]*') OR masked(id) = id THEN id
  ELSE 'id-' || left(sha256(coalesce(getvariable('mask_key'), '') || id), 16) END;

-- A path, whose parts are ids: two pages stay two. What only parts together tell (/reset/…) is masked as in any text.
CREATE OR REPLACE TEMP MACRO masked_path(path) AS CASE WHEN may_be_personal(path)
  THEN list_transform([array_to_string(list_transform(string_split(path, '/'), lambda part: masked_id(part)), '/')],
    lambda whole: masked(whole))[1]
    ELSE path END;

-- An id that is itself somebody's address or number tells who they are, and would join nothing: it is no id.
-- (An id of digits alone is one of the shop's.)
-- (Each look keeps nearly all ids from the next: to mask one in vain costs a hundred times as much. A UUID looks like
-- an account number now and then, and is none.)
CREATE OR REPLACE TEMP MACRO impersonal_id(id) AS CASE
  WHEN NOT regexp_matches(id, '[@＠﹫ +&%]|[(\[](?i:at|a|arobase)[)\]]|^0(?:[^A-Za-z]|.*[^0-9]0[0-9])'
    || '|\..*(?:[0-9]{4}|0[^A-Za-z])|^[A-Za-z]{2}[0-9]{2}|^[A-Za-z]{2,6}0[0-9]') THEN id
  WHEN NOT regexp_matches(id, somebody_hint()) THEN id
  WHEN regexp_full_match(id, '[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}') THEN id
  WHEN NOT regexp_matches(coalesce(masked(id), ''), '\[(?:email|phone|card|iban)\]') THEN id END;

-- The parameters of a query string that say where a visit came from and what a page shows; all others are left out. (A
-- click id has a column of its own.) Their values are masked as the column is.
CREATE OR REPLACE TEMP MACRO kept_parameters(query) AS
  nullif(array_to_string(list_filter(string_split(query, '&'), lambda pair: list_contains([
  'utm_source', 'utm_medium', 'utm_campaign', 'utm_id', 'utm_content', 'utm_term', 'utm_source_platform',
  'utm_creative_format', 'utm_marketing_tactic',
  'gad_source', 'gad_campaignid', 'q', 's', 'query', 'search', 'page', 'sort_by', 'variant', 'ref', 'code', 'discount'],
    lower(split_part(pair, '=', 1)))),
    '&'),
    '');
