-- What one person did, by the newest or the oldest: storage.userHistory, a history filtered by userId, and what an erasure has to
-- find. It makes storing an event 1 to 2 % dearer (docs/benchmarks.md).
create index events_person on events (user_ref, position) where user_ref is not null;

-- What the people of a channel wrote down about somebody. Personal data of that person, free text included: with them in
-- `users` it goes, at an erasure too.
create table notes (
  note_id     uuid        primary key default gen_random_uuid(),
  user_ref    uuid        not null references users on delete cascade,
  channel_id  uuid        not null references channels,
  text        text        not null check (length(text) between 1 and 2000),  -- as it was typed: never HTML
  session_id  uuid,                                       -- what it is about, if that was said
  event_id    text collate "C",
  author_id   text,                                       -- of the key or login that wrote it; null: the administrator
  author_name text        not null,
  author_role text        not null,
  created_at  timestamptz not null default date_trunc('milliseconds', now())
);
-- storage.notes: of one person, the newest first. Their erasure.
create index notes_person on notes (user_ref, created_at desc, note_id desc);

grant select, insert, delete on notes to ttlc_service;

-- storage.people: by the beginning of a handle, which is lower case.
create index users_handle on users (unique_id text_pattern_ops);
