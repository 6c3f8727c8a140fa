/** Functions of JSON. The form of a line is told in `register.ts`. */
export const json = `
  json_extract_scalar(varchar, [path]) varchar
  json_extract_scalar(json, [path]) varchar
  json_extract(varchar, [path]) json
  json_extract(json, [path]) json
  json_array_length(varchar) bigint
  json_array_length(json) bigint
  json_parse(varchar) json
  json_format(made json) varchar | json_written
`;
