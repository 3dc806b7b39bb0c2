-- The items that a model likes best: by learned bias, which allows for who rated them, beside the plain mean.
-- Parameters:
--   model: a trained model
--   count: how many to show (default 10)
--   minimum_count: leave out items that fewer people rated (default 50)
-- Columns:
--   title: what the item is called, with its key in brackets where several items have that title
--   bias: the learned bias: in ratings of bayesian and features, else in logits, of which 1 is at most a quarter of the scale
--   low: where its 95 % interval begins; empty for models of earlier versions
--   high: where the interval ends
--   mean: the plain mean of its ratings
--   ratings: how many people rated it
--   mean_rank: its place if items were ranked by mean, the highest first
WITH named AS (
    SELECT *, iif(count(*) OVER (PARTITION BY label) > 1, label || ' [' || key || ']', label) AS title
    FROM zoo_stored_embeddings
    WHERE model = :model AND field = 'item'
),
ranked AS (
    SELECT title, key, bias, bias_deviation, mean, count, rank() OVER (ORDER BY mean DESC) AS mean_rank
    FROM named
    WHERE bias IS NOT NULL AND count >= COALESCE(:minimum_count, 50)
)
SELECT title, bias, bias - 1.96 * bias_deviation AS low, bias + 1.96 * bias_deviation AS high, mean, count AS ratings,
    mean_rank
FROM ranked
ORDER BY bias DESC, key
LIMIT COALESCE(:count, 10)
