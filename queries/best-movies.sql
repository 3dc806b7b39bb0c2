-- The items that a model likes best: by learned bias, which allows for who rated them, beside the plain mean.
-- Parameters:
--   model: a trained model
--   count: how many to show (default 10)
--   minimum_count: leave out items that fewer people rated (default 50)
-- Columns:
--   title: what the item is called
--   bias: the learned bias
--   mean: the plain mean of its ratings
--   ratings: how many people rated it
--   mean_rank: its place if items were ranked by mean, the highest first
WITH ranked AS (
    SELECT label, key, bias, mean, count, rank() OVER (ORDER BY mean DESC) AS mean_rank
    FROM zoo_embeddings
    WHERE model = :model AND field = 'item' AND bias IS NOT NULL AND count >= COALESCE(:minimum_count, 50)
)
SELECT label AS title, bias, mean, count AS ratings, mean_rank
FROM ranked
ORDER BY bias DESC, key
LIMIT COALESCE(:count, 10)
