-- Where parcels go, no finer than some hundred thousand people: names for the SELECTs of this folder.

-- The département of a French postcode: its first two digits; three overseas; 2A or 2B in Corsica; Monaco's is MC. A
-- sheet takes the 0 in front, a CEDEX or a country's letter may stand beside it. Null for what is no postcode.
CREATE OR REPLACE TEMP MACRO departement(postcode) AS
  list_transform([lpad(regexp_extract(postcode, '^[^0-9]*([0-9]{2}[ .]?[0-9]{2,3})(?:[^0-9]|$)', 1)
    .regexp_replace('[ .]', ''), 5, '0')],
    lambda five: CASE WHEN starts_with(five, '00') OR starts_with(five, '96') OR starts_with(five, '99') THEN NULL
      WHEN starts_with(five, '201') OR starts_with(five, '200') THEN '2A' WHEN starts_with(five, '20') THEN '2B'
      WHEN starts_with(five, '980') THEN 'MC'
      WHEN starts_with(five, '97') OR starts_with(five, '98') THEN left(five, 3) ELSE left(five, 2) END)[1];

-- The country's code elsewhere. A parcel overseas is written with the country FR or with one of its own.
CREATE OR REPLACE TEMP MACRO area_of(country, postcode) AS
  CASE upper(trim(country)) WHEN 'FR' THEN departement(postcode) WHEN 'GP' THEN '971' WHEN 'MQ' THEN '972'
    WHEN 'GF' THEN '973' WHEN 'RE' THEN '974' WHEN 'PM' THEN '975' WHEN 'YT' THEN '976' WHEN 'BL' THEN '977'
    WHEN 'MF' THEN '978' WHEN 'WF' THEN '986' WHEN 'PF' THEN '987' WHEN 'NC' THEN '988'
    WHEN '' THEN NULL ELSE upper(trim(country)) END;
