-- TikTok's own totals beside the sums of what we saw, and what people are to a streamer as their messages told it.
-- All of it is recomputed from events by storage.rebuild.

-- A gauge that only grows is its maximum, whichever message comes last.
alter table streams drop column likes_seq;
alter table streams
  add column total_viewers  bigint,                       -- TikTok's count of everybody who ever came
  add column observed_likes bigint not null default 0;    -- sum over the messages that reached us
alter table sessions
  add column peak_viewers   bigint,
  add column likes          bigint,                       -- TikTok's own total of the broadcast
  add column observed_likes bigint not null default 0;

-- How many of a person's messages told something of their roles, and the position of the last. These lie here since the row is
-- locked and written with every batch anyway: so whoever stores learns whether others have stored more than it knows of.
alter table stream_users
  add column tellings    bigint not null default 0,
  add column told_to     bigint,
  add column told_before bigint;                          -- within a transaction only (services/storage/project.ts)

-- What was known of a person in a stream from a position on, until the next row. Few: roles change seldom.
create table role_changes (
  user_ref  uuid        not null,
  position  bigint      not null,                         -- of the event that told something new
  stream_id text collate "C" not null,
  roles     jsonb       not null,                         -- Roles, with what was known before in this stream
  primary key (user_ref, position)                        -- the rows of one person: what was known as of a position, their erasure
);

grant select, insert, update, delete on role_changes to ttlc_service;
