-- Answers to requests that carried an Idempotency-Key, for a day.
CREATE TABLE idempotency_keys (
    team_id integer NOT NULL REFERENCES teams (id),
    key text NOT NULL,
    -- SHA-256 of method, address and body.
    request_hash bytea NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    -- NULL: the request is being worked on.
    status integer,
    -- Sealed: answers that create something may show a secret once.
    answer bytea,
    PRIMARY KEY (team_id, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
