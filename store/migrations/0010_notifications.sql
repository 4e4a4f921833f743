-- Where a team is told what happens to its exports and webhooks.
CREATE TABLE notification_channels (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    kind text NOT NULL CHECK (kind IN ('webhook', 'slack', 'email')),
    name text NOT NULL,
    -- What may be shown of the sealed settings.
    shown jsonb NOT NULL,
    sealed bytea NOT NULL,
    -- NULL: every event.
    events text[],
    enabled boolean NOT NULL DEFAULT true,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    deleted_at timestamptz(3)
);
CREATE INDEX notification_channels_of_team ON notification_channels (team_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE notices (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    event text NOT NULL,
    subject text NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    details jsonb NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE INDEX notices_of_team ON notices (team_id, created_at DESC, id DESC);
CREATE INDEX notices_by_age ON notices (created_at);

-- One row for each channel that has to show a notice; the workflow that sends it settles it.
CREATE TABLE notice_sends (
    notice_id uuid NOT NULL REFERENCES notices (id) ON DELETE CASCADE,
    channel_id uuid NOT NULL REFERENCES notification_channels (id),
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed', 'dropped')),
    attempts integer NOT NULL DEFAULT 0,
    error_code text,
    error_message text,
    settled_at timestamptz(3),
    PRIMARY KEY (notice_id, channel_id)
);
CREATE INDEX notice_sends_pending ON notice_sends (notice_id) WHERE status = 'pending';

-- What has been told of a subject, by topic and state: each state once until it is over, then reminders.
CREATE TABLE notice_states (
    subject text NOT NULL,
    topic text NOT NULL,
    state text NOT NULL,
    open boolean NOT NULL,
    notified_at timestamptz(3) NOT NULL,
    -- The newest interval that was seen in this state: an older one that succeeds does not end it.
    position timestamptz(3),
    PRIMARY KEY (subject, topic, state)
);
