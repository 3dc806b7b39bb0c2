-- The items of a data set that most people rated.
-- Parameters:
--   data: a data set of ratings
--   count: how many to show (default 10)
-- Columns:
--   title: what the item is called, with its key in brackets where several items have that title
--   ratings: how many people rated it
--   mean: the mean of its ratings
WITH tally AS (
    SELECT dataset, item, count(*) AS ratings, avg(rating) AS mean
    FROM zoo_ratings
    WHERE dataset = (SELECT id FROM zoo_datasets WHERE name = :data)
    GROUP BY item
    ORDER BY ratings DESC, item
    LIMIT COALESCE(:count, 10)
)
SELECT iif(
        EXISTS (
            SELECT 1 FROM zoo_items AS other
            WHERE other.dataset = tally.dataset AND other.title = items.title AND other.idx <> items.idx
        ), title || ' [' || key || ']', title
    ) AS title, ratings, mean
FROM tally
JOIN zoo_items AS items ON items.dataset = tally.dataset AND items.idx = tally.item
ORDER BY ratings DESC, tally.item
