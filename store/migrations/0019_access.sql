-- Who may do what: people with a role in teams, their sessions, invitations, keys with scopes, and the record of changes.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    -- argon2id in PHC format; NULL: signs in through OIDC only.
    password_hash text,
    -- Issuer and subject.
    oidc_subject text UNIQUE,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_email ON users (lower(email));

CREATE TABLE memberships (
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    team_id integer NOT NULL REFERENCES teams (id),
    role text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, team_id)
);
CREATE INDEX memberships_of_team ON memberships (team_id, created_at DESC, user_id DESC);

CREATE TABLE sessions (
    -- SHA-256 of the cookie, which has 256 random bits.
    token_hash bytea PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    last_seen_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE invitations (
    id uuid PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    team_id integer NOT NULL REFERENCES teams (id),
    -- NULL: the first owner, who says it on acceptance. Such an invitation is good only while there are no users.
    email text,
    role text NOT NULL CHECK (role IN ('owner', 'editor', 'viewer')),
    created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    expires_at timestamptz(3) NOT NULL,
    accepted_at timestamptz(3)
);
CREATE INDEX invitations_of_team ON invitations (team_id, created_at DESC, id DESC) WHERE accepted_at IS NULL;

-- Keys of before may do everything, as they always could.
ALTER TABLE api_keys
    ADD COLUMN role text NOT NULL DEFAULT 'owner' CHECK (role IN ('owner', 'editor', 'viewer')),
    ADD COLUMN scopes text[] NOT NULL DEFAULT '{admin}',
    ADD COLUMN expires_at timestamptz(3),
    ADD COLUMN created_by uuid REFERENCES users (id) ON DELETE SET NULL,
    -- The first characters, by which a key is recognized.
    ADD COLUMN prefix text NOT NULL DEFAULT '';
CREATE INDEX api_keys_of_team ON api_keys (team_id, created_at DESC, id DESC) WHERE revoked_at IS NULL;

-- One row per change made through the API. Names, so that a row reads the same after its actor is gone.
CREATE TABLE audit_log (
    id uuid PRIMARY KEY,
    team_id integer NOT NULL REFERENCES teams (id),
    at timestamptz(3) NOT NULL DEFAULT now(),
    actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'key')),
    actor_id uuid NOT NULL,
    actor_name text NOT NULL,
    action text NOT NULL,
    method text NOT NULL,
    route text NOT NULL,
    resource text NOT NULL,
    resource_id text,
    -- The version that the change made, where the resource has versions.
    version integer,
    -- [{field, value?}]: values only of fields that never hold a secret.
    changes jsonb NOT NULL,
    request_id text NOT NULL,
    address text NOT NULL
);
CREATE INDEX audit_log_page ON audit_log (team_id, at DESC, id DESC);
CREATE INDEX audit_log_of_resource ON audit_log (team_id, resource, resource_id, at DESC);
