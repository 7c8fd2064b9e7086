-- What people gave in each session. A streak that goes on over a reconnect counts in each of its sessions by what it
-- grew there, so that the sessions of a stream add up to the stream.
create table session_users (
  session_id uuid        not null,
  stream_id  text collate "C" not null,
  user_ref   uuid        not null,                        -- all zeros: nobody known
  gifts      bigint      not null,
  coins      bigint      not null,
  primary key (session_id, user_ref)
);
-- Everything about one person: their page, and their erasure.
create index session_users_person on session_users (user_ref);

-- Per session, what a streak had come to in it and the lowest seqNo that said so, which tells which session was first:
-- {"<session_id>": {"seq": 7, "gifts": 3, "coins": 15}, ...}. What it grew by in each follows, in whatever order events come.
alter table gift_streaks add column sessions jsonb not null default '{}';

grant select, insert, update, delete on session_users to ttlc_service;
