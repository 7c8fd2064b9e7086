-- Who may use the API, on which channels, and what they changed. Keys of programs, people of a team and tokens of
-- overlays are all rows of api_keys: one is as good as its role, whoever holds it.
alter table api_keys
  add prefix          text,                               -- how the key begins, to recognise it by; null before 0018
  add kind            text        not null default 'program' check (kind in ('program', 'person', 'overlay')),
  add channel_ids     uuid[]      not null default '{}',  -- what a role that is not for all channels reaches
  add types           text[],                             -- of an overlay: the event types it shows
  add created_by      uuid,                               -- the key that made it; null: the administrator of the config
  add created_by_name text,
  add rotated_at      timestamptz,
  add old_hash        text check (old_hash ~ '^[0-9a-f]{64}$'),  -- of the key before, which works on until old_until
  add old_until       timestamptz,
  drop constraint api_keys_role_check,
  add check (role in ('admin', 'streamer', 'moderator', 'viewer', 'ops', 'developer', 'overlay')),
  add check (role not in ('admin', 'ops', 'developer') or channel_ids = '{}'),
  add check ((kind = 'overlay') = (role = 'overlay')),
  add check (kind <> 'overlay' or (cardinality(channel_ids) = 1 and cardinality(types) > 0)),
  add check ((old_hash is null) = (old_until is null));
-- storage.findKey: a key that was replaced and works for a while yet.
create unique index api_keys_old_hash on api_keys (old_hash) where old_hash is not null;

-- Every change that somebody made or tried through the API: written once, never changed, without bodies and secrets.
create table audit (
  audit_id       bigint      generated always as identity primary key,  -- storage.auditLog: newest first
  at             timestamptz not null default now(),
  actor_id       uuid,                                    -- api_keys; null: TTLC_ADMIN_KEY, a login link, nobody
  actor_name     text        not null,
  actor_role     text        not null,
  action         text        not null,                    -- the route's operationId
  method         text        not null,
  target_kind    text,
  target_id      text,
  channel_ids    uuid[]      not null default '{}',       -- who has all of them may read it; none: only who has every channel
  status         integer     not null,                    -- HTTP: what came of it
  correlation_id text        not null,
  details        jsonb       not null default '{}'
);

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit is append-only: % refused', tg_op using errcode = 'TT001';
end $$;

create trigger audit_append_only before update or delete on audit
  for each row execute function refuse_audit_change();
create trigger audit_keep_all before truncate on audit
  for each statement execute function refuse_audit_change();

grant select, insert on audit to ttlc_service;
