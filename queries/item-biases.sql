-- The items that a model likes least and best, with how sure that is: intervals to be plotted with --plot.
-- Parameters:
--   model: a trained model
--   count: how many to show of either end (default 10)
--   minimum_count: leave out items that fewer people rated (default 1)
-- Columns:
--   title: what the item is called, with its key in brackets where several items have that title
--   bias: the learned bias: in ratings of bayesian and features, else in logits, of which 1 is at most a quarter of the scale
--   low: where its 95 % interval begins; empty for models of earlier versions
--   high: where the interval ends
--   ratings: how many people rated it
WITH named AS (
    SELECT *, iif(count(*) OVER (PARTITION BY label) > 1, label || ' [' || key || ']', label) AS title
    FROM zoo_stored_embeddings
    WHERE model = :model AND field = 'item'
),
ranked AS (
    SELECT title, key, bias, bias_deviation, count, row_number() OVER (ORDER BY bias, key) AS place,
        row_number() OVER (ORDER BY bias DESC, key DESC) AS place_from_the_best
    FROM named
    WHERE bias IS NOT NULL AND count >= COALESCE(:minimum_count, 1)
)
SELECT title, bias, bias - 1.96 * bias_deviation AS low, bias + 1.96 * bias_deviation AS high, count AS ratings
FROM ranked
WHERE min(place, place_from_the_best) <= COALESCE(:count, 10)
ORDER BY bias, key
