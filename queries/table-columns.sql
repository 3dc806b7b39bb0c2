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
SELECT json_extract(value, '$.name') AS name, json_extract(value, '$.kind') AS kind,
    json_extract(value, '$.missing') AS missing, json_extract(value, '$.distinct') AS different,
    COALESCE(json_extract(value, '$.earliest'), json_extract(value, '$.minimum')) AS lowest,
    COALESCE(json_extract(value, '$.latest'), json_extract(value, '$.maximum')) AS highest,
    json_extract(value, '$.mean') AS mean
FROM zoo_datasets, json_each(zoo_datasets.summary, '$.columns')
WHERE zoo_datasets.name = :data AND zoo_datasets.kind = 'table'
ORDER BY json_each.key
