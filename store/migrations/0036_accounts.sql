-- Links with which somebody who has forgotten a password sets a new one; what is done without the API in the audit log;
-- versions of what is changed in place.
CREATE TABLE password_resets (
    -- SHA-256 of the link's token, which has 256 random bits.
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    -- Set: an owner of this team was shown the link. It is good only while the user is in no other team.
    team_id integer REFERENCES teams (id),
    -- Who was shown it, where that is a user: has to be an owner of the team still.
    created_by uuid REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL
);
CREATE INDEX password_resets_of_user ON password_resets (user_id);

-- `operator`: a command on the server. `anonymous`: somebody who has not shown who it is; the name is the account's.
ALTER TABLE audit_log
    DROP CONSTRAINT audit_log_actor_kind_check,
    ADD CONSTRAINT audit_log_actor_kind_check CHECK (actor_kind IN ('user', 'key', 'operator', 'anonymous')) NOT VALID,
    ALTER COLUMN actor_id DROP NOT NULL;
-- How many a team has lately: there is a limit.
CREATE INDEX audit_log_of_anonymous ON audit_log (team_id, at) WHERE actor_kind = 'anonymous';

ALTER TABLE api_keys ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE memberships ADD COLUMN version integer NOT NULL DEFAULT 1;
ALTER TABLE teams ADD COLUMN quotas_version integer NOT NULL DEFAULT 1;
