-- The data sets at a glance.
-- Columns:
--   name: how it is asked for
--   kind: what it holds
--   users: how many people
--   items: how many items
--   ratings: how many ratings
--   density: the share of all pairs of user and item that have a rating
--   scale: the least and the greatest rating
--   splits: its named splits
SELECT name, kind, users, items, ratings, CAST(ratings AS REAL) / (users * items) AS density,
    rating_min || ' to ' || rating_max AS scale,
    (SELECT group_concat(name, ', ') FROM (SELECT name FROM zoo_splits WHERE dataset = zoo_datasets.id ORDER BY name))
        AS splits
FROM zoo_datasets
ORDER BY name
