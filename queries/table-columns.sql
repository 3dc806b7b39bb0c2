-- The columns of a data set of the kind table, and what was found in them.
-- Parameters:
--   data: a data set of the kind table
-- Columns:
--   name: what the column is called
--   kind: what its values are
--   missing: rows without a value
--   different: how many different values there are, as far as they were counted
--   lowest: the least number or the first date
--   highest: the greatest number or the last date
--   mean: of numbers, and of truth values the share that is true
WITH RECURSIVE chosen AS (
    SELECT json_extract(summary, '$.columns') AS columns FROM zoo_datasets WHERE name = :data AND kind = 'table'
), numbered AS (
    SELECT 0 AS place, json_extract(columns, '$[0]') AS one FROM chosen
    UNION ALL
    SELECT place + 1, json_extract(columns, '$[' || (place + 1) || ']')
    FROM numbered, chosen WHERE place + 1 < json_array_length(columns)
)
SELECT json_extract(one, '$.name') AS name, json_extract(one, '$.kind') AS kind,
    json_extract(one, '$.missing') AS missing, json_extract(one, '$.distinct') AS different,
    COALESCE(json_extract(one, '$.earliest'), json_extract(one, '$.minimum')) AS lowest,
    COALESCE(json_extract(one, '$.latest'), json_extract(one, '$.maximum')) AS highest,
    json_extract(one, '$.mean') AS mean
FROM numbered
ORDER BY place
