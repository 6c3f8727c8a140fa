/** Functions of numbers. The form of a line is told in `register.ts`. */
export const numbers = `
  abs(integer) integer
  abs(bigint) bigint
  abs(double) double
  sign(integer) integer | cast
  sign(bigint) bigint | cast
  sign(double) double | cast
  ceil(integer) integer | cast
  ceil(bigint) bigint | cast
  ceil(double) double
  ceiling(integer) integer | ceil | cast
  ceiling(bigint) bigint | ceil | cast
  ceiling(double) double | ceil
  floor(integer) integer | cast
  floor(bigint) bigint | cast
  floor(double) double
  truncate(double) double | trunc
  round(integer) integer | cast
  round(bigint) bigint | cast
  round(double) double
  round(integer, integer) integer | whole_round | cast
  round(bigint, integer) bigint | whole_round | cast
  round(double, integer) double
  mod(integer, integer) integer | whole_mod
  mod(bigint, bigint) bigint | whole_mod
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
  bitwise_and(bigint, bigint) bigint
  bitwise_or(bigint, bigint) bigint
  bitwise_xor(bigint, bigint) bigint
  bitwise_not(bigint) bigint
`;
