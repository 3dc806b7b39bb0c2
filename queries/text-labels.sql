-- The labels of a data set of texts, with how many texts have each and how long those are.
-- Parameters:
--   data: a data set of texts
-- Columns:
--   label: what the texts are examples of; NULL for texts without
--   texts: how many have it
--   characters: how many characters these have together
--   mean: characters a text
SELECT label, count(DISTINCT idx) AS texts, sum(length(text)) AS characters,
    round(1.0 * sum(length(text)) / count(DISTINCT idx), 1) AS mean
FROM zoo_texts
WHERE dataset = (SELECT id FROM zoo_datasets WHERE name = :data AND kind = 'text')
GROUP BY label
ORDER BY texts DESC, label
