-- Whose rooms we listen to, and what became of each broadcast. `streams` and `sessions` are projections: they change
-- only by the events that the same transaction really stored, in a way that does not depend on their order.

-- A streamer's account: what keys, rules and destinations belong to, since a stream is only one evening.
create table channels (
  channel_id   uuid        primary key default gen_random_uuid(),
  simulated    boolean     not null,                      -- made by the simulator: stays out of totals
  owner_id     text,                                      -- TikTok's user id, once known: it stays when the handle changes
  unique_id    text,                                      -- the current @handle, lower case; null when another took it over
  display_name text,
  created_at   timestamptz not null default now(),
  unique (simulated, owner_id),
  unique (simulated, unique_id)
);

-- One TikTok broadcast. A group of columns with a `_seq` holds what the event with that seqNo said: the newest wins.
create table streams (
  stream_id     text collate "C" primary key,
  first_at      timestamptz not null,                     -- bounds of its events' timestamps: queries prune weeks by them
  last_at       timestamptz not null,
  last_seq      bigint      not null,
  events        bigint      not null,
  simulated     boolean     not null,
  connected_seq bigint,
  channel_id    uuid,                                     -- not a foreign key: an event is kept whatever channel it names
  title         text,
  viewers_seq   bigint,
  viewers       bigint,
  peak_viewers  bigint,
  likes_seq     bigint,
  likes         bigint,                                   -- TikTok's own total
  ended_seq     bigint,                                   -- ended unless connected_seq is newer
  ended_at      timestamptz,
  end_reason    text,
  diamonds      bigint      not null                      -- coins of all gifts, each streak counted once
);
-- storage.streams: newest first.
create index streams_newest on streams (first_at desc, stream_id desc);

-- One live period of a room's actor.
create table sessions (
  session_id uuid        primary key,
  stream_id  text collate "C" not null,
  provider   text        not null,                        -- of its newest event
  first_at   timestamptz not null,                        -- bounds of its events' timestamps, history included
  last_at    timestamptz not null,
  started_at timestamptz,                                 -- its first event that is no history
  ended_at   timestamptz,                                 -- DISCONNECTED
  last_seq   bigint      not null,
  events     bigint      not null
);
-- storage.sessions: newest first.
create index sessions_newest on sessions (first_at desc, session_id desc);
-- storage.seed: the newest session of a stream.
create index sessions_stream on sessions (stream_id);

-- The last sequence base handed out for a room whose counter in Redis was gone: recorded before its first use.
create table seq_seeds (
  stream_id text collate "C" primary key,
  seed      bigint      not null,
  seeded_at timestamptz not null default now()
);

grant select, insert, update on channels, streams, sessions, seq_seeds to ttlc_service;
