-- Into how many shards webhooks are divided: one row, which every process is held to.
CREATE TABLE delivery_division (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    shards integer NOT NULL CHECK (shards > 0)
);
-- Each shard that was ever served has a row: a deployment that has delivered before keeps its number.
INSERT INTO delivery_division (shards) SELECT max(shard) + 1 FROM delivery_shards HAVING count(*) > 0;
