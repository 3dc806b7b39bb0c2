-- The epochs of the last training run that made a model.
-- Parameters:
--   model: a trained model
-- Columns:
--   epoch: its number, from 1
--   train_loss: the mean loss over it
--   validation_loss: the loss on the data kept apart
--   learning_rate: the learning rate at its end
--   seconds: how long it took
--   metrics: what else was measured, as JSON
SELECT epoch, train_loss, validation_loss, learning_rate, seconds, metrics
FROM zoo_epochs
WHERE run = (
    SELECT id FROM zoo_runs WHERE model = :model
    -- A training under the name of a finished model has runs that did not make that model.
    ORDER BY (status = 'finished') = coalesce((SELECT status = 'finished' FROM zoo_stored_models WHERE name = :model), 1) DESC,
        id DESC
    LIMIT 1)
ORDER BY epoch
