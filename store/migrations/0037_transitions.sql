-- Who wanted a change of an endpoint's health, or its pause: {"kind", "name"}. Null: Sluice itself.
ALTER TABLE endpoint_transitions ADD COLUMN changed_by jsonb;

-- `probing` was never set (ADR 26).
UPDATE endpoint_states SET health = 'paused_auto' WHERE health = 'probing';
ALTER TABLE endpoint_states
    DROP CONSTRAINT endpoint_states_health_check,
    ADD CONSTRAINT endpoint_states_health_check CHECK (health IN ('healthy', 'degraded', 'paused_auto', 'recovering',
        'gone', 'misconfigured')) NOT VALID;
