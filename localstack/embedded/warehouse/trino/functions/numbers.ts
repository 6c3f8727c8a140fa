/** Functions of numbers. The form of a line is told in `register.ts`. */
const whole = ['tinyint', 'smallint', 'integer', 'bigint'] as const;
const ofWhole = (line: (type: string) => string): string => whole.map(line).join('\n');

export const numbers = `
  ${ofWhole((n) => `abs(${n}) ${n}`)}
  abs(real) real
  abs(double) double
  ${ofWhole((n) => `sign(${n}) ${n} | cast`)}
  sign(real) real | cast
  sign(double) double | cast
  ${ofWhole((n) => `ceil(${n}) ${n} | cast`)}
  ceil(real) real
  ceil(double) double
  ${ofWhole((n) => `ceiling(${n}) ${n} | ceil | cast`)}
  ceiling(real) real | ceil
  ceiling(double) double | ceil
  ${ofWhole((n) => `floor(${n}) ${n} | cast`)}
  floor(real) real
  floor(double) double
  truncate(real) real | trunc
  truncate(double) double | trunc
  ${ofWhole((n) => `round(${n}) ${n} | cast`)}
  round(real) real
  round(double) double
  ${ofWhole((n) => `round(${n}, integer) ${n} | whole_round | cast`)}
  round(real, integer) real
  round(double, integer) double
  ${ofWhole((n) => `mod(${n}, ${n}) ${n} | whole_mod | cast`)}
  power(double, double) double
  pow(double, double) double
  exp(double) double
  ln(double) double
  log2(double) double
  log10(double) double
  log(double, double) double
  sqrt(double) double
  pi() double
  e() double
  radians(double) double
  degrees(double) double
  sin(double) double
  cos(double) double
  tan(double) double
  asin(double) double
  acos(double) double
  atan(double) double
  atan2(double, double) double
  is_nan(double) boolean | isnan
  is_finite(double) boolean | isfinite
  is_infinite(double) boolean | isinf
  infinity() double
  width_bucket(double, double, double, bigint) bigint
  bar(double, bigint) varchar
  bitwise_and(bigint, bigint) bigint
  bitwise_or(bigint, bigint) bigint
  bitwise_xor(bigint, bigint) bigint
  bitwise_not(bigint) bigint
`;
