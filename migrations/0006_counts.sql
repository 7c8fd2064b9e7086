-- More projections: who did how much in a stream, what a gift streak came to, how busy each minute was.

-- One person in one stream. A person's totals are the sums over their streams.
create table stream_users (
  stream_id text collate "C" not null,
  user_ref  uuid        not null,
  first_at  timestamptz not null,
  last_at   timestamptz not null,
  events    bigint      not null,
  chats     bigint      not null,
  likes     bigint      not null,
  gifts     bigint      not null,                         -- single gifts, a streak counting as many as it came to
  coins     bigint      not null,
  primary key (stream_id, user_ref)
);
-- storage.stream: the top gifters.
create index stream_users_gifters on stream_users (stream_id, coins desc) where coins > 0;
-- Everything about one person: their page, and their erasure.
create index stream_users_person on stream_users (user_ref);

-- What each gift streak came to so far. Its frames are cumulative: the maximum counts, and totals move by its growth.
create table gift_streaks (
  streak_id text collate "C" primary key,
  stream_id text collate "C" not null,
  user_ref  uuid,
  gifts     bigint      not null,
  coins     bigint      not null
);
-- The erasure of one person.
create index gift_streaks_person on gift_streaks (user_ref);

-- Events per minute and type.
create table stream_minutes (
  stream_id  text collate "C" not null,
  minute     timestamptz not null,
  event_type text        not null,
  events     bigint      not null,
  primary key (stream_id, minute, event_type)
);

grant select, insert, update, delete on stream_users, gift_streaks to ttlc_service;
grant select, insert, update on stream_minutes to ttlc_service;
