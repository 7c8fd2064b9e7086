-- Who may use the API. The key itself is shown once and never stored.
create table api_keys (
  key_id       uuid        primary key default gen_random_uuid(),
  name         text        not null,
  role         text        not null check (role in ('admin', 'streamer', 'moderator', 'viewer', 'ops', 'developer')),
  hash         text        not null unique check (hash ~ '^[0-9a-f]{64}$'),  -- sha256 hex of the key
  created_at   timestamptz not null default now(),
  last_used_at timestamptz,                               -- to the minute
  revoked_at   timestamptz,
  expires_at   timestamptz
);

grant select, insert, update on api_keys to ttlc_service;
