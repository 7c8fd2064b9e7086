-- Append-only log of canonical events without what is personal: the source of truth of history, feeds and projections.
create table events (
  event_id    text collate "C" not null check (length(event_id) = 64),  -- sha256 hex of streamId:seqNo:rawType
  timestamp   timestamptz not null,                       -- when it happened: a duplicate carries the same
  ingested_at timestamptz not null,
  position    bigint      not null,                       -- order of delivery: its entry in ttlc:events, ms << 20 | seq
  seq_no      bigint      not null check (seq_no >= 0),   -- order within the room
  session_id  uuid        not null,
  user_ref    uuid,                                       -- users.user_ref; no foreign key: it outlives the person's erasure
  is_history  boolean     not null,                       -- happened before the connection that brought it
  stream_id   text collate "C" not null,                  -- TikTok's room id
  event_type  text        not null,
  sub_type    text,
  raw_type    text        not null,
  msg_id      text,                                       -- TikTok's id of the message
  provider    text        not null,
  source      text        not null default 'live' check (source = 'live'),  -- a replay is never stored again
  payload     jsonb       not null,                       -- its non-personal fields
  primary key (event_id, timestamp)
) partition by range (timestamp);                         -- one partition a week (ensure_week); there is no default one

-- Second net under eventId: one TikTok message is one event, whatever seqNo it was given.
create unique index events_message on events (stream_id, raw_type, msg_id, timestamp) where msg_id is not null;
-- storage.history: one session in order.
create index events_session on events (session_id, seq_no, event_id);
-- storage.feed and storage.recent of one stream.
create index events_stream_position on events (stream_id, position);
-- storage.feed of all streams, storage.boundary and the floor of ttlc:events: the highest stored position.
create index events_position on events (position);

-- Belt to the braces of the grants: even the owner cannot rewrite the past by mistake. Retention drops partitions.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'events are append-only: % refused', tg_op using errcode = 'TT001';
end $$;

create trigger events_append_only before update or delete on events
  for each row execute function refuse_change();          -- inherited by every partition
create trigger events_keep_all before truncate on events
  for each statement execute function refuse_change();    -- not inherited: ensure_week repeats it

grant select, insert on events to ttlc_service;
