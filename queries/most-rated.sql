-- The items of a data set that most people rated.
-- Parameters:
--   data: a data set of ratings
--   count: how many to show (default 10)
-- Columns:
--   title: what the item is called
--   ratings: how many people rated it
--   mean: the mean of its ratings
SELECT item.title, count(*) AS ratings, avg(rating.rating) AS mean
FROM zoo_ratings AS rating
JOIN zoo_items AS item ON item.dataset = rating.dataset AND item.idx = rating.item
WHERE rating.dataset = (SELECT id FROM zoo_datasets WHERE name = :data)
GROUP BY rating.item
ORDER BY ratings DESC, rating.item
LIMIT COALESCE(:count, 10)
