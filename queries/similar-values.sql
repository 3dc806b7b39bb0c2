-- The values of a column whose learned vectors point the same way as one value's.
-- Parameters:
--   model: a trained model of a table
--   column: one of its categories
--   value: a value of that column
--   count: how many to show (default 10)
-- Columns:
--   value: the other value
--   cosine: of the angle between the two vectors
--   rows: how many training rows had it
SELECT other.label AS value, cosine(other.vector, one.vector) AS cosine, other.count AS rows
FROM zoo_stored_embeddings AS one
JOIN zoo_stored_embeddings AS other ON other.model = one.model AND other.field = one.field AND other.key <> one.key
WHERE one.model = :model AND one.field = :column AND (one.key = :value OR one.label = :value)
ORDER BY cosine DESC, other.key
LIMIT COALESCE(:count, 10)
