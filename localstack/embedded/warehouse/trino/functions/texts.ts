/** Functions of texts: letters, patterns, parts of a URL, and bytes. The form of a line is told in `register.ts`. */
export const texts = `
  version() varchar
  length(varchar) bigint | cast
  length(varbinary) bigint | octet_length | cast
  lower(varchar) varchar
  upper(varchar) varchar
  trim(varchar) varchar
  trim(varchar, varchar) varchar
  ltrim(varchar) varchar
  ltrim(varchar, varchar) varchar
  rtrim(varchar) varchar
  rtrim(varchar, varchar) varchar
  substr(varchar, bigint) varchar
  substr(varchar, bigint, bigint) varchar
  substring(varchar, bigint) varchar | substr
  substring(varchar, bigint, bigint) varchar | substr
  strpos(varchar, varchar) bigint | cast
  starts_with(varchar, varchar) boolean
  reverse(varchar) varchar | letters_reversed
  replace(varchar, varchar) varchar
  replace(varchar, varchar, varchar) varchar
  lpad(varchar, bigint, varchar) varchar
  rpad(varchar, bigint, varchar) varchar
  split(varchar, varchar) array(varchar)
  split(varchar, varchar, bigint) array(varchar)
  split_part(varchar, varchar, bigint) varchar
  chr(bigint) varchar
  codepoint(varchar) integer
  levenshtein_distance(varchar, varchar) bigint | distance_of_letters | cast
  hamming_distance(varchar, varchar) bigint | hamming_of_letters | cast
  split_to_map(varchar, varchar, varchar) map(varchar, varchar)
  translate(varchar, varchar, varchar) varchar
  regexp_like(varchar, [pattern]) boolean
  regexp_extract(varchar, [pattern]) varchar
  regexp_extract(varchar, [pattern], [group]) varchar
  regexp_extract_all(varchar, [pieces]) array(varchar)
  regexp_extract_all(varchar, [pieces], [group]) array(varchar)
  regexp_count(varchar, [pieces]) bigint
  regexp_split(varchar, [parting]) array(varchar)
  regexp_replace(varchar, [pieces]) varchar
  regexp_replace(varchar, [pieces], [replacement]) varchar
  url_extract_protocol(varchar) varchar
  url_extract_host(varchar) varchar
  url_extract_path(varchar) varchar
  url_extract_query(varchar) varchar
  url_extract_fragment(varchar) varchar
  url_extract_parameter(varchar, varchar) varchar
  url_decode(varchar) varchar | decoded
  url_encode(varchar) varchar | encoded
  to_utf8(varchar) varbinary
  from_utf8(varbinary) varchar
  to_hex(varbinary) varchar
  from_hex(varchar) varbinary
  to_base64(varbinary) varchar
  from_base64(varchar) varbinary
  md5(varbinary) varbinary
  sha1(varbinary) varbinary
  sha256(varbinary) varbinary
`;
