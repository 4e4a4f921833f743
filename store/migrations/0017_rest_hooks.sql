-- Webhooks that a program has subscribed for itself, by the conventions of REST hooks.
CREATE TABLE rest_hooks (
    destination_id uuid PRIMARY KEY REFERENCES destinations (id),
    team_id integer NOT NULL REFERENCES teams (id),
    event text NOT NULL,
    target_url text NOT NULL,
    -- The key or user that made it.
    created_by uuid NOT NULL,
    expires_at timestamptz(3),
    removed_at timestamptz(3),
    removed_reason text CHECK (removed_reason IN ('unsubscribed', 'gone', 'expired')),
    created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX rest_hooks_of_team ON rest_hooks (team_id, created_at DESC, destination_id DESC);
CREATE INDEX rest_hooks_expiring ON rest_hooks (expires_at) WHERE removed_at IS NULL AND expires_at IS NOT NULL;
