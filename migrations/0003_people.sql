-- Who the events are about, and everything of an event that says so: the two places an erasure empties.

-- A person of TikTok. `user_ref` is random, so that without this row nothing in `events` leads back to anybody.
create table users (
  user_ref     uuid        primary key default gen_random_uuid(),
  tiktok_id    text collate "C" not null unique,
  unique_id    text        not null,                      -- the @handle at identity_at; '' when no message had one yet
  display_name text        not null,
  avatar_url   text,                                      -- signed by TikTok and short-lived
  identity_at  timestamptz not null,                      -- timestamp and seqNo of the event that told the three above:
  identity_seq bigint      not null                       -- the newest wins, in whatever order they are stored
);

-- The personal part of one event, and the original bytes it was made from. No row: it was erased.
create table event_pii (
  event_id  text collate "C" not null,
  timestamp timestamptz not null,
  personal  jsonb       not null,                         -- {user?, payload?}: merged over the event's own when it is read
  raw_bytes bytea,                                        -- the original `data`, if it was base64
  raw_text  text,                                         -- the original `data` otherwise, as it was
  encoding  text,                                         -- how the original was written: base64 or json
  primary key (event_id, timestamp),
  check (raw_bytes is null or raw_text is null)
) partition by range (timestamp);                         -- the same weeks as events

grant select, insert, update, delete on users to ttlc_service;
grant select, insert, delete on event_pii to ttlc_service;
