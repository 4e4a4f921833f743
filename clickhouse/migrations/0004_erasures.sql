-- Who is being erased, for the statements that do it. The text of a mutation can be read in the server's own tables for
-- ever, so it names an erasure only. A partition for each erasure, dropped at its end; the TTL is for one without an end.
CREATE TABLE IF NOT EXISTS erasure_terms
(
    erasure_id UUID,
    -- distinct_id, person_id; quoted and text are looked for in what others wrote.
    kind LowCardinality(String),
    value String,
    added_at DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
PARTITION BY erasure_id
ORDER BY (kind, value)
TTL added_at + INTERVAL 30 DAY;

-- Their events and messages: what is known by uuid is found after the events themselves are gone.
CREATE TABLE IF NOT EXISTS erasure_events
(
    erasure_id UUID,
    uuid UUID,
    added_at DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
PARTITION BY erasure_id
ORDER BY uuid
TTL added_at + INTERVAL 30 DAY;
