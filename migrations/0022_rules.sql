-- What streamers want done when something happens in their rooms, and everything that was decided because of it.

-- A rule as it stands. Each change is a version; what acted is told by version.
create table rules (
  rule_id    uuid        primary key default gen_random_uuid(),
  channel_id uuid        not null references channels,
  version    integer     not null,
  draft      jsonb       not null,                        -- RuleDraft of contracts/rule.ts
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz                                  -- kept: actions_log tells of it
);
-- rules.list, and what the rules service loads.
create index rules_channel on rules (channel_id, created_at desc, rule_id desc) where deleted_at is null;

create table rule_versions (
  rule_id uuid        not null references rules,
  version integer     not null,
  draft   jsonb       not null,
  made_at timestamptz not null default now(),
  made_by text        not null,                           -- who, as the audit names them
  primary key (rule_id, version)
);

-- Decide once, record, then act. A row that has the key was claimed before anything left, by one worker alone.
create table actions_log (
  action_id    bigint      generated always as identity primary key,
  effect_key   text collate "C" not null,                 -- the gift streak's id, else the event's
  rule_id      uuid        not null references rules,
  rule_version integer     not null,
  channel_id   uuid        not null references channels,
  stream_id    text collate "C" not null,
  session_id   uuid        not null,
  event_id     text collate "C" not null,
  user_id      text,                                      -- personal: of whom the event told
  type         text        not null,                      -- of the action
  rendered     text,                                      -- personal: what it said
  mode         text        not null check (mode in ('live', 'dry_run', 'shadow')),
  state        text        not null check (state in ('planned', 'executing', 'done', 'failed', 'unknown', 'skipped')),
  reason       text,                                      -- why it was skipped or failed
  event_at     timestamptz not null,
  decided_at   timestamptz not null default now(),
  ended_at     timestamptz
);
-- Once per effect and rule. What was refused or only tried has no key, and blocks nothing; it is told once, too.
create unique index actions_log_once on actions_log (effect_key, rule_id) where mode = 'live' and state <> 'skipped';
create unique index actions_log_skipped on actions_log (event_id, rule_id, reason) where state = 'skipped';
-- rules.actions: the newest first; the erasure of one person.
create index actions_log_channel on actions_log (channel_id, action_id desc);
create index actions_log_person on actions_log (user_id) where user_id is not null;

grant select, insert, update on rules, actions_log to ttlc_service;
grant select, insert on rule_versions to ttlc_service;
