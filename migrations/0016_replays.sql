-- Replays: stored sessions that ingest sends through ttlc:raw once more, and the role it reads them as.

-- What reads for a replay may read events and nothing else, and write nothing. As in 0001, roles belong to the cluster.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ttlc_reader') then
    create role ttlc_reader nologin;
  end if;
exception
  when duplicate_object or unique_violation then
    null;                                                 -- another database of ours was faster
  when insufficient_privilege then
    raise exception
      'user % may not create roles: as an administrator, run "create role ttlc_reader nologin; grant ttlc_reader to %"',
      current_user, current_user using errcode = 'insufficient_privilege';
end $$;

do $$
declare
  modern constant boolean := current_setting('server_version_num')::int >= 160000;
begin
  if not pg_has_role(current_user, 'ttlc_reader', case when modern then 'set' else 'member' end) then
    execute 'grant ttlc_reader to current_user' || case when modern then ' with set true, inherit false' else '' end;
  end if;
exception
  when unique_violation then
    null;
  when insufficient_privilege then
    raise exception 'user % may not use the role ttlc_reader: as an administrator, run "grant ttlc_reader to %"',
      current_user, current_user using errcode = 'insufficient_privilege';
end $$;

grant usage on schema public to ttlc_reader;
grant select on events, event_pii to ttlc_reader;

-- One replay of a session, or of all sessions of a broadcast. It is no projection: its events are stored already.
create table replays (
  session_id uuid        primary key default gen_random_uuid(),  -- its own: that of its events
  stream_id  text collate "C" not null,
  of_session uuid,                                        -- null: the whole broadcast
  parts      jsonb       not null,                        -- what is sent: ReplayPart[] of contracts/replay.ts
  through    bigint      not null,                        -- highest position of what is sent: a running session goes on
  speed      real        check (speed between 1 and 20),  -- null: as fast as storage takes it
  total      bigint      not null,                        -- events to send
  published  bigint      not null default 0,              -- sent so far, as ingest last told
  seen_seq   bigint      not null default -1,             -- how far it has come back to storage: the highest (seqNo,
  seen_id    text collate "C" not null default '',        -- eventId), whatever the order and however often they came
  state      text        not null default 'running' check (state in ('running', 'done', 'cancelled', 'failed')),
  reason     text,                                        -- why it failed
  started_at timestamptz not null default now(),
  ended_at   timestamptz,
  check ((state = 'running') = (ended_at is null))
) with (fillfactor = 70);
-- storage.sessions: newest first.
create index replays_newest on replays (started_at desc, session_id desc);
-- storage.startReplay: the same is not replayed twice at a time. storage.openReplays.
create unique index replays_running on replays (stream_id, coalesce(of_session::text, '')) where state = 'running';

grant select, insert, update on replays to ttlc_service;
