-- One row is the span of the reports of advertising: the first day of which they tell; there is no row where there are
-- none. What was spent before it is not known, which is not 0. Tools that send e-mail tell of no spend, and begin
-- nothing.
SELECT min(first_day) AS first_day
FROM (SELECT min(dt) AS first_day FROM ad_spend GROUP BY platform HAVING sum(spend_eur) > DECIMAL '0.00') AS reports
HAVING count(*) > 0
