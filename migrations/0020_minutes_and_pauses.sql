-- What analytics and replay control need: how busy each minute of a session was, its gifts by a look at gifts alone, and
-- replays that wait for a person.

-- Events per minute and type, now by session: those of a stream are the sums over its sessions. One projection instead of
-- two, since nobody read the one it replaces.
create table session_minutes (
  session_id uuid        not null,
  minute     timestamptz not null,
  event_type text        not null,
  stream_id  text collate "C" not null,
  events     bigint      not null,
  viewers    bigint,                                      -- ROOM_USER only: the most that watched
  likes      bigint,                                      -- LIKE only: the sum over its messages
  primary key (session_id, minute, event_type)            -- storage.analytics
);

insert into session_minutes
select session_id, date_trunc('minute', timestamp), event_type, min(stream_id), count(*),
  max((payload->>'viewers')::bigint) filter (where event_type = 'ROOM_USER'),
  sum((payload->>'count')::bigint) filter (where event_type = 'LIKE')
from events group by 1, 2, 3;

drop table stream_minutes;
grant select, insert, update, delete on session_minutes to ttlc_service;

-- storage.analytics: gifts by gift, and who shared. A tenth of the events, so that a session need not be read whole.
create index events_gifts_and_shares on events (session_id) where event_type in ('GIFT', 'SHARE');

-- A paused replay is open: it is not begun anew, and not gone on with by itself.
alter table replays
  drop constraint replays_state_check,
  drop constraint replays_check,
  add constraint replays_state_check check (state in ('running', 'paused', 'done', 'cancelled', 'failed')),
  add constraint replays_end_check check ((state in ('running', 'paused')) = (ended_at is null)),
  add column per_second  real,                            -- events it sent lately, as ingest last told
  add column reached_at  timestamptz,                     -- the room's time of the last one it sent
  add column reported_at timestamptz;                     -- when ingest last told
drop index replays_running;
-- storage.startReplay: the same is not replayed twice at a time. storage.openReplays.
create unique index replays_open on replays (stream_id, coalesce(of_session::text, ''))
  where state in ('running', 'paused');
