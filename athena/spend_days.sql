-- One row is the span of the reports of advertising: the first day of which they tell; there is no row where there are
-- none. What was spent before it is not known, which is not 0. Tools that send e-mail tell of no spend, and begin
-- nothing.
SELECT min(dt) AS first_day
FROM ad_spend
WHERE platform IN (SELECT platform FROM ad_spend WHERE spend_eur > DECIMAL '0.00')
HAVING count(*) > 0
