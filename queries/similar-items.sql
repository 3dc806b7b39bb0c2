-- The items whose learned vectors point the same way as one item's.
-- Parameters:
--   model: a trained model
--   item: the item's title or key
--   count: how many to show (default 10)
--   minimum_count: leave out items that fewer people rated (default 20)
-- Columns:
--   title: what the item is called, with its key in brackets where several items have that title
--   cosine: the cosine between the two vectors, 1 for the same direction
--   ratings: how many people rated it
WITH chosen AS (
    SELECT key, vector
    FROM zoo_stored_embeddings
    WHERE model = :model AND field = 'item' AND (label = :item OR key = :item)
    ORDER BY label = :item DESC, count DESC
    LIMIT 1
)
SELECT iif(
        EXISTS (
            SELECT 1 FROM zoo_stored_embeddings AS same
            WHERE same.model = :model AND same.field = 'item' AND same.label = other.label AND same.key <> other.key
        ), other.label || ' [' || other.key || ']', other.label
    ) AS title, cosine(other.vector, chosen.vector) AS cosine, other.count AS ratings
FROM chosen
JOIN zoo_stored_embeddings AS other ON other.model = :model AND other.field = 'item' AND other.key <> chosen.key
WHERE COALESCE(other.count, 0) >= COALESCE(:minimum_count, 20)
ORDER BY cosine DESC, other.key
LIMIT COALESCE(:count, 10)
