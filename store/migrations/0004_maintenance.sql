-- How far each maintenance workflow has looked, as a time of ingestion.
CREATE TABLE maintenance_positions (
    name text PRIMARY KEY,
    position_micros bigint NOT NULL,
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);
